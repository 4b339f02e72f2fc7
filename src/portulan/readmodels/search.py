"""Objects found by folded text, for the command palette: what the reader may see, best first.

A name that begins with the words comes before one that only holds them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, IntegerField, Model, Q, QuerySet, Value, When

from portulan.base.text import fold
from portulan.catalogue.manifest import PRODUCT_READ
from portulan.catalogue.models import Line, Objective, Product
from portulan.governance.models import Decision, Forum
from portulan.organisation.models import Entity, Person, Team
from portulan.portfolio.manifest import INITIATIVE_READ, PROJECT_READ
from portulan.portfolio.models import Initiative, Project
from portulan.readmodels.reader import Reader

#: Kinds in the order in which equal answers come.
KINDS = (
    "product", "initiative", "project", "person", "team", "entity", "line", "objective",
    "decision", "forum",
)


@dataclass(frozen=True, slots=True)
class Found:
    """An object by its kind, code and name, with what tells it from its namesakes."""

    kind: str
    code: str
    name: str
    detail: str = ""


def search(reader: Reader, text: str, limit: int = 8, kinds: Iterable[str] = KINDS) -> list[Found]:
    """At most ``limit`` objects of each kind that hold every word (one query a kind)."""
    words = fold(text).split()[:6]
    if not words:
        return []
    return [found for kind in kinds for found in _SEARCHES[kind](reader, words, limit)]


def _matching(
    model: type[Model], words: list[str], condition: Q, limit: int, *columns: str
) -> QuerySet[Any, Any]:
    holds = Q()
    for word in words:
        holds &= Q(folded__contains=word)
    start = " ".join(words)
    rank = Case(
        When(folded__startswith=start, then=Value(0)),
        When(folded__contains=f" {start}", then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    found: QuerySet[Any, Any] = (
        model._default_manager.filter(holds & condition)
        .annotate(_rank=rank)
        .order_by("_rank", "folded")
        .values_list("code", "name", *columns)[:limit]
    )
    return found


def _products(reader: Reader, words: list[str], limit: int) -> list[Found]:
    condition = reader.reach(PRODUCT_READ).product_filter()
    return [
        Found("product", code, name, entity or "")
        for code, name, entity in _matching(Product, words, condition, limit, "entity__name")
    ]


def _initiatives(reader: Reader, words: list[str], limit: int) -> list[Found]:
    condition = reader.reach(INITIATIVE_READ).initiative_filter()
    return [
        Found("initiative", code, name)
        for code, name in _matching(Initiative, words, condition, limit)
    ]


def _projects(reader: Reader, words: list[str], limit: int) -> list[Found]:
    reach = reader.reach(PROJECT_READ)
    condition = Q()
    if reach.exact:
        condition = Q(pk__in=reach.projects)
    elif not reach.everywhere:
        condition = Q(entity_id__in=reach.entities) | Q(pk__in=reach.projects)
        if reach.root:
            condition |= Q(entity_id=None)
    return [
        Found("project", code, name) for code, name in _matching(Project, words, condition, limit)
    ]


def _plain(kind: str, model: type[Model], column: str = "") -> Callable[..., list[Found]]:
    def find(reader: Reader, words: list[str], limit: int) -> list[Found]:
        if reader.reach(PRODUCT_READ).nothing:
            return []
        columns = (column,) if column else ()
        return [
            Found(kind, row[0], row[1], (row[2] or "") if column else "")
            for row in _matching(model, words, Q(), limit, *columns)
        ]

    return find


def _decisions(reader: Reader, words: list[str], limit: int) -> list[Found]:
    return [
        Found("decision", code, name, forum or "")
        for code, name, forum in _matching(
            Decision, words, _of_forum(reader, "forum__"), limit, "forum__name"
        )
    ]


def _forums(reader: Reader, words: list[str], limit: int) -> list[Found]:
    return [
        Found("forum", code, name)
        for code, name in _matching(Forum, words, _of_forum(reader, ""), limit)
    ]


def _of_forum(reader: Reader, prefix: str) -> Q:
    reach = reader.reach(PRODUCT_READ)
    if reach.everywhere:
        return Q()
    condition = Q(**{f"{prefix}entity_id__in": reach.entities})
    if reader.actor.person_id is not None:
        condition |= Q(**{f"{prefix}members__person_id": reader.actor.person_id})
    return condition


_SEARCHES: dict[str, Callable[[Reader, list[str], int], list[Found]]] = {
    "product": _products,
    "initiative": _initiatives,
    "project": _projects,
    "person": _plain("person", Person, "job_title"),
    "team": _plain("team", Team),
    "entity": _plain("entity", Entity),
    "line": _plain("line", Line),
    "objective": _plain("objective", Objective),
    "decision": _decisions,
    "forum": _forums,
}
