"""Solve every instance of a file or folder and write one CSV row for each.

    python benchmarks/arbitration.py PATH --format mknap|psplib|rcmpsp|json --time-limit S
        [--workers 2] [--seed 0] [--limit N] [--every N] [--best-known FILE.csv]

PATH: a file, a folder, or an archive (``.tar.gz``, ``.zip``). A file that is not in the format is
named on the error output, the others are solved, and the exit status is 1.
Columns: name, status, objective, bound, gap, seconds, verified. With ``--best-known`` (columns
``instance`` or ``file,index``, and ``best_makespan`` or ``best_feasible_CB1997``) the mean
difference to the best known values is printed at the end on the error output.
"""

from __future__ import annotations

import argparse
import csv
import math
import sys
from pathlib import Path

from arbitration_formats import READERS, instances

from portulan_core.arbitrage import ready, solve, verify


def best_known(path: Path) -> dict[str, int]:
    """Best known objective by instance name."""
    out = {}
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if "best_makespan" in row:
                out[Path(row["instance"]).stem] = int(float(row["best_makespan"]))
            else:
                out[f"{row['file']}-{row['index']}"] = int(float(row["best_feasible_CB1997"]))
    return out


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("path", type=Path)
    parser.add_argument("--format", choices=sorted(READERS), required=True)
    parser.add_argument("--time-limit", type=float, default=10.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--limit", type=int, help="at most so many instances")
    parser.add_argument("--every", type=int, default=1, help="only each N-th instance")
    parser.add_argument("--best-known", type=Path)
    args = parser.parse_args()
    known = best_known(args.best_known) if args.best_known else {}
    writer = csv.writer(sys.stdout)
    writer.writerow(["name", "status", "objective", "bound", "gap", "seconds", "verified"])
    ready.prepare()
    differences = []
    done = failed = 0
    faults: list[str] = []
    for index, (name, problem) in enumerate(instances(args.path, args.format, faults)):
        if index % args.every:
            continue
        if args.limit is not None and done >= args.limit:
            break
        done += 1
        result = solve(problem, args.time_limit, args.workers, args.seed)
        verified = result.found and not verify(problem, result)
        failed += result.found and not verified
        gap = "" if result.gap is None or not math.isfinite(result.gap) else f"{result.gap:.6f}"
        writer.writerow(
            [name, result.status, result.objective, result.bound, gap, result.seconds, verified]
        )
        sys.stdout.flush()
        if name in known and result.objective is not None:
            differences.append((result.objective - known[name]) / max(1, known[name]))
    if differences:
        mean = 100 * sum(differences) / len(differences)
        print(f"mean difference to best known: {mean:+.4f} % ({len(differences)})", file=sys.stderr)
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if failed or faults or not done else 0


if __name__ == "__main__":
    sys.exit(main())
