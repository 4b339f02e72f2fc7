"""``portulan schema``: the published JSON Schemas."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from typing import Any

from portulan.cli.outcome import DONE
from portulan.profiles import shapes
from portulan_core import model
from portulan_core.arbitrage import jsonform
from portulan_core.scoring import jsonform as scoring

SCHEMAS: dict[str, Callable[[], dict[str, Any]]] = {
    "world": model.json_schema,
    "problem": jsonform.schema,
    "scoring-model": scoring.schema,
    "profile": shapes.json_schema,
}


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "schema",
        help="print a JSON Schema",
        description=(
            "Print the JSON Schema (draft 2020-12) of a format: the World that `portulan world` "
            "exports and imports, the problem that `portulan arbitrate` reads, a scoring model, or "
            "the files of a governance profile."
        ),
    )
    parser.add_argument("format", choices=sorted(SCHEMAS))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print it."""
    print(json.dumps(SCHEMAS[args.format](), indent=2, ensure_ascii=False))
    return DONE
