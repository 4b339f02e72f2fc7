"""``portulan check``: the coherence of the portfolio, for people and for machines."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date
from importlib.metadata import version

from django.conf import settings
from django.utils import timezone, translation

from portulan.base.policy import NotFoundForActor
from portulan.coherence import queries, report
from portulan.organisation.rights import entity_and_below

CLEAN, FOUND, WRONG = 0, 1, 2


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "check",
        help="check the coherence of the portfolio",
        description=(
            "Check the coherence of the portfolio. Exit status: 0 nothing found, 1 findings, "
            "2 the check could not be made."
        ),
    )
    parser.add_argument("--entity", metavar="CODE", help="only what lies in this entity and below")
    parser.add_argument(
        "--as-of",
        metavar="DATE",
        type=_date,
        help="as of this day (YYYY-MM-DD): the portfolio and the calendar as they were",
    )
    parser.add_argument("--format", choices=("text", "json", "sarif"), default="text")
    parser.add_argument("--language", choices=("fr", "en"), help="language of the messages")
    parser.set_defaults(run=run)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date as YYYY-MM-DD") from None


def run(args: argparse.Namespace) -> int:
    """Run the check and print it."""
    day = args.as_of or timezone.localdate()
    checked = queries.checked(day, at=args.as_of)
    listed = list(checked.listed)
    if args.entity:
        try:
            within = entity_and_below(args.entity)
        except NotFoundForActor:
            print(f"portulan check: no entity has the code {args.entity!r}", file=sys.stderr)
            return WRONG
        listed = [item for item in listed if item.subject.entity in within]
    keys = queries.all_source_keys()
    with translation.override(args.language or settings.LANGUAGE_CODE):
        if args.format == "json":
            print(json.dumps(report.as_json(listed, keys, day.isoformat()), ensure_ascii=False))
        elif args.format == "sarif":
            made = report.as_sarif(listed, keys, version("portulan"))
            print(json.dumps(made, ensure_ascii=False))
        else:
            print(report.as_text(listed, keys))
    return FOUND if any(item.exception is None for item in listed) else CLEAN
