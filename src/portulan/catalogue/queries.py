"""Reads of the catalogue alone: names to choose from, and how complete a product sheet is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portulan.catalogue.models import Line, Objective, Product

Choice = tuple[str, str]

#: What a sheet should say, in the order in which it is asked for. The first part are columns of the
#: product; the others are facts about it, that the caller counts.
TEXTS = (
    "summary", "vision", "value_users", "value_business", "users", "markets", "strategy",
    "constraints_field", "constraints_operations", "team_impacts", "debt", "exit_strategy",
)
FACTS = ("entity", "line", "stage", "manager", "sponsor", "objective", "indicator", "personal_data")


@dataclass(frozen=True, slots=True)
class Completeness:
    """How much of a sheet is filled: codes of what is there and of what is missing, in order."""

    filled: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many things a sheet should say."""
        return len(self.filled) + len(self.missing)

    @property
    def ratio(self) -> float:
        """The part that is filled, 0 to 1."""
        return len(self.filled) / self.count if self.count else 1.0


def completeness(product: Product, facts: Mapping[str, bool]) -> Completeness:
    """The one rule of a sheet's completeness: each text that is written, each fact that is known.

    ``facts`` tells, for each code of ``FACTS`` but ``entity``, ``stage`` and ``personal_data``,
    whether there is one.
    """
    known = {
        "entity": product.entity_id is not None,
        "stage": bool(product.stage),
        "personal_data": product.personal_data is not None,
        **facts,
    }
    filled: list[str] = []
    missing: list[str] = []
    for code in TEXTS:
        (filled if getattr(product, code).strip() else missing).append(code)
    for code in FACTS:
        (filled if known.get(code) else missing).append(code)
    return Completeness(tuple(filled), tuple(missing))


def product_choices() -> list[Choice]:
    """Code and name of every product, by name."""
    return list(Product.objects.order_by("folded").values_list("code", "name"))


def line_choices() -> list[tuple[str, str, str]]:
    """Code, name and axis of every line, in order."""
    return list(
        Line.objects.order_by("axis", "position", "folded").values_list("code", "name", "axis")
    )


def objective_choices() -> list[Choice]:
    """Code and name of every objective, by name."""
    return list(Objective.objects.order_by("folded").values_list("code", "name"))


def free_code(text: str) -> str:
    """A code made of a name, that no product has yet."""
    from portulan.base.text import slug

    base = slug(text) or "produit"
    code, number = base, 1
    while Product.objects.filter(code=code).exists():
        number += 1
        code = f"{base}-{number}"
    return code


def facts_shown(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Facts of the source as label and text, without the long text and the source's own key."""
    shown = []
    for name, value in facts.items():
        if name in ("text", "source_key") or value in (None, "", [], {}):
            continue
        if isinstance(value, (list, tuple)):
            said = ", ".join(str(v) for v in value if not isinstance(v, (dict, list)))
        elif isinstance(value, dict):
            flat = ((k, v) for k, v in value.items() if not isinstance(v, (dict, list)))
            said = ", ".join(f"{k}: {v}" for k, v in flat)
        else:
            said = str(value)
        if said:
            shown.append((name.replace("_", " "), said[:2000]))
    return shown
