"""Who gets what from the pages of the work: flow, backlog, items, releases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portulan.base.policy import system_actor
from portulan.catalogue.models import Product
from portulan.organisation.models import Team
from portulan.portfolio import items
from portulan.portfolio.models import BacklogItem, Initiative, InitiativeProduct
from tests.web.actors import Company
from tests.web.permissions import SIGN_IN, Row

SYSTEM = system_actor("test")


def _named(record: Any) -> Any:
    record.refresh_derived()
    record.save()
    return record


def built(company: Company) -> dict[str, str]:
    """A product, a team and an initiative at home, with an item and a release."""
    if not Product.objects.filter(code="FLOW-P").exists():
        product = _named(Product(code="FLOW-P", name="Produit", entity=company.home))
        _named(Team(code="FLOW-T", name="Équipe", entity=company.home))
        initiative = _named(
            Initiative(code="FLOW-I", name="Chantier", entity=company.home, state="planned")
        )
        InitiativeProduct.objects.create(initiative=initiative, product=product)
        items.create_release(SYSTEM, "FLOW-P", name="2.0")
        for number in range(3):
            items.create_item(
                SYSTEM, name=f"Élément {number}", product="FLOW-P", initiative="FLOW-I",
                team="FLOW-T", release="flow-p-2-0",
            )
    return {}


def of(code: str, **more: str) -> Any:
    """The arguments of an address."""

    def make(company: Company) -> Mapping[str, Any]:
        built(company)
        return {"code": code, **more}

    return make


def with_an_edit(company: Company) -> Mapping[str, Any]:
    """An edit that nobody of the table made: not theirs to take back."""
    built(company)
    code = BacklogItem.objects.filter(product__code="FLOW-P").values_list("code", flat=True)[0]
    item = BacklogItem.objects.get(code=code)
    uid = items.edit_item(SYSTEM, code, "name", f"{item.name}!", item.revision)
    return {"uid": uid}


READ = (SIGN_IN, 404, 200, 200)
EDIT = (SIGN_IN, 404, 403, 200)
#: Teams are known to everybody who works here; their work is their entity's.
TEAM = (SIGN_IN, 403, 200, 200)
ROWS = (
    Row("flow:product", "GET", READ, kwargs=of("FLOW-P")),
    Row("flow:initiative", "GET", READ, kwargs=of("FLOW-I")),
    Row("flow:team", "GET", TEAM, kwargs=of("FLOW-T")),
    Row("flow:product_block", "GET", READ, kwargs=of("FLOW-P")),
    Row("flow:initiative_block", "GET", READ, kwargs=of("FLOW-I")),
    Row("flow:team_block", "GET", TEAM, kwargs=of("FLOW-T")),
    Row("flow:product_backlog", "GET", READ, kwargs=of("FLOW-P")),
    Row("flow:initiative_backlog", "GET", READ, kwargs=of("FLOW-I")),
    Row("flow:team_backlog", "GET", TEAM, kwargs=of("FLOW-T")),
    Row("flow:product_faults", "GET", (SIGN_IN, 404, 404, 404), kwargs=of("FLOW-P", fault="batch")),
    Row(
        "flow:initiative_faults", "GET", (SIGN_IN, 404, 404, 404),
        kwargs=of("FLOW-I", fault="batch"),
    ),
    Row("flow:team_faults", "GET", (SIGN_IN, 403, 404, 404), kwargs=of("FLOW-T", fault="batch")),
    Row("flow:product_item_new", "GET", EDIT, kwargs=of("FLOW-P")),
    Row(
        "flow:product_item_new", "POST", (SIGN_IN, 404, 403, 302), kwargs=of("FLOW-P"),
        data={"name": "Nouveau"},
    ),
    Row("flow:initiative_item_new", "GET", EDIT, kwargs=of("FLOW-I")),
    Row(
        "flow:initiative_item_new", "POST", (SIGN_IN, 404, 403, 302), kwargs=of("FLOW-I"),
        data={"name": "Nouveau"},
    ),
    Row("flow:release_new", "GET", EDIT, kwargs=of("FLOW-P")),
    Row(
        "flow:release_new", "POST", (SIGN_IN, 404, 403, 302), kwargs=of("FLOW-P"),
        data={"name": "3.0"},
    ),
    Row("flow:indicators", "GET", (SIGN_IN, 405, 405, 405), kwargs=of("FLOW-P")),
    Row("flow:indicators", "POST", (SIGN_IN, 404, 403, 302), kwargs=of("FLOW-P")),
    Row("flow:item", "GET", READ, kwargs=of("FLOW-P-1")),
    Row("flow:item_field", "GET", READ, kwargs=of("FLOW-P-1", column="name")),
    Row(
        "flow:item_field", "POST", EDIT, kwargs=of("FLOW-P-1", column="name"),
        data={"value": "Autre", "revision": "1"},
    ),
    Row("flow:release", "GET", READ, kwargs=of("flow-p-2-0")),
    Row("flow:release_field", "GET", READ, kwargs=of("flow-p-2-0", column="name")),
    Row(
        "flow:release_field", "POST", EDIT, kwargs=of("flow-p-2-0", column="goal"),
        data={"value": "Payer plus vite", "revision": "1"},
    ),
    Row("flow:undo", "POST", (SIGN_IN, 404, 404, 404), kwargs=with_an_edit),
)
