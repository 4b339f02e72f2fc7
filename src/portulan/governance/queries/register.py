"""Reads on the decision register: search it, open one decision with all that follows from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from portulan.base.policy import Actor
from portulan.base.text import fold
from portulan.governance import access
from portulan.governance.access import readable_forums
from portulan.governance.company import company_of
from portulan.governance.drift import GONE, current_values
from portulan.governance.models import (
    ActionItem,
    Condition,
    Contradiction,
    Decision,
    DecisionSubject,
    DossierLine,
    Envelope,
    Forum,
    FrozenDossier,
    Initiative,
    Product,
    Promise,
    Referral,
    RegisterEntry,
    Vote,
)
from portulan.governance.queries import handed
from portulan.organisation.effects import read_target
from portulan_core.effects import Effect, EffectError


@dataclass(frozen=True, slots=True)
class Filter:
    """What the register is narrowed to; empty values narrow nothing."""

    text: str = ""
    forum: str = ""
    kind: str = ""
    verdict: str = ""
    state: str = ""
    year: int | None = None
    product: str = ""


@dataclass(frozen=True, slots=True)
class EffectRow:
    """An effect decided: what it is on, from what to what, and whether it holds now.

    ``state``: ``applied``, ``waiting``, ``moved`` (changed again since), ``undone`` or ``gone``.
    """

    type: str
    kind: str
    code: str
    name: str
    before: Any
    after: Any
    state: str


@dataclass(frozen=True, slots=True)
class DecisionPage:
    """All that the page of a decision shows."""

    decision: Decision
    lines: tuple[DossierLine, ...]
    votes: Mapping[int, tuple[Vote, ...]]
    effects: tuple[EffectRow, ...]
    promises: tuple[Promise, ...]
    actions: tuple[ActionItem, ...]
    entries: tuple[RegisterEntry, ...]
    reverted_by: Decision | None
    related: tuple[Decision, ...]
    conditions: tuple[Condition, ...] = ()
    referrals: tuple[Referral, ...] = ()
    #: Earlier decisions that this one answered about, and the one that replaced it, if any.
    contradictions: tuple[Contradiction, ...] = ()
    superseded_by: Decision | None = None
    frozen: FrozenDossier | None = None


def visible(actor: Actor) -> QuerySet[Decision]:
    """The decisions of the register that the actor may read."""
    found = Decision.objects.exclude(state=Decision.State.DRAFT)
    if actor.system:
        return found
    condition = Q(forum_id__in=readable_forums(actor))
    products = {g.product for g in actor.grants if g.product is not None}
    initiatives = {g.initiative for g in actor.grants if g.initiative is not None}
    if products or initiatives:
        subjects = DecisionSubject.objects.filter(
            Q(product_id__in=products) | Q(initiative_id__in=initiatives)
        )
        condition |= Q(pk__in=subjects.values("decision_id"))
    if {g.entity for g in actor.grants if g.entity is not None} & company_of().roots:
        condition |= Q(forum=None)
    return found.filter(condition)


def search(actor: Actor, wanted: Filter) -> QuerySet[Decision]:
    """The decisions that a filter keeps, last first; the caller cuts pages."""
    found = visible(actor)
    for word in fold(wanted.text).split():
        found = found.filter(
            Q(folded__contains=word)
            | Q(text__icontains=word)
            | Q(subjects__initiative__folded__contains=word)
            | Q(subjects__product__folded__contains=word)
        )
    if wanted.forum:
        found = found.filter(forum__code=wanted.forum)
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    if wanted.verdict:
        found = found.filter(verdict=wanted.verdict)
    if wanted.state:
        found = found.filter(state=wanted.state)
    if wanted.year:
        found = found.filter(decided_on__year=wanted.year)
    if wanted.product:
        found = found.filter(subjects__product__code=wanted.product)
    return found.select_related("forum", "meeting").distinct().order_by("-decided_on", "-pk")


_OF_WHOLE = {
    "whole": "approved",
    "conditional": "approved",
    "deferred": "deferred",
    "refused": "refused",
}


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """A decision in the register, with its lines counted by verdict."""

    decision: Decision
    lines: Mapping[str, int]


def page_of(
    found: QuerySet[Decision], start: int, size: int
) -> tuple[list[RegisterRow], int]:
    """A slice of a search, and the whole count."""
    total = found.count()
    rows = list(found[start : start + size])
    counts: dict[int, dict[str, int]] = {}
    verdicts = {row.pk: row.verdict for row in rows}
    for decision_id, verdict in DecisionSubject.objects.filter(decision__in=rows).values_list(
        "decision_id", "verdict"
    ):
        per = counts.setdefault(decision_id, {})
        # A line taken in without a verdict of its own has that of the whole.
        own = verdict or _OF_WHOLE.get(verdicts[decision_id], "pending")
        per[own] = per.get(own, 0) + 1
    return [RegisterRow(row, counts.get(row.pk, {})) for row in rows], total


def choices(actor: Actor) -> tuple[list[tuple[str, str]], list[int]]:
    """Forums and years to narrow by."""
    forums = Forum.objects.filter(pk__in=readable_forums(actor)).order_by("folded")
    years = (
        visible(actor)
        .exclude(decided_on=None)
        .values_list("decided_on__year", flat=True)
        .order_by("-decided_on__year")
        .distinct()
    )
    return list(forums.values_list("code", "name")), list(dict.fromkeys(years))


def decision_page(decision: Decision) -> DecisionPage:
    """One decision with lines, votes, effects as they stand now, promises, actions and seals."""
    lines: tuple[DossierLine, ...] = ()
    votes: dict[int, list[Vote]] = {}
    if decision.dossier is not None:
        lines = tuple(
            decision.dossier.lines.filter(withdrawn=False)
            .select_related("initiative", "product")
            .order_by("position", "pk")
        )
        voted = [line.pk for line in lines if line.votes_for is not None]
        for vote in Vote.objects.filter(line__in=voted).select_related("person").order_by("pk"):
            votes.setdefault(vote.line_id, []).append(vote)
    subjects = access.subjects_of(decision)
    products = {p for p, _ in subjects if p}
    initiatives = {i for _, i in subjects if i}
    related = (
        Decision.objects.exclude(pk=decision.pk)
        .exclude(state=Decision.State.DRAFT)
        .filter(
            Q(subjects__initiative_id__in=initiatives)
            | Q(subjects__product_id__in=products, subjects__initiative=None)
        )
        .distinct()
        .order_by("-decided_on", "-pk")[:8]
    )
    return DecisionPage(
        decision,
        lines,
        {pk: tuple(found) for pk, found in votes.items()},
        tuple(effect_rows(decision)),
        tuple(
            decision.promises.select_related("product", "initiative", "guarantor").order_by(
                "due_on", "pk"
            )
        ),
        tuple(decision.actions.select_related("owner").order_by("due_on", "pk")),
        tuple(decision.entries.order_by("number")),
        decision.reverted_by.order_by("pk").first()
        if decision.state == Decision.State.REVERTED
        else None,
        tuple(related),
        tuple(handed.conditions(decision)),
        tuple(handed.referrals(decision)),
        tuple(decision.supersedes.select_related("earlier").order_by("pk")),
        _superseded_by(decision),
        decision.dossier.frozen.order_by("-pk").first() if decision.dossier else None,
    )


def _superseded_by(decision: Decision) -> Decision | None:
    if decision.state != Decision.State.SUPERSEDED:
        return None
    row = (
        decision.contradicted.filter(choice=Contradiction.Choice.SUPERSEDE)
        .exclude(decision=None)
        .select_related("decision")
        .order_by("-pk")
        .first()
    )
    return row.decision if row is not None else None


def effect_rows(decision: Decision) -> list[EffectRow]:
    """The effects of a decision, named, with whether they hold now."""
    effects = []
    for raw in decision.effects:
        try:
            effects.append(Effect.from_json(raw))
        except EffectError:
            continue
    names = subjects_of(effects)
    rows = []
    reads = current_values(effects)
    for effect in effects:
        kind, code, name = names.get(effect.target, ("", "", ""))
        if decision.state == Decision.State.DECIDED:
            state = "waiting"
        elif decision.state == Decision.State.REVERTED:
            state = "undone"
        else:
            now = reads[(effect.type, effect.target)]
            state = "gone" if now is GONE else "applied" if now == effect.after else "moved"
        rows.append(
            EffectRow(effect.type, kind, code, name, effect.before, effect.after, state)
        )
    return rows


def subjects_of(effects: Iterable[Effect]) -> dict[str, tuple[str, str, str]]:
    """Uid of a target → kind, code and name of what it is on (at most four queries)."""
    by_kind: dict[str, set[str]] = {}
    owners: dict[str, str] = {}
    for effect in effects:
        by_kind.setdefault(effect.type.split(".")[0], set()).add(effect.target)
        if effect.type == "product.stage":
            owner = (effect.after or effect.before or {}).get("product")
            if owner:
                owners[effect.target] = owner
    found: dict[str, tuple[str, str, str]] = {}
    for uid, code, name in Initiative.objects.filter(
        uid__in=by_kind.get("initiative", ())
    ).values_list("uid", "code", "name"):
        found[str(uid)] = ("initiative", code, name)
    if owners:
        products = {
            str(uid): (code, name)
            for uid, code, name in Product.objects.filter(
                uid__in=set(owners.values())
            ).values_list("uid", "code", "name")
        }
        for target, owner in owners.items():
            if owner in products:
                found[target] = ("product", *products[owner])
    for row in Envelope.objects.filter(uid__in=by_kind.get("envelope", ())).select_related(
        "line"
    ):
        found[str(row.uid)] = (
            "envelope",
            str(row.fiscal_year),
            row.line.name if row.line else "",
        )
    for target in by_kind.get("matrix", ()):
        try:
            activity, place = read_target(target)
        except EffectError:
            continue
        found[target] = ("matrix", activity, place.name)
    return found
