"""``portulan import workitems FILE… [--team CODE] [--product CODE] [--dry-run]``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from portulan.base.policy import Conflict, Invalid, Refusal, system_actor
from portulan.integrations.workitems import actions, taking
from portulan.integrations.workitems.mapping import CATEGORIES, TARGETS

DONE, BLOCKED, WRONG = 0, 1, 2
CATEGORY_WORDS = {kind: kind or "none" for kind in CATEGORIES}


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command under ``import``."""
    parser = subparsers.add_parser(
        "workitems",
        help="take in work items with their history: a table, or pages of a Jira search",
        description=(
            "Take in a table of changes (item, state, moment), of dates (created, started, "
            "finished), of one date a state, or JSON pages of a Jira search with changelogs. "
            "Everything is written, or nothing; the same file again adds only what is new."
        ),
    )
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE")
    parser.add_argument("--source", default="", help="name of the source (default: the file's)")
    parser.add_argument("--team", default="", metavar="CODE", help="team of all the items")
    parser.add_argument("--product", default="", metavar="CODE", help="product of all the items")
    parser.add_argument(
        "--initiative", default="", metavar="CODE", help="initiative of all the items"
    )
    parser.add_argument(
        "--group",
        action="append",
        default=[],
        metavar="KIND:VALUE=TARGET:CODE",
        help="items of a group: project:UT=team:T1, component:Search=product:P1, epic:UT-3=…",
    )
    parser.add_argument(
        "--state",
        action="append",
        default=[],
        metavar="NAME=CATEGORY",
        help="category of a state: before, active, waiting, done, dropped or none",
    )
    parser.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="FIELD=HEADING",
        help="column of a field: key, state, left, at, created, started, finished, title…",
    )
    parser.add_argument("--zone", default="", help="time zone of moments that name none")
    parser.add_argument("--until", default="", metavar="DATE", help="day the history is known to")
    parser.add_argument("--dry-run", action="store_true", help="compare and report, write nothing")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Compare, report, and write unless it is a dry run or something must be settled."""
    files = []
    for path in args.files:
        try:
            files.append((path.name, path.read_bytes()))
        except OSError as error:
            return _fail(f"{path}: {error.strerror}")
    actor = system_actor("import workitems")
    try:
        batch = actions.bring(
            actor,
            files,
            source=args.source,
            team=args.team,
            product=args.product,
            initiative=args.initiative,
            zone=args.zone,
            until=args.until,
        )
        wanted = _wanted(args, batch.mapping)
        if wanted:
            actions.correct(actor, batch, wanted)
    except Invalid as error:
        return _fail(f"{args.files[0]}: {_problem(next(iter(error.errors.values())))}")
    except ValueError as error:
        return _fail(str(error))
    _report(batch)
    refusal = taking.check_apply(batch)
    if args.dry_run or refusal is not None:
        actions.throw_away(actor, batch)
        if refusal is not None:
            print(_problem(refusal))
            return BLOCKED
        print("Dry run: nothing was written.")
        return DONE
    try:
        taking.apply(actor, batch)
    except (Conflict, Invalid) as error:
        return _fail(f"something changed meanwhile ({error}); run the command again")
    print(
        f"Taken in, import {batch.uid}." if batch.change else "Nothing to do: all is already there."
    )
    return DONE


def _wanted(args: argparse.Namespace, mapping: dict[str, Any]) -> dict[str, Any]:
    """The corrections that options ask for.

    Raises:
        ValueError: an option that says nothing.
    """
    wanted: dict[str, Any] = {}
    for option in args.state:
        name, mark, kind = option.rpartition("=")
        kind = "" if kind == "none" else kind
        if not mark or kind not in CATEGORIES:
            raise ValueError(f"--state {option}: expected NAME=CATEGORY")
        wanted.setdefault("states", {})[name] = kind
    for option in args.column:
        name, mark, heading = option.partition("=")
        if not mark or heading not in mapping["headings"]:
            known = ", ".join(mapping["headings"])
            raise ValueError(f"--column {option}: expected FIELD=HEADING, headings are {known}")
        wanted.setdefault("columns", {})[name] = mapping["headings"].index(heading)
    for option in args.group:
        place, mark, target = option.rpartition("=")
        kind, colon, code = target.partition(":")
        if not mark or not colon or kind not in TARGETS or ":" not in place:
            raise ValueError(f"--group {option}: expected KIND:VALUE=TARGET:CODE")
        group = wanted.setdefault("groups", {}).setdefault(place, {})
        group[kind] = code
    return wanted


def _report(batch: Any) -> None:
    plan, mapping = batch.plan, batch.mapping
    print(f"{plan['items']} items, {plan['events']} dates or changes, {plan['first']} – "
          f"{plan['last']}; source “{mapping['source']}”")  # fmt: skip
    print(f"new {plan['create']}, changed {plan['update']}, already there {plan['same']}")
    for name, kind in mapping["states"].items():
        mark = " (guessed from the histories)" if name in mapping["guessed"] else ""
        print(f"state {name}: {CATEGORY_WORDS[kind]}, {plan['states'].get(name, 0)}{mark}")
    for code, params in plan["warnings"]:
        print(f"note: {code} {' '.join(str(value) for value in params.values())}".rstrip())
    for code, count in plan["left"].items():
        print(f"left out: {code}: {count}")
    for row, code, text, column, said in plan["left_rows"][:5]:
        print(f"  row {row}: {code}" + (f", {column} “{said}”" if column else f", {text}"))
    for code, found in plan["dirt"].items():
        names = ", ".join(found["names"][:5])
        print(f"dirt: {code}: {found['count']} ({names}…)")
    for label in ("lead", "cycle"):
        p50, p85, count = plan[label]
        if p50 is not None:
            print(f"{label} time of {count} items: median {p50:.1f} days, 85 % in {p85:.1f} days")


def _problem(refusal: Refusal) -> str:
    texts = {
        "work.empty": "no work item in it",
        "work.no_done": "no state is “done”: say which with --state NAME=done",
        "work.zone": "no such time zone: {zone}",
        "work.unknown_team": "no team has the code {code}",
        "work.unknown_product": "no product has the code {code}",
        "work.unknown_initiative": "no initiative has the code {code}",
        "file.no_items": "no work items found: a column of items and one of dates are needed",
        "file.no_issues": "JSON, but neither issues of Jira nor a list of items with their dates",
        "file.history_alone": "histories alone: give the pages of the search with them",
        "file.error_answer": "the tracker answered with an error: {said}",
        "file.mixed": "give tables and JSON apart: {name} is no JSON",
        "work.needs_key": "say which column identifies items: --column key=HEADING",
        "work.needs_state": "say which column gives the state: --column state=HEADING",
        "work.needs_at": "say which column gives the date of the change: --column at=HEADING",
        "work.needs_created": "say which column gives the creation: --column created=HEADING",
        "work.needs_stages": "no column gives a date for a state",
        "file.no_rows": "no row under the headings: {headings}",
        "file.json": "damaged JSON, line {line}",
        "file.empty": "the file is empty",
        "file.kind": "not a table, nor JSON",
        "file.damaged": "the file is damaged",
        "file.too_large": "larger than {megabytes} MB",
    }
    text = texts.get(refusal.code, refusal.code)
    return text.format(**refusal.params) if refusal.code in texts else f"{text} {refusal.params}"


def _fail(message: str) -> int:
    print(f"portulan import workitems: {message}", file=sys.stderr)
    return WRONG
