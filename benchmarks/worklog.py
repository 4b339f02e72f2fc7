"""The page path of work items: import, read back and measure, at growing numbers of changes.

    python benchmarks/worklog.py [--events 10000,100000,260000] [--database URL]

A database of its own, in a temporary folder, is made and removed. Printed for each size: seconds to
read and compare the file, to take it in (and its one transaction), to compare it again, to build
what the flow page shows (cold: read and measured; warm: kept), and to take it back.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
from flow import history

ROOT = Path(__file__).resolve().parents[1]
BACK = timedelta(days=6 * 365)


def content(events: int) -> bytes:
    """A CSV of made-up changes."""
    case, to, at = history(events)
    out = io.StringIO()
    out.write("key,state,timestamp\n")
    for row in zip(case, to, at, strict=True):
        # The made-up years are to come: they are moved into the past.
        out.write(f"{row[0]},{row[1]},{(row[2] - BACK).isoformat()}\n")
    return out.getvalue().encode()


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds and result."""
    start = time.perf_counter()
    found = work()
    return time.perf_counter() - start, found


def measure(events: int) -> None:
    """Print one line."""
    from django.core.management import call_command
    from django.db import transaction

    from portulan.base.policy import system_actor
    from portulan.integrations.workitems import actions
    from portulan.organisation.models import Team
    from portulan.portfolio import worklog
    from portulan.readmodels import flow, memo
    from portulan.readmodels.flow import Part
    from portulan.readmodels.reader import Reader

    call_command("flush", interactive=False, verbosity=0)
    team = Team(code="T", name="Team")
    team.refresh_derived()
    team.save()
    actor = system_actor("benchmark")
    files = [("items.csv", content(events))]
    read, batch = timed(lambda: actions.bring(actor, files, team="T"))
    inside: list[float] = []
    begin = transaction.Atomic.__enter__
    end = transaction.Atomic.__exit__
    clock: list[float] = []

    def enter(self: Any) -> None:
        clock.append(time.perf_counter())
        begin(self)

    def leave(self: Any, *error: Any) -> None:
        end(self, *error)
        inside.append(time.perf_counter() - clock.pop())

    transaction.Atomic.__enter__, transaction.Atomic.__exit__ = enter, leave  # type: ignore[method-assign]
    taken, _ = timed(lambda: actions.apply(actor, batch))
    transaction.Atomic.__enter__, transaction.Atomic.__exit__ = begin, end  # type: ignore[method-assign]
    again, _ = timed(lambda: actions.bring(actor, files, team="T"))
    memo.forget()
    part = Part("team", team.pk, "T", "Team", "FR")
    cold, view = timed(lambda: flow.view(Reader(actor), part, 26))
    warm, _ = timed(lambda: flow.view(Reader(actor), part, 26))
    back, _ = timed(lambda: actions.undo(actor, actions.batch_for(actor, batch.uid)))
    assert view is not None and worklog.known_source("items") is None
    print(
        f"{events:8} {view.items:7} "
        + " ".join(f"{s:12.2f}" for s in (read, taken, max(inside), again, cold, warm, back))
    )


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--events", default="10000,100000,260000")
    parser.add_argument("--database", default="")
    options = parser.parse_args()
    sys.path[:0] = [str(ROOT / "src")]
    with tempfile.TemporaryDirectory() as home:
        os.environ["PORTULAN_HOME"] = home
        if options.database:
            os.environ["PORTULAN_DATABASE_URL"] = options.database
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portulan.settings")
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        names = ("read", "take", "transaction", "again", "page cold", "page warm", "undo")
        print("  events   items " + " ".join(f"{name + ' s':>12}" for name in names))
        for size in options.events.split(","):
            measure(int(size))


if __name__ == "__main__":
    main()
