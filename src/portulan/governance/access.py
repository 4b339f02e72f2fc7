"""Fetch and authorise in one call: what cannot be read is not found, what may not be done says why.

A forum, and the register, are known to whom it governs: a grant on its entity, above or below it.
Meetings and dossiers are for those above, for the seats, and for the products concerned.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from portulan.base.policy import (
    Activity,
    Actor,
    NotFoundForActor,
    Refusal,
    Refused,
    Scope,
    check_right,
    held,
)
from portulan.governance.activities import (
    DOSSIER_READ,
    FORUM_READ,
    MEETING_READ,
    REGISTER_READ,
    VALUE_READ,
)
from portulan.governance.company import Company, company_of, remembered
from portulan.governance.models import (
    ActionItem,
    AgendaItem,
    Decision,
    Dossier,
    DossierLine,
    Forum,
    ForumMember,
    Meeting,
    Product,
    Promise,
    ValueReview,
)
from portulan.portfolio.manifest import BUDGET_READ


def check_any(actor: Actor, activity: Activity, scopes: Iterable[Scope]) -> Refusal | None:
    """Why the actor may not do it on any of these scopes, or ``None`` when it may on one."""
    refusal: Refusal | None = Refusal("right.missing", {"activity": activity.code})
    for scope in scopes:
        refusal = check_right(actor, activity, scope)
        if refusal is None:
            return None
    return refusal


def _require(actor: Actor, activity: Activity, scopes: Sequence[Scope]) -> None:
    refusal = check_any(actor, activity, scopes)
    if refusal is not None:
        raise Refused(refusal)


# --- Forums


def forum_scope(forum: Forum, company: Company | None = None) -> Scope:
    """Where a forum lies: its entity and what is above, and its own seats."""
    company = company or company_of()
    return Scope(
        entities=company.above(forum.entity_id), forum=forum.pk, on=("forum", forum.code)
    )


def known_scope(actor: Actor, forum: Forum, company: Company) -> Scope:
    """Where a forum is known: also by those it governs, below its entity."""
    below = company.below(forum.entity_id)
    products = {g.product for g in actor.grants if g.product is not None}
    inside = (
        Product.objects.filter(pk__in=products, entity_id__in=below).values_list("pk", flat=True)
        if products and forum.entity_id is not None
        else products
    )
    return Scope(
        entities=company.above(forum.entity_id) | below,
        lines=frozenset(g.line for g in actor.grants if g.line is not None),
        products=frozenset(inside),
        forum=forum.pk,
    )


def readable_forums(actor: Actor) -> frozenset[int]:
    """The ids of the forums that the actor may know of (a constant number of queries)."""
    return remembered(("forums", id(actor)), lambda: _readable_forums(actor))


def _forums() -> list[Forum]:
    return remembered("all forums", lambda: list(Forum.objects.only("pk", "code", "entity_id")))


def forums_sitting(actor: Actor) -> list[int]:
    """The ids of the forums whose sittings the actor may read."""
    company = company_of()
    scopes = {forum.pk: forum_scope(forum, company) for forum in _forums()}
    return [pk for pk, scope in scopes.items() if check_right(actor, MEETING_READ, scope) is None]


def _readable_forums(actor: Actor) -> frozenset[int]:
    company = company_of()
    forums = _forums()
    if actor.system:
        return frozenset(forum.pk for forum in forums)
    granted = held(actor, FORUM_READ)
    inside = {g.product for g in granted if g.product is not None}
    of_products = dict(Product.objects.filter(pk__in=inside).values_list("pk", "entity_id"))
    wide = any(g.line or g.team or g.initiative or g.project for g in granted)
    places = {g.entity for g in granted if g.entity is not None} | set(of_products.values())
    seats = {g.forum for g in granted if g.forum is not None}
    found = set()
    for forum in forums:
        above, below = company.above(forum.entity_id), company.below(forum.entity_id)
        direct = {g.entity for g in granted if g.entity is not None}
        everybody = wide or (forum.entity_id is None and bool(granted))
        if forum.pk in seats or direct & above or places & below or everybody:
            found.add(forum.pk)
    return frozenset(found)


def forum_for(actor: Actor, code: str, activity: Activity = FORUM_READ) -> Forum:
    """The forum with this code.

    Raises:
        NotFoundForActor: none, or none that the actor may know of.
        Refused: it may be read, but not this.
    """
    forum = Forum.objects.select_related("entity").filter(code=code).first()
    if forum is None or forum.pk not in readable_forums(actor):
        raise NotFoundForActor("forum", code)
    if activity is not FORUM_READ:
        _require(actor, activity, [forum_scope(forum)])
    return forum


# --- Meetings


def meeting_scopes(meeting: Meeting, company: Company | None = None) -> list[Scope]:
    """Where a meeting lies: as its forum."""
    return [forum_scope(meeting.forum, company)]


def meeting_for(actor: Actor, code: str, activity: Activity = MEETING_READ) -> Meeting:
    """The meeting with this code, with its forum and current item.

    Raises:
        NotFoundForActor: none, or none that the actor may read.
        Refused: it may be read, but not this.
    """
    meeting = (
        Meeting.objects.select_related("forum", "forum__entity", "current_item")
        .filter(code=code)
        .first()
    )
    if meeting is None:
        raise NotFoundForActor("meeting", code)
    scopes = meeting_scopes(meeting)
    if check_any(actor, MEETING_READ, scopes) is not None:
        raise NotFoundForActor("meeting", code)
    if activity is not MEETING_READ:
        _require(actor, activity, scopes)
    return meeting


def item_of(meeting: Meeting, uid: str) -> AgendaItem:
    """An agenda item of a meeting that was fetched for the actor.

    Raises:
        NotFoundForActor: the meeting has no such item.
    """
    item = AgendaItem.objects.select_related("dossier").filter(meeting=meeting, uid=uid).first()
    if item is None:
        raise NotFoundForActor("item", uid)
    item.meeting = meeting
    return item


def line_of(dossier: Dossier, uid: str) -> DossierLine:
    """A line of a dossier that was fetched for the actor.

    Raises:
        NotFoundForActor: the dossier has no such line.
    """
    line = DossierLine.objects.filter(dossier=dossier, uid=uid).first()
    if line is None:
        raise NotFoundForActor("line", uid)
    line.dossier = dossier
    return line


def promise_of(dossier: Dossier, uid: str) -> Promise:
    """A promise of a dossier that was fetched for the actor.

    Raises:
        NotFoundForActor: the dossier has no such promise.
    """
    promise = Promise.objects.filter(dossier=dossier, uid=uid).first()
    if promise is None:
        raise NotFoundForActor("promise", uid)
    promise.dossier = dossier
    return promise


def member_of(forum: Forum, uid: str) -> ForumMember:
    """A seat of a forum that was fetched for the actor.

    Raises:
        NotFoundForActor: the forum has no such seat.
    """
    found = ForumMember.objects.select_related("person", "deputy").filter(forum=forum, uid=uid)
    member = found.first()
    if member is None:
        raise NotFoundForActor("member", uid)
    return member


# --- Dossiers


def dossier_scopes(dossier: Dossier) -> list[Scope]:
    """Where a dossier lies: its entity and above, its products, the seats of its committees."""
    return remembered(("dossier", dossier.pk), lambda: _dossier_scopes(dossier))


def _dossier_scopes(dossier: Dossier) -> list[Scope]:
    company = company_of()
    products = set(dossier.lines.exclude(product=None).values_list("product_id", flat=True))
    if dossier.product_id:
        products.add(dossier.product_id)
    forums = set(dossier.items.values_list("meeting__forum_id", flat=True))
    entities = company.above(dossier.entity_id)
    scopes = [Scope(entities=entities, products=frozenset(products))]
    return scopes + [Scope(forum=pk) for pk in sorted(forums)]


def dossier_for(actor: Actor, code: str, activity: Activity = DOSSIER_READ) -> Dossier:
    """The dossier with this code.

    Raises:
        NotFoundForActor: none, or none that the actor may read.
        Refused: it may be read, but not this.
    """
    dossier = (
        Dossier.objects.select_related("entity", "owner", "scenario", "product", "reverts")
        .filter(code=code)
        .first()
    )
    if dossier is None:
        raise NotFoundForActor("dossier", code)
    scopes = dossier_scopes(dossier)
    if check_any(actor, DOSSIER_READ, scopes) is not None:
        raise NotFoundForActor("dossier", code)
    if activity is not DOSSIER_READ:
        _require(actor, activity, scopes)
    return dossier


# --- Decisions


def subjects_of(decision: Decision) -> list[tuple[int | None, int | None]]:
    """Product and initiative ids that a decision is about."""
    return remembered(
        ("subjects", decision.pk),
        lambda: list(decision.subjects.values_list("product_id", "initiative_id")),
    )


def decision_scopes(actor: Actor, decision: Decision, company: Company) -> list[Scope]:
    """Where a decision is known: as its forum, and to whom holds a product that it concerns."""
    subjects = subjects_of(decision)
    products = frozenset(p for p, _ in subjects if p)
    scopes = [Scope(products=products, initiative=i) for i in {i for _, i in subjects if i}]
    scopes.append(Scope(products=products))
    if decision.forum is not None:
        scopes.append(known_scope(actor, decision.forum, company))
    else:
        scopes.append(Scope(entities=company.roots))
    return scopes


def decision_for(actor: Actor, code: str, activity: Activity = REGISTER_READ) -> Decision:
    """The decision with this number.

    Raises:
        NotFoundForActor: none, or none that the actor may read.
        Refused: it may be read, but not this.
    """
    decision = (
        Decision.objects.select_related("forum", "forum__entity", "meeting", "dossier", "reverts")
        .filter(code=code)
        .first()
    )
    if decision is None:
        raise NotFoundForActor("decision", code)
    company = company_of()
    if check_any(actor, REGISTER_READ, decision_scopes(actor, decision, company)) is not None:
        raise NotFoundForActor("decision", code)
    if activity is not REGISTER_READ:
        scope = (
            forum_scope(decision.forum, company)
            if decision.forum is not None
            else Scope(entities=company.roots)
        )
        _require(actor, activity, [scope])
    return decision


def money_shown(actor: Actor, entity_id: int | None, forum_id: int | None = None) -> bool:
    """Whether the actor may see amounts: the budget of the entity, or a seat that decides on it."""
    if forum_id is not None and any(g.forum == forum_id for g in actor.grants):
        return True
    return check_right(actor, BUDGET_READ, Scope(entities=company_of().above(entity_id))) is None


def action_for(actor: Actor, uid: str, activity: Activity) -> ActionItem:
    """An action item: its owner may always act on it, others need the right on its meeting.

    Raises:
        NotFoundForActor: none, or none that the actor may know of.
        Refused: it may be read, but not this.
    """
    action = (
        ActionItem.objects.select_related("meeting__forum", "decision__forum", "owner")
        .filter(uid=uid)
        .first()
    )
    if action is None:
        raise NotFoundForActor("action", uid)
    if actor.person_id is not None and action.owner_id == actor.person_id:
        return action
    forum = action.meeting.forum if action.meeting else None
    if forum is None and action.decision is not None:
        forum = action.decision.forum
    scope = forum_scope(forum) if forum else Scope(entities=company_of().roots)
    if check_right(actor, MEETING_READ, scope) is not None:
        raise NotFoundForActor("action", uid)
    _require(actor, activity, [scope])
    return action


# --- Value reviews


def lines_of(product: Any) -> list[tuple[int, bool]]:
    """The lines of a product, and whether each is its primary one."""
    return remembered(
        ("lines", product.pk),
        lambda: list(product.product_lines.values_list("line_id", "primary")),
    )


def product_scope(product: Any, company: Company | None = None) -> Scope:
    """Where a product lies: itself, its lines, its entity and above."""
    lines = [line for line, _ in lines_of(product)]
    return Scope(
        entities=(company or company_of()).above(product.entity_id),
        lines=frozenset(lines),
        products=frozenset([product.pk]),
        team=product.team_id,
        on=("product", product.code),
    )


def review_of(product: Product, uid: str) -> ValueReview:
    """A review of a product that was fetched for the actor.

    Raises:
        NotFoundForActor: the product has no such review.
    """
    review = ValueReview.objects.filter(product=product, uid=uid).first()
    if review is None:
        raise NotFoundForActor("review", uid)
    review.product = product
    return review


def product_for(actor: Actor, code: str, activity: Activity = VALUE_READ) -> Product:
    """The product whose value is reviewed, or that a dossier is about.

    Raises:
        NotFoundForActor: no such product, or the actor may not know of it.
        Refused: it may be read, but not this.
    """
    product = Product.objects.select_related("entity").filter(code=code).first()
    if product is None or check_right(actor, VALUE_READ, product_scope(product)) is not None:
        raise NotFoundForActor("product", code)
    if activity is not VALUE_READ:
        _require(actor, activity, [product_scope(product)])
    return product
