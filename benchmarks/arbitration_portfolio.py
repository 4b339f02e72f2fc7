"""Our solver against plain SCIP, CP-SAT and HiGHS and the greedy, on generated portfolios.

    python benchmarks/arbitration_portfolio.py --size 300 --mode tight --time-limit 20
        [--seeds 9001 9002 …] [--solvers scip cp-sat] [--workers 2]

One CSV row a portfolio and solver: name, solver, status, objective, bound, gap, seconds, cpu,
first, verified. ``cpu`` is the processor time that the row took (on a machine that does other work
at the same time, compare it), ``first`` the seconds to the first plan. Then, on the error output,
the ratio of our value to the best plain one, and of our gap to the smallest plain one.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time

from arbitration_baselines import SOLVERS, solve_plain
from arbitration_generator import MODES, SIZES, UNSEEN, generate

from portulan_core.arbitrage import greedy, ready, solve, verify
from portulan_core.arbitrage.verify import violations

COLUMNS = (
    "name",
    "solver",
    "status",
    "objective",
    "bound",
    "gap",
    "seconds",
    "cpu",
    "first",
    "verified",
)


def shown(number: float | None, digits: int = 6) -> str:
    """A number for a cell, empty when there is none."""
    return "" if number is None else f"{number:.{digits}f}".rstrip("0").rstrip(".")


def main() -> int:
    """Run the comparison."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--size", choices=list(SIZES), nargs="+", default=["300"])
    parser.add_argument("--mode", choices=list(MODES), nargs="+", default=["realistic"])
    parser.add_argument("--seeds", type=int, nargs="+", default=list(UNSEEN))
    parser.add_argument("--solvers", nargs="*", choices=list(SOLVERS), default=list(SOLVERS))
    parser.add_argument("--time-limit", type=float, default=20.0)
    parser.add_argument("--workers", type=int, default=2)
    args = parser.parse_args()
    ready.prepare()
    writer = csv.writer(sys.stdout)
    writer.writerow(COLUMNS)
    values, gaps, unbounded = [], [], 0
    failed = 0
    for size in args.size:
        for mode in args.mode:
            for seed in args.seeds:
                name = f"{size}-{mode}-{seed}"
                problem = generate(SIZES[size], mode, seed)
                plain = greedy(problem)
                row = [name, "greedy", plain.status, plain.objective, "", ""]
                row += [shown(plain.seconds, 1), shown(plain.seconds, 1), "", plain.found]
                writer.writerow(row)
                best_value, best_gap = None, None
                for solver in args.solvers:
                    spent = time.process_time()
                    found = solve_plain(problem, solver, args.time_limit, args.workers)
                    spent = time.process_time() - spent
                    good = found.value is not None and not violations(problem, found.placements)
                    status = "unknown" if found.value is None else "feasible"
                    row = [name, solver, status, shown(found.value), shown(found.bound)]
                    row += [shown(found.gap), shown(found.seconds, 1), shown(spent, 1), "", good]
                    writer.writerow(row)
                    sys.stdout.flush()
                    if found.value is not None:
                        best_value = max(best_value or 0.0, found.value)
                    if found.gap is not None:
                        best_gap = found.gap if best_gap is None else min(best_gap, found.gap)
                spent = time.process_time()
                ours = solve(problem, args.time_limit, args.workers)
                spent = time.process_time() - spent
                good = ours.found and not verify(problem, ours)
                failed += not good
                first = next((i.seconds for i in ours.log if i.value is not None), None)
                row = [name, "ours", ours.status, ours.objective, shown(ours.bound)]
                row += [shown(ours.gap), shown(ours.seconds, 1), shown(spent, 1), shown(first, 2)]
                writer.writerow([*row, good])
                sys.stdout.flush()
                if best_value and ours.objective:
                    values.append(ours.objective / best_value)
                if best_gap is not None and ours.gap is not None:
                    gaps.append((ours.gap, best_gap))
                unbounded += best_gap is None
    if values:
        mean = sum(values) / len(values)
        print(f"value ours / best plain: mean {mean:.5f} min {min(values):.5f}", file=sys.stderr)
    if gaps:
        mine, theirs = (sum(x) / len(gaps) for x in zip(*gaps, strict=True))
        ratio = mine / theirs if theirs else float("nan")
        worst = max(a / b for a, b in gaps if b) if any(b for _, b in gaps) else float("nan")
        print(
            f"gap ours {100 * mine:.2f} %, best plain {100 * theirs:.2f} %,"
            f" ratio {ratio:.3f}, worst ratio {worst:.3f}",
            file=sys.stderr,
        )
    if unbounded:
        print(f"no plain solver had a plan and a bound: {unbounded}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
