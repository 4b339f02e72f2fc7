"""What a governance profile reads and writes of the forums: the standard, and its seats by role."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from portulan.base.changes import Recorder
from portulan.governance.models import AgendaTemplateLine, Entity, Forum, ForumMember, Person
from portulan.governance.rhythm import check_rule
from portulan.organisation.rights import in_force
from portulan.organisation.standards import standard, write_standard

#: Columns of a forum that a profile settles, as they are kept.
COLUMNS = (
    "name", "level", "ritual", "mandate", "kinds", "threshold", "quorum", "quorum_percent",
    "quorum_chair", "cadence", "duration",
)  # fmt: skip
AGENDA = ("title", "purpose", "kind", "minutes", "who")
#: Topic of the standards that keeps who sits by role.
SEATS = "seats"
ORIGIN = "profile:"


def read_forums(
    seats: Mapping[str, Any] | None = None, tops: Sequence[str] | None = None
) -> dict[str, dict[str, Any]]:
    """Code → what holds for each forum in use (four queries). ``entity`` "" is the company.

    ``seats`` the standard of seats, ``tops`` the entities above which there is nothing: read when
    they are not given.
    """
    if seats is None:
        seats = standard(SEATS)
    roots = tops
    if roots is None:
        roots = list(Entity.objects.filter(parent=None).values_list("code", flat=True))
    top = roots[0] if len(roots) == 1 else ""
    template: dict[int, list[dict[str, Any]]] = {}
    for line in AgendaTemplateLine.objects.order_by("forum_id", "position", "pk"):
        template.setdefault(line.forum_id, []).append({n: getattr(line, n) for n in AGENDA})
    found: dict[str, dict[str, Any]] = {}
    for forum in Forum.objects.filter(active=True).select_related("entity").order_by("code"):
        code = forum.entity.code if forum.entity is not None else ""
        values = {name: getattr(forum, name) for name in COLUMNS}
        values["kinds"] = sorted(values["kinds"])
        values["cadence"] = "" if check_rule(forum.cadence) else forum.cadence
        found[forum.code] = values | {
            "entity": "" if code == top else code,
            "agenda": template.get(forum.pk, []),
            "seats": seats.get(forum.code, []),
        }
    return found


def put_forum(recorder: Recorder, code: str, values: Mapping[str, Any]) -> None:
    """Set up a forum as given, or bring it to this: columns, agenda, seats by role.

    A forum that was out of use comes back. Whoever holds the role on its entity takes the seat;
    who sat because of a rule that is gone leaves it, and the past stays. No right is asked.
    """
    forum = Forum.objects.filter(code=code).first()
    columns = {name: values[name] for name in COLUMNS if name in values}
    if forum is None:
        entity = Entity.objects.filter(code=values.get("entity") or "").first()
        forum = recorder.create(Forum(code=code, entity=entity, **columns))
    else:
        if "entity" in values and values["entity"] and (
            forum.entity is None or forum.entity.code != values["entity"]
        ):
            columns["entity"] = Entity.objects.filter(code=values["entity"]).first()
        recorder.update(forum, active=True, **columns)
    if "agenda" in values:
        _put_agenda(recorder, forum, values["agenda"])
    if "seats" in values:
        _put_seats(recorder, forum, values["seats"])


def retire_forum(recorder: Recorder, code: str) -> None:
    """Take a forum out of use: its sittings, decisions and seats stay as they were."""
    forum = Forum.objects.filter(code=code, active=True).first()
    if forum is not None:
        recorder.update(forum, active=False)


def _put_agenda(recorder: Recorder, forum: Forum, lines: Sequence[Mapping[str, Any]]) -> None:
    known = list(AgendaTemplateLine.objects.filter(forum=forum).order_by("position", "pk"))
    wanted = [{**dict(line), "position": at} for at, line in enumerate(lines)]
    recorder.update_many(list(zip(known, wanted, strict=False)))
    recorder.delete_many(known[len(wanted):])
    recorder.create_many(
        [AgendaTemplateLine(forum=forum, **values) for values in wanted[len(known):]]
    )


def _put_seats(recorder: Recorder, forum: Forum, rules: Sequence[Mapping[str, Any]]) -> None:
    kept = standard(SEATS)
    if list(kept.get(forum.code, [])) != list(rules):
        kept[forum.code] = [dict(rule) for rule in rules]
        write_standard(recorder, SEATS, kept)
    day = recorder.effective_on or timezone.localdate()
    seated = list(forum.members.filter(in_force(day)).select_related("person"))
    roles = {rule["role"] for rule in rules}
    gone = [
        (seat, {"ends": day - timedelta(days=1)})
        for seat in seated
        if seat.origin.startswith(ORIGIN) and seat.origin.removeprefix(ORIGIN) not in roles
    ]
    recorder.update_many(gone)
    left = {seat.pk for seat, _values in gone}
    taken = {seat.person_id for seat in seated if seat.pk not in left}
    chair = any(s.right == "chair" for s in seated if s.pk not in left)
    made: list[ForumMember] = []
    for rule in rules:
        for person in seat_holders(forum.entity, rule["role"], day):
            if person.pk in taken or (rule["right"] == "chair" and chair):
                continue
            deputies = seat_holders(forum.entity, rule.get("deputy", ""), day)
            deputy = next((d for d in deputies if d.pk != person.pk), None)
            made.append(
                ForumMember(
                    forum=forum, person=person, right=rule["right"], deputy=deputy, starts=day,
                    origin=ORIGIN + str(rule["role"]),
                )
            )
            taken.add(person.pk)
            chair = chair or rule["right"] == "chair"
    recorder.create_many(made)


def seat_holders(entity: Entity | None, role: str, day: date) -> list[Person]:
    """Who would take the seat of a role: who holds it on the forum's own entity, by name."""
    if not role:
        return []
    held = Q(entity_roles__role=role) & (
        Q(entity_roles__entity__parent=None) if entity is None else Q(entity_roles__entity=entity)
    )
    begun = Q(entity_roles__starts=None) | Q(entity_roles__starts__lte=day)
    not_over = Q(entity_roles__ends=None) | Q(entity_roles__ends__gte=day)
    return list(
        Person.objects.filter(held & begun & not_over, active=True).order_by("folded").distinct()
    )
