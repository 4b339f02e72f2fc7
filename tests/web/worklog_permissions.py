"""Who gets what from the import of work items."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portulan.base.policy import Actor
from portulan.integrations.workitems import actions, taking
from portulan.organisation.models import Team
from portulan.organisation.rights import actor_for
from tests.web.actors import ENTITLED, Company
from tests.web.permissions import SIGN_IN, Row

FILE = b"id,state,date\n1,Open,2026-02-03\n1,Done,2026-02-25\n2,Open,2026-02-04\n"


def brought(built: Company) -> Mapping[str, Any]:
    """An import of who is allowed: nobody else's business."""
    actor: Actor = actor_for(built.accounts[ENTITLED])
    if not Team.objects.filter(code="TEAM").exists():
        team = Team(code="TEAM", name="Équipe", entity=built.home)
        team.refresh_derived()
        team.save()
    return {"uid": actions.bring(actor, [("items.csv", FILE)], team="TEAM").uid}


def taken(built: Company) -> Mapping[str, Any]:
    """The same, taken in."""
    found = brought(built)
    actor: Actor = actor_for(built.accounts[ENTITLED])
    taking.apply(actor, actions.batch_for(actor, found["uid"]))
    return found


def source(built: Company) -> Mapping[str, Any]:
    """The source of an import that was taken in."""
    taken(built)
    return {"code": "items"}


READ = (SIGN_IN, 404, 403, 200)
MOVES = (SIGN_IN, 404, 403, 302)
ROWS = (
    Row("worklog:home", "GET", (SIGN_IN, 200, 403, 200)),
    Row("worklog:home", "POST", (SIGN_IN, 422, 403, 422)),
    Row("worklog:batch", "GET", READ, kwargs=brought),
    Row("worklog:rows", "GET", READ, kwargs=brought),
    Row("worklog:reading", "GET", (SIGN_IN, 405, 405, 405), kwargs=brought),
    Row("worklog:reading", "POST", MOVES, kwargs=brought, data={"state-0": "active"}),
    Row("worklog:apply", "POST", MOVES, kwargs=brought),
    Row("worklog:progress", "GET", (SIGN_IN, 404, 403, 204), kwargs=brought),
    Row("worklog:stop", "POST", MOVES, kwargs=brought),
    Row("worklog:source", "GET", (SIGN_IN, 200, 403, 200), kwargs=source),
    Row("worklog:source", "POST", (SIGN_IN, 409, 403, 409), kwargs=source),
    Row("worklog:source_progress", "GET", (SIGN_IN, 204, 403, 204), kwargs=source),
    Row("worklog:source_take_back", "POST", (SIGN_IN, 302, 403, 302), kwargs=source),
    Row("worklog:undo", "POST", MOVES, kwargs=taken),
    Row("worklog:discard", "POST", MOVES, kwargs=brought),
)
