"""Writes on forums: mandate, threshold, quorum, rhythm, agenda template, seats and deputies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from portulan.base.changes import recording
from portulan.base.policy import Actor, Invalid, Refusal, Refused, Scope, require
from portulan.base.text import slug
from portulan.governance.access import forum_scope
from portulan.governance.activities import FORUM_EDIT
from portulan.governance.company import company_of
from portulan.governance.gates import KINDS
from portulan.governance.models import (
    AgendaTemplateLine,
    Entity,
    Forum,
    ForumMember,
    Line,
    Person,
)
from portulan.governance.rhythm import check_rule, check_zone

#: What an agenda is made of.
ITEM_KINDS = (
    "information", "decision", "review", "actions", "discussion", "scoring", "escalation",
)


@dataclass(frozen=True, slots=True)
class ForumInput:
    """What a forum is. ``threshold`` in minor units, ``None``: any amount; no ``kinds``: any.

    The quorum is a number of seats, a share of them in percent, or both; ``duration`` in minutes.
    A ritual (``ritual`` is not "") is of level ``ritual``, whatever level is given.
    """

    name: str
    level: str = Forum.Level.PORTFOLIO
    entity: Entity | None = None
    mandate: str = ""
    kinds: tuple[str, ...] = ()
    threshold: int | None = None
    quorum: int = 0
    cadence: str = ""
    active: bool = True
    lines: tuple[Line, ...] = ()
    ritual: str = ""
    quorum_percent: int = 0
    quorum_chair: bool = False
    cadence_from: date | None = None
    on_holiday: str = Forum.OnHoliday.NEXT
    starts_at: time | None = None
    duration: int = 90
    place: str = ""
    time_zone: str = ""


@dataclass(frozen=True, slots=True)
class TemplateInput:
    """A point of an agenda template: ``who`` brings it, a role or a name."""

    title: str
    purpose: str = ""
    kind: str = "information"
    minutes: int = 10
    who: str = ""


def _check(values: ForumInput) -> None:
    errors: dict[str, Refusal] = {}
    if not values.name.strip():
        errors["name"] = Refusal("required")
    if values.level not in Forum.Level.values:
        errors["level"] = Refusal("invalid")
    unknown = [kind for kind in values.kinds if kind not in KINDS]
    if unknown:
        errors["kinds"] = Refusal("forum.kind", {"kind": unknown[0]})
    if values.threshold is not None and values.threshold < 0:
        errors["threshold"] = Refusal("amount.negative")
    if not 0 <= values.quorum <= 200:
        errors["quorum"] = Refusal("invalid")
    if not 0 <= values.quorum_percent <= 100:
        errors["quorum_percent"] = Refusal("invalid")
    if values.ritual and values.ritual not in Forum.Ritual.values:
        errors["ritual"] = Refusal("invalid")
    if values.level == Forum.Level.RITUAL and not values.ritual:
        errors["ritual"] = Refusal("required")
    if values.on_holiday not in Forum.OnHoliday.values:
        errors["on_holiday"] = Refusal("invalid")
    if not 5 <= values.duration <= 1_440:
        errors["duration"] = Refusal("meeting.duration")
    checked = {
        "cadence": check_rule(values.cadence.strip()),
        "time_zone": check_zone(values.time_zone),
    }
    errors |= {name: refusal for name, refusal in checked.items() if refusal is not None}
    if errors:
        raise Invalid(errors)


def _columns(values: ForumInput) -> dict[str, object]:
    return {
        "name": values.name.strip(),
        "level": Forum.Level.RITUAL if values.ritual else values.level,
        "ritual": values.ritual,
        "entity": values.entity,
        "mandate": values.mandate.strip(),
        "kinds": list(values.kinds),
        "threshold": values.threshold,
        "quorum": values.quorum,
        "quorum_percent": values.quorum_percent,
        "quorum_chair": values.quorum_chair,
        "cadence": values.cadence.strip(),
        "cadence_from": values.cadence_from,
        "on_holiday": values.on_holiday,
        "starts_at": values.starts_at,
        "duration": values.duration,
        "place": values.place.strip(),
        "time_zone": values.time_zone,
        "active": values.active,
    }


def create_forum(actor: Actor, values: ForumInput) -> Forum:
    """Set up a forum on an entity (``None``: the whole company).

    Raises:
        Refused: the actor may not edit forums of that entity.
        Invalid: per column.
    """
    entity_id = values.entity.pk if values.entity else None
    require(actor, FORUM_EDIT, Scope(entities=company_of().above(entity_id)))
    _check(values)
    with recording(actor, FORUM_EDIT.code) as rec:
        forum = rec.create(Forum(code=_free_code(values.name), **_columns(values)))
        forum.lines.set(values.lines)
    return forum


def update_forum(
    actor: Actor, forum: Forum, values: ForumInput, *, revision: int | None = None
) -> None:
    """Change a forum; moving it to another entity needs the right on both.

    Raises:
        Refused, Invalid, Conflict.
    """
    company = company_of()
    require(actor, FORUM_EDIT, forum_scope(forum, company))
    entity_id = values.entity.pk if values.entity else None
    require(actor, FORUM_EDIT, Scope(entities=company.above(entity_id)))
    _check(values)
    with recording(actor, FORUM_EDIT.code) as rec:
        rec.update(forum, expected_revision=revision, **_columns(values))
        forum.lines.set(values.lines)


def check_seat(
    forum: Forum,
    person: Person,
    right: str,
    deputy: Person | None,
    taken: ForumMember | None = None,
) -> Refusal | None:
    """Why a person may not take a seat: already seated, own deputy, or a second chair."""
    if right not in ForumMember.Right.values:
        return Refusal("invalid")
    if deputy is not None and deputy.pk == person.pk:
        return Refusal("member.own_deputy")
    others = forum.members.filter(ends=None)
    if taken is not None:
        others = others.exclude(pk=taken.pk)
    if others.filter(person=person).exists():
        return Refusal("member.seated", {"person": person.name})
    if right == ForumMember.Right.CHAIR and others.filter(right=right).exists():
        return Refusal("member.second_chair")
    return None


def add_member(
    actor: Actor,
    forum: Forum,
    person: Person,
    right: str,
    *,
    deputy: Person | None = None,
    starts: date | None = None,
) -> ForumMember:
    """Give a person a seat.

    Raises:
        Refused: no right, or the seat is not possible.
    """
    require(actor, FORUM_EDIT, forum_scope(forum))
    refusal = check_seat(forum, person, right, deputy)
    if refusal is not None:
        raise Refused(refusal)
    with recording(actor, FORUM_EDIT.code) as rec:
        return rec.create(
            ForumMember(forum=forum, person=person, right=right, deputy=deputy, starts=starts)
        )


def update_member(
    actor: Actor, member: ForumMember, right: str, deputy: Person | None, ends: date | None = None
) -> None:
    """Change the right, the deputy or the end of a seat.

    Raises:
        Refused: no right, or the seat is not possible.
    """
    require(actor, FORUM_EDIT, forum_scope(member.forum))
    refusal = check_seat(member.forum, member.person, right, deputy, taken=member)
    if refusal is not None:
        raise Refused(refusal)
    with recording(actor, FORUM_EDIT.code) as rec:
        rec.update(member, right=right, deputy=deputy, ends=ends)


def remove_member(actor: Actor, member: ForumMember) -> None:
    """Take a seat away; past attendance and votes stay."""
    require(actor, FORUM_EDIT, forum_scope(member.forum))
    with recording(actor, FORUM_EDIT.code) as rec:
        rec.delete(member)


def set_template(actor: Actor, forum: Forum, lines: Sequence[TemplateInput]) -> None:
    """Give a forum the points that each of its agendas starts from, in order.

    What a line says of itself stays the same record as long as its place is kept.

    Raises:
        Refused: no right; Invalid: ``<position>.<column>``, for a line without title, of an
        unknown kind, or outside 1..600 minutes.
    """
    require(actor, FORUM_EDIT, forum_scope(forum))
    errors: dict[str, Refusal] = {}
    for position, line in enumerate(lines):
        if not line.title.strip():
            errors[f"{position}.title"] = Refusal("required")
        if line.kind not in ITEM_KINDS:
            errors[f"{position}.kind"] = Refusal("invalid")
        if not 1 <= line.minutes <= 600:
            errors[f"{position}.minutes"] = Refusal("item.minutes")
    if errors:
        raise Invalid(errors)
    with recording(actor, FORUM_EDIT.code) as rec:
        there = list(forum.template.order_by("position", "pk"))
        wanted: list[dict[str, object]] = [
            {
                "position": position,
                "title": line.title.strip()[:300],
                "purpose": line.purpose.strip()[:300],
                "kind": line.kind,
                "minutes": line.minutes,
                "who": line.who.strip()[:120],
            }
            for position, line in enumerate(lines)
        ]
        rec.update_many(zip(there, wanted, strict=False))
        rec.create_many(
            [AgendaTemplateLine(forum=forum, **values) for values in wanted[len(there) :]]
        )
        rec.delete_many(there[len(wanted) :])


def _free_code(name: str) -> str:
    base = slug(name) or "forum"
    taken = set(Forum.objects.filter(code__startswith=base).values_list("code", flat=True))
    return next(code for code in _candidates(base) if code not in taken)


def _candidates(base: str) -> Sequence[str]:
    return [base, *(f"{base}-{n}" for n in range(2, 1000))]
