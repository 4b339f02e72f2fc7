"""Writes on meetings: the agenda before, the sitting, the minutes after."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time

from django.db.models import F, Max

from portulan.base.changes import recording
from portulan.base.policy import Actor, Invalid, Refusal, Refused, require
from portulan.governance.access import forum_scope
from portulan.governance.actions.forums import ITEM_KINDS
from portulan.governance.activities import MEETING_RUN
from portulan.governance.machines import MEETING, move
from portulan.governance.models import (
    AgendaItem,
    AgendaTemplateLine,
    Dossier,
    Forum,
    Initiative,
    Meeting,
    Product,
)


@dataclass(frozen=True, slots=True)
class ItemInput:
    """A point to put on an agenda: ``minutes`` planned for it."""

    title: str
    kind: str = "information"
    minutes: int = 10
    dossier: Dossier | None = None
    product: Product | None = None
    purpose: str = ""
    who: str = ""
    initiative: Initiative | None = None
    template: AgendaTemplateLine | None = None


def touch(meeting: Meeting) -> None:
    """Tell the screens of a sitting that there is something newer, in the same transaction."""
    Meeting.objects.filter(pk=meeting.pk).update(tick=F("tick") + 1)
    meeting.tick += 1


def plan_meeting(
    actor: Actor, forum: Forum, on: date, *, at: time | None = None, place: str = ""
) -> Meeting:
    """Plan a sitting of a forum; hour and place are the usual ones when not given.

    Raises:
        Refused: no right on the forum, or the forum is no longer active.
    """
    require(actor, MEETING_RUN, forum_scope(forum))
    require_active(forum)
    with recording(actor, MEETING_RUN.code) as rec:
        return rec.create(
            Meeting(
                code=free_codes(forum, [on])[0],
                forum=forum,
                on=on,
                at=at or forum.starts_at,
                place=place.strip() or forum.place,
            )
        )


def require_active(forum: Forum) -> None:
    """Refuse to plan for a forum that no longer meets."""
    if not forum.active:
        raise Refused(Refusal("forum.inactive", {"forum": forum.name}))


def free_codes(forum: Forum, days: Sequence[date]) -> list[str]:
    """A code that is not taken for a meeting on each of these days (one query)."""
    base = forum.code[:50]
    taken = set(
        Meeting.objects.filter(code__startswith=f"{base}-").values_list("code", flat=True)
    )
    found = []
    for day in days:
        first = f"{base}-{day.isoformat()}"
        code = next(c for c in [first, *(f"{first}-{n}" for n in range(2, 100))] if c not in taken)
        taken.add(code)
        found.append(code)
    return found


def update_meeting(
    actor: Actor,
    meeting: Meeting,
    *,
    on: date,
    at: time | None,
    place: str,
    duration: int | None = None,
) -> None:
    """Move a planned meeting to another day, hour, length or place; calendars follow.

    Raises:
        Refused: no right, or closed; Invalid: a length outside 5..1440 minutes.
    """
    require(actor, MEETING_RUN, forum_scope(meeting.forum))
    require_not_closed(meeting)
    if duration is not None and not 5 <= duration <= 1_440:
        raise Invalid({"duration": Refusal("meeting.duration")})
    with recording(actor, MEETING_RUN.code) as rec:
        if rec.update(meeting, on=on, at=at, place=place.strip(), duration=duration):
            rec.update(meeting, sequence=meeting.sequence + 1)
        touch(meeting)


def cancel_meeting(actor: Actor, meeting: Meeting) -> None:
    """Call a planned meeting off; calendars say so, and its dossiers can go to another.

    Raises:
        Refused: no right, or it was opened already.
    """
    require(actor, MEETING_RUN, forum_scope(meeting.forum))
    state = move(MEETING, meeting.state, "cancel")
    with recording(actor, MEETING_RUN.code) as rec:
        rec.update(meeting, state=state, sequence=meeting.sequence + 1)
        touch(meeting)


def check_agenda_open(meeting: Meeting) -> Refusal | None:
    """Why an agenda can no longer change."""
    if meeting.state == Meeting.State.CLOSED:
        return Refusal("meeting.closed")
    if meeting.state == Meeting.State.CANCELLED:
        return Refusal("meeting.cancelled")
    return None


def require_not_closed(meeting: Meeting) -> None:
    """Refuse what is no longer possible once a meeting is over."""
    refusal = check_agenda_open(meeting)
    if refusal is not None:
        raise Refused(refusal)


def add_items(actor: Actor, meeting: Meeting, inputs: Iterable[ItemInput]) -> list[AgendaItem]:
    """Put points at the end of an agenda; a dossier already there is left alone.

    Raises:
        Refused: no right, or the meeting is closed.
        Invalid: an empty title, an unknown kind, minutes outside 1..600.
    """
    require(actor, MEETING_RUN, forum_scope(meeting.forum))
    require_not_closed(meeting)
    there = set(meeting.items.exclude(dossier=None).values_list("dossier_id", flat=True))
    last = meeting.items.aggregate(last=Max("position"))["last"]
    position = -1 if last is None else last
    fresh: list[AgendaItem] = []
    for values in inputs:
        if values.dossier is not None and values.dossier.pk in there:
            continue
        _check_item(values)
        position += 1
        fresh.append(
            AgendaItem(
                meeting=meeting,
                position=position,
                title=values.title.strip()[:300],
                kind=values.kind,
                minutes_planned=values.minutes,
                purpose=values.purpose.strip()[:300],
                who=values.who.strip()[:120],
                dossier=values.dossier,
                product=values.product,
                initiative=values.initiative,
                template=values.template,
            )
        )
    with recording(actor, MEETING_RUN.code) as rec:
        rec.create_many(fresh)
        touch(meeting)
    return fresh


def _check_item(values: ItemInput) -> None:
    errors: dict[str, Refusal] = {}
    if not values.title.strip():
        errors["title"] = Refusal("required")
    if values.kind not in ITEM_KINDS:
        errors["kind"] = Refusal("invalid")
    if not 1 <= values.minutes <= 600:
        errors["minutes"] = Refusal("item.minutes")
    if errors:
        raise Invalid(errors)


def update_item(actor: Actor, item: AgendaItem, *, title: str, minutes: int) -> None:
    """Change a point's title or time."""
    require(actor, MEETING_RUN, forum_scope(item.meeting.forum))
    require_not_closed(item.meeting)
    _check_item(ItemInput(title, item.kind, minutes))
    with recording(actor, MEETING_RUN.code) as rec:
        rec.update(item, title=title.strip()[:300], minutes_planned=minutes)
        touch(item.meeting)


def check_removable(item: AgendaItem) -> Refusal | None:
    """Why a point cannot leave the agenda: it was treated, or the meeting is over."""
    if item.state != AgendaItem.State.PLANNED:
        return Refusal("item.treated")
    return check_agenda_open(item.meeting)


def remove_item(actor: Actor, item: AgendaItem) -> None:
    """Take a point off the agenda; its dossier stays as it is."""
    require(actor, MEETING_RUN, forum_scope(item.meeting.forum))
    refusal = check_removable(item)
    if refusal is not None:
        raise Refused(refusal)
    with recording(actor, MEETING_RUN.code) as rec:
        rec.delete(item)
        touch(item.meeting)


def move_item(actor: Actor, item: AgendaItem, position: int) -> None:
    """Put a point at a place of the agenda (0 is the first); the others follow."""
    require(actor, MEETING_RUN, forum_scope(item.meeting.forum))
    require_not_closed(item.meeting)
    items = list(item.meeting.items.order_by("position", "pk"))
    ordered = [other for other in items if other.pk != item.pk]
    moved = next(other for other in items if other.pk == item.pk)
    ordered.insert(max(0, min(position, len(ordered))), moved)
    with recording(actor, MEETING_RUN.code) as rec:
        rec.update_many((row, {"position": index}) for index, row in enumerate(ordered))
        touch(item.meeting)


def check_sitting(meeting: Meeting) -> Refusal | None:
    """Why nothing can be decided now: the meeting does not sit."""
    if meeting.state != Meeting.State.OPEN:
        return Refusal("meeting.not_open", {"state": meeting.state})
    return None


def require_open(meeting: Meeting) -> None:
    """Refuse what only a sitting may do."""
    refusal = check_sitting(meeting)
    if refusal is not None:
        raise Refused(refusal)
