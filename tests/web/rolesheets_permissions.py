"""Who gets what from the role sheets: the company's, and the variant of an entity."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portulan.base.changes import recording
from portulan.base.policy import system_actor
from portulan.organisation.rolesheets import actions
from tests.web.actors import Company
from tests.web.permissions import SIGN_IN, SIGNED_IN, Answers, Row

#: Done at home by who may, then back to the page.
DONE: Answers = (SIGN_IN, 403, 403, 302)


def sheet(built: Company) -> Mapping[str, Any]:
    """A company sheet in force, and at home a variant with a draft."""
    boss = system_actor("test")
    with recording(boss, "sheet.edit") as recorder:
        actions.put_sheet(recorder, "pmo", {"purpose": [{"fr": "Tenir le cadre"}]})
    actions.add_variant(boss, "pmo", "HOME")
    return {"role": "pmo"}


def section(built: Company) -> Mapping[str, Any]:
    return {**sheet(built), "section": "rituals"}


ROWS = (
    Row("rolesheets:home", "GET", SIGNED_IN),
    Row("rolesheets:page", "GET", SIGNED_IN, kwargs=sheet),
    Row("rolesheets:page", "GET", (SIGN_IN, 404, 404, 404), kwargs={"role": "nobody"}),
    Row("rolesheets:page", "GET", (SIGN_IN, 404, 404, 404), kwargs=sheet, query="variant=NOWHERE"),
    Row("rolesheets:pdf", "GET", SIGNED_IN, kwargs=sheet),
    Row("rolesheets:history", "GET", SIGNED_IN, kwargs=sheet),
    Row("rolesheets:section", "GET", SIGNED_IN, kwargs=section, query="variant=HOME"),
    Row("rolesheets:section", "POST", (SIGN_IN, 403, 403, 200), kwargs=section,
        query="variant=HOME", data={"value": "Tournée", "revision": "100001"}),
    # The company's own sheet asks for the right on the whole company.
    Row("rolesheets:section", "POST", (SIGN_IN, 403, 403, 403), kwargs=section,
        data={"value": "Tournée", "revision": "100001"}),
    Row("rolesheets:publish", "POST", DONE, kwargs=sheet, query="variant=HOME"),
    Row("rolesheets:drop", "POST", DONE, kwargs=sheet, query="variant=HOME"),
    Row("rolesheets:variant", "GET", (SIGN_IN, 200, 403, 200), kwargs=sheet),
    Row("rolesheets:variant", "POST", DONE, kwargs=sheet, data={"entity": "HOME"}),
    Row("rolesheets:retire", "POST", DONE, kwargs=sheet, query="variant=HOME"),
)
