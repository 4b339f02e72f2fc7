"""Who gets what from the library of lessons."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from portulan.organisation.models import Lesson
from tests.web.actors import Company
from tests.web.permissions import SIGN_IN, SIGNED_IN, Row


def lesson(built: Company) -> Mapping[str, Any]:
    """A lesson of the library, of nobody who is tested."""
    made = Lesson(
        code="REX-1", name="Tester tôt", happened="…", learned_on=date(2026, 1, 1),
        entity=built.home,
    )
    made.refresh_derived()
    made.save()
    return {"code": "REX-1"}


TOLD = {"name": "Tester tôt", "happened": "Un essai", "again": "Encore", "revision": "1"}
ROWS = (
    Row("lessons:home", "GET", SIGNED_IN),
    Row("lessons:new", "GET", (SIGN_IN, 200, 403, 200)),
    Row("lessons:new", "POST", (SIGN_IN, 302, 403, 302), data=TOLD),
    Row("lessons:lesson", "GET", SIGNED_IN, kwargs=lesson),
    Row("lessons:edit", "GET", (SIGN_IN, 403, 403, 200), kwargs=lesson),
    Row("lessons:edit", "POST", (SIGN_IN, 403, 403, 302), kwargs=lesson, data=TOLD),
    Row("lessons:remove", "POST", (SIGN_IN, 403, 403, 302), kwargs=lesson),
)
