"""Who gets what from the coherence pages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from portulan.catalogue.models import Product, StagePeriod
from portulan.coherence.models import FindingException
from tests.web.actors import Company
from tests.web.permissions import SIGN_IN, SIGNED_IN, Row


def finding(built: Company) -> Mapping[str, Any]:
    """A product at home that nobody manages: a finding of ROL-01."""
    product = Product(code="ALONE", name="Seul", entity=built.home)
    product.refresh_derived()
    product.save()
    StagePeriod.objects.create(product=product, stage="run", starts=date(2020, 1, 1))
    return {"rule": "ROL-01", "uid": product.uid}


def exception(built: Company) -> Mapping[str, Any]:
    """An exception to that finding."""
    made = finding(built)
    row = FindingException.objects.create(
        rule="ROL-01",
        subject_type="product",
        subject_uid=made["uid"],
        reason="provisoire",
        accepted_on=timezone.localdate(),
    )
    return {"uid": row.uid}


ACCEPTED = {
    "reason": "Le temps du recrutement",
    "expires_on": (timezone.localdate() + timedelta(days=30)).isoformat(),
}

ROWS = (
    Row("coherence:home", "GET", SIGNED_IN),
    Row("coherence:rules", "GET", SIGNED_IN),
    Row("coherence:count", "GET", SIGNED_IN),
    Row("coherence:export_json", "GET", SIGNED_IN),
    Row("coherence:finding", "GET", (SIGN_IN, 404, 200, 200), kwargs=finding),
    Row("coherence:accept", "GET", (SIGN_IN, 405, 405, 405), kwargs=finding),
    Row("coherence:accept", "POST", (SIGN_IN, 404, 403, 302), kwargs=finding, data=ACCEPTED),
    Row("coherence:end_exception", "POST", (SIGN_IN, 404, 403, 302), kwargs=exception),
)
