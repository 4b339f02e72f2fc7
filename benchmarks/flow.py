"""Flow figures of many state changes, and the back-test of forecasts on real histories.

    python benchmarks/flow.py [--events 260000] [--repeat 3] [--data FOLDER]

The folder (``SHARED_DATA``, or ``../shared/data`` beside the repository) holds
``flow/helpdesk_transitions.csv`` and ``flow/rueedlinger_jira/jira.csv``; without it the back-test
is left out.
"""

from __future__ import annotations

import argparse
import csv
import os
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np

from portulan_core.flow import FlowReport, WorkCalendar, measure, measure_spans
from portulan_core.forecast import back_test

STATES = {
    "idea": "before",
    "ready": "before",
    "doing": "active",
    "review": "waiting",
    "done": "done",
    "closed": "done",
}
#: Weeks under which a history is too short for a back-test worth reading.
MIN_WEEKS = 104
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


def real_histories(folder: Path) -> dict[str, list[int]]:
    """Items finished in each complete week, by history, of the files that are there."""
    found: dict[str, list[int]] = {}
    tickets = folder / "flow" / "helpdesk_transitions.csv"
    if tickets.exists():
        with tickets.open(newline="", encoding="utf-8") as stream:
            rows = list(csv.DictReader(stream))
        done = {"Resolve ticket", "Closed", "VERIFIED", "RESOLVED"}
        report = measure(
            [row["case"] for row in rows],
            [row["state"] for row in rows],
            [row["timestamp"] for row in rows],
            {row["state"]: "done" if row["state"] in done else "active" for row in rows},
            as_of=datetime(2013, 12, 30, tzinfo=UTC),
        )
        found["help desk"] = report.weeks.throughput().tolist()
    issues = folder / "flow" / "rueedlinger_jira" / "jira.csv"
    if issues.exists():
        with issues.open(newline="", encoding="utf-8") as stream:
            rows = list(csv.DictReader(stream))
        for project in sorted({row["project"] for row in rows}):
            own = [row for row in rows if row["project"] == project]
            report = measure_spans(
                [row["id"] for row in own],
                [row["created_date"] for row in own],
                [row["finished_date"] for row in own],
                as_of=max(datetime.fromisoformat(row["finished_date"]) for row in own),
            )
            found[f"Jira project {project}"] = report.weeks.throughput().tolist()
    return {name: past for name, past in found.items() if len(past) >= MIN_WEEKS}


def print_back_tests(folder: Path) -> None:
    """Coverage of the 80 % interval, and how often the 85 % number was reached, by method."""
    histories = real_histories(folder)
    if not histories:
        print(f"no real history under {folder}: back-test left out")
        return
    print("history            weeks ahead  origins   steady 80%  85%   follow 80%  85%")
    for name, past in histories.items():
        for horizon in (4, 8, 13):
            cells = []
            for method in ("steady", "follow"):
                result = back_test(past, horizon=horizon, history=39, runs=1000, method=method)
                cells.append(f"{result.coverage[80]:10.0%} {result.kept[85]:5.0%}")
            print(f"{name:18} {horizon:11} {len(result.origins):8}   " + "  ".join(cells))


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--events", type=int, default=260_000)
    parser.add_argument("--repeat", type=int, default=3)
    home = Path(__file__).resolve().parents[1].parent / "shared" / "data"
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("SHARED_DATA") or home))
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
    print_back_tests(options.data)


if __name__ == "__main__":
    main()
