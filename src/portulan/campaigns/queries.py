"""Reads of campaigns: the list, one with its progress and differences, what one is asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.utils import timezone

from portulan.base.policy import Actor, check_right
from portulan.base.subjects import Subject
from portulan.campaigns.access import check_run
from portulan.campaigns.activities import CAMPAIGN_RUN
from portulan.campaigns.fields import Field, same
from portulan.campaigns.kinds import KINDS, fields_of, marks_of_all
from portulan.campaigns.models import Answer, Ask, Campaign
from portulan.portfolio.activities import BUDGET_READ
from portulan.readmodels import subjects
from portulan.readmodels.reader import Reader


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """A campaign in a list: how many objects are asked, finished, and values that wait."""

    code: str
    uid: UUID
    name: str
    kind: str
    state: str
    due_on: date
    asks: int
    done: int
    people: int
    waiting: int

    @property
    def late(self) -> bool:
        """Whether its day is gone and something is still to come."""
        return self.state == "open" and self.due_on < timezone.localdate() and self.done < self.asks


@dataclass(frozen=True, slots=True)
class Mine:
    """A campaign that asks something of a reader."""

    uid: UUID
    name: str
    kind: str
    due_on: date
    asks: int
    done: int
    state: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A field of an object: what is there, and what is proposed (``answer``), if anything."""

    field: Field
    present: Any
    answer: Answer | None

    @property
    def value(self) -> Any:
        """What the contributor's place shows: the proposal, else what is there."""
        if self.answer is not None and self.answer.state == Answer.State.PROPOSED:
            return self.answer.new
        return self.present

    @property
    def proposed(self) -> bool:
        """Whether a proposal waits."""
        return self.answer is not None and self.answer.state == Answer.State.PROPOSED

    @property
    def refused(self) -> str:
        """The word of whoever refused the last proposal, "" else."""
        refused = self.answer is not None and self.answer.state == Answer.State.REFUSED
        return self.answer.word if refused and self.answer else ""


@dataclass(frozen=True, slots=True)
class FillRow:
    """An object that one is asked to fill in."""

    ask: Ask
    subject: Subject
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Fill:
    """All that one is asked in a campaign."""

    campaign: Campaign
    fields: tuple[Field, ...]
    rows: tuple[FillRow, ...]

    @property
    def done(self) -> int:
        """How many objects are finished."""
        return sum(1 for row in self.rows if row.ask.done_at is not None)


@dataclass(frozen=True, slots=True)
class Difference:
    """A value that waits: of whom, on what, from what to what; ``moved`` when what was there when
    it was given is no longer there (``now``).
    """

    answer: Answer
    subject: Subject
    field: Field
    author: str
    now: Any
    moved: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one contributor is."""

    code: str
    name: str
    asks: int
    done: int
    given: int
    handed: int


@dataclass(frozen=True, slots=True)
class CampaignPage:
    """All that the page of a campaign shows to who runs it."""

    campaign: Campaign
    fields: tuple[Field, ...]
    people: tuple[Progress, ...]
    objects: tuple[tuple[Subject, str, bool, int], ...]
    differences: tuple[Difference, ...]
    settled: tuple[Difference, ...]
    hidden: int

    @property
    def asks(self) -> int:
        """How many objects are asked."""
        return sum(p.asks for p in self.people)

    @property
    def done(self) -> int:
        """How many are finished."""
        return sum(p.done for p in self.people)


def campaigns(actor: Actor) -> list[CampaignRow]:
    """The campaigns that the actor runs, open ones first, latest first."""
    if check_right(actor, CAMPAIGN_RUN) is not None:
        return []
    proposed = Q(asks__answers__state=Answer.State.PROPOSED)
    found = Campaign.objects.select_related("entity").annotate(
        asked=Count("asks", distinct=True),
        finished=Count("asks", filter=Q(asks__done_at__isnull=False), distinct=True),
        persons=Count("asks__person", distinct=True),
        waits=Count("asks__answers", filter=proposed, distinct=True),
    ).order_by("-pk")
    allowed: dict[int | None, bool] = {}
    rows = []
    for c in found:
        if c.entity_id not in allowed:
            allowed[c.entity_id] = check_run(actor, c) is None
        if allowed[c.entity_id]:
            rows.append(
                CampaignRow(c.code, c.uid, c.name, c.kind, c.state, c.due_on, c.asked, c.finished,
                            c.persons, c.waits)
            )
    order = {"open": 0, "draft": 1, "closed": 2}
    return sorted(rows, key=lambda row: order[row.state])


def asked_of(person: int | None, *, waiting: bool = False) -> list[Mine]:
    """The campaigns that ask something of a person, soonest first (one query)."""
    if person is None:
        return []
    mine = Q(asks__person_id=person)
    states = [Campaign.State.OPEN] if waiting else [Campaign.State.OPEN, Campaign.State.CLOSED]
    found = Campaign.objects.filter(mine, state__in=states).annotate(
        asked=Count("asks", filter=mine, distinct=True),
        finished=Count("asks", filter=mine & Q(asks__done_at__isnull=False), distinct=True),
    ).order_by("due_on", "pk")
    rows = [
        Mine(c.uid, c.name, c.kind, c.due_on, c.asked, c.finished, c.state) for c in found
    ]
    return [row for row in rows if row.done < row.asks] if waiting else rows


def fill(
    actor: Actor, campaign: Campaign, asks: Sequence[Ask], reader: Reader | None = None
) -> Fill:
    """What one is asked, with the values of today; what may no longer be read is left out."""
    kind = KINDS[campaign.kind]
    reader = reader or Reader(actor)
    seen = subjects.readable(actor, {kind.object_kind: [ask.object_uid for ask in asks]}, reader)
    ids = {uid: subject.pk for uid, subject in seen.items()}
    present = kind.values(list(ids.values()), actor.person_id or 0, reader)
    answers: dict[int, dict[str, Answer]] = {}
    for answer in Answer.objects.filter(ask__in=[ask.pk for ask in asks]):
        answers.setdefault(answer.ask_id, {})[answer.field] = answer
    asked = fields_of(campaign)
    rows = [
        FillRow(
            ask, seen[ask.object_uid],
            tuple(
                Cell(
                    field, present.get(ids[ask.object_uid], {}).get(field.key),
                    answers.get(ask.pk, {}).get(field.key),
                )
                for field in asked
            ),
        )
        for ask in asks if ask.object_uid in seen
    ]
    return Fill(campaign, tuple(asked), tuple(rows))


def page(actor: Actor, campaign: Campaign, reader: Reader | None = None) -> CampaignPage:
    """A campaign that was fetched for the actor, with its progress and its differences. Objects
    that the actor may not read are counted, not told.
    """
    kind = KINDS[campaign.kind]
    asks = list(campaign.asks.select_related("person", "handed_by").order_by("position", "pk"))
    reader = reader or Reader(actor)
    seen = subjects.readable(actor, {kind.object_kind: [ask.object_uid for ask in asks]}, reader)
    ids = {uid: subject.pk for uid, subject in seen.items()}
    answers = list(
        Answer.objects.filter(ask__campaign=campaign)
        .select_related("author", "ask").order_by("ask__position", "pk")
    )
    given: dict[int, int] = {}
    for answer in answers:
        given[answer.ask_id] = given.get(answer.ask_id, 0) + 1
    people: dict[int, list[Ask]] = {}
    for ask in asks:
        people.setdefault(ask.person_id, []).append(ask)
    progress = [
        Progress(
            own[0].person.code, own[0].person.name, len(own),
            sum(1 for a in own if a.done_at), sum(given.get(a.pk, 0) for a in own),
            sum(1 for a in own if a.handed_by_id),
        )
        for own in people.values()
    ]
    shown = _shown(campaign, reader, answers, seen, ids)
    return CampaignPage(
        campaign, tuple(fields_of(campaign)),
        tuple(sorted(progress, key=lambda p: (p.done / p.asks, p.name))),
        tuple(
            (seen[a.object_uid], a.person.name, a.done_at is not None, given.get(a.pk, 0))
            for a in asks if a.object_uid in seen
        ),
        tuple(d for d in shown if d.answer.state == Answer.State.PROPOSED),
        tuple(d for d in shown if d.answer.state != Answer.State.PROPOSED),
        len({a.object_uid for a in asks} - set(seen)),
    )


def _shown(
    campaign: Campaign, reader: Reader, answers: Iterable[Answer],
    seen: Mapping[UUID, Subject], ids: Mapping[UUID, int],
) -> list[Difference]:
    kind = KINDS[campaign.kind]
    fields = {field.key: field for field in fields_of(campaign)}
    may = reader.initiatives(BUDGET_READ) if campaign.kind == "forecasts" else None
    # Marks are each person's own; everything else is the same for all.
    present: Mapping[int, Mapping[int, Mapping[str, Any]]] = (
        marks_of_all(list(ids.values())) if campaign.kind == "scores"
        else {0: kind.values(list(ids.values()), 0, reader)}
    )
    found = []
    for answer in answers:
        uid = answer.ask.object_uid
        pk = ids.get(uid, 0)
        if uid not in seen or answer.field not in fields or (may is not None and pk not in may):
            continue
        whose = answer.ask.person_id if campaign.kind == "scores" else 0
        now = present.get(whose, {}).get(pk, {}).get(answer.field)
        found.append(
            Difference(
                answer, seen[uid], fields[answer.field],
                answer.author.name if answer.author else "", now,
                not same(now, answer.old) and not same(now, answer.new),
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class Call:
    """Something that a contributor should be told: asked, or reminded."""

    person: int
    kind: str
    key: str
    campaign: str
    title: str
    due: date


def calls(today: date) -> list[Call]:
    """Whom open campaigns call, asked and reminded today; the key makes each one (one query)."""
    found = []
    for campaign, person, name, kind, due, opened, days, by_hand in (
        Ask.objects.filter(campaign__state=Campaign.State.OPEN, done_at=None).values_list(
            "campaign__uid", "person_id", "campaign__name", "campaign__kind", "campaign__due_on",
            "campaign__opened_at", "campaign__remind_days", "campaign__reminded_at",
        ).distinct()
    ):
        asked = "score" if kind == Campaign.Kind.SCORES else "campaign"
        said = (str(campaign), name, due)
        found.append(Call(person, asked, f"campaign:{campaign}:{_stamp(opened)}", *said))
        if (due - today).days in (days or ()):
            found.append(Call(person, "reminder", f"reminder:{campaign}:{today}", *said))
        if by_hand is not None:
            found.append(Call(person, "reminder", f"reminder:{campaign}:{_stamp(by_hand)}", *said))
    return found


def _stamp(at: datetime | None) -> str:
    return at.isoformat() if at is not None else ""
