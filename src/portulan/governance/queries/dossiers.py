"""Reads on dossiers: who waits for what, and one dossier with its lines, promises and history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from portulan.base.policy import Actor, Scope
from portulan.governance.access import check_any
from portulan.governance.activities import DOSSIER_READ
from portulan.governance.company import company_of, remembered
from portulan.governance.contradictions import Against, against
from portulan.governance.drift import Drift, drifts
from portulan.governance.gates import Completeness, Given, completeness, given_of
from portulan.governance.models import (
    AgendaItem,
    Decision,
    Dossier,
    DossierLine,
    DossierOption,
    FrozenDossier,
    Promise,
    Referral,
    Waiver,
)

OPEN_STATES = (Dossier.State.DRAFT, Dossier.State.READY, Dossier.State.FROZEN)


@dataclass(frozen=True, slots=True)
class DossierRow:
    """A dossier in a list."""

    code: str
    name: str
    kind: str
    state: str
    owner: str
    owner_id: int | None
    requested_on: date | None
    amount: int
    lines: int
    filled: int
    sections: int
    missing: int
    meeting_on: date | None
    meeting: str
    forum: str


@dataclass(frozen=True, slots=True)
class DossierPage:
    """All that the page of a dossier shows."""

    dossier: Dossier
    lines: tuple[DossierLine, ...]
    promises: tuple[Promise, ...]
    completeness: Completeness
    drifts: tuple[Drift, ...]
    items: tuple[AgendaItem, ...]
    decision: Decision | None
    options: tuple[DossierOption, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    against: tuple[Against, ...] = ()
    referrals: tuple[Referral, ...] = ()
    frozen: FrozenDossier | None = None


def dossiers(
    actor: Actor, *, states: tuple[str, ...] = OPEN_STATES, limit: int = 200
) -> list[DossierRow]:
    """The dossiers in these states that the actor may read, oldest request first."""
    found = list(
        _prefetched(Dossier.objects.filter(state__in=states)).order_by("requested_on", "pk")[
            :limit
        ]
    )
    company = company_of()
    rows = []
    given = _given(found)
    for dossier in found:
        products = {line.product_id for line in dossier.lines.all() if line.product_id}
        if dossier.product_id:
            products.add(dossier.product_id)
        items = list(dossier.items.all())
        scopes = [
            Scope(entities=company.above(dossier.entity_id), products=frozenset(products)),
            *(Scope(forum=item.meeting.forum_id) for item in items),
        ]
        if check_any(actor, DOSSIER_READ, scopes) is not None:
            continue
        rows.append(_row(dossier, items, given[dossier.pk]))
    return rows


def _given(found: list[Dossier]) -> dict[int, Given]:
    return given_of(found, {d.pk: list(d.lines.all()) for d in found})


def _prefetched(found: QuerySet[Dossier]) -> QuerySet[Dossier]:
    return found.select_related("owner", "entity").prefetch_related(
        "lines", "promises", "items__meeting__forum"
    )


def _row(dossier: Dossier, items: list[AgendaItem], given: Given) -> DossierRow:
    lines = list(dossier.lines.all())
    state = completeness(dossier, lines, list(dossier.promises.all()), given)
    meetings = sorted(
        (item.meeting for item in items if item.meeting.state != "closed"), key=lambda m: m.on
    )
    first = meetings[0] if meetings else None
    return DossierRow(
        dossier.code,
        dossier.name,
        dossier.kind,
        dossier.state,
        dossier.owner.name if dossier.owner else "",
        dossier.owner_id,
        dossier.requested_on,
        dossier.amount,
        sum(not line.withdrawn for line in lines),
        state.done,
        len(state.asked),
        len(state.missing),
        first.on if first else None,
        first.code if first else "",
        first.forum.name if first else "",
    )


def dossier_page(dossier: Dossier) -> DossierPage:
    """A dossier with everything that decides on it."""
    lines = list(
        dossier.lines.select_related("initiative", "product").order_by("position", "pk")
    )
    for line in lines:
        line.dossier = dossier
    promises = list(
        dossier.promises.select_related("indicator", "guarantor", "initiative").order_by(
            "due_on", "pk"
        )
    )
    open_lines = [line for line in lines if not line.withdrawn]
    moved = drifts(open_lines) if dossier.state in OPEN_STATES else []
    return DossierPage(
        dossier,
        tuple(lines),
        tuple(promises),
        remembered(("complete", dossier.pk), lambda: completeness(dossier, lines, promises)),
        tuple(moved),
        tuple(dossier.items.select_related("meeting__forum").order_by("meeting__on")),
        dossier.decisions.order_by("-pk").first(),
        tuple(dossier.options.order_by("position", "pk")),
        tuple(dossier.waivers.select_related("person").order_by("pk")),
        tuple(against(dossier, open_lines)),
        tuple(dossier.referrals.select_related("source", "target").order_by("on", "pk")),
        dossier.frozen.order_by("-pk").first(),
    )


def mine_to_complete(person_id: int | None) -> list[DossierRow]:
    """The drafts that a person owns, soonest committee first."""
    if person_id is None:
        return []
    found = list(
        _prefetched(Dossier.objects.filter(state=Dossier.State.DRAFT, owner_id=person_id))
    )
    given = _given(found)
    rows = [_row(dossier, list(dossier.items.all()), given[dossier.pk]) for dossier in found]
    return sorted(rows, key=lambda r: (r.meeting_on or date.max, r.code))


def counts() -> dict[str, int]:
    """How many dossiers there are in each state (one query)."""
    found = Dossier.objects.values("state").annotate(n=Count("pk", filter=~Q(pk=None)))
    return {row["state"]: row["n"] for row in found}
