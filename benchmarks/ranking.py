"""Rank ranges against the bare product and sort, in the same run.

    python benchmarks/ranking.py [--items 5000] [--sets 10000] [--criteria 8] [--repeat 3]

Prints the ratio to reach (at most 2), the peak of memory, and how long a slider waits.
"""

from __future__ import annotations

import argparse
import time
import tracemalloc
from collections.abc import Callable

import numpy as np

from portulan_core.ranking import WeightSpace, quick_rank, rank_ranges, say, smallest_swap


def best_of(repeat: int, work: Callable[[], object]) -> float:
    """Seconds of the fastest of ``repeat`` runs."""
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--items", type=int, default=5000)
    parser.add_argument("--sets", type=int, default=10_000)
    parser.add_argument("--criteria", type=int, default=8)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    rng = np.random.default_rng(0)
    utilities = rng.random((options.items, options.criteria))
    columns = tuple(f"c{index}" for index in range(options.criteria))
    space = WeightSpace(columns, (1.0,) * options.criteria, kind="uniform")
    weights = space.sample(options.sets, rng)
    across = np.ascontiguousarray(utilities.T)
    rows = max(1, (8 << 20) // (8 * options.items))

    def bare(sort: Callable[..., object]) -> None:
        """Product and sort, in chunks that fit the cache: nothing is counted or kept."""
        for start in range(0, options.sets, rows):
            sort(weights[start : start + rows] @ across, axis=1)

    plain = best_of(options.repeat, lambda: bare(np.sort))
    ordered = best_of(options.repeat, lambda: bare(np.argsort))
    certain = best_of(options.repeat, lambda: rank_ranges(utilities, space, sets=options.sets))
    spreads = np.full(utilities.shape, 0.05)
    doubtful = best_of(
        options.repeat, lambda: rank_ranges(utilities, space, spreads=spreads, sets=options.sets)
    )
    tracemalloc.start()
    ranges = rank_ranges(utilities, space, spreads=spreads, sets=options.sets)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    quick = best_of(20, lambda: quick_rank(utilities, space.weights))
    quick_ranges = best_of(options.repeat, lambda: rank_ranges(utilities, space, sets=500))
    first, second = ranges.order[:2]
    swap = best_of(20, lambda: smallest_swap(utilities[first], utilities[second], space.weights))

    print(f"{options.sets} weight sets x {options.items} items x {options.criteria} criteria")
    print(f"bare product + sort            {plain:8.3f} s")
    print(f"bare product + argsort         {ordered:8.3f} s")
    print(f"rank ranges                    {certain:8.3f} s   ratio {certain / plain:.2f}")
    print(f"rank ranges, uncertain scores  {doubtful:8.3f} s   ratio {doubtful / plain:.2f}")
    print(f"peak memory                    {peak / 2**20:8.0f} MiB")
    print(f"slider: one ranking            {1000 * quick:8.2f} ms")
    print(f"slider: ranges on 500 sets     {1000 * quick_ranges:8.0f} ms")
    print(f"smallest change of weights     {1000 * swap:8.2f} ms")
    print(f"statement                      {say(ranges).code}")


if __name__ == "__main__":
    main()
