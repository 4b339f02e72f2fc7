"""Rows of the permission table for the trade-off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portulan.prioritisation.assumptions import Assumptions
from portulan.prioritisation.models import Scenario
from tests.web.actors import Company
from tests.web.permissions import SIGN_IN, Row


def scenario(built: Company) -> Mapping[str, Any]:
    """A scenario on the unit at home."""
    if not Scenario.objects.filter(code="S-001").exists():
        made = Scenario(
            code="S-001", name="Rendre 1 M€", preset="cut", entity=built.home,
            assumptions=Assumptions(first=24_000).to_json(),
        )
        made.refresh_derived()
        made.save()
    return {"code": "S-001"}


def study(built: Company) -> Mapping[str, Any]:
    """A study of that scenario."""
    return {**scenario(built), "kind": "frontier"}


READ = (SIGN_IN, 404, 404, 200)
WRITE = (SIGN_IN, 404, 404, 302)
SHEET = {"preset": "cut", "basis": "whole", "give_back": "10"}

ROWS = (
    Row("tradeoff:home", "GET", (SIGN_IN, 200, 403, 200)),
    Row("tradeoff:new", "GET", (SIGN_IN, 200, 403, 200)),
    Row(
        "tradeoff:new", "POST", (SIGN_IN, 403, 403, 302),
        data={"preset": "cut", "basis": "whole", "give_back": "10", "entity": "HOME"},
    ),
    Row("tradeoff:compare", "GET", (SIGN_IN, 200, 403, 200)),
    Row("tradeoff:scenario", "GET", READ, kwargs=scenario),
    Row("tradeoff:progress", "GET", (SIGN_IN, 404, 404, 204), kwargs=scenario),
    Row("tradeoff:assumptions", "POST", WRITE, kwargs=scenario, data=SHEET),
    Row("tradeoff:stop", "POST", WRITE, kwargs=scenario),
    Row("tradeoff:remedy", "POST", WRITE, kwargs=scenario, data={"initiative": "x"}),
    Row("tradeoff:give_up", "POST", WRITE, kwargs=scenario, data={"limit": "0"}),
    Row("tradeoff:relax", "POST", WRITE, kwargs=scenario),
    Row("tradeoff:frontier", "GET", READ, kwargs=scenario),
    Row("tradeoff:uncertainty", "GET", READ, kwargs=scenario),
    Row("tradeoff:constraints", "GET", READ, kwargs=scenario),
    # Nothing to look around yet: there is no answer, and no point.
    Row("tradeoff:study", "POST", (SIGN_IN, 404, 404, 422), kwargs=study),
    Row("tradeoff:study_stop", "POST", WRITE, kwargs=study),
    Row("tradeoff:study_progress", "GET", (SIGN_IN, 404, 404, 204), kwargs=study),
    Row("tradeoff:take", "POST", (SIGN_IN, 404, 404, 422), kwargs=scenario, data={"point": "0"}),
    Row("tradeoff:lock", "POST", WRITE, kwargs=scenario, data={"initiative": "x", "how": "pin"}),
    Row("tradeoff:copy", "POST", WRITE, kwargs=scenario),
    Row("tradeoff:drop", "POST", WRITE, kwargs=scenario),
    # Not computed yet: there is nothing to take to a committee.
    Row("tradeoff:submit", "POST", (SIGN_IN, 404, 404, 422), kwargs=scenario),
)
