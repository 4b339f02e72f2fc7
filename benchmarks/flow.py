"""Flow figures of many state changes.

python benchmarks/flow.py [--events 260000] [--repeat 3]
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import numpy as np

from portulan_core.flow import FlowReport, WorkCalendar, measure

STATES = {
    "idea": "before",
    "ready": "before",
    "doing": "active",
    "review": "waiting",
    "done": "done",
    "closed": "done",
}
ORIGIN = datetime(2024, 1, 1, tzinfo=UTC)


def history(events: int) -> tuple[list[str], list[str], list[datetime]]:
    """Five years of made-up changes, in no order, some of them reopened."""
    rng = np.random.default_rng(0)
    names = tuple(STATES)
    each = len(names)
    cases = max(1, events // each)
    begin = rng.integers(0, 5 * 365 * 86_400, cases)
    steps = rng.exponential(4 * 86_400, (cases, each)).cumsum(axis=1)
    rows = [
        (f"T-{case}", names[step] if rng.random() > 0.02 else "doing", int(begin[case] + at))
        for case in range(cases)
        for step, at in enumerate(steps[case].tolist())
    ]
    rows = [rows[place] for place in rng.permutation(len(rows))]
    return (
        [row[0] for row in rows],
        [row[1] for row in rows],
        [ORIGIN + timedelta(seconds=int(row[2])) for row in rows],
    )


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
    parser.add_argument("--events", type=int, default=260_000)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    case, to, at = history(options.events)
    calendar = WorkCalendar(holidays=frozenset(date(year, 5, 1) for year in range(2024, 2030)))
    as_of = ORIGIN + timedelta(days=5 * 365)

    def run() -> FlowReport:
        return measure(case, to, at, STATES, as_of=as_of, calendar=calendar)

    seconds = best_of(options.repeat, run)
    report = run()
    print(f"{len(case)} events, {len(report.cases.ids)} cases, working days and holidays")
    print(f"flow                           {seconds:8.3f} s   (at most 2)")
    print(f"cycle P50 / P85                {report.cycle.p50:8.1f} / {report.cycle.p85:.1f} days")
    print("dirt                           ", {d.code: d.count for d in report.dirt})


if __name__ == "__main__":
    main()
