"""``portulan import betagouv PATH [--staffing FILE] [--dry-run]``."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path
from typing import TextIO

from portulan.base.policy import system_actor
from portulan.integrations.betagouv import rows, source, taking

DONE, WRONG = 0, 2


def say(text: str, file: TextIO | None = None) -> None:
    """Write a line of the command's answer."""
    (file or sys.stdout).write(text + "\n")


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command under ``import``."""
    parser = subparsers.add_parser(
        "betagouv",
        help="take in a product repository in the content format of beta.gouv.fr",
        description=(
            "Take in incubators, organisations and products with their phases, events, links, "
            "users and themes. The same content again changes nothing."
        ),
    )
    parser.add_argument("path", type=Path, help="folder of the repository, or an archive of it")
    parser.add_argument("--staffing", type=Path, metavar="FILE", help="people, one JSON a line")
    parser.add_argument("--dry-run", action="store_true", help="compare and count, write nothing")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Compare, print the counts, and write unless it is a dry run."""
    try:
        content = source.read_path(args.path)
        people, wrong = source.read_staffing(args.staffing) if args.staffing else ([], [])
    except source.SourceError as error:
        say(f"portulan import betagouv: {_problem(error)}", file=sys.stderr)
        return WRONG
    for unreadable in [*content.unreadable, *wrong]:
        say(f"not read: {unreadable.where}: {unreadable.problem}", file=sys.stderr)
    plan = taking.compare(rows.build(content, people))
    say(f"{'':16}{'create':>9}{'update':>9}{'leave':>9}{'remove':>9}")
    for kind, counts in plan.counts().items():
        if any(counts.values()):
            say(f"{kind:16}" + "".join(f"{counts[n]:>9}" for n in
                                         ("create", "update", "leave", "remove")))
    for (code, kind), count in sorted(
        Counter((code, str(params.get("kind", ""))) for code, params in plan.notes).items()
    ):
        say(f"note: {code} {kind}: {count}")
    if args.dry_run:
        say("Dry run: nothing was written.")
        return DONE
    changed = taking.take_in(system_actor("import betagouv"), plan, note=args.path.name)
    say(f"Taken in, change {changed}." if changed else "Nothing to do: all is already there.")
    return DONE


def _problem(error: source.SourceError) -> str:
    texts = {
        "source.absent": "{path} does not exist",
        "source.no_products": "no folder _startups in it: is it a beta.gouv.fr repository?",
        "source.too_large": "larger than the limit of {limit} MB",
        "source.too_many_files": "more than {limit} files",
        "source.not_an_archive": "neither a folder nor a .tar, .tar.gz or .zip ({problem})",
    }
    return texts[error.code].format(**error.params)
