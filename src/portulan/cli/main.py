"""``portulan``: the command line. Each command is a module of this package with ``register``.

Exit statuses: 0 done, 1 done with something to report (findings) or refused by a rule, 2 wrong
usage or something that could not be read or reached, 130 interrupted.
"""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import sys
from collections.abc import Sequence
from pathlib import Path

from portulan.cli.outcome import DONE, INTERRUPTED, WRONG, Failure

#: Modules of the package that are no command.
NOT_COMMANDS = frozenset({"__main__", "main", "outcome", "reference", "supervisor"})


def commands() -> list[str]:
    """Names of the modules that may declare commands, in the order they are listed."""
    package = importlib.import_module("portulan.cli")
    found = [m.name for m in pkgutil.iter_modules(package.__path__) if not m.ispkg]
    return sorted(name for name in found if name not in NOT_COMMANDS)


def build_parser() -> argparse.ArgumentParser:
    """The parser of all commands; Django must be set up."""
    parser = argparse.ArgumentParser(
        prog="portulan",
        description="Product portfolio governance.",
        epilog=(
            "Exit status: 0 done; 1 findings, or refused; 2 wrong usage or input; 130 interrupted."
        ),
    )
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name in commands():
        module = importlib.import_module(f"portulan.cli.{name}")
        if hasattr(module, "register"):
            module.register(subparsers)
    return parser


def choose_home(arguments: Sequence[str]) -> None:
    """Give the demonstration a home and a database of its own, before settings are read."""
    if not arguments or arguments[0] != "demo":
        return
    home = Path(os.environ.get("PORTULAN_HOME") or "./var").expanduser().absolute()
    if home.name != "demo":
        home = home / "demo"
    os.environ["PORTULAN_HOME"] = str(home)
    os.environ["DATABASE_URL"] = os.environ.pop("PORTULAN_DEMO_DATABASE_URL", "")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    choose_home(given)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portulan.settings")
    import django
    from django.apps import apps
    from django.core.exceptions import ImproperlyConfigured
    from django.db import DatabaseError

    try:
        if not apps.ready:  # a second set-up would close the streams of others' log handlers
            django.setup()
        args = build_parser().parse_args(given)
        status: int = args.run(args) or DONE
        return status
    except Failure as failure:
        return _say(str(failure), failure.status)
    except ImproperlyConfigured as error:
        return _say(f"a setting is wrong: {error}", WRONG)
    except DatabaseError as error:
        return _say(f"the database says: {error}. Is it created? Run `portulan init`.", WRONG)
    except BrokenPipeError:
        # Who read our output has left: what is still in the buffer has nowhere to go.
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - until the end
        return DONE
    except KeyboardInterrupt:
        return INTERRUPTED


def _say(message: str, status: int) -> int:
    print(f"portulan: {message}", file=sys.stderr)
    return status
