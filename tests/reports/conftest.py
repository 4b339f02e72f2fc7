"""The house of governance, with a load, an earlier decision and a dossier before the committee."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine

from portulan.governance import actions
from portulan.governance.models import ActionItem, Dossier
from tests.governance.house import TODAY, House, K, build


@pytest.fixture
def house(db: None) -> Iterator[House]:
    """Thursday 11 March 2027: one team overloaded, one dossier on the agenda, one action late."""
    with time_machine.travel(datetime(2027, 3, 11, 9, 0, tzinfo=UTC), tick=False):
        house = build()
        uid = str(house.team.uid)
        for code, days in (("I1", 9_000), ("I2", 7_500), ("I3", 4_000)):
            initiative = house.initiatives[code]
            initiative.efforts = {uid: [days] * 4}
            initiative.save()
        ActionItem.objects.create(
            title="Écrire la procédure", meeting=house.meeting, owner=house.people["manager"],
            due_on=date(2027, 3, 1),
        )
        yield house


@pytest.fixture
def dossier(house: House) -> Dossier:
    """The scenario's dossier, on the agenda of Thursday's meeting."""
    made = house.dossier()
    actions.add_items(
        house.actors["pmo"], house.meeting, [actions.ItemInput("Plan 2027", "decision", 45, made)]
    )
    return made


def decided(house: House, dossier: Dossier):
    """Two lines approved, one deferred, an action, sealed."""
    item = house.sitting(dossier)
    who = house.actors["secretary"]
    actions.write_decision(who, item, "Le comité approuve deux lignes.")
    for line in dossier.lines.select_related("initiative"):
        late = line.initiative is not None and line.initiative.code == "I2"
        actions.decide_line(
            who, item, line, "deferred" if late else "approved",
            deferred_to=date(2028, 1, 1) if late else None,
            condition="" if late else "Réestimer avant juin",
        )
    return actions.close_decision(
        who, item,
        follow_ups=[actions.FollowUp("Informer l’équipe", house.people["manager"], TODAY)],
    )


__all__ = ["K", "decided"]
