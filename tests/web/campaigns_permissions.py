"""Who gets what from collections: who runs them in their part, and whoever is asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from portulan.campaigns import actions
from portulan.campaigns.models import Answer, Ask, Campaign
from portulan.catalogue.models import Product, ProductRole
from portulan.organisation.rights import actor_for
from tests.web.actors import ENTITLED, UNENTITLED, Company
from tests.web.permissions import SIGN_IN, SIGNED_IN, Row

DUE = timezone.localdate() + timedelta(days=10)


def draft(built: Company) -> Mapping[str, Any]:
    """A collection in preparation, on a product at home of the contributor there."""
    product = Product(code="P-1", name="Un produit", entity=built.home)
    product.refresh_derived()
    product.save()
    ProductRole.objects.create(
        product=product, person=built.people[UNENTITLED], role="developer"
    )
    made = actions.create(
        actor_for(built.accounts[ENTITLED]), name="Fiches", kind="sheets", due_on=DUE,
        fields=["summary"], entity="HOME", people=["no-right"],
    )
    return {"code": made.code}


def running(built: Company) -> Mapping[str, Any]:
    """The same, launched."""
    code = draft(built)
    actions.launch(actor_for(built.accounts[ENTITLED]), code["code"])
    return code


def closed(built: Company) -> Mapping[str, Any]:
    """The same, closed."""
    code = running(built)
    actions.close(actor_for(built.accounts[ENTITLED]), code["code"])
    return code


def asked(built: Company) -> Mapping[str, Any]:
    """The page of the contributor."""
    running(built)
    return {"uid": Campaign.objects.get().uid}


def cell(built: Company) -> Mapping[str, Any]:
    """A place to fill in."""
    running(built)
    return {"uid": Ask.objects.get().uid, "field": "summary"}


def ticked(built: Company) -> Mapping[str, Any]:
    """A value that waits."""
    ask = Ask.objects.first()
    if ask is None:
        return {"do": "chosen"}
    actions.give(actor_for(built.accounts[UNENTITLED]), ask.uid, "summary", "Mieux")
    return {"do": "chosen", "answers": [str(Answer.objects.get().uid)]}


NEW = {"kind": "sheets", "name": "Fiches", "due_on": DUE.isoformat(), "fields": ["summary"],
       "entity": "HOME"}
RUNS = (SIGN_IN, 404, 403, 200)
DOES = (SIGN_IN, 404, 403, 302)
#: Here the contributor is asked, and who runs the collection is not.
MINE = (SIGN_IN, 404, 200, 404)
GIVES = (SIGN_IN, 404, 302, 404)

ROWS = (
    Row("campaigns:home", "GET", SIGNED_IN),
    Row("campaigns:new", "GET", (SIGN_IN, 200, 403, 200)),
    Row("campaigns:new", "POST", (SIGN_IN, 403, 403, 302), data=NEW),
    Row("campaigns:page", "GET", RUNS, kwargs=draft),
    Row("campaigns:page", "GET", RUNS, kwargs=running),
    Row("campaigns:launch", "GET", (SIGN_IN, 405, 405, 405), kwargs=draft),
    Row("campaigns:launch", "POST", DOES, kwargs=draft),
    Row("campaigns:discard", "POST", DOES, kwargs=draft),
    Row("campaigns:remind", "POST", DOES, kwargs=running),
    Row("campaigns:close", "POST", DOES, kwargs=running),
    Row("campaigns:relaunch", "POST", DOES, kwargs=closed, data={"due_on": DUE.isoformat()}),
    Row("campaigns:settle", "POST", DOES, kwargs=running, data=ticked),
    Row("campaigns:export", "GET", RUNS, kwargs=running),
    Row("campaigns:fill", "GET", MINE, kwargs=asked),
    Row("campaigns:done", "POST", GIVES, kwargs=asked, data={"done": "1"}),
    Row("campaigns:hand_over", "POST", (SIGN_IN, 404, 422, 404), kwargs=asked),
    Row("campaigns:workbook", "GET", MINE, kwargs=asked),
    Row("campaigns:upload", "POST", (SIGN_IN, 404, 422, 404), kwargs=asked),
    Row("campaigns:cell", "POST", GIVES, kwargs=cell, data={"value": "Autre"}),
)
