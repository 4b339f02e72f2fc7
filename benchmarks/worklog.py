"""The page path of work items: import, read back and measure, at growing numbers of changes.

    python benchmarks/worklog.py [--events 10000,100000,260000] [--database URL]

A database of its own, in a temporary folder, is made and removed. Printed for each size: seconds to
read and compare the file, to take it in (and its longest transaction), to compare again, to build
what the flow page shows (cold: read and measured; warm: kept), and to take it back (and its longest
transaction). The floor is a bare ``executemany`` of the very rows that the import writes, history
included, into empty copies of their tables with the same indexes: no reading, no comparing.
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


class Transactions:
    """Seconds of each outermost transaction while it is open."""

    def __init__(self) -> None:
        from django.db import transaction

        self.of, self.seconds, self.begun = transaction.Atomic, [0.0], [0.0]
        self.before = (self.of.__enter__, self.of.__exit__)

    def __enter__(self) -> Transactions:
        from django.db import connection

        begin, end = self.before

        def enter(atomic: Any) -> None:
            if not connection.in_atomic_block:
                self.begun.append(time.perf_counter())
            begin(atomic)

        def leave(atomic: Any, *error: Any) -> None:
            end(atomic, *error)
            if not connection.in_atomic_block:
                self.seconds.append(time.perf_counter() - self.begun.pop())

        self.of.__enter__, self.of.__exit__ = enter, leave  # type: ignore[method-assign]
        return self

    def __exit__(self, *error: object) -> None:
        self.of.__enter__, self.of.__exit__ = self.before  # type: ignore[method-assign]

    @property
    def longest(self) -> float:
        """Seconds of the longest one."""
        return max(self.seconds)


def floor() -> float:
    """Seconds to write again, bare, the rows that the import has just written."""
    from django.db import connection, transaction

    from portulan.base.models import HistoryRow
    from portulan.portfolio.models import BacklogItem

    copies = []
    with connection.cursor() as cursor:
        for model in (BacklogItem, HistoryRow):
            table, copy = model._meta.db_table, f"floor_{model._meta.db_table}"
            cursor.execute(f"SELECT * FROM {table}")
            rows = cursor.fetchall()
            if connection.vendor == "postgresql":
                cursor.execute(f"CREATE TABLE {copy} (LIKE {table} INCLUDING INDEXES)")
            else:
                cursor.execute("SELECT sql FROM sqlite_master WHERE tbl_name = %s", [table])
                for (sql,) in cursor.fetchall():
                    if sql:
                        names = sql.replace(f'"{table}"', f'"{copy}"')
                        cursor.execute(names.replace('INDEX "', 'INDEX "floor_'))
            copies.append((copy, rows))
    begun = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        for copy, rows in copies:
            marks = ", ".join(["%s"] * len(rows[0]))
            cursor.executemany(f"INSERT INTO {copy} VALUES ({marks})", rows)
    seconds = time.perf_counter() - begun
    with connection.cursor() as cursor:
        for copy, _rows in copies:
            cursor.execute(f"DROP TABLE {copy}")
    return seconds


def measure(events: int) -> None:
    """Print one line."""
    from django.core.management import call_command

    from portulan.base.policy import system_actor
    from portulan.integrations.workitems import actions, taking
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
    with Transactions() as within:
        taken, _ = timed(lambda: taking.apply(actor, batch))
    bare = floor()
    again, _ = timed(lambda: actions.bring(actor, files, team="T"))
    memo.forget()
    part = Part("team", team.pk, "T", "Team", "FR")
    cold, view = timed(lambda: flow.view(Reader(actor), part, 26))
    warm, _ = timed(lambda: flow.view(Reader(actor), part, 26))
    with Transactions() as backwards:
        back, _ = timed(lambda: taking.undo(actor, actions.batch_for(actor, batch.uid)))
    assert view is not None and worklog.known_source("items") is None
    figures = (
        read,
        taken,
        within.longest,
        bare,
        taken / bare,
        again,
        cold,
        warm,
        back,
        backwards.longest,
    )
    print(f"{events:8} {view.items:7} " + " ".join(f"{s:12.2f}" for s in figures))


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
        names = (
            "read s",
            "take s",
            "longest tx s",
            "floor s",
            "take/floor",
            "again s",
            "page cold s",
            "page warm s",
            "undo s",
            "undo tx s",
        )
        print("  events   items " + " ".join(f"{name:>12}" for name in names))
        for size in options.events.split(","):
            measure(int(size))


if __name__ == "__main__":
    main()
