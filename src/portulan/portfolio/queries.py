"""Reads of this app alone: rows out. What joins several apps is in ``readmodels``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portulan.base.policy import Actor, Refusal, check_right
from portulan.base.text import fold
from portulan.catalogue.queries import product_choices
from portulan.organisation.queries import team_choices
from portulan.portfolio.access import initiative_scope
from portulan.portfolio.activities import INITIATIVE_EDIT
from portulan.portfolio.models import Initiative


@dataclass(frozen=True, slots=True)
class Placement:
    """Where an initiative stands in the present plan, and whether the actor may move it."""

    code: str
    name: str
    state: str
    start: int | None
    months: int
    revision: int
    earliest: int | None
    latest: int | None
    refusal: Refusal | None


def placement(actor: Actor, initiative: Initiative) -> Placement:
    """The placement of an initiative that was fetched for the actor."""
    return Placement(
        initiative.code,
        initiative.name,
        initiative.state,
        initiative.start,
        initiative.months,
        initiative.revision,
        initiative.earliest,
        initiative.latest,
        check_right(actor, INITIATIVE_EDIT, initiative_scope(initiative)),
    )


def initiative_choices() -> list[tuple[str, str]]:
    """Code and name of every initiative, by name."""
    return list(Initiative.objects.order_by("folded").values_list("code", "name"))

def named(words: Sequence[str]) -> dict[tuple[str, str], str]:
    """Codes of the teams, products and initiatives that have these codes or names.

    ``(kind, word) → code``, where a word names one thing only (3 queries).
    """
    wanted = {fold(word): word for word in words if word}
    found: dict[tuple[str, str], str] = {}
    choices = {"team": team_choices(), "product": product_choices()}
    choices["initiative"] = list(Initiative.objects.values_list("code", "name"))
    for kind, pairs in choices.items():
        by_word: dict[str, set[str]] = {}
        for code, name in pairs:
            for text in {fold(code), fold(name)} & wanted.keys():
                by_word.setdefault(text, set()).add(code)
        for text, codes in by_word.items():
            if len(codes) == 1:
                found[kind, wanted[text]] = next(iter(codes))
    return found
