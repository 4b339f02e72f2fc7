"""Reads of risks alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from portulan.compliance.models import Risk

#: Likelihood × impact from which a risk is grave, and serious.
GRAVE, SERIOUS = 15, 8


@dataclass(frozen=True, slots=True)
class RiskRow:
    """A risk as pages show it; ``level`` is ``blocking``, ``major`` or ``minor`` by its weight."""

    uid: str
    name: str
    kind: str
    state: str
    likelihood: int
    impact: int
    mitigation: str
    owner: str
    owner_code: str
    review_on: date | None

    @property
    def weight(self) -> int:
        """Likelihood times impact, 1 to 25."""
        return self.likelihood * self.impact

    @property
    def level(self) -> str:
        """How grave it is, as a severity."""
        if self.weight >= GRAVE:
            return "blocking"
        return "major" if self.weight >= SERIOUS else "minor"


def risks_on(kind: str, pk: int, *, closed: bool = False) -> list[RiskRow]:
    """The risks on a product, initiative or project by database id, gravest first (one query)."""
    found = Risk.objects.filter(**{f"{kind}_id": pk}).select_related("owner")
    if not closed:
        found = found.exclude(state=Risk.State.CLOSED)
    rows = [
        RiskRow(
            str(r.uid), r.name, r.kind, r.state, r.likelihood, r.impact, r.mitigation,
            r.owner.name if r.owner else "", r.owner.code if r.owner else "", r.review_on,
        )
        for r in found
    ]
    return sorted(rows, key=lambda r: (-r.weight, r.name))
