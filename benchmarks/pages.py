"""The main pages on generated portfolios: time, queries and weight against size, both databases.

    python benchmarks/pages.py [--sizes 60,600,6000] [--engines sqlite,postgres] [--rounds 20]

Each case runs in a process and a database of its own. A page is asked in process, through all of
the middleware, as a PMO who sees the whole company: once with nothing kept (``first``), then
``rounds`` times (p50, p95 in milliseconds, the number of queries, kB of HTML). ``ratio`` is the
p50 over that of the floor, the smallest page behind the sign-in (one's own account); the growth at
the end is the p50 of the largest portfolio over that of the smallest. The generator makes at most
5,000 products.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FLOOR = "/account"
PAGES = (
    FLOOR,
    "/",
    "/portfolio",
    "/portfolio?group=line&sort=-landing",
    "/portfolio?q=paiement&stage=run",
    "/portfolio?show=initiatives&sort=start",
    "/portfolio/board",
    "/portfolio/roadmap",
    "/portfolio/export.xlsx",
    "/load",
    "/coherence",
    "/palette?q=pai",
)


def measure(size: int, rounds: int) -> list[dict[str, Any]]:
    """Fill the database that the environment names, then ask for every page."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "portulan.settings"
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext, override_settings

    from portulan.base.models import Account
    from portulan.base.policy import system_actor
    from portulan.organisation.models import Entity, EntityRole, Person
    from portulan.readmodels import memo
    from portulan.snapshot.transfer import take_in
    from portulan_core.generate.clean import clean_world

    call_command("migrate", verbosity=0)
    today = date.today()  # noqa: DTZ011 - the day of this machine, as the pages have it
    started = time.perf_counter()
    world = clean_world(seed=1, products=size, today=today)
    take_in(world, system_actor("benchmark"), today)
    filled = time.perf_counter() - started
    account = Account.objects.create_account("pmo@example.org", "not used here at all")
    person = Person(code="bench-pmo", name="PMO", account=account)
    person.refresh_derived()
    person.save()
    for entity in Entity.objects.filter(parent=None):
        EntityRole.objects.create(role="pmo", person=person, entity=entity)
    settings.ALLOWED_HOSTS = ["testserver"]
    found = []
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    with override_settings(STORAGES=settings.STORAGES | {"staticfiles": {"BACKEND": plain}}):
        client = Client(headers={"accept-language": "fr"})
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        for page in PAGES:
            memo.forget()
            first = _ask(client, page)[0]
            times = sorted(_ask(client, page)[0] for _ in range(rounds))
            with CaptureQueriesContext(connection) as queries:
                _, weight = _ask(client, page)
            found.append(
                {
                    "page": page,
                    "first": first,
                    "p50": statistics.median(times),
                    "p95": times[max(0, round(0.95 * len(times)) - 1)],
                    "queries": len(queries),
                    "kb": weight / 1024,
                }
            )
    print(f"{size} products, {len(world.initiatives)} initiatives: filled in {filled:.1f} s",
          file=sys.stderr)
    return found


def _ask(client: Any, page: str) -> tuple[float, int]:
    """Milliseconds and bytes of one answer."""
    started = time.perf_counter()
    response = client.get(page)
    taken = (time.perf_counter() - started) * 1000
    if response.status_code != 200:
        raise SystemExit(f"{page}: {response.status_code}")
    return taken, len(response.content)


def case(engine: str, size: int, rounds: int, server: str) -> list[dict[str, Any]]:
    """Measure one size on one database, in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="portulan-bench-") as home:
        environment = os.environ | {
            "PORTULAN_HOME": home,
            "SECRET_KEY": "benchmark",
            "PORTULAN_LOG_LEVEL": "ERROR",
            "DATABASE_URL": _database(server, size) if engine == "postgres" else "",
        }
        run = subprocess.run(
            [sys.executable, __file__, "--child", str(size), "--rounds", str(rounds)],
            env=environment, check=True, stdout=subprocess.PIPE, text=True,
        )
    rows: list[dict[str, Any]] = json.loads(run.stdout.strip().splitlines()[-1])
    return rows


def _database(server: str, size: int) -> str:
    """A fresh database on the PostgreSQL of the tests."""
    import psycopg

    name = f"bench_{os.getpid()}_{size}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    head, _, tail = server.partition("?")
    base = head.rsplit("/", 1)[0]
    return f"{base}/{name}" + (f"?{tail}" if tail else "")


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", default="60,600,6000")
    parser.add_argument("--engines", default="sqlite,postgres")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--child", type=int, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.child is not None:
        print(json.dumps(measure(args.child, args.rounds)))
        return 0
    sizes = [int(text) for text in args.sizes.split(",")]
    for engine in args.engines.split(","):
        server = ""
        if engine == "postgres":
            sys.path.insert(0, str(ROOT))
            from tests import postgres

            server = postgres.url()
        results = {size: case(engine, size, args.rounds, server) for size in sizes}
        for size, rows in results.items():
            floor = next(row["p50"] for row in rows if row["page"] == FLOOR)
            print(f"\n{engine}, {size} products (milliseconds)")
            print(f"{'page':40} {'first':>7} {'p50':>7} {'p95':>7} {'ratio':>6} "
                  f"{'queries':>7} {'kB':>6}")
            for row in rows:
                print(f"{row['page']:40} {row['first']:7.0f} {row['p50']:7.1f} "
                      f"{row['p95']:7.1f} {row['p50'] / floor:6.1f} {row['queries']:7} "
                      f"{row['kb']:6.0f}")
        if len(sizes) > 1:
            low, high = results[sizes[0]], results[sizes[-1]]
            print(f"\n{engine}: growth of the p50 from {sizes[0]} to {sizes[-1]} products")
            for before, after in zip(low, high, strict=True):
                print(f"{before['page']:40} {after['p50'] / before['p50']:7.1f}"
                      f"   queries {before['queries']} → {after['queries']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
