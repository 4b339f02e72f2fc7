"""Who gets what from the pages of single objects, the indicators and the settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from django.utils.timezone import localdate, now

from portulan.base.models import Change, HistoryRow
from portulan.base.samples import mark_sample
from portulan.catalogue.models import KeyResult, Objective, ProductRole
from portulan.evidence.models import Indicator
from portulan.organisation.models import EntityRole, Team
from portulan.portfolio.models import Initiative, Project, Request
from tests.web.actors import ENTITLED, UNENTITLED, Company
from tests.web.permissions import SIGN_IN, SIGNED_IN, Answers, Row
from tests.web.sheets.things import a_product, saved

#: Read by whom works at home; the outsider does not know of it.
HOME: Answers = (SIGN_IN, 404, 200, 200)
#: Shown to whom may do it.
RIGHT: Answers = (SIGN_IN, 404, 403, 200)
#: Done, then back to the page.
DONE: Answers = (SIGN_IN, 404, 403, 302)
#: Known to all who work in the company, edited by those who have the right where it lies.
KNOWN_EDIT: Answers = (SIGN_IN, 403, 403, 200)


def product(built: Company) -> Mapping[str, Any]:
    return {"code": a_product(built).code}


def an_initiative(built: Company) -> Initiative:
    return saved(
        Initiative(code="I1", name="Tarif", entity=built.home, state="planned", start=24325)
    )


def initiative(built: Company) -> Mapping[str, Any]:
    return {"code": an_initiative(built).code}


def project(built: Company) -> Mapping[str, Any]:
    return {"code": saved(Project(code="PRJ1", name="Billettique", entity=built.home)).code}


def line(built: Company) -> Mapping[str, Any]:
    a_product(built)
    return {"code": "L1"}


def objective(built: Company) -> Mapping[str, Any]:
    a_product(built)
    return {"code": "O1"}


def entity(built: Company) -> Mapping[str, Any]:
    return {"code": built.home.code}


def team(built: Company) -> Mapping[str, Any]:
    return {"code": saved(Team(code="T1", name="Données", entity=built.home)).code}


def person(built: Company) -> Mapping[str, Any]:
    return {"code": built.people[UNENTITLED].code}


def indicator(built: Company) -> Mapping[str, Any]:
    return {"code": saved(Indicator(code="K1", name="Voyageurs", product=a_product(built))).code}


def request(built: Company) -> Mapping[str, Any]:
    return {"code": saved(Request(code="R1", name="Un export", product=a_product(built))).code}


def with_field(make: Callable[[Company], Mapping[str, Any]], column: str) -> Any:
    """The kwargs of a field of an object."""
    return lambda built: {**make(built), "column": column}


def product_role(built: Company) -> Mapping[str, Any]:
    held = ProductRole.objects.create(
        product=a_product(built), person=built.people[UNENTITLED], role="product_owner",
        starts=date(2020, 1, 1),
    )
    return {"code": "P1", "uid": held.uid}


def key_result(built: Company) -> Mapping[str, Any]:
    a_product(built)
    made = KeyResult.objects.create(objective=Objective.objects.get(code="O1"), name="+12 %")
    return {"code": "O1", "uid": made.uid}


def a_change(built: Company) -> Mapping[str, Any]:
    """An edit that the entitled person has just made."""
    product = a_product(built)
    change = Change.objects.create(
        at=now(), account=built.accounts[ENTITLED], activity="product.edit"
    )
    HistoryRow.objects.create(
        change=change, model="catalogue.product", record_id=product.pk, record_uid=product.uid,
        operation="update", effective_on=localdate(), columns={"vision": ["avant", ""]},
    )
    return {"app": "catalogue", "uid": change.uid}


def entity_role(built: Company) -> Mapping[str, Any]:
    held = EntityRole.objects.create(
        person=built.people[UNENTITLED], entity=built.home, role="coach", starts=date(2020, 1, 1)
    )
    return {"uid": held.uid}


def someone(built: Company) -> Mapping[str, Any]:
    return {
        "person": built.people[UNENTITLED].code, "role": "data", "fraction": "50",
        "starts": localdate().isoformat(),
    }


def a_sample(built: Company) -> Mapping[str, Any]:
    mark_sample("test")
    return {}


WRITE = {"value": "Un texte", "revision": "1"}
FIRST = {"name": "Ada", "email": "ada@example.org", "password": "a-long-enough-secret-7"}


def fields(
    kind: str, make: Callable[[Company], Mapping[str, Any]], column: str,
    read: Answers, write: Answers, data: Mapping[str, Any] = WRITE,
) -> tuple[Row, Row]:
    """The two rows of a field edited in place."""
    kwargs = with_field(make, column)
    route = f"sheets:{kind}_field"
    return Row(route, "GET", read, kwargs=kwargs), Row(
        route, "POST", write, kwargs=kwargs, data=data
    )


ROWS = (
    Row("sheets:undo", "GET", (SIGN_IN, 405, 405, 405), kwargs=a_change),
    Row("sheets:undo", "POST", (SIGN_IN, 404, 404, 204), kwargs=a_change),
    # products
    Row("sheets:product_new", "GET", SIGNED_IN[:2] + (403, 200)),
    Row("sheets:product_new", "POST", (SIGN_IN, 403, 403, 302),
        data={"name": "Neuf", "kind": "digital", "entity": "HOME"}),
    Row("sheets:product", "GET", HOME, kwargs=product),
    *fields("product", product, "vision", HOME, RIGHT),
    Row("sheets:product_value", "GET", HOME, kwargs=product),
    Row("sheets:product_around", "GET", HOME, kwargs=product),
    Row("sheets:product_history", "GET", HOME, kwargs=product),
    Row("sheets:role_add", "GET", RIGHT, kwargs=product),
    Row("sheets:role_add", "POST", DONE, kwargs=product, data=someone),
    Row("sheets:role_end", "POST", DONE, kwargs=product_role),
    Row("sheets:line_add", "GET", RIGHT, kwargs=product),
    Row("sheets:line_add", "POST", (SIGN_IN, 404, 403, 422), kwargs=product, data={"line": "L1"}),
    Row("sheets:line_remove", "POST", DONE, kwargs=lambda b: {**product(b), "line": "L1"}),
    Row("sheets:objective_link", "GET", RIGHT, kwargs=product),
    Row("sheets:objective_link", "POST", (SIGN_IN, 404, 403, 422), kwargs=product,
        data={"objective": "O1"}),
    Row("sheets:objective_unlink", "POST", DONE,
        kwargs=lambda b: {**product(b), "objective": "O1"}),
    Row("sheets:stage_change", "GET", RIGHT, kwargs=product),
    Row("sheets:stage_change", "POST", DONE, kwargs=product, data={
        "stage": "end_of_life", "on": localdate().isoformat(), "reason": "Plus d’usage"}),
    Row("sheets:indicator_add", "GET", RIGHT, kwargs=product),
    Row("sheets:indicator_add", "POST", DONE, kwargs=product, data={
        "name": "Voyageurs", "family": "usage", "direction": "up"}),
    Row("sheets:risk_add", "GET", RIGHT, kwargs=lambda b: {**product(b), "kind": "product"}),
    Row("sheets:risk_add", "POST", DONE, kwargs=lambda b: {**product(b), "kind": "product"},
        data={"name": "Panne", "kind": "delivery", "likelihood": "2", "impact": "4"}),
    # initiatives
    Row("sheets:initiative", "GET", HOME, kwargs=initiative),
    *fields("initiative", initiative, "problem", HOME, RIGHT),
    Row("sheets:initiative_score", "GET", HOME, kwargs=initiative),
    Row("sheets:initiative_history", "GET", HOME, kwargs=initiative),
    Row("sheets:initiative_effort", "GET", RIGHT, kwargs=initiative),
    Row("sheets:initiative_effort", "POST", DONE,
        kwargs=lambda b: {**team(b), **initiative(b)}, data={"team": "T1", "size": "M"}),
    Row("sheets:initiative_cost", "GET", RIGHT, kwargs=initiative),
    Row("sheets:initiative_cost", "POST", DONE, kwargs=initiative,
        data={"nature": "opex", "amount": "1200"}),
    Row("sheets:initiative_serve", "GET", RIGHT, kwargs=initiative),
    Row("sheets:initiative_serve", "POST", DONE,
        kwargs=lambda b: {**product(b), **initiative(b)}, data={"product": "P1", "share": "60"}),
    # projects
    Row("sheets:projects", "GET", SIGNED_IN),
    Row("sheets:project", "GET", HOME, kwargs=project),
    *fields("project", project, "description", HOME, RIGHT),
    Row("sheets:project_history", "GET", HOME, kwargs=project),
    Row("sheets:project_convert", "GET", RIGHT, kwargs=project),
    Row("sheets:project_convert", "POST", DONE, kwargs=project, data={
        "name": "Billettique", "stage": "development", "on": localdate().isoformat()}),
    # what the whole company may know
    Row("sheets:lines", "GET", SIGNED_IN),
    Row("sheets:teams", "GET", SIGNED_IN),
    Row("sheets:people", "GET", SIGNED_IN),
    Row("sheets:objectives", "GET", SIGNED_IN),
    Row("sheets:line", "GET", SIGNED_IN, kwargs=line),
    *fields("line", line, "description", SIGNED_IN, (SIGN_IN, 403, 403, 403)),
    Row("sheets:entity", "GET", SIGNED_IN, kwargs=entity),
    *fields("entity", entity, "description", SIGNED_IN, KNOWN_EDIT),
    Row("sheets:team", "GET", SIGNED_IN, kwargs=team),
    *fields("team", team, "skill", SIGNED_IN, KNOWN_EDIT),
    Row("sheets:person", "GET", SIGNED_IN, kwargs=person),
    *fields("person", person, "job_title", SIGNED_IN, KNOWN_EDIT),
    Row("sheets:objective", "GET", SIGNED_IN, kwargs=objective),
    *fields("objective", objective, "description", SIGNED_IN, KNOWN_EDIT),
    Row("sheets:key_result_field", "GET", SIGNED_IN, kwargs=key_result),
    Row("sheets:key_result_field", "POST", KNOWN_EDIT, kwargs=key_result,
        data={"value": "4", "revision": "1"}),
    Row("sheets:request", "GET", HOME, kwargs=request),
    *fields("request", request, "answer", HOME, RIGHT),
    # indicators
    Row("indicators:home", "GET", SIGNED_IN),
    Row("sheets:indicator", "GET", HOME, kwargs=indicator),
    *fields("indicator", indicator, "source", HOME, RIGHT),
    Row("sheets:measure_add", "GET", RIGHT, kwargs=indicator),
    Row("sheets:measure_add", "POST", DONE, kwargs=indicator,
        data={"on": (localdate() - timedelta(days=1)).isoformat(), "value": "12"}),
    # settings
    Row("administration:home", "GET", SIGNED_IN),
    Row("administration:people", "GET", (SIGN_IN, 200, 403, 200)),
    Row("administration:account", "GET", (SIGN_IN, 200, 403, 200)),
    Row("administration:account", "POST", (SIGN_IN, 403, 403, 302),
        data={**FIRST, "role": "pmo", "entity": "HOME"}),
    Row("administration:role", "GET", (SIGN_IN, 200, 403, 200)),
    Row("administration:role", "POST", (SIGN_IN, 403, 403, 302),
        data=lambda b: {"person": b.people[UNENTITLED].code, "role": "data", "entity": "HOME"}),
    Row("administration:role_end", "POST", (SIGN_IN, 403, 403, 302), kwargs=entity_role),
    Row("administration:entities", "GET", SIGNED_IN),
    Row("administration:entity", "GET", (SIGN_IN, 200, 403, 200)),
    Row("administration:entity", "POST", (SIGN_IN, 403, 403, 302),
        data={"name": "Lille", "code": "LIL", "parent": "HOME", "level": "country"}),
    Row("administration:scoring", "GET", SIGNED_IN),
    Row("administration:sample", "GET", (SIGN_IN, 200, 403, 200), kwargs=a_sample),
    Row("administration:sample", "POST", (SIGN_IN, 422, 403, 422), kwargs=a_sample),
)
