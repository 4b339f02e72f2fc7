"""The demonstration runs the group's profile, and settles two things its own way."""

from __future__ import annotations

from datetime import date

import pytest

from portulan.base.policy import system_actor
from portulan.cli.sample import build, profile
from portulan.profiles.library import shipped
from portulan.profiles.merge import LOCAL
from portulan.profiles.plan import applied, make
from portulan.snapshot.transfer import take_in

pytestmark = pytest.mark.django_db


def test_the_group_runs_its_profile_with_two_adaptations() -> None:
    actor, day = system_actor("test"), date(2026, 11, 23)
    sample = build(day)
    take_in(sample.world, actor, day, sample.details)
    profile.set_up(actor)
    assert (applied()["code"], applied()["step"]) == ("groupe", "mesurer")
    plan = make(shipped("groupe"), "mesurer")
    assert [(e.key, e.kind, [f.name for f in e.fields]) for e in plan.entries] == [
        ("forums/CPF", LOCAL, ["cadence"])
    ]
    assert [(p.kind, p.code, p.where, p.detail) for p in plan.parts] == [
        ("sheet", "product_owner", "Valmoré Eau", ("rituals",))
    ]
