"""Projects to schedule, generated from a seed in the manner of PSPLIB, written as ``.sm`` files.

    python benchmarks/arbitration_projects.py --activities 120 --count 20 --seed 1 [--modes 3] DIR

After ProGen (Kolisch, Sprecher and Drexl 1995): durations and demands from 1 to 10, four resources;
network complexity (arcs for an activity) 1.5, 1.8 or 2.1, resource factor (share of resources an
activity uses) 0.25 to 1, resource strength 0.1 to 0.5 with 120 activities, else 0.2 to 1 (0: an
activity can take all there is, 1: the earliest starts of all fit). With several modes (``.mm``):
two renewable and two consumed resources, a longer mode never taking more; strengths 0.05 to 0.5 and
0.1 to 0.75, tighter than PSPLIB's, whose kind is proved in a second.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path

RESOURCES = 4
STRENGTHS = {False: (0.2, 0.5, 0.7, 1.0), True: (0.1, 0.2, 0.3, 0.4, 0.5)}
"""As in the sets of up to 90 activities, and in that of 120."""


def network(draw: random.Random, n: int, complexity: float) -> list[set[int]]:
    """Who comes after whom: 0 is the source, n + 1 the sink; no arc follows from the others."""
    first, last = draw.choice((3, 4, 5)), draw.choice((3, 4, 5))
    after: list[set[int]] = [set() for _ in range(n + 2)]
    entered = [0] * (n + 2)
    below = [0] * (n + 2)  # bits of all that come after
    above = [0] * (n + 2)

    def add(a: int, b: int) -> bool:
        if below[a] >> b & 1 or len(after[a]) >= 3 or entered[b] >= 3:
            return False
        up, down = above[a] | 1 << a, below[b] | 1 << b
        for i in range(1, n + 1):
            if up >> i & 1 and any(down >> k & 1 for k in after[i]):
                return False
        after[a].add(b)
        entered[b] += 1
        for i in range(1, n + 1):
            if up >> i & 1:
                below[i] |= down
            if down >> i & 1:
                above[i] |= up
        return True

    for j in range(first + 1, n + 1):
        for _ in range(50):
            if add(draw.randint(1, min(j - 1, n - last)), j):
                break
    for j in range(n - last, 0, -1):
        for _ in range(50):
            if after[j] or add(j, draw.randint(max(first, j) + 1, n)):
                break
    arcs = sum(len(a) for a in after)
    for _ in range(200 * n):
        if arcs >= complexity * n:
            break
        a = draw.randint(1, n - last)
        arcs += add(a, draw.randint(max(first, a) + 1, n))
    after[0] = {j for j in range(1, n + 1) if not entered[j]}
    for j in range(1, n + 1):
        if not after[j]:
            after[j] = {n + 1}
    return after


def project(activities: int, seed: int, modes: int = 1) -> str:
    """One project as the text of a ``.sm`` file (``.mm`` when there are several modes).

    The same arguments give the same project.
    """
    draw = random.Random(f"project-{activities}-{modes}-{seed}")
    n = activities
    after = network(draw, n, draw.choice((1.5, 1.8, 2.1)))
    renewable, consumed = (RESOURCES, 0) if modes == 1 else (2, 2)
    factor = draw.choice((0.25, 0.5, 0.75, 1.0) if modes == 1 else (0.5, 1.0))
    strength = draw.choice(STRENGTHS[n > 90] if modes == 1 else (0.05, 0.1, 0.25, 0.5))
    budget = draw.choice((0.1, 0.25, 0.5, 0.75))
    rows: list[list[tuple[int, list[int]]]] = [[(0, [0] * (renewable + consumed))]]
    for _ in range(n):
        lengths = sorted(draw.randint(1, 10) for _ in range(modes))
        uses = [[0] * (renewable + consumed) for _ in lengths]
        asked = draw.sample(range(renewable), max(1, round(factor * renewable)))
        asked += [renewable + r for r in range(consumed) if draw.random() < factor]
        for r in asked:
            # A longer mode takes no more of anything; some resources do not care.
            levels = sorted((draw.randint(1, 10) for _ in lengths), reverse=True)
            if draw.random() < 0.5:
                levels = levels[:1] * len(levels)
            for use, level in zip(uses, levels, strict=True):
                use[r] = level
        rows.append(list(zip(lengths, uses, strict=True)))
    rows.append(rows[0])
    limits = []
    start = [0] * (n + 2)
    for j in range(n + 2):
        for k in after[j]:
            start[k] = max(start[k], start[j] + rows[j][0][0])
    for r in range(renewable + consumed):
        if r >= renewable:
            least = sum(min(use[r] for _, use in kinds) for kinds in rows)
            most = sum(max(use[r] for _, use in kinds) for kinds in rows)
            limits.append(least + round(budget * (most - least)))
            continue
        least = max(min(use[r] for _, use in kinds) for kinds in rows)
        load = [0] * (sum(kinds[-1][0] for kinds in rows) + 1)
        for j, kinds in enumerate(rows):
            for t in range(start[j], start[j] + kinds[0][0]):
                load[t] += kinds[0][1][r]
        limits.append(least + round(strength * max(0, max(load) - least)))
    return written(after, rows, limits, renewable)


def written(
    after: list[set[int]],
    rows: list[list[tuple[int, list[int]]]],
    limits: list[int],
    renewable: int,
) -> str:
    """The text of a PSPLIB file."""
    line = "*" * 72
    names = "  ".join(
        [f"R {r + 1}" for r in range(renewable)]
        + [f"N {r + 1}" for r in range(len(limits) - renewable)]
    )
    out = [line, f"jobs (incl. supersource/sink ):  {len(rows)}"]
    out += [f"horizon : {sum(max(d for d, _ in kinds) for kinds in rows)}", "RESOURCES"]
    out.append(f"  - renewable : {renewable}   R")
    out.append(f"  - nonrenewable : {len(limits) - renewable}   N")
    out += [line, "PRECEDENCE RELATIONS:", "jobnr.    #modes  #successors   successors"]
    for j, kinds in enumerate(rows):
        rest = " ".join(str(k + 1) for k in sorted(after[j]))
        out.append(f"{j + 1}  {len(kinds)}  {len(after[j])}  {rest}")
    out += [line, "REQUESTS/DURATIONS:", f"jobnr. mode duration  {names}", "-" * 72]
    for j, kinds in enumerate(rows):
        for m, (duration, use) in enumerate(kinds):
            label = str(j + 1) if m == 0 else " "
            out.append(f"{label}  {m + 1}  {duration}  {' '.join(map(str, use))}")
    out += [line, "RESOURCEAVAILABILITIES:", f"  {names}", "  " + " ".join(map(str, limits)), line]
    return "\n".join(out) + "\n"


def main() -> int:
    """Write a folder of projects."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--activities", type=int, default=120)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--modes", type=int, default=1)
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    for number in range(args.count):
        ending = "sm" if args.modes == 1 else "mm"
        path = args.folder / f"g{args.activities}_{args.seed + number}.{ending}"
        text = project(args.activities, args.seed + number, args.modes)
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
