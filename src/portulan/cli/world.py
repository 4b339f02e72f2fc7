"""``portulan world``: the whole portfolio as one JSON document, out and in."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date
from pathlib import Path

from django.utils import timezone

from portulan.base.policy import system_actor
from portulan.cli.outcome import DONE, REFUSED, Failure
from portulan.snapshot.assemble import take
from portulan.snapshot.transfer import Unstorable, take_in
from portulan_core.model import TABLES, World, WorldError


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands."""
    parser = subparsers.add_parser(
        "world",
        help="export or import the portfolio as JSON",
        description="The portfolio as one JSON document (see `portulan schema world`).",
    )
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    export = verbs.add_parser("export", help="write the portfolio as JSON")
    export.add_argument("file", nargs="?", help="file to write; standard output without it")
    export.add_argument("--as-of", type=_date, metavar="DATE", help="as it was effective on a day")
    export.add_argument("--tables", metavar="NAMES", help="only these tables, with commas")
    export.set_defaults(run=run_export)
    take_in_parser = verbs.add_parser(
        "import",
        help="add the rows of a JSON document",
        description=(
            "Add the rows that are not there yet, all or nothing. Rows whose uid is already there "
            "are left alone."
        ),
    )
    take_in_parser.add_argument("file", help="file to read; - for standard input")
    take_in_parser.set_defaults(run=run_import)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date as YYYY-MM-DD") from None


def run_export(args: argparse.Namespace) -> int:
    """Write the World."""
    names = [name.strip() for name in args.tables.split(",")] if args.tables else list(TABLES)
    unknown = sorted(set(names) - set(TABLES))
    if unknown:
        raise Failure(f"no table {unknown[0]!r}; the tables are {', '.join(TABLES)}")
    text = json.dumps(take(names, at=args.as_of).to_json(), ensure_ascii=False)
    if args.file is None:
        print(text)
        return DONE
    try:
        Path(args.file).write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise Failure(f"{args.file}: {error.strerror}") from None
    print(f"{args.file}: {len(text) // 1024} KiB", file=sys.stderr)
    return DONE


def run_import(args: argparse.Namespace) -> int:
    """Read a World and store what is not there."""
    try:
        text = sys.stdin.read() if args.file == "-" else Path(args.file).read_text(encoding="utf-8")
        world = World.from_json(json.loads(text))
    except OSError as error:
        raise Failure(f"{args.file}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise Failure(f"{args.file}: expected UTF-8 text") from None
    except json.JSONDecodeError as error:
        raise Failure(f"{args.file}, line {error.lineno}: not JSON ({error.msg})") from None
    except WorldError as error:
        raise Failure(f"{args.file}: {error}") from None
    try:
        count = take_in(world, system_actor("portulan world import"), timezone.localdate())
    except Unstorable as error:
        raise Failure(f"{args.file}: {error}; nothing was changed", REFUSED) from None
    print(f"{count} rows added.")
    return DONE
