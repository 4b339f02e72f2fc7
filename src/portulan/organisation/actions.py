"""Writes on entities, teams and people, and on the roles held on entities."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from portulan.base.changes import recording
from portulan.base.editing import edit_column, take_back
from portulan.base.models import HistoryRow
from portulan.base.policy import Actor, Invalid, NotFoundForActor, Refusal, require
from portulan.organisation.access import entity_for, entity_scope, person_for, team_for
from portulan.organisation.activities import ORGANISATION_EDIT, PEOPLE_EDIT
from portulan.organisation.models import Entity, EntityRole, Person, Team
from portulan.organisation.rights import entity_path
from portulan.organisation.roles import ROLES

ENTITY_COLUMNS = frozenset({"name", "description", "country"})
TEAM_COLUMNS = frozenset({"name", "skill", "permanent", "manager"})
PERSON_COLUMNS = frozenset({"name", "job_title", "email", "active", "entity", "manager"})


def _column(column: str, allowed: frozenset[str], value: Any) -> None:
    if column not in allowed:
        raise Invalid({"column": Refusal("column.unknown", {"found": column})})
    if column == "name" and not str(value).strip():
        raise Invalid({"name": Refusal("required")})


def edit_entity(actor: Actor, code: str, column: str, value: Any, revision: int) -> UUID | None:
    """Change one thing of an entity.

    Raises:
        NotFoundForActor, Refused: rights.
        Conflict: it changed meanwhile.
        Invalid: the value cannot be taken.
    """
    _column(column, ENTITY_COLUMNS, value)
    entity = entity_for(actor, code, ORGANISATION_EDIT)[0]
    return edit_column(actor, ORGANISATION_EDIT, entity, column, value, revision)


def edit_team(actor: Actor, code: str, column: str, value: Any, revision: int) -> UUID | None:
    """Change one thing of a team; raises as ``edit_entity``."""
    _column(column, TEAM_COLUMNS, value)
    team = team_for(actor, code, ORGANISATION_EDIT)[0]
    if column == "manager":
        value = person_for(actor, value)[0] if value else None
    return edit_column(actor, ORGANISATION_EDIT, team, column, value, revision)


def edit_person(actor: Actor, code: str, column: str, value: Any, revision: int) -> UUID | None:
    """Change one thing of a person; raises as ``edit_entity``."""
    _column(column, PERSON_COLUMNS, value)
    person = person_for(actor, code, PEOPLE_EDIT)[0]
    if column == "entity":
        entity, scope = entity_for(actor, value) if value else (None, entity_scope(None))
        require(actor, PEOPLE_EDIT, scope)
        value = entity
    if column == "manager":
        value = person_for(actor, value)[0] if value else None
        refusal = check_manager(person, value)
        if refusal is not None:
            raise Invalid({"manager": refusal})
    return edit_column(actor, PEOPLE_EDIT, person, column, value, revision)


def check_manager(person: Person, manager: Person | None) -> Refusal | None:
    """Why somebody may not manage a person: one would be above oneself."""
    seen: set[int] = set()
    at = manager
    while at is not None and at.pk not in seen:
        if at.pk == person.pk:
            return Refusal("person.above_self")
        seen.add(at.pk)
        at = at.manager
    return None


def create_entity(actor: Actor, *, name: str, code: str, parent: str, level: str) -> Entity:
    """Add an entity under another one.

    Raises:
        NotFoundForActor, Refused: rights on the parent.
        Invalid: no name, a code that is taken, an unknown level.
    """
    errors: dict[str, Refusal] = {}
    if not name.strip():
        errors["name"] = Refusal("required")
    if not code.strip() or "/" in code:
        errors["code"] = Refusal("code.invalid")
    elif Entity.objects.filter(code=code.strip()).exists():
        errors["code"] = Refusal("code.taken", {"found": code})
    if level not in Entity.Level.values:
        errors["level"] = Refusal("kind.unknown", {"found": level})
    if errors:
        raise Invalid(errors)
    above = entity_for(actor, parent, ORGANISATION_EDIT)[0]
    with recording(actor, ORGANISATION_EDIT.code) as recorder:
        made = recorder.create(
            Entity(
                code=code.strip(), name=name.strip()[:300], parent=above, level=level,
                currency=above.currency, fiscal_first_month=above.fiscal_first_month,
                country=above.country,
            )
        )
        made.path = entity_path(made)
        made.save(update_fields=["path"])
    return made


def give_role(actor: Actor, *, person: str, role: str, entity: str) -> UUID:
    """Give somebody a role on an entity and everything below it.

    Raises:
        NotFoundForActor, Refused: rights on the entity.
        Invalid: an unknown role, or one that is held already.
    """
    if role not in ROLES:
        raise Invalid({"role": Refusal("role.unknown", {"found": role})})
    place = entity_for(actor, entity, PEOPLE_EDIT)[0]
    who = person_for(actor, person)[0]
    if EntityRole.objects.filter(person=who, role=role, entity=place, ends=None).exists():
        raise Invalid({"role": Refusal("role.held")})
    with recording(actor, PEOPLE_EDIT.code) as recorder:
        recorder.create(
            EntityRole(person=who, role=role, entity=place, starts=timezone.localdate())
        )
    return recorder.change.uid


def end_role(actor: Actor, uid: UUID | str) -> UUID:
    """End a role on an entity yesterday; one that starts today is taken out.

    Raises:
        NotFoundForActor, Refused: no such role, or no right on its entity.
        Invalid: it is the last role that may edit people: nobody could give it back.
    """
    held = EntityRole.objects.select_related("entity").filter(uid=uid).first()
    if held is None:
        raise NotFoundForActor("role", str(uid))
    entity_for(actor, held.entity.code, PEOPLE_EDIT)
    if held.role == "pmo":
        others = EntityRole.objects.filter(role="pmo", ends=None, person__account__isnull=False)
        if not others.exclude(pk=held.pk).exists():
            raise Invalid({"role": Refusal("role.last")})
    today = timezone.localdate()
    with recording(actor, PEOPLE_EDIT.code) as recorder:
        if held.starts is not None and held.starts >= today:
            recorder.delete(held)
        else:
            recorder.update(held, ends=today - timedelta(days=1))
    return recorder.change.uid


def undo_edit(actor: Actor, uid: UUID | str) -> None:
    """Take one's own last edit back, while the right still holds.

    Raises:
        NotFoundForActor, Refused: not one's own, too old, or the right is gone.
        Invalid: something changed since.
    """

    def authorise(rows: list[HistoryRow]) -> None:
        for row in rows:
            _authorise(actor, row)

    take_back(actor, uid, (ORGANISATION_EDIT, PEOPLE_EDIT), authorise)


def _authorise(actor: Actor, row: HistoryRow) -> None:
    """Ask again for the right on what a history row is about."""
    if row.model == "organisation.entity":
        code = Entity.objects.filter(pk=row.record_id).values_list("code", flat=True).first()
        entity_for(actor, code or "", ORGANISATION_EDIT)
    elif row.model == "organisation.team":
        code = Team.objects.filter(pk=row.record_id).values_list("code", flat=True).first()
        team_for(actor, code or "", ORGANISATION_EDIT)
    elif row.model == "organisation.person":
        code = Person.objects.filter(pk=row.record_id).values_list("code", flat=True).first()
        person_for(actor, code or "", PEOPLE_EDIT)
    else:
        old, new = row.columns.get("entity_id", [None, None])
        pk = new or old
        if pk is None:
            held = EntityRole.objects.filter(uid=row.record_uid)
            pk = held.values_list("entity_id", flat=True).first()
        code = Entity.objects.filter(pk=pk).values_list("code", flat=True).first()
        entity_for(actor, code or "", PEOPLE_EDIT)
