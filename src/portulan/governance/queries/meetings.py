"""Reads on meetings: the calendar, the agenda, what could be on it, and the sitting itself."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Count, Q
from django.utils import timezone

from portulan.base.policy import Actor
from portulan.governance import mandate
from portulan.governance.access import forums_sitting
from portulan.governance.company import Company, company_of
from portulan.governance.gates import Completeness, completeness, given_of
from portulan.governance.models import (
    ActionItem,
    AgendaItem,
    AgendaTemplateLine,
    Attendance,
    Decision,
    Dossier,
    DossierLine,
    Forum,
    ForumMember,
    Meeting,
    Person,
    Product,
    Promise,
    ValueReview,
    Vote,
)
from portulan.organisation.rights import in_force

#: States in which a meeting no longer holds its dossiers.
OVER = (Meeting.State.CLOSED, Meeting.State.CANCELLED)


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """A sitting in a calendar; ``dossiers`` on its agenda, of which ``ready`` can be decided."""

    code: str
    forum: str
    forum_code: str
    on: date
    at: object
    state: str
    items: int
    dossiers: int
    ready: int
    forum_id: int = 0
    form: str = "sitting"


@dataclass(frozen=True, slots=True)
class Candidates:
    """What the next agenda could hold: dossiers, reviews due, actions overdue."""

    dossiers: tuple[Dossier, ...]
    reviews: tuple[tuple[Product, int], ...]
    actions: tuple[ActionItem, ...]
    template: tuple[AgendaTemplateLine, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.dossiers or self.reviews or self.actions or self.template)


@dataclass(frozen=True, slots=True)
class Agenda:
    """A meeting's items in order with the times they would start at, and its actions."""

    items: tuple[AgendaItem, ...]
    minutes: int
    complete: dict[int, Completeness]
    decisions: dict[int, Decision]
    actions: tuple[ActionItem, ...]


@dataclass(frozen=True, slots=True)
class Seat:
    """A seat in a sitting, and its vote on the line shown."""

    member: ForumMember
    present: bool
    deputised: bool
    decides: bool
    choice: str = ""
    reason: str = ""
    #: Who stands in for the member, when somebody does.
    stand_in: Person | None = None

    @property
    def stand_in_name(self) -> str:
        """Who stands in, or usually would."""
        found = self.stand_in or self.member.deputy
        return found.name if found is not None else ""


@dataclass(frozen=True, slots=True)
class Sitting:
    """Everything that the sitting page shows at one moment."""

    meeting: Meeting
    items: tuple[AgendaItem, ...]
    item: AgendaItem | None
    dossier: Dossier | None
    lines: tuple[DossierLine, ...]
    withdrawn: int
    line: DossierLine | None
    seats: tuple[Seat, ...]
    present: int
    voters: int
    quorum: int
    completeness: Completeness | None
    decision: Decision | None
    actions: tuple[ActionItem, ...]
    dissent: tuple[tuple[str, str], ...]
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def quorate(self) -> bool:
        """Whether enough seats with a right to decide are taken, the chair's if it must be."""
        if self.meeting.forum.quorum_chair and not any(
            seat.present and seat.member.right == ForumMember.Right.CHAIR for seat in self.seats
        ):
            return False
        return self.present >= self.quorum


def calendar(
    actor: Actor, day: date | None = None, *, limit: int = 12, past: bool = False
) -> list[MeetingRow]:
    """The next sittings that the actor may read (or the last ones), soonest first."""
    day = day or timezone.localdate()
    found = (
        Meeting.objects.filter(forum_id__in=forums_sitting(actor))
        .select_related("forum")
        .annotate(
            n=Count("items", distinct=True),
            d=Count("items", filter=Q(items__dossier__isnull=False), distinct=True),
            r=Count(
                "items",
                filter=Q(items__dossier__state__in=("ready", "frozen", "decided")),
                distinct=True,
            ),
        )
    )
    if past:
        found = found.filter(state=Meeting.State.CLOSED).order_by("-on", "-at")
    else:
        found = found.exclude(state__in=OVER).filter(
            Q(on__gte=day) | Q(state=Meeting.State.OPEN)
        ).order_by("on", "at")
    return [
        MeetingRow(m.code, m.forum.name, m.forum.code, m.on, m.at, m.state, m.n, m.d, m.r,
                   m.forum_id, m.form)
        for m in found[:limit]
    ]


def ready_for(forum: Forum, company: Company | None = None) -> tuple[Dossier, ...]:
    """The ready dossiers that a forum may decide and that are on no agenda, oldest first."""
    busy = AgendaItem.objects.exclude(meeting__state__in=OVER).exclude(dossier=None)
    ready = (
        Dossier.objects.filter(state=Dossier.State.READY)
        .exclude(pk__in=busy.values("dossier_id"))
        .select_related("entity", "owner", "product")
        .prefetch_related("lines__product")
        .order_by("requested_on", "pk")
    )
    return tuple(d for d in ready if mandate.covers(forum, d, company or company_of()) is None)


def candidates(meeting: Meeting) -> Candidates:
    """What could be put on an agenda: what the forum may decide and has not on another agenda."""
    forum, company = meeting.forum, company_of()
    dossiers = ready_for(forum, company)
    actions = (
        ActionItem.objects.filter(
            Q(meeting__forum=forum) | Q(decision__forum=forum),
            state=ActionItem.State.OPEN,
            due_on__lt=meeting.on,
        )
        .select_related("owner", "decision")
        .order_by("due_on", "pk")
    )
    used = meeting.items.exclude(template=None).values("template_id")
    template = forum.template.exclude(pk__in=used).order_by("position", "pk")
    return Candidates(
        dossiers, tuple(reviews_due(company, forum, meeting)), tuple(actions), tuple(template)
    )


def reviews_due(
    company: Company, forum: Forum | None, meeting: Meeting
) -> list[tuple[Product, int]]:
    """Products of a forum with promises come due that no review has looked at since."""
    due = (
        Promise.objects.exclude(decision=None)
        .exclude(product=None)
        .filter(due_on__lte=meeting.on)
        .values_list("product_id", "due_on")
    )
    latest: dict[int, date] = {}
    count: Counter[int] = Counter()
    for product, on in due:
        if product is not None and on is not None:
            latest[product] = max(on, latest.get(product, on))
            count[product] += 1
    reviewed: dict[int, date] = {}
    for product, on in ValueReview.objects.filter(product_id__in=latest).values_list(
        "product_id", "on"
    ):
        reviewed[product] = max(on, reviewed.get(product, on))
    planned = set(
        AgendaItem.objects.filter(kind="review")
        .exclude(meeting__state__in=OVER)
        .values_list("product_id", flat=True)
    )
    wanted = {pk for pk, on in latest.items() if reviewed.get(pk, date.min) < on} - planned
    below = company.below(forum.entity_id if forum else None)
    products = Product.objects.filter(pk__in=wanted).order_by("folded")
    return [
        (p, count[p.pk]) for p in products if p.entity_id is None or p.entity_id in below
    ]


def agenda(meeting: Meeting) -> Agenda:
    """The agenda of a meeting."""
    items = list(
        meeting.items.select_related("dossier", "dossier__owner", "product").order_by(
            "position", "pk"
        )
    )
    dossiers = [item.dossier for item in items if item.dossier is not None]
    lines: dict[int, list[DossierLine]] = {}
    for line in DossierLine.objects.filter(dossier__in=dossiers):
        lines.setdefault(line.dossier_id, []).append(line)
    promises: dict[int, list[Promise]] = {}
    for promise in Promise.objects.filter(dossier__in=dossiers):
        promises.setdefault(promise.dossier_id or 0, []).append(promise)
    for item in items:
        item.meeting = meeting
    given = given_of(dossiers, lines)
    return Agenda(
        tuple(items),
        sum(item.minutes_planned for item in items),
        {
            d.pk: completeness(d, lines.get(d.pk, []), promises.get(d.pk, []), given[d.pk])
            for d in dossiers
        },
        {
            d.dossier_id or 0: d
            for d in Decision.objects.filter(meeting=meeting).order_by("pk")
        },
        tuple(meeting.actions.select_related("owner").order_by("due_on", "pk")),
    )


def elapsed(item: AgendaItem, now: datetime | None = None) -> int:
    """Seconds spent on an item, pauses left out."""
    if item.opened_at is None:
        return 0
    end = item.paused_at or item.closed_at or now or timezone.now()
    return max(0, int((end - item.opened_at).total_seconds()) - item.paused_seconds)


def ends_at(items: tuple[AgendaItem, ...], now: datetime | None = None) -> datetime:
    """When the meeting would end, if each point left takes its planned time."""
    now = now or timezone.now()
    left = 0
    for item in items:
        if item.state == AgendaItem.State.PLANNED:
            left += item.minutes_planned * 60
        elif item.state == AgendaItem.State.OPEN:
            left += max(0, item.minutes_planned * 60 - elapsed(item, now))
    return now + timedelta(seconds=left)


def sitting(meeting: Meeting) -> Sitting:
    """The sitting at this moment (a constant number of queries)."""
    items = tuple(
        meeting.items.select_related("dossier", "product", "current_line").order_by(
            "position", "pk"
        )
    )
    for each in items:
        each.meeting = meeting
    item = next((i for i in items if i.pk == meeting.current_item_id), None)
    dossier = item.dossier if item else None
    every = (
        list(
            dossier.lines.select_related("initiative", "product").order_by("position", "pk")
        )
        if dossier
        else []
    )
    lines = tuple(line for line in every if not line.withdrawn)
    for each_line in lines:
        assert dossier is not None
        each_line.dossier = dossier
    line = next((n for n in lines if item and n.pk == item.current_line_id), None)
    votes = (
        {v.person_id: v for v in Vote.objects.filter(line=line)} if line is not None else {}
    )
    there = {
        a.person_id: a
        for a in Attendance.objects.filter(meeting=meeting).select_related("deputy")
    }
    deciding = {m.person_id for m in mandate.voting_members(meeting.forum, meeting.on)}
    order = list(ForumMember.Right.values)
    members = sorted(
        meeting.forum.members.filter(in_force(meeting.on))
        .select_related("person", "deputy")
        .order_by("person__folded"),
        key=lambda m: order.index(m.right),
    )
    seats = []
    for member in members:
        row, vote = there.get(member.person_id), votes.get(member.person_id)
        seats.append(
            Seat(
                member,
                bool(row and row.present),
                bool(row and row.deputised),
                member.person_id in deciding,
                vote.choice if vote else "",
                vote.reason if vote else "",
                (row.deputy or member.deputy) if row and row.deputised else None,
            )
        )
    decision = (
        Decision.objects.filter(dossier=dossier, meeting=meeting).first() if dossier else None
    )
    return Sitting(
        meeting,
        items,
        item,
        dossier,
        lines,
        len(every) - len(lines),
        line,
        tuple(seats),
        sum(seat.present and seat.decides for seat in seats),
        sum(seat.decides for seat in seats),
        mandate.quorum_of(meeting.forum, len(deciding)),
        completeness(dossier, every) if dossier else None,
        decision,
        tuple(
            meeting.actions.filter(Q(item=item) | Q(item=None)).select_related("owner")
            if item
            else meeting.actions.select_related("owner")
        ),
        tuple((v.person.name, v.reason) for v in _reasons(line)) if line else (),
        Counter(n.verdict for n in lines),
    )


def _reasons(line: DossierLine) -> list[Vote]:
    return list(
        Vote.objects.filter(line=line)
        .exclude(reason="")
        .exclude(choice=Vote.Choice.FOR)
        .select_related("person")
    )
