"""Work items for tests: weeks of finished ones, and some left to do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from portulan.base.changes import Cause
from portulan.base.policy import system_actor
from portulan.catalogue.models import Product
from portulan.organisation.models import Entity, Team
from portulan.portfolio.models import Initiative
from portulan.portfolio.work_intake import take_in
from portulan.portfolio.worklog import Incoming, Intake, compare

ACTOR = system_actor("test")
STATES = {"To do": "before", "Doing": "active", "Review": "waiting", "Done": "done"}
#: A Monday morning.
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


def named(record):
    """Save a record with its derived columns."""
    record.refresh_derived()
    record.save()
    return record


def home() -> tuple[Product, Team, Initiative]:
    """A product, a team and an initiative of a French entity."""
    entity = named(Entity(code="E", name="Entité", country="FR", path="/"))
    entity.path = f"/{entity.pk}/"
    entity.save(update_fields=["path"])
    product = named(Product(code="P", name="Produit", entity=entity))
    team = named(Team(code="T", name="Équipe", entity=entity))
    initiative = named(
        Initiative(code="I", name="Chantier", entity=entity, state="in_progress",
                   start=2026 * 12 + 7, months=5)
    )  # fmt: skip
    return product, team, initiative


def history(
    weeks: int, each: int, left: int, initiative: str = "I", prefix: str = "A", days: int = 2
) -> list[Incoming]:
    """``each`` items finished in each of the past ``weeks``, and ``left`` to do."""
    made = []
    for week in range(weeks):
        monday = NOW - timedelta(weeks=weeks - week)
        for number in range(each):
            begin = monday + timedelta(hours=number)
            moves = [(begin, "To do", ""), (begin + timedelta(hours=2), "Doing", "To do"),
                     (begin + timedelta(days=days), "Done", "Doing")]  # fmt: skip
            made.append((f"{prefix}-{week}-{number}", moves))
    made += [
        (f"{prefix}-left-{n}", [(NOW - timedelta(weeks=weeks), "To do", "")]) for n in range(left)
    ]
    targets = {"team": "T", "product": "P", "initiative": initiative}
    return [
        Incoming(
            key=key, title=f"Titre {key}", targets={k: v for k, v in targets.items() if v},
            moves=[(int(at.timestamp()), to, came) for at, to, came in moves],
        )
        for key, moves in made
    ]  # fmt: skip


def take(items: list[Incoming], source: str = "Tracker") -> None:
    """Take items in."""
    groups = {item.key: item.targets for item in items}
    take_in(
        ACTOR,
        compare(Intake(source, "transitions", "UTC", STATES, groups, {}, NOW, items)),
        "import.run", Cause("import", uuid4()), "test",
    )  # fmt: skip
