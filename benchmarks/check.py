"""How long a snapshot and a check take against the size of the portfolio.

    python benchmarks/check.py [--sizes 60,600,6000]

Prints, for each size, the time to store a clean world, to take a snapshot of it and to check it,
the queries of the snapshot, the ratio of both to the floor (reading the same tables as plain rows),
and the growth from the size before. SQLite, each size in a process and a home of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

HEAD = ("products", "store s", "floor s", "take s", "check s", "queries", "ratio", "growth")


def timed(call: Callable[[], Any]) -> tuple[float, Any]:
    """The shortest of three runs, in seconds, and what the call gives."""
    best, found = float("inf"), None
    for _ in range(3):
        begun = time.perf_counter()
        found = call()
        best = min(best, time.perf_counter() - begun)
    return best, found


def main() -> int:
    """Measure each size and print a row."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="60,600,6000")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(options.one)))
        return 0
    print("".join(f"{name:>10}" for name in HEAD))
    before = 0.0
    for size in options.sizes.split(","):
        with tempfile.TemporaryDirectory() as home:
            made = subprocess.run(
                [sys.executable, __file__, "--one", size],
                env=os.environ | {"PORTULAN_HOME": home, "SECRET_KEY": "benchmark"},
                capture_output=True,
                text=True,
                check=True,
            )
        found = json.loads(made.stdout.splitlines()[-1])
        whole = found["take"] + found["check"]
        growth = f"{whole / before:.1f}" if before else "-"
        before = whole
        print(
            f"{size:>10}{found['store']:>10.2f}{found['floor']:>10.3f}{found['take']:>10.3f}"
            f"{found['check']:>10.3f}{found['queries']:>10}{whole / found['floor']:>10.1f}"
            f"{growth:>10}"
        )
    return 0


def measure(size: int) -> dict[str, float]:
    """Seconds and queries of one size; a clean world has no finding, or this fails."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portulan.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from portulan.base.changes import KNOWN_SINCE_EVER, recording
    from portulan.base.policy import system_actor
    from portulan.coherence.queries import READ
    from portulan.snapshot.assemble import tables, take
    from portulan.snapshot.store import store
    from portulan_core.coherence import check
    from portulan_core.generate import clean_world

    call_command("migrate", verbosity=0)
    today = timezone.localdate()
    world = clean_world(seed=1, products=size, today=today)
    begun = time.perf_counter()
    actor = system_actor("benchmark")
    with recording(actor, "world.import", effective_on=KNOWN_SINCE_EVER) as recorder:
        store(world, recorder)
    stored = time.perf_counter() - begun
    read = [table for table in tables() if table.name in READ]
    floor, _ = timed(lambda: [list(t.model._default_manager.values_list()) for t in read])
    with CaptureQueriesContext(connection) as queries:
        take(READ)
    taken, snapshot = timed(lambda: take(READ))
    checked, findings = timed(lambda: check(snapshot, today))
    if findings:
        raise SystemExit(f"{len(findings)} findings in a clean world")
    return {
        "store": stored,
        "floor": floor,
        "take": taken,
        "check": checked,
        "queries": len(queries),
    }


if __name__ == "__main__":
    sys.exit(main())
