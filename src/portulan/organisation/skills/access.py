"""Who may see somebody's skills: the person, their manager, human resources; nobody else."""

from __future__ import annotations

from uuid import UUID

from portulan.base.policy import Actor, NotFoundForActor, Refusal, check_right
from portulan.organisation.access import entity_scope
from portulan.organisation.activities import SKILL_SEE
from portulan.organisation.models import DevelopmentStep, Skill, Training, TrainingSession
from portulan.organisation.models import Person as Person


def relation(actor: Actor, person: Person) -> str:
    """What the actor is to somebody: ``self``, ``manager``, ``hr``, or "" for all others."""
    if actor.person_id is not None and person.pk == actor.person_id:
        return "self"
    if actor.person_id is not None and person.manager_id == actor.person_id:
        return "manager"
    if check_right(actor, SKILL_SEE, entity_scope(person.entity)) is None:
        return "hr"
    return ""


def skills_of(actor: Actor, code: str) -> tuple[Person, str]:
    """Somebody whose skills the actor may see, and what the actor is to them.

    Raises:
        NotFoundForActor: no such person, or the actor is neither they, nor their manager, nor
            human resources: that there is a page at all is not said.
    """
    person = Person.objects.select_related("entity", "manager").filter(code=code).first()
    held = relation(actor, person) if person is not None else ""
    if person is None or not held:
        raise NotFoundForActor("skills", code)
    return person, held


def me(actor: Actor) -> Person | None:
    """The actor as a person; ``None`` for an account without one."""
    if actor.person_id is None:
        return None
    return Person.objects.select_related("entity", "manager").get(pk=actor.person_id)


def check_agree(actor: Actor, person: Person) -> Refusal | None:
    """Why the actor may not agree levels with somebody: their manager may, and HR."""
    held = relation(actor, person)
    return None if held in ("manager", "hr") else Refusal("skill.agree_manager")


def skill_for(code: str) -> Skill:
    """The skill of the catalogue with this code.

    Raises:
        NotFoundForActor: there is none.
    """
    found = Skill.objects.filter(code=code).first()
    if found is None:
        raise NotFoundForActor("skill", code)
    return found


def training_for(code: str) -> Training:
    """The training of the catalogue with this code.

    Raises:
        NotFoundForActor: there is none.
    """
    found = Training.objects.filter(code=code).first()
    if found is None:
        raise NotFoundForActor("training", code)
    return found


def session_for(uid: UUID | str) -> TrainingSession:
    """The session with this identifier.

    Raises:
        NotFoundForActor: there is none.
    """
    found = TrainingSession.objects.select_related("training").filter(uid=uid).first()
    if found is None:
        raise NotFoundForActor("session", str(uid))
    return found


def step_for(actor: Actor, uid: UUID | str) -> DevelopmentStep:
    """A step of a plan that the actor may see.

    Raises:
        NotFoundForActor: none, or of somebody whose skills are not the actor's business.
    """
    step = DevelopmentStep.objects.select_related("person__entity").filter(uid=uid).first()
    if step is None or not relation(actor, step.person):
        raise NotFoundForActor("step", str(uid))
    return step
