"""``portulan register``: verify the decision register, export its head."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from portulan.cli.outcome import DONE, REFUSED, WRONG, Failure
from portulan.governance import sealing
from portulan.governance.actions import seal_past
from portulan_core.register import Head

WORDS = {
    "gap": "entry {number}: the numbers do not follow, an entry is missing or was added",
    "link": "entry {number}: does not point to the entry before it",
    "seal": "entry {number}: was altered after it was sealed",
    "order": "entry {number}: is earlier than the entry before it",
    "cut": "entry {number} was the last one: what came after the cut is gone",
    "head": "the head at entry {number} is not the one of this register",
    "differs": "entry {number}, decision {decision}: {detail} no longer reads as it was sealed",
    "unsealed": "decision {decision} is in no entry of the register",
}


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands."""
    parser = subparsers.add_parser(
        "register",
        help="verify the decision register",
        description="The decision register: numbered entries, each sealed with the one before.",
    )
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    verify = verbs.add_parser(
        "verify",
        help="verify every seal, and every decision against its entry",
        description="Exit status 0: the register holds; 1: it does not; 2: wrong input.",
    )
    verify.add_argument(
        "--head", metavar="FILE", help="a head exported before (portulan register head)"
    )
    verify.add_argument("--format", choices=("text", "json"), default="text")
    verify.set_defaults(run=run_verify)
    head = verbs.add_parser(
        "head",
        help="print the head, to keep outside",
        description="Number and seal of the last entry, as JSON: a register that goes back behind "
        "an exported head is found.",
    )
    head.set_defaults(run=run_head)
    seal = verbs.add_parser(
        "seal",
        help="enter decisions that came with imported data",
        description="Decisions taken in from elsewhere enter the register, oldest first.",
    )
    seal.set_defaults(run=run_seal)


def run_verify(args: argparse.Namespace) -> int:
    """Verify, and say everything that is wrong."""
    findings = sealing.verify(_read_head(args.head) if args.head else None)
    head = sealing.head()
    if args.format == "json":
        print(
            json.dumps(
                {
                    "entries": head.number,
                    "seal": head.seal,
                    "faults": [
                        {
                            "code": f.code,
                            "entry": f.number,
                            "decision": f.decision,
                            "detail": f.detail,
                        }
                        for f in findings
                    ],
                },
                ensure_ascii=False,
                indent=2,
            )
        )
    elif findings:
        for found in findings:
            print(
                WORDS[found.code].format(
                    number=found.number, decision=found.decision, detail=found.detail
                )
            )
        print(f"The register does not hold: {len(findings)} faults in {head.number} entries.")
    else:
        print(f"The register holds: {head.number} entries, last seal {head.seal[:16]}…")
    return REFUSED if findings else DONE


def run_head(args: argparse.Namespace) -> int:
    """Print the head."""
    head = sealing.head()
    print(json.dumps({"number": head.number, "seal": head.seal, "mac": head.mac}))
    return DONE


def run_seal(args: argparse.Namespace) -> int:
    """Enter past decisions."""
    print(f"{seal_past()} decisions entered the register.")
    return DONE


def _read_head(path: str) -> Head:
    try:
        data = json.loads(Path(path).read_text(encoding="utf-8"))
        return Head(int(data["number"]), str(data["seal"]), str(data["mac"]))
    except OSError as error:
        raise Failure(f"{path}: {error.strerror}.", WRONG) from error
    except (ValueError, KeyError, TypeError) as error:
        raise Failure(
            f"{path}: expected what `portulan register head` prints.", WRONG
        ) from error
