"""``portulan arbitrate``: the best plan of a problem read from a file, with its proof."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from portulan.cli.outcome import DONE, REFUSED, Failure
from portulan_core.arbitrage import (
    Conflict,
    Problem,
    ProblemError,
    Progress,
    Result,
    conflicts,
    solve,
    verify,
)

#: Seconds given to the search for what contradicts, when no plan exists.
CONTRADICTION = 10.0


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "arbitrate",
        help="find the best plan of a problem of arbitration",
        description=(
            "Choose and place the items of a problem (see `portulan schema problem`) within a time "
            "limit, and prove how good the plan is. Exit status: 0 a plan was found, 1 none exists "
            "(what contradicts is printed) or none was found in time, 2 the file cannot be read."
        ),
    )
    parser.add_argument("problem", metavar="PROBLEM.json", help="the problem; - for standard input")
    parser.add_argument("--time-limit", metavar="SECONDS", type=_seconds, default=20.0)
    parser.add_argument("--workers", metavar="N", type=_count, default=2, help="threads (2)")
    parser.add_argument("--seed", metavar="N", type=int, default=0)
    parser.add_argument(
        "--output", metavar="RESULT.json", help="write the result there; - for standard output"
    )
    parser.add_argument("--quiet", action="store_true", help="do not tell how the search goes")
    parser.set_defaults(run=run)


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= 86_400:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds, 0 to 86400")
    return value


def _count(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 256:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of threads, 1 to 256")
    return int(text)


def run(args: argparse.Namespace) -> int:
    """Read, solve, verify, print."""
    problem = read(args.problem)
    say = sys.stderr if args.output == "-" else sys.stdout

    def progress(now: Progress) -> None:
        if now.value is not None:
            bound = "" if now.bound is None else f", at most {now.bound:.0f}"
            print(f"{now.seconds:6.1f} s  {now.value:.0f}{bound}", file=sys.stderr)

    result = solve(
        problem, args.time_limit, args.workers, args.seed,
        progress=None if args.quiet else progress,
    )
    if result.found:
        broken = verify(problem, result)
        if broken:
            raise Failure(f"the plan found does not hold: {broken[0]}", REFUSED)
    write(args.output, result)
    for line in summary(problem, result):
        print(line, file=say)
    if result.found:
        return DONE
    if result.status == "infeasible":
        for line in contradiction(conflicts(problem, CONTRADICTION, args.seed)):
            print(line, file=say)
    return REFUSED


def read(place: str) -> Problem:
    """The problem of a file.

    Raises:
        Failure: it cannot be read, is no JSON, or does not hold: where, what, what was expected.
    """
    try:
        text = sys.stdin.read() if place == "-" else Path(place).read_text(encoding="utf-8")
    except OSError as error:
        raise Failure(f"{place}: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        raise Failure(f"{place}: not UTF-8 text, byte {error.start}") from None
    try:
        data: Any = json.loads(text)
    except json.JSONDecodeError as error:
        raise Failure(
            f"{place}: not JSON, line {error.lineno} column {error.colno}: {error.msg}"
        ) from None
    except RecursionError:
        raise Failure(f"{place}: nested too deep") from None
    try:
        return Problem.from_json(data)
    except ProblemError as error:
        lines = [f"{place}: {len(error.issues)} faults"]
        for issue in error.issues[:50]:
            expected = f", expected {issue.expected}" if issue.expected else ""
            got = f", got {issue.got}" if issue.got else ""
            lines.append(f"  {issue.path or '(root)'}: {issue.code}{expected}{got}")
        if len(error.issues) > 50:
            lines.append(f"  and {len(error.issues) - 50} more")
        raise Failure("\n".join(lines)) from None


def write(place: str | None, result: Result) -> None:
    """Write the result as JSON where it is asked for.

    Raises:
        Failure: the file cannot be written.
    """
    if place is None:
        return
    text = json.dumps(result.to_json(), indent=2, ensure_ascii=False) + "\n"
    if place == "-":
        sys.stdout.write(text)
        return
    try:
        Path(place).write_text(text, encoding="utf-8")
    except OSError as error:
        raise Failure(f"{place}: {error.strerror or error}") from None


def summary(problem: Problem, result: Result) -> list[str]:
    """The result in a few lines."""
    if result.status == "infeasible":
        return [f"infeasible: no plan holds all limits ({result.seconds:.1f} s)"]
    if not result.found:
        return [f"unknown: no plan found in {result.seconds:.1f} s"]
    gap = "unknown" if result.gap is None else f"{100 * result.gap:.2f} %"
    bound = "unknown" if result.bound is None else f"{result.bound:.0f}"
    out = [item.key for item in problem.items if item.key not in result.placements]
    lines = [
        f"{result.status}: objective {result.objective}, bound {bound}, gap {gap}, "
        f"{result.seconds:.1f} s, verified",
        f"chosen: {len(result.placements)} of {len(problem.items)}",
    ]
    if out:
        more = f" and {len(out) - 20} more" if len(out) > 20 else ""
        lines.append(f"left out: {', '.join(out[:20])}{more}")
    return lines


def contradiction(found: Conflict | None) -> list[str]:
    """What cannot all hold."""
    if found is None:
        return ["what contradicts could not be told in time"]
    word = "minimal: without any one of them the rest holds" if found.minimal else "not minimal"
    lines = [f"these cannot all hold ({word}):"]
    for limit in found.limits:
        told = ", ".join(f"{key} {value}" for key, value in limit.params.items())
        lines.append(f"  {limit.code}: {told}")
    return lines
