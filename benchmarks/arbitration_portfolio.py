"""Our solver against plain SCIP, CP-SAT and HiGHS and the greedy, on generated portfolios.

    python benchmarks/arbitration_portfolio.py --size 300 --mode tight --time-limit 20
        [--seeds 9001 9002 …] [--solvers scip cp-sat] [--workers 2]

One row a portfolio and solver: value, bound, gap, first plan after, seconds, verified. Then the
ratio of our value to the best plain one, and of our gap to the smallest plain one.
"""

from __future__ import annotations

import argparse
import sys

from arbitration_baselines import SOLVERS, solve_plain
from arbitration_generator import MODES, SIZES, UNSEEN, generate

from portulan_core.arbitrage import greedy, solve, verify
from portulan_core.arbitrage.verify import violations


def percent(gap: float | None) -> str:
    """A gap in percent."""
    return "-" if gap is None else f"{100 * gap:.3f} %"


def main() -> int:
    """Run the comparison."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--size", choices=list(SIZES), default="300")
    parser.add_argument("--mode", choices=list(MODES), default="realistic")
    parser.add_argument("--seeds", type=int, nargs="+", default=list(UNSEEN))
    parser.add_argument("--solvers", nargs="*", choices=list(SOLVERS), default=list(SOLVERS))
    parser.add_argument("--time-limit", type=float, default=20.0)
    parser.add_argument("--workers", type=int, default=2)
    args = parser.parse_args()
    values, gaps, firsts = [], [], []
    for seed in args.seeds:
        problem = generate(SIZES[args.size], args.mode, seed)
        name = f"{args.size}-{args.mode}-{seed}"
        plain = greedy(problem)
        print(f"{name} greedy  value {plain.objective} after {plain.seconds:.1f} s")
        best_value, best_gap = None, None
        for solver in args.solvers:
            found = solve_plain(problem, solver, args.time_limit, args.workers)
            good = found.value is not None and not violations(problem, found.placements)
            print(
                f"{name} {solver:7} value {found.value} bound {found.bound}"
                f" gap {percent(found.gap)}"
                f" after {found.seconds:.1f} s verified {good}",
                flush=True,
            )
            if found.value is not None:
                best_value = max(best_value or 0.0, found.value)
            if found.gap is not None:
                best_gap = found.gap if best_gap is None else min(best_gap, found.gap)
        ours = solve(problem, args.time_limit, args.workers)
        good = ours.found and not verify(problem, ours)
        first = next((i.seconds for i in ours.log if i.value is not None), None)
        print(
            f"{name} ours    value {ours.objective} bound {ours.bound} gap {percent(ours.gap)}"
            f" after {ours.seconds:.1f} s verified {good} first plan {first} s ({ours.method})",
            flush=True,
        )
        firsts.append(first)
        if best_value and ours.objective:
            values.append(ours.objective / best_value)
        if best_gap is not None and ours.gap is not None:
            gaps.append((ours.gap, best_gap))
    if values:
        print(
            f"value ours / best plain: mean {sum(values) / len(values):.5f} min {min(values):.5f}"
        )
    if gaps:
        mine, theirs = (sum(x) / len(gaps) for x in zip(*gaps, strict=True))
        ratio = mine / theirs if theirs else float("nan")
        print(f"gap ours {percent(mine)}, best plain {percent(theirs)}, ratio {ratio:.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
