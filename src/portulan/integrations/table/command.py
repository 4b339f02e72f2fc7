"""``portulan import table FILE [--as KIND] [--dry-run]``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from django.utils.translation import override

from portulan.base.policy import Conflict, Invalid, system_actor
from portulan.integrations.table import actions
from portulan.integrations.table.kinds import ALIASES, KINDS
from portulan.integrations.table.labels import kind_label
from portulan.integrations.table.ledger import IGNORE, IGNORE_BLOCKED, INFO
from portulan.integrations.table.sentences import choice_label, group_title, place, refusal_text

DONE, BLOCKED, WRONG = 0, 1, 2


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command under ``import``."""
    parser = subparsers.add_parser(
        "table",
        help="take in products, projects, budgets, people… from XLSX, ODS or CSV",
        description=(
            "Take in a table. Without --as the kind of each sheet is guessed. Everything is "
            "written, or nothing; the same file again changes nothing."
        ),
    )
    parser.add_argument("file", type=Path, help="XLSX, ODS or CSV file")
    parser.add_argument("--as", dest="kind", choices=sorted({*KINDS, *ALIASES}), metavar="KIND",
                        help="kind of rows: " + ", ".join(sorted(ALIASES)))  # fmt: skip
    parser.add_argument(
        "--source", default="", help="name of the source, for its keys (default: table)"
    )
    parser.add_argument("--repair", action="append", default=[], metavar="GROUP=CHOICE",
                        help="settle a group of rows, as the dry run names it")  # fmt: skip
    parser.add_argument("--skip-blocked", action="store_true", help="leave out the rows that block")
    parser.add_argument("--dry-run", action="store_true", help="compare and report, write nothing")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Compare, report, and write unless it is a dry run or rows block."""
    with override("en"):
        return _run(args)


def _run(args: argparse.Namespace) -> int:
    try:
        content = args.file.read_bytes()
    except OSError as error:
        return _fail(f"{args.file}: {error.strerror}")
    repairs = {}
    for repair in args.repair:
        group, mark, choice = repair.partition("=")
        if not mark:
            return _fail(f"--repair {repair}: expected GROUP=CHOICE")
        repairs[group] = choice
    if args.skip_blocked:
        repairs[IGNORE_BLOCKED] = IGNORE
    actor = system_actor("import table")
    try:
        batch = actions.bring(
            actor,
            args.file.name,
            content,
            only=ALIASES.get(args.kind, args.kind or ""),
            source=args.source,
            repairs=repairs,
        )
    except Invalid as error:
        wrong = next(iter(error.errors.values()))
        return _fail(f"{args.file}: {refusal_text(wrong.code, wrong.params)}")
    _report(batch.plan, batch.mapping)
    refusal = actions.check_apply(batch)
    if args.dry_run or refusal is not None:
        actions.throw_away(actor, batch)
        if refusal is not None:
            print(refusal_text(refusal.code, refusal.params))
            return BLOCKED
        print("Dry run: nothing was written.")
        return DONE
    try:
        actions.apply(actor, batch)
    except (Conflict, Invalid) as error:
        return _fail(f"the portfolio changed meanwhile ({error}); run the command again")
    print(
        f"Taken in, import {batch.uid}." if batch.change else "Nothing to do: all is already there."
    )
    return DONE


def _report(plan: dict[str, object], mapping: dict[str, object]) -> None:
    outcomes = ("create", "update", "leave", "ignore", "block")
    print(f"{'':18}" + "".join(f"{name:>9}" for name in outcomes))
    counts: dict[str, dict[str, int]] = plan["counts"]  # type: ignore[assignment]
    for kind, row in counts.items():
        print(f"{kind_label(kind):18}" + "".join(f"{row.get(name, 0):>9}" for name in outcomes))
    sheets: list[object] = mapping["sheets"]  # type: ignore[assignment]
    groups: list[dict[str, object]] = plan["groups"]  # type: ignore[assignment]
    for group in groups:
        if group["level"] == INFO and not group["open"]:
            continue
        mark = "BLOCKS" if group["open"] else "note"
        example = f" [{group['read']}]" if group["read"] else ""
        print(f"{mark}: {group_title(group)}{example}: {place(group, len(sheets) > 1)}")
        if group["open"]:
            print(f"    --repair {group['id']}=CHOICE, one of:")
            for choice in list(group["choices"])[:12]:  # type: ignore[call-overload]
                shown = "value:TEXT" if choice == "value:" else choice
                print(f"      {shown}  ({choice_label(choice, group)})")


def _fail(message: str) -> int:
    print(f"portulan import table: {message}", file=sys.stderr)
    return WRONG
