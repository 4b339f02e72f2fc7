"""Who gets what from the diagnosis of product mode."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from portulan.catalogue.models import Product
from portulan.diagnosis.models import CoachingNote, PlanStep
from tests.web.actors import Company
from tests.web.permissions import SIGN_IN, Row


def _product(built: Company) -> Product:
    if "dia-product" not in built.things:
        made = Product(code="DIA", name="Produit", entity=built.home, stage="run")
        made.refresh_derived()
        made.save()
        built.things["dia-product"] = made
    return built.things["dia-product"]


def product(built: Company) -> Mapping[str, Any]:
    return {"code": _product(built).code}


def step(built: Company) -> Mapping[str, Any]:
    return {"uid": PlanStep.objects.create(domain="vision", title="Écrire les visions").uid}


def note(built: Company) -> Mapping[str, Any]:
    made = CoachingNote.objects.create(
        product=_product(built), on=timezone.localdate(), text="Écrire la vision"
    )
    return {"code": _product(built).code, "uid": made.uid}


READ = (SIGN_IN, 200, 403, 200)
ROWS = (
    Row("diagnosis:home", "GET", READ),
    Row("diagnosis:domain", "GET", READ, {"code": "vision"}),
    Row("diagnosis:compute", "POST", (SIGN_IN, 302, 403, 302)),
    Row("diagnosis:step_add", "POST", (SIGN_IN, 302, 403, 302),
        data={"title": "Écrire les visions", "domain": "vision"}),
    Row("diagnosis:step", "GET", (SIGN_IN, 200, 404, 200), step),
    Row("diagnosis:step", "POST", (SIGN_IN, 302, 404, 302), step, {"state": "done"}),
    Row("diagnosis:coaching", "GET", READ),
    Row("diagnosis:product", "GET", (SIGN_IN, 404, 404, 200), product),
    Row("diagnosis:note_add", "POST", (SIGN_IN, 404, 404, 302), product, {"text": "Bien"}),
    Row("diagnosis:note", "POST", (SIGN_IN, 404, 404, 302), note),
)
