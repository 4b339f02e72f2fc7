"""Where an actor may do an activity whose letters differ by part of the company, or are refused to
one of its roles: object by object, with the very rule that guards each of them.

Grants alone tell it when the letters are the same everywhere; a narrower letter may take away, or
give, inside of what a role covers, so that no condition on entities tells it any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from portulan.base.policy import MUST_NOT, Activity, Actor, Scope, check_right
from portulan.catalogue.models import ProductLine
from portulan.organisation.models import Team
from portulan.portfolio.models import Project, ProjectProduct
from portulan.readmodels import catalog
from portulan.readmodels.reader import Reach, Reader


def needed(actor: Actor, activity: Activity) -> bool:
    """Whether grants alone do not tell where this actor may do the activity."""
    if activity.code in actor.overrides:
        return True
    letters = actor.matrix.get(activity.code, activity.letters)
    return any(letters.get(grant.role) == MUST_NOT for grant in actor.grants)


def reach(reader: Reader, activity: Activity) -> Reach:
    """Every object where the activity is granted, by id (at most 6 queries, kept)."""
    found: Reach = reader.kept_own(f"exact:{activity.code}", lambda: _reach(reader, activity))
    return found


def _reach(reader: Reader, activity: Activity) -> Reach:
    entities, lines = reader.entities, reader.lines
    tops = frozenset(e.id for e in entities.values() if e.parent is None)

    @cache
    def may(scope: Scope) -> bool:
        return check_right(reader.actor, activity, scope) is None

    def paths(ids: Iterable[int | None]) -> frozenset[int]:
        return frozenset(
            key
            for pk in ids
            if pk is not None and pk in entities
            for key in (pk, *entities[pk].above)
        )

    above: dict[int, frozenset[int]] = {}
    for pk in lines:
        climbed, at = {pk}, lines[pk].parent
        while at is not None and at in lines and at not in climbed:
            climbed.add(at)
            at = lines[at].parent
        above[pk] = frozenset(climbed)
    placed = _by_product(ProductLine.objects.values_list("product_id", "line_id"))
    products = catalog.products(reader)

    def lines_of(ids: Iterable[int]) -> frozenset[int]:
        return frozenset(
            key
            for product in ids
            for line in placed.get(product, ())
            for key in above.get(line, (line,))
        )

    seen_products = frozenset(
        p.id
        for p in products.values()
        if may(
            Scope(
                paths([p.entity]) or tops,
                lines_of([p.id]),
                frozenset([p.id]),
                team=p.team,
            )
        )
    )
    seen_initiatives = set()
    for fact in catalog.initiatives(reader).values():
        served = [products[p] for p in fact.products if p in products]
        teams = {p.team for p in served}
        around = paths([fact.entity, *(p.entity for p in served)])
        if may(
            Scope(
                around or tops,
                lines_of(fact.products),
                frozenset(fact.products),
                fact.id,
                fact.project,
                teams.pop() if len(teams) == 1 else None,
            )
        ):
            seen_initiatives.add(fact.id)
    serving = _by_product(ProjectProduct.objects.values_list("project_id", "product_id"))
    seen_projects = set()
    for pk, entity in Project.objects.values_list("pk", "entity_id"):
        ids = serving.get(pk, [])
        around = paths([entity, *(products[p].entity for p in ids if p in products)])
        if may(Scope(around or tops, lines_of(ids), frozenset(ids), project=pk)):
            seen_projects.add(pk)
    seen_teams = frozenset(
        pk
        for pk, entity in Team.objects.values_list("pk", "entity_id")
        if may(Scope(paths([entity]) or tops, team=pk))
    )
    return Reach(
        entities=frozenset(pk for pk in entities if may(Scope(paths([pk])))),
        lines=frozenset(pk for pk in lines if may(Scope(lines=above[pk]))),
        products=seen_products,
        initiatives=frozenset(seen_initiatives),
        projects=frozenset(seen_projects),
        teams=seen_teams,
        root=bool(tops) and may(Scope(tops)),
        exact=True,
    )


def _by_product(rows: Iterable[tuple[int, int]]) -> Mapping[int, list[int]]:
    found: dict[int, list[int]] = {}
    for first, second in rows:
        found.setdefault(first, []).append(second)
    return found
