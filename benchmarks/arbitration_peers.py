"""Placement against PyJobShop with OR-Tools: same instances, time limit and workers, in one run.

    pip install pyjobshop
    python benchmarks/arbitration_peers.py PATH --format psplib|rcmpsp --time-limit 10
        [--workers 2] [--limit N] [--every N] [--best-known FILE.csv] [--long SECONDS]

One CSV row an instance: name, ours, our bound, peer, peer's bound, best, seconds of each,
verified. ``best`` is the least of what both found, of the best known value (where there is one),
and of a longer run of ours (``--long``). The error output ends with both mean gaps to it, how
often each was the shorter, and how many each proved.
"""

from __future__ import annotations

import argparse
import csv
import math
import sys
import time
from pathlib import Path
from typing import Any

from arbitration import best_known
from arbitration_formats import READERS, instances

from portulan_core.arbitrage import Problem, ready, solve, verify


def peer(problem: Problem, seconds: float, workers: int) -> tuple[int | None, int | None, float]:
    """(makespan, bound, seconds) of PyJobShop on the same problem (None: not found)."""
    from pyjobshop import Model  # type: ignore[import-not-found]

    begun = time.monotonic()
    model = Model()
    resources: dict[str, Any] = {
        r.key: model.add_renewable(max(r.capacity), name=r.key) for r in problem.resources
    }
    for envelope in problem.envelopes:
        resources[envelope.key] = model.add_consumable(envelope.ceiling or 0, name=envelope.key)
    tasks = {}
    for item in problem.items:
        task = tasks[item.key] = model.add_task(earliest_start=item.earliest, name=item.key)
        for mode in item.modes:
            asked = {k: max(v) for k, v in mode.effort.items() if any(v)}
            for envelope in problem.envelopes:
                spent = sum(sum(mode.cost.get(account, ())) for account in envelope.accounts)
                if spent:
                    asked[envelope.key] = spent
            model.add_mode(task, [resources[k] for k in asked], mode.duration, list(asked.values()))
    for link in problem.precedences:
        model.add_end_before_start(tasks[link.before], tasks[link.after], delay=link.lag)
    left = max(0.1, seconds - (time.monotonic() - begun))
    result = model.solve("ortools", time_limit=left, display=False, num_workers=workers)
    spent = time.monotonic() - begun
    return whole(result.objective), whole(result.lower_bound), spent


def whole(value: float) -> int | None:
    """As an integer; None for what is not a number."""
    return round(value) if math.isfinite(value) else None


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("path", type=Path)
    parser.add_argument("--format", choices=sorted(READERS), required=True)
    parser.add_argument("--time-limit", type=float, default=10.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--limit", type=int, help="at most so many instances")
    parser.add_argument("--every", type=int, default=1, help="only each N-th instance")
    parser.add_argument("--best-known", type=Path)
    parser.add_argument("--long", type=float, help="seconds of a longer run of ours, as reference")
    args = parser.parse_args()
    known = best_known(args.best_known) if args.best_known else {}
    writer = csv.writer(sys.stdout)
    writer.writerow(
        ["name", "ours", "our_bound", "peer", "peer_bound", "best"]
        + ["our_seconds", "peer_seconds", "verified"]
    )
    ready.prepare()
    mine: list[float] = []
    theirs: list[float] = []
    shorter, proved, missing = [0, 0], [0, 0], [0, 0]
    faults: list[str] = []
    done = failed = 0
    for index, (name, problem) in enumerate(instances(args.path, args.format, faults)):
        if index % args.every:
            continue
        if args.limit is not None and done >= args.limit:
            break
        done += 1
        result = solve(problem, args.time_limit, args.workers)
        good = result.found and not verify(problem, result)
        failed += result.found and not good
        makespan, bound, spent = peer(problem, args.time_limit, args.workers)
        ours = result.objective
        values = [v for v in (ours, makespan, known.get(name)) if v is not None]
        if args.long is not None and result.status != "optimal":
            again = solve(problem, args.long, args.workers, 1, start=result.placements or None)
            values += [] if again.objective is None else [again.objective]
        best = min(values, default=None)
        proved[0] += result.status == "optimal"
        proved[1] += makespan is not None and bound is not None and makespan <= bound
        missing[0] += ours is None
        missing[1] += makespan is None
        if ours is not None and makespan is not None and best:
            mine.append(ours / best - 1)
            theirs.append(makespan / best - 1)
            shorter[0] += ours < makespan
            shorter[1] += makespan < ours
        row = [name, ours, result.bound, makespan, bound, best]
        writer.writerow([*row, round(result.seconds, 2), round(spent, 2), good])
        sys.stdout.flush()
    for fault in faults:
        print(fault, file=sys.stderr)
    count = max(1, len(mine))
    print(
        f"mean gap to best: ours {100 * sum(mine) / count:.3f} %,"
        f" PyJobShop {100 * sum(theirs) / count:.3f} % ({len(mine)} instances);"
        f" shorter {shorter[0]} and {shorter[1]}; proved {proved[0]} and {proved[1]};"
        f" without a plan {missing[0]} and {missing[1]}",
        file=sys.stderr,
    )
    return 1 if failed or faults or not done else 0


if __name__ == "__main__":
    sys.exit(main())
