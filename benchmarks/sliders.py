"""How long the ranking takes to be made again when a weight slider moves, against its floor.

    python benchmarks/sliders.py [--sizes 500,5000]

For each number of initiatives, in a process and a SQLite database of its own: reading the scores
(kept between pages while nothing changes), ranking again with other weights (each move of a
slider), the floor (the bare matrix product and sort in NumPy), their ratio, and the growth from
the size before.
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

HEAD = ("items", "read ms", "again ms", "floor ms", "ratio", "growth")
WEIGHTS = {"business": 80.0, "user": 10.0}


def timed(call: Callable[[], Any]) -> float:
    """The shortest of five runs, in milliseconds."""
    best = float("inf")
    for _ in range(5):
        begun = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - begun)
    return best * 1000


def main() -> int:
    """Measure each size and print a row."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="500,5000")
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
        growth = f"{found['again'] / before:.1f}" if before else "-"
        before = found["again"]
        print(
            f"{size:>10}{found['read']:>10.1f}{found['again']:>10.2f}{found['floor']:>10.3f}"
            f"{found['again'] / found['floor']:>10.1f}{growth:>10}"
        )
    return 0


def measure(size: int) -> dict[str, float]:
    """Milliseconds of one size."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portulan.settings")
    import django

    django.setup()
    import numpy as np
    from django.core.management import call_command

    from portulan.base.policy import system_actor
    from portulan.organisation.models import Entity, Person
    from portulan.portfolio.models import Initiative
    from portulan.prioritisation.actions import scoring as actions
    from portulan.prioritisation.models import Score, ScoringModel
    from portulan.prioritisation.queries import ranking

    call_command("migrate", verbosity=0)
    company = Entity.objects.create(code="G", name="Groupe", path="/1/")
    actions.ensure_model(system_actor("benchmark"))
    scorer = Person(code="ana", name="Ana")
    scorer.refresh_derived()
    scorer.save()
    Initiative.objects.bulk_create(
        Initiative(code=f"I{n}", name=f"I{n}", folded=f"i{n}", entity=company, state="proposed")
        for n in range(size)
    )
    model = ScoringModel.objects.get()
    Score.objects.bulk_create(
        Score(
            model=model,
            initiative=row,
            criterion=code,
            value=1 + (n * 7 + k * 3) % 5,
            author=scorer,
            scored_on="2027-01-01",
        )
        for n, row in enumerate(Initiative.objects.order_by("pk"))
        for k, code in enumerate(("gain", "urgency", "process"))
    )
    found = ranking.standing()
    table = np.asarray(found.matrix.utilities)
    weights = np.full(table.shape[1], 1 / table.shape[1])
    return {
        "read": timed(ranking.standing),
        "again": timed(lambda: list(ranking.ranking(found, WEIGHTS)[:50])),
        "floor": timed(lambda: np.argsort(-(table @ weights), kind="stable")),
    }


if __name__ == "__main__":
    sys.exit(main())
