"""Who gets what from the import pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from portulan.base.policy import Actor
from portulan.integrations.table import actions
from portulan.organisation.rights import actor_for
from tests.web.actors import ENTITLED, Company
from tests.web.permissions import SIGN_IN, Row

TABLE = "Projet;Direction;Coût (k€);Début;Durée (mois)\nAlpha;HOME;120;2027-01-01;6\n".encode()


def _actor(built: Company) -> Actor:
    return actor_for(built.accounts[ENTITLED])


def batch(applied: bool = False, **more: Any) -> Callable[[Company], Mapping[str, Any]]:
    """An import brought by who is allowed."""

    def make(built: Company) -> Mapping[str, Any]:
        made = actions.bring(_actor(built), "projets.csv", TABLE)
        if applied:
            actions.apply(_actor(built), made)
        return {"uid": made.uid, **more}

    return make


def a_file(built: Company) -> Mapping[str, Any]:
    """A small table to send."""
    return {"file": SimpleUploadedFile("projets.csv", TABLE)}


READ = (SIGN_IN, 404, 403, 200)
WRITE = (SIGN_IN, 404, 403, 302)

ROWS = (
    Row("imports:home", "GET", (SIGN_IN, 200, 403, 200)),
    Row("imports:home", "POST", (SIGN_IN, 302, 403, 302), data=a_file),
    Row("imports:template", "GET", (SIGN_IN, 200, 403, 200)),
    Row("imports:batch", "GET", READ, kwargs=batch()),
    Row("imports:mapping", "POST", WRITE, kwargs=batch(sheet=0), data={"field-0": "name"}),
    Row("imports:repair", "POST", WRITE, kwargs=batch(), data={"group": "*", "choice": "ignore"}),
    Row("imports:apply", "POST", WRITE, kwargs=batch()),
    Row("imports:undo", "POST", WRITE, kwargs=batch(applied=True)),
    Row("imports:discard", "POST", WRITE, kwargs=batch()),
    Row("imports:rejected", "GET", READ, kwargs=batch(form="csv")),
)
