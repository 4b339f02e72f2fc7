"""Guardrails on the sheet: what a line or a funding time keeps at least, read and shown back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from django.http import QueryDict
from django.utils.translation import gettext as _

from portulan.base.policy import Invalid, Refusal
from portulan.prioritisation.assumptions import AMOUNT, PLAN, TOTAL, Assumptions, Floor
from portulan.web.tradeoff.typed import amount, share, thousands
from portulan.wording import vocabulary
from portulan.wording.formats import number
from portulan_core.model import World


@dataclass(frozen=True, slots=True)
class Rail:
    """A guardrail on the sheet: field, where it holds, of what, value as typed, its unit."""

    field: str
    where: str
    of: str
    value: str
    percent: bool


def kinds() -> list[tuple[str, str]]:
    """What a guardrail may be a part of."""
    return [
        (PLAN, _("% of what the plan spends there")),
        (TOTAL, _("% of all spending")),
        (AMOUNT, _("an amount, in thousands")),
    ]


def lines(sheet: Assumptions, world: World) -> list[Rail]:
    """The guardrails of a sheet, for its form."""
    said = dict(kinds())
    return [
        Rail(
            f"floor-{place}", where(floor, world), said[floor.of] if floor.of != AMOUNT else "",
            thousands(floor.amount)
            if floor.of == AMOUNT
            else number(Decimal(floor.share) / 100, 0 if floor.share % 100 == 0 else 1),
            floor.of != AMOUNT,
        )
        for place, floor in enumerate(sheet.floors)
    ]  # fmt: skip


def where(floor: Floor, world: World) -> str:
    """The line and the funding time that a guardrail protects."""
    line = world.lines.get(floor.line or "")
    parts = [
        line.name if line else "",
        vocabulary.word(vocabulary.STAGES, floor.stage) if floor.stage else "",
    ]
    return ", ".join(part for part in parts if part)


def read(post: QueryDict, before: Assumptions, world: World) -> list[Floor]:
    """The guardrails as the form says them; an emptied one is lifted.

    Raises:
        Invalid: a value that cannot be read, or a place that is not there.
    """
    found = []
    for place, floor in enumerate(before.floors):
        text = post.get(f"floor-{place}")
        if text is None:
            found.append(floor)
            continue
        kept = _valued(floor, text)
        if kept is not None:
            found.append(kept)
    text = post.get("floor-new", "").strip()
    if not text:
        return found
    line, stage = post.get("floor-new-line", ""), post.get("floor-new-stage", "")
    if (line and line not in world.lines) or (stage and stage not in vocabulary.STAGES):
        raise Invalid({"floor-new": Refusal("assumptions.unknown", {"text": line or stage})})
    if not line and not stage:
        raise Invalid({"floor-new": Refusal("assumptions.floor")})
    of = post.get("floor-new-of", PLAN)
    bare = Floor(of if of in (PLAN, TOTAL, AMOUNT) else PLAN, 0, 0, line or None, stage)
    made = _valued(bare, text)
    if made is not None:
        found = [floor for floor in found if floor.key != made.key]
        found.append(made)
    return found


def _valued(floor: Floor, text: str) -> Floor | None:
    if floor.of == AMOUNT:
        least = amount(text, "floor-new")
        return replace(floor, amount=least) if least else None
    part = share(text, "floor-new")
    return replace(floor, share=part) if part else None
