"""Writes on skills: levels declared and agreed, the catalogue, plans, trainings and attendance."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone

from portulan.base.changes import recording
from portulan.base.policy import Actor, Invalid, NotFoundForActor, Refusal, Refused, Scope, require
from portulan.base.text import slug
from portulan.organisation.access import entity_scope
from portulan.organisation.actions import check_manager
from portulan.organisation.activities import PEOPLE_EDIT, SKILL_EDIT, SKILL_SEE, TRAINING_EDIT
from portulan.organisation.models import (
    DevelopmentStep,
    Enrolment,
    Membership,
    Person,
    PersonSkill,
    Skill,
    Training,
    TrainingSession,
)
from portulan.organisation.rights import in_force, root_ids
from portulan.organisation.rolesheets.queries import company_sheets
from portulan.organisation.skills.access import (
    check_agree,
    session_for,
    skill_for,
    skills_of,
    step_for,
    training_for,
)
from portulan.organisation.skills.queries import LEVELS

#: Activity under which the people concerned write on their own: no letter gives it.
OWN = "skill.own"


def _levels(given: Mapping[str, int | None]) -> dict[str, int | None]:
    wrong = {
        code: Refusal("skill.level", {"found": level})
        for code, level in given.items()
        if level is not None and level not in LEVELS
    }
    if wrong:
        raise Invalid(wrong)
    return dict(given)


def declare(actor: Actor, given: Mapping[str, int | None]) -> UUID | None:
    """Say one's own levels, by skill; ``None`` takes one back. Nobody else can.

    Raises:
        NotFoundForActor: the actor is nobody, or there is no such skill.
        Invalid: a level that is none of 1 to 4.
    """
    person = Person.objects.filter(pk=actor.person_id).first() if actor.person_id else None
    if person is None:
        raise NotFoundForActor("skills", "")
    return _write(actor, person, _levels(given), "declared")


def agree(actor: Actor, code: str, given: Mapping[str, int | None]) -> UUID | None:
    """Set the levels agreed with somebody, as their manager or for human resources.

    Raises:
        NotFoundForActor: somebody whose skills are not the actor's business, or no such skill.
        Refused: one does not agree one's own levels.
        Invalid: a level that is none of 1 to 4.
    """
    person = skills_of(actor, code)[0]
    refusal = check_agree(actor, person)
    if refusal is not None:
        raise Refused(refusal)
    return _write(actor, person, _levels(given), "agreed")


def _write(
    actor: Actor, person: Person, given: Mapping[str, int | None], column: str
) -> UUID | None:
    skills = {s.code: s for s in Skill.objects.filter(code__in=list(given))}
    missing = next((code for code in given if code not in skills), None)
    if missing is not None:
        raise NotFoundForActor("skill", missing)
    today = timezone.localdate()
    by = Person.objects.filter(pk=actor.person_id).first() if actor.person_id else None
    with recording(actor, OWN if column == "declared" else SKILL_SEE.code) as recorder:
        known = {
            row.skill_id: row
            for row in PersonSkill.objects.select_for_update().filter(person=person)
        }
        made, changed = [], []
        for code, level in given.items():
            values: dict[str, Any] = {column: level, f"{column}_on": today}
            if column == "agreed":
                values["agreed_by"] = by
            row = known.get(skills[code].pk)
            if row is None:
                if level is not None:
                    made.append(PersonSkill(person=person, skill=skills[code], **values))
            elif getattr(row, column) != level:
                changed.append((row, values))
        recorder.create_many(made)
        recorder.update_many(changed)
    return recorder.change.uid if recorder.changed else None


def save_skill(
    actor: Actor, code: str, *, name: str, name_en: str, family: str,
    anchors: list[dict[str, str]], active: bool = True,
) -> Skill:
    """Add a skill to the catalogue (``code`` ""), or change one.

    Raises:
        Refused: no right.
        NotFoundForActor: no such skill.
        Invalid: no name, an unknown family.
    """
    require(actor, SKILL_EDIT)
    errors: dict[str, Refusal] = {}
    if not name.strip():
        errors["name"] = Refusal("required")
    if family not in Skill.Family.values:
        errors["family"] = Refusal("kind.unknown", {"found": family})
    if errors:
        raise Invalid(errors)
    values = {
        "name": name.strip()[:300], "name_en": name_en.strip()[:300], "family": family,
        "anchors": anchors[:4], "active": active,
    }
    with recording(actor, SKILL_EDIT.code) as recorder:
        if code:
            found = skill_for(code)
            recorder.update_many([(found, values)])
            return found
        return recorder.create(Skill(code=_free(Skill, name), **values))


def _free(model: type[Skill] | type[Training], name: str) -> str:
    base = (slug(name) or "x")[:80]
    code, number = base, 1
    while model.objects.filter(code=code).exists():
        number += 1
        code = f"{base}-{number}"
    return code


def add_step(
    actor: Actor, code: str, *, kind: str, title: str, skill: str = "", coach: str = "",
    due_on: date | None = None,
) -> DevelopmentStep:
    """Add a step to somebody's plan: the person, their manager or human resources.

    Raises:
        NotFoundForActor: somebody whose plan is not the actor's business; no such skill or coach.
        Invalid: no title, an unknown kind.
    """
    person = skills_of(actor, code)[0]
    errors: dict[str, Refusal] = {}
    if not title.strip():
        errors["title"] = Refusal("required")
    if kind not in DevelopmentStep.Kind.values:
        errors["kind"] = Refusal("kind.unknown", {"found": kind})
    helper = Person.objects.filter(code=coach, active=True).first() if coach else None
    if coach and helper is None:
        errors["coach"] = Refusal("invalid")
    if helper is not None and helper.pk == person.pk:
        errors["coach"] = Refusal("skill.own_coach")
    if errors:
        raise Invalid(errors)
    with recording(actor, OWN) as recorder:
        return recorder.create(
            DevelopmentStep(
                person=person, kind=kind, title=title.strip()[:300],
                skill=skill_for(skill) if skill else None, coach=helper, due_on=due_on,
            )
        )


def finish_step(actor: Actor, uid: UUID | str, done: bool) -> None:
    """Say that a step is done, or open again.

    Raises:
        NotFoundForActor: a step of a plan that is not the actor's business.
    """
    step = step_for(actor, uid)
    with recording(actor, OWN) as recorder:
        recorder.update(step, done_on=timezone.localdate() if done else None)


def save_training(
    actor: Actor, code: str, *, name: str, description: str, provider: str, hours: int,
    leads_to: Mapping[str, int], active: bool = True,
) -> Training:
    """Add a training to the catalogue (``code`` ""), or change one.

    Raises:
        Refused: no right.
        NotFoundForActor: no such training, or a skill that is none.
        Invalid: no name, no hours, a level that is none.
    """
    require(actor, TRAINING_EDIT)
    errors: dict[str, Refusal] = {}
    if not name.strip():
        errors["name"] = Refusal("required")
    if not 1 <= hours <= 2000:
        errors["hours"] = Refusal("invalid")
    if errors:
        raise Invalid(errors)
    for skill in _levels(leads_to):
        skill_for(skill)
    values: dict[str, Any] = {
        "name": name.strip()[:300], "description": description.strip(),
        "provider": provider.strip()[:200], "hours": hours, "leads_to": dict(leads_to),
        "active": active,
    }
    with recording(actor, TRAINING_EDIT.code) as recorder:
        if code:
            found = training_for(code)
            recorder.update_many([(found, values)])
            return found
        return recorder.create(Training(code=_free(Training, name), **values))


def add_session(
    actor: Actor, code: str, *, starts: date, ends: date, place: str, seats: int
) -> TrainingSession:
    """Plan a session of a training.

    Raises:
        Refused: no right.
        NotFoundForActor: no such training.
        Invalid: it ends before it starts, or has no seat.
    """
    require(actor, TRAINING_EDIT)
    errors: dict[str, Refusal] = {}
    if ends < starts:
        errors["ends"] = Refusal("skill.ends_before")
    if not 1 <= seats <= 1000:
        errors["seats"] = Refusal("invalid")
    if errors:
        raise Invalid(errors)
    with recording(actor, TRAINING_EDIT.code) as recorder:
        return recorder.create(
            TrainingSession(
                training=training_for(code), starts=starts, ends=ends, place=place.strip()[:200],
                seats=seats,
            )
        )


def ask_seat(actor: Actor, uid: UUID | str) -> None:
    """Ask for a seat in a session that is to come.

    Raises:
        NotFoundForActor: no such session, or the actor is nobody.
        Refused: it is over, cancelled, or asked for already.
    """
    session = session_for(uid)
    person = Person.objects.filter(pk=actor.person_id).first() if actor.person_id else None
    if person is None:
        raise NotFoundForActor("session", str(uid))
    if session.cancelled or session.starts < timezone.localdate():
        raise Refused(Refusal("skill.session_closed"))
    if session.enrolments.filter(person=person).exists():
        raise Refused(Refusal("skill.asked"))
    with recording(actor, OWN) as recorder:
        recorder.create(Enrolment(session=session, person=person))


def answer_seat(actor: Actor, uid: UUID | str, person: str, state: str) -> None:
    """Answer a request for a seat, or say after the session who came.

    The seats are never exceeded; attendance is said once the session has begun. The manager of
    somebody may accept or decline too.

    Raises:
        NotFoundForActor: no such session or request.
        Refused: no right, no seat left, or not begun yet.
        Invalid: an unknown state.
    """
    session = session_for(uid)
    row = session.enrolments.select_related("person").filter(person__code=person).first()
    if row is None:
        raise NotFoundForActor("enrolment", person)
    manages = actor.person_id is not None and row.person.manager_id == actor.person_id
    if not (manages and state in ("accepted", "declined")):
        require(actor, TRAINING_EDIT)
    if state not in Enrolment.State.values:
        raise Invalid({"state": Refusal("kind.unknown", {"found": state})})
    if state in ("attended", "absent") and session.starts > timezone.localdate():
        raise Refused(Refusal("skill.not_begun"))
    with recording(actor, TRAINING_EDIT.code) as recorder:
        locked = TrainingSession.objects.select_for_update().get(pk=session.pk)
        taken = locked.enrolments.filter(state__in=("accepted", "attended", "absent"))
        if state == "accepted" and taken.exclude(pk=row.pk).count() >= locked.seats:
            raise Refused(Refusal("skill.full"))
        recorder.update(row, state=state)


def cancel_session(actor: Actor, uid: UUID | str) -> None:
    """Cancel a session.

    Raises:
        Refused: no right.
        NotFoundForActor: no such session.
    """
    require(actor, TRAINING_EDIT)
    with recording(actor, TRAINING_EDIT.code) as recorder:
        recorder.update(session_for(uid), cancelled=True)


def set_manager(actor: Actor, person: Person, manager: Person | None) -> None:
    """Name somebody's manager: human resources, or who gives roles.

    Raises:
        Refused: no right.
        Invalid: a person who would be above themselves.
    """
    require(actor, PEOPLE_EDIT, entity_scope(person.entity))
    refusal = check_manager(person, manager)
    if refusal is not None:
        raise Invalid({"manager": refusal})
    with recording(actor, PEOPLE_EDIT.code) as recorder:
        recorder.update(person, manager=manager)


def managers_from_teams(actor: Actor) -> int:
    """Name the manager of a team as that of its members who have none; returns how many.

    Raises:
        Refused: no right on the whole company.
    """
    require(actor, PEOPLE_EDIT, Scope(entities=root_ids()))
    today = timezone.localdate()
    rows = (
        Membership.objects.filter(in_force(today), person__manager=None)
        .exclude(team__manager=None)
        .select_related("person", "team")
        .order_by("-fraction", "pk")
    )
    wanted: dict[int, tuple[Person, int]] = {}
    for row in rows:
        if row.team.manager_id is not None and row.team.manager_id != row.person_id:
            wanted.setdefault(row.person_id, (row.person, row.team.manager_id))
    above = dict(Person.objects.values_list("pk", "manager_id"))
    changes = []
    for pk, (person, manager) in wanted.items():
        at: int | None = manager
        while at is not None and at != pk:
            at = above.get(at)
        if at is None:
            above[pk] = manager
            changes.append((person, {"manager_id": manager}))
    with recording(actor, PEOPLE_EDIT.code) as recorder:
        return recorder.update_many(changes)


def skills_from_sheets(actor: Actor) -> int:
    """Add to the catalogue every skill that the role sheets ask for; returns how many were new.

    Raises:
        Refused: no right.
    """
    require(actor, SKILL_EDIT)
    known = set(Skill.objects.values_list("code", flat=True))
    found: dict[str, Skill] = {}
    for sections in company_sheets().values():
        for item in sections.get("skills", ()):
            code = str(item.get("code") or "")
            if code and code not in known and code not in found:
                french, english = str(item.get("fr") or ""), str(item.get("en") or "")
                found[code] = Skill(
                    code=code[:120], name=(french or english or code)[:300],
                    name_en=english[:300],
                )
    with recording(actor, SKILL_EDIT.code) as recorder:
        return len(recorder.create_many(list(found.values())))
