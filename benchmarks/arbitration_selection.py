"""Selection under several capacities: ours, plain SCIP and plain CP-SAT on the same instances.

    python benchmarks/arbitration_selection.py [--sizes 100x5,250x10,500x30] [--each 2]
        [--time-limit 20] [--workers 2] [--solvers scip,cp-sat] [--write FOLDER]

Instances in the manner of Chu and Beasley (1998): use uniform in 1 to 1,000; each capacity a
quarter, a half or three quarters of the sum of its row; value the mean use plus 500 times a uniform
number. ``--each``: how many of each tightness. With ``--write`` they are written in the format of
OR-Library's ``mknapcb`` files instead.

One CSV row an instance: name, value and bound of each, seconds of ours, verified. The error output
ends with the mean difference of each to the best of the row, in percent.
"""

from __future__ import annotations

import argparse
import csv
import random
import sys
from pathlib import Path

from arbitration_baselines import SOLVERS, solve_plain
from arbitration_formats import read_mknap

from portulan_core.arbitrage import ready, solve, verify

TIGHTNESS = (0.25, 0.5, 0.75)
SIZES = "100x5,100x10,100x30,250x5,250x10,250x30,500x5,500x10,500x30"


def instance(count: int, rows: int, tightness: float, seed: int) -> str:
    """One instance, as the lines of a file."""
    draw = random.Random(f"{count}-{rows}-{tightness}-{seed}")
    use = [[draw.randint(1, 1000) for _ in range(count)] for _ in range(rows)]
    luck = [draw.random() for _ in range(count)]
    value = [round(sum(row[j] for row in use) / rows + 500 * luck[j]) for j in range(count)]
    limit = [int(tightness * sum(row)) for row in use]
    lines = [[count, rows, 0], value, *use, limit]
    return "".join(" ".join(map(str, line)) + "\n" for line in lines)


def family(count: int, rows: int, each: int, first: int = 0) -> str:
    """A file: ``each`` instances of each tightness, from seed ``first`` on."""
    seeds = range(first, first + each)
    texts = [instance(count, rows, t, seed) for t in TIGHTNESS for seed in seeds]
    return f"{len(texts)}\n" + "".join(texts)


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", default=SIZES)
    parser.add_argument("--each", type=int, default=1)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--time-limit", type=float, default=20.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--solvers", default="scip,cp-sat")
    parser.add_argument("--write", type=Path)
    args = parser.parse_args()
    ready.prepare()
    sizes = [tuple(int(n) for n in size.split("x")) for size in args.sizes.split(",")]
    solvers = [name for name in args.solvers.split(",") if name]
    unknown = [name for name in solvers if name not in SOLVERS]
    if unknown:
        parser.error(f"no such solver: {', '.join(unknown)} (expected: {', '.join(SOLVERS)})")
    if args.write:
        args.write.mkdir(parents=True, exist_ok=True)
        for count, rows in sizes:
            text = family(count, rows, args.each, args.first_seed)
            (args.write / f"mk{count}x{rows}.txt").write_text(text, encoding="utf-8")
        return 0
    writer = csv.writer(sys.stdout)
    plain = [f"{name}{part}" for name in solvers for part in ("", "_bound")]
    writer.writerow(["name", "ours", "ours_bound", *plain, "seconds", "verified"])
    behind: dict[str, list[float]] = {name: [] for name in ["ours", *solvers]}
    failed = proved = 0
    for count, rows in sizes:
        for name, problem in read_mknap(
            f"mk{count}x{rows}", family(count, rows, args.each, args.first_seed)
        ):
            result = solve(problem, args.time_limit, args.workers)
            good = result.found and not verify(problem, result)
            failed += not good
            proved += result.status == "optimal"
            values = {"ours": float(result.objective or 0)}
            row: list[object] = [name, result.objective, result.bound]
            for solver in solvers:
                other = solve_plain(problem, solver, args.time_limit, args.workers)
                values[solver] = float(round(other.value or 0))
                row += [round(other.value or 0), other.bound and round(other.bound, 1)]
            best = max(values.values())
            for key, value in values.items():
                behind[key].append(100 * (best - value) / best)
            writer.writerow([*row, round(result.seconds, 2), good])
            sys.stdout.flush()
    means = ", ".join(f"{key} {sum(v) / max(1, len(v)):.4f} %" for key, v in behind.items())
    total = len(behind["ours"])
    print(f"behind the best: {means} ({total}); ours proved {proved}", file=sys.stderr)
    return 1 if failed or not total else 0


if __name__ == "__main__":
    sys.exit(main())
