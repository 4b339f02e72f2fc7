"""Written consultation: the members of a forum answer on a dossier until a day, without a sitting.

Whoever answers is there: the quorum counts them. At the end the votes make the verdicts and the
decision is closed like any other; without quorum the dossiers are ready again, for a sitting.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from portulan.base.changes import Recorder, recording
from portulan.base.jobs import JobContext
from portulan.base.policy import Actor, Invalid, Refusal, Refused, require, system_actor
from portulan.governance.access import forum_scope
from portulan.governance.actions.closing import Drifted, close_decision
from portulan.governance.actions.meetings import free_codes, require_active, require_open, touch
from portulan.governance.actions.minutes import end
from portulan.governance.actions.sitting import freeze
from portulan.governance.activities import MEETING_RUN
from portulan.governance.machines import DOSSIER, MEETING, move
from portulan.governance.mandate import check_quorum, covers
from portulan.governance.models import (
    AgendaItem,
    Attendance,
    Dossier,
    DossierLine,
    Forum,
    ForumMember,
    Meeting,
    Vote,
)
from portulan.governance.rhythm import zone_of
from portulan.organisation.rights import in_force

#: Members are reminded by themselves when so many days are left.
REMIND_BEFORE = 2
LONGEST_DAYS = 60

log = logging.getLogger(__name__)


def check_consultation(forum: Forum, dossiers: Sequence[Dossier]) -> Refusal | None:
    """Why these dossiers cannot be put to a forum in writing."""
    if not dossiers:
        return Refusal("consultation.empty")
    for dossier in dossiers:
        if dossier.state != Dossier.State.READY:
            return Refusal("consultation.not_ready", {"dossier": dossier.name})
        refusal = covers(forum, dossier)
        if refusal is not None:
            return refusal
    return None


def open_consultation(
    actor: Actor, forum: Forum, dossiers: Sequence[Dossier], until: date
) -> Meeting:
    """Put ready dossiers to the members in writing; they are fixed from now on.

    Raises:
        Refused: no right, the forum no longer meets, or a dossier is not for it.
        Invalid: a last day that is past, or too far.
    """
    require(actor, MEETING_RUN, forum_scope(forum))
    require_active(forum)
    today = _today(forum)
    if not today <= until <= today + timedelta(days=LONGEST_DAYS):
        raise Invalid({"until": Refusal("consultation.until", {"days": LONGEST_DAYS})})
    refusal = check_consultation(forum, dossiers)
    if refusal is not None:
        raise Refused(refusal)
    now = timezone.now()
    with recording(actor, MEETING_RUN.code, note="consultation.opened") as rec:
        meeting = rec.create(
            Meeting(
                code=free_codes(forum, [until])[0],
                forum=forum,
                form=Meeting.Form.CONSULTATION,
                on=until,
                until=until,
                state=move(MEETING, MEETING.initial, "open"),
                opened_at=now,
                sent_at=now,
            )
        )
        rec.create_many(
            [
                Attendance(meeting=meeting, person_id=person, present=False)
                for person in forum.members.filter(in_force(until))
                .order_by("pk")
                .values_list("person_id", flat=True)
            ]
        )
        for dossier in dossiers:
            freeze(rec, dossier)
        rec.create_many(
            [
                AgendaItem(
                    meeting=meeting,
                    position=position,
                    title=dossier.name[:300],
                    kind="decision",
                    dossier=dossier,
                    state=AgendaItem.State.OPEN,
                    opened_at=now,
                )
                for position, dossier in enumerate(dossiers)
            ]
        )
    return meeting


def _today(forum: Forum) -> date:
    """The day where the forum is."""
    now: datetime = timezone.now()
    return now.astimezone(zone_of(forum)).date()


def extend(actor: Actor, meeting: Meeting, until: date) -> None:
    """Give the members more time.

    Raises:
        Refused: no right, or it is over; Invalid: a day that is past, or too far.
    """
    require(actor, MEETING_RUN, forum_scope(meeting.forum))
    require_open(meeting)
    today = _today(meeting.forum)
    if not today <= until <= today + timedelta(days=LONGEST_DAYS):
        raise Invalid({"until": Refusal("consultation.until", {"days": LONGEST_DAYS})})
    with recording(actor, MEETING_RUN.code) as rec:
        rec.update(meeting, until=until, on=until, sequence=meeting.sequence + 1)
        touch(meeting)


def remind(actor: Actor, meeting: Meeting) -> None:
    """Remind the members who have not answered.

    Raises:
        Refused: no right, it is over, or they were reminded today.
    """
    require(actor, MEETING_RUN, forum_scope(meeting.forum))
    require_open(meeting)
    today = _today(meeting.forum)
    if meeting.reminded_on == today:
        raise Refused(Refusal("consultation.reminded"))
    with recording(actor, MEETING_RUN.code, note="consultation.reminded") as rec:
        rec.update(meeting, reminded_on=today)
        touch(meeting)


def close_consultation(actor: Actor, meeting: Meeting, minutes: str = "") -> bool:
    """Count, decide, sign: all or nothing. ``False``: no quorum, so nothing is decided.

    A line with more votes for than against is approved; with as many, the chair's vote tells.

    Raises:
        Refused: no right, it is over, or the mandate, envelope or state of a dossier says no.
        Drifted: a target moved since a dossier was written.
    """
    require(actor, MEETING_RUN, forum_scope(meeting.forum))
    require_open(meeting)
    quorate = check_quorum(meeting) is None
    with transaction.atomic():
        items = list(meeting.items.exclude(dossier=None).select_related("dossier"))
        with recording(actor, MEETING_RUN.code) as rec:
            for item in items:
                item.meeting = meeting
                if quorate:
                    _verdicts(rec, item)
                elif item.dossier is not None:
                    state = move(DOSSIER, item.dossier.state, "reopen")
                    rec.update(item.dossier, state=move(DOSSIER, state, "submit"))
        if quorate:
            for item in items:
                close_decision(actor, item)
        with recording(actor, MEETING_RUN.code, note="consultation.closed") as rec:
            end(rec, actor, meeting, minutes)
    return quorate


def _verdicts(rec: Recorder, item: AgendaItem) -> None:
    assert item.dossier is not None
    chairs = set(
        item.meeting.forum.members.filter(right=ForumMember.Right.CHAIR).values_list(
            "person_id", flat=True
        )
    )
    lines = item.dossier.lines.filter(
        withdrawn=False, verdict=DossierLine.Verdict.PENDING
    ).prefetch_related("votes")
    for line in lines:
        said = [(vote.choice, vote.person_id in chairs) for vote in line.votes.all()]
        in_favour = sum(choice == Vote.Choice.FOR for choice, _ in said)
        against = sum(choice == Vote.Choice.AGAINST for choice, _ in said)
        tells = (Vote.Choice.FOR, True) in said
        approved = in_favour > against or (in_favour == against and tells)
        verdict = DossierLine.Verdict.APPROVED if approved else DossierLine.Verdict.REFUSED
        rec.update(line, verdict=verdict)


def run_due(job: JobContext) -> dict[str, int]:
    """The hourly work: close what is past its last day, remind when the end is near."""
    actor = system_actor("consultation.run_due")
    closed = reminded = held = 0
    open_ones = Meeting.objects.filter(
        form=Meeting.Form.CONSULTATION, state=Meeting.State.OPEN
    ).select_related("forum", "forum__entity")
    for meeting in open_ones:
        today = _today(meeting.forum)
        if meeting.until is None:
            continue
        if meeting.until < today:
            try:
                close_consultation(actor, meeting)
                closed += 1
            except (Refused, Drifted) as error:
                # It stays open: its page tells the secretary what stands in the way.
                log.warning("consultation %s stays open: %s", meeting.code, error)
                held += 1
        elif meeting.reminded_on is None and (meeting.until - today).days <= REMIND_BEFORE:
            remind(actor, meeting)
            reminded += 1
    return {"closed": closed, "reminded": reminded, "held": held}
