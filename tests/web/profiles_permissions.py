"""Who gets what from the governance profile; applying asks for the right on the whole company."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portulan.organisation.models import EntityRole
from tests.web.actors import ENTITLED, Company
from tests.web.permissions import SIGN_IN, SIGNED_IN, Answers, Row

#: Who is allowed holds the role at the top, for these.
TOP: Answers = (SIGN_IN, 403, 403, 302)


def at_the_top(built: Company) -> None:
    EntityRole.objects.create(person=built.people[ENTITLED], entity=built.group, role="pmo")


def a_plan(built: Company) -> Mapping[str, Any]:
    at_the_top(built)
    return {"profile": "eti", "step": "clarifier"}


def nothing(built: Company) -> Mapping[str, Any]:
    at_the_top(built)
    return {}


ROWS = (
    Row("profiles:home", "GET", SIGNED_IN),
    Row("profiles:plan", "GET", SIGNED_IN, query="profile=eti"),
    Row("profiles:plan", "GET", SIGNED_IN, query="profile=groupe&step=clarifier"),
    Row("profiles:plan", "GET", (SIGN_IN, 404, 404, 404), query="profile=nowhere"),
    Row("profiles:plan", "GET", (SIGN_IN, 404, 404, 404), query="profile=eti&step=nine"),
    Row("profiles:apply", "POST", TOP, data=a_plan),
    Row("profiles:apply", "POST", (SIGN_IN, 403, 403, 403), data={"profile": "eti"}),
    Row("profiles:export", "GET", SIGNED_IN),
    Row("profiles:export", "GET", SIGNED_IN, query="profile=groupe"),
    Row("profiles:import", "GET", (SIGN_IN, 403, 403, 200), kwargs=nothing),
    Row("profiles:import", "POST", (SIGN_IN, 403, 403, 422), kwargs=nothing),
    Row("profiles:forget", "POST", (SIGN_IN, 403, 403, 404), kwargs=nothing,
        data={"profile": "nowhere"}),
    Row("profiles:wizard", "GET", SIGNED_IN),
)
