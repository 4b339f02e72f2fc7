"""Writes on indicators and their measures."""

from __future__ import annotations

import math
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone

from portulan.base.changes import recording
from portulan.base.editing import edit_column, take_back
from portulan.base.models import HistoryRow
from portulan.base.policy import Actor, Invalid, NotFoundForActor, Refusal, Scope, require
from portulan.base.text import slug
from portulan.catalogue.access import product_for
from portulan.evidence.access import indicator_for
from portulan.evidence.activities import INDICATOR_EDIT
from portulan.evidence.models import Indicator, Measure
from portulan.organisation.access import person_for
from portulan.organisation.rights import root_ids

INDICATOR_COLUMNS = frozenset(
    {"name", "family", "unit", "direction", "target", "source", "freshness_days", "owner"}
)


def edit_indicator(actor: Actor, code: str, column: str, value: Any, revision: int) -> UUID | None:
    """Change one thing of an indicator; the owner is given as a person's code ("" for none).

    Raises:
        NotFoundForActor, Refused: rights.
        Conflict: it changed meanwhile.
        Invalid: the value cannot be taken.
    """
    if column not in INDICATOR_COLUMNS:
        raise Invalid({"column": Refusal("column.unknown", {"found": column})})
    indicator = indicator_for(actor, code, INDICATOR_EDIT)
    if column == "name" and not str(value).strip():
        raise Invalid({"name": Refusal("required")})
    if column == "owner":
        value = person_for(actor, value)[0] if value else None
    return edit_column(actor, INDICATOR_EDIT, indicator, column, value, revision)


def create_indicator(
    actor: Actor, *, name: str, product: str = "", family: str = "usage", unit: str = "",
    direction: str = "up", target: float | None = None,
) -> tuple[Indicator, UUID]:
    """Add an indicator to a product, or to the company.

    Raises:
        NotFoundForActor, Refused: rights.
        Invalid: no name, an unknown family or direction.
    """
    errors: dict[str, Refusal] = {}
    if not name.strip():
        errors["name"] = Refusal("required")
    if family not in Indicator.Family.values:
        errors["family"] = Refusal("kind.unknown", {"found": family})
    if direction not in Indicator.Direction.values:
        errors["direction"] = Refusal("kind.unknown", {"found": direction})
    if errors:
        raise Invalid(errors)
    if product:
        home = product_for(actor, product, INDICATOR_EDIT)
    else:
        home = None
        require(actor, INDICATOR_EDIT, Scope(entities=root_ids()))
    base = slug(f"{product}-{name}", 100) or "indicateur"
    code, number = base, 1
    while Indicator.objects.filter(code=code).exists():
        number += 1
        code = f"{base}-{number}"
    with recording(actor, INDICATOR_EDIT.code) as recorder:
        made = recorder.create(
            Indicator(
                code=code, name=name.strip()[:300], product=home, family=family,
                unit=unit.strip()[:40], direction=direction, target=target,
            )
        )
    return made, recorder.change.uid


def add_measure(actor: Actor, code: str, on: date, value: float) -> UUID | None:
    """Record a value on a day; a day that has one already takes the new one.

    Raises:
        NotFoundForActor, Refused: rights.
        Invalid: a day to come, a value that is not a number.
    """
    errors: dict[str, Refusal] = {}
    if on > timezone.localdate():
        errors["on"] = Refusal("measure.future")
    if not math.isfinite(value):
        errors["value"] = Refusal("invalid")
    if errors:
        raise Invalid(errors)
    indicator = indicator_for(actor, code, INDICATOR_EDIT)
    with recording(actor, INDICATOR_EDIT.code, effective_on=on) as recorder:
        known = Measure.objects.filter(indicator=indicator, on=on).first()
        if known is not None:
            recorder.update(known, value=value)
        else:
            recorder.create(Measure(indicator=indicator, on=on, value=value))
        _refresh_last(indicator)
    return recorder.change.uid if recorder.changed else None


def _refresh_last(indicator: Indicator) -> None:
    """Set the derived last measure (kept out of the history)."""
    last = Measure.objects.filter(indicator=indicator).order_by("-on").first()
    Indicator.objects.filter(pk=indicator.pk).update(
        last_on=last.on if last else None, last_value=last.value if last else None
    )


def undo_edit(actor: Actor, uid: UUID | str) -> None:
    """Take one's own last edit back, while the right still holds.

    Raises:
        NotFoundForActor, Refused: not one's own, too old, or the right is gone.
        Invalid: something changed since.
    """
    touched: set[int] = set()

    def authorise(rows: list[HistoryRow]) -> None:
        for row in rows:
            if row.model == "evidence.measure":
                known = Measure.objects.filter(uid=row.record_uid)
                touched.update(known.values_list("indicator_id", flat=True))
            else:
                touched.add(row.record_id)
        codes = list(Indicator.objects.filter(pk__in=touched).values_list("code", flat=True))
        if not codes:
            raise NotFoundForActor("change", str(uid))
        for code in codes:
            indicator_for(actor, code, INDICATOR_EDIT)

    take_back(actor, uid, (INDICATOR_EDIT,), authorise)
    for indicator in Indicator.objects.filter(pk__in=touched):
        _refresh_last(indicator)
