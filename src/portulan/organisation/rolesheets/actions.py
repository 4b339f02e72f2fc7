"""Writes on role sheets: a draft edited in place, published as the next version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from portulan.base.changes import Recorder, recording
from portulan.base.editing import edit_column
from portulan.base.policy import (
    Actor,
    Conflict,
    Invalid,
    NotFoundForActor,
    Refusal,
    Refused,
    check_right,
    require,
)
from portulan.organisation.access import entity_for, entity_scope
from portulan.organisation.activities import SHEET_EDIT, SHEET_READ
from portulan.organisation.models import Entity, RoleSheet, RoleSheetVersion
from portulan.organisation.roles import ROLES
from portulan.organisation.rolesheets.content import SECTIONS, Item
from portulan.organisation.rolesheets.queries import STEP, Sheet, latest, read_sheet
from portulan.organisation.standards import standard


def place(actor: Actor, entity: str) -> Entity | None:
    """The entity of a variant; "" is the company.

    Raises:
        NotFoundForActor: no such entity, or the actor holds no role at all.
    """
    if check_right(actor, SHEET_READ) is not None:
        raise NotFoundForActor("sheet", entity)
    return entity_for(actor, entity)[0] if entity else None


def sheet_for(actor: Actor, role: str, entity: str = "", *, draft: bool = False) -> Sheet:
    """The sheet of a role for a reader; the draft only for who may edit it.

    Raises:
        NotFoundForActor: no such sheet or entity, or the actor holds no role at all.
    """
    where = place(actor, entity)
    may = check_edit(actor, where) is None
    found = read_sheet(role, where, draft=draft and may) if role in ROLES else None
    if found is None:
        raise NotFoundForActor("sheet", role)
    return found


def check_edit(actor: Actor, entity: Entity | None) -> Refusal | None:
    """Why the actor may not edit the sheets of an entity (``None``: of the company)."""
    return check_right(actor, SHEET_EDIT, entity_scope(entity))


def check_local(section: str) -> Refusal | None:
    """Why entities may not settle a section for themselves, when the profile keeps it."""
    allowed = standard("adaptable").get("sheets")
    if allowed is None or section in allowed:
        return None
    return Refusal("sheet.kept", {"section": section})


def _own(actor: Actor, role: str, entity: str) -> tuple[RoleSheet, Entity | None]:
    where = place(actor, entity)
    found = RoleSheet.objects.filter(role=role, entity=where).first()
    if found is None:
        raise NotFoundForActor("sheet", role)
    require(actor, SHEET_EDIT, entity_scope(where))
    return found, where


def edit_section(
    actor: Actor, role: str, entity: str, section: str, items: Sequence[Item] | None, read: int
) -> None:
    """Write a section of the draft; without one, the draft of the next version begins.

    ``items`` ``None`` takes a variant's own section away. ``read``: the token that was read.

    Raises:
        NotFoundForActor, Refused; Conflict: somebody wrote this section meanwhile.
        Invalid: no such section, or one that entities may not settle.
    """
    if section not in SECTIONS:
        raise Invalid({"section": Refusal("column.unknown", {"found": section})})
    sheet, where = _own(actor, role, entity)
    refusal = check_local(section) if where is not None else None
    if refusal is not None:
        raise Refused(refusal)
    if items is None and where is None:
        items = []
    value = list(items) if items is not None else None
    published, draft = latest(sheet)
    if draft is None:
        if published is not None and getattr(published, section) == value:
            return
        with recording(actor, SHEET_EDIT.code) as recorder:
            recorder.create(_next(sheet, published, actor, {section: value}))
        return
    revision = read % STEP
    if read // STEP != draft.number:
        there = getattr(draft, section)
        if there != (getattr(published, section) if published else None):
            raise Conflict("sheet", role, {section: (value, there)})
        revision = draft.revision
    edit_column(actor, SHEET_EDIT, draft, section, value, revision)


def _next(
    sheet: RoleSheet,
    before: RoleSheetVersion | None,
    actor: Actor,
    values: Mapping[str, list[Item] | None],
) -> RoleSheetVersion:
    kept = {code: getattr(before, code) if before else None for code in SECTIONS}
    return RoleSheetVersion(
        sheet=sheet,
        number=(before.number if before else 0) + 1,
        author_id=actor.person_id,
        **{**kept, **values},
    )


def publish(actor: Actor, role: str, entity: str, note: str = "") -> int:
    """Put the draft in force as the next version; returns its number.

    Raises:
        NotFoundForActor, Refused: rights, or there is no draft.
    """
    sheet, _where = _own(actor, role, entity)
    _published, draft = latest(sheet)
    if draft is None:
        raise Refused(Refusal("sheet.no_draft"))
    with recording(actor, SHEET_EDIT.code, note=f"{role} {draft.number}") as recorder:
        recorder.update(
            draft,
            published_on=timezone.localdate(),
            note=note.strip()[:300],
            author_id=actor.person_id,
        )
    return draft.number


def drop_draft(actor: Actor, role: str, entity: str) -> None:
    """Give the draft up; a variant that was never published goes out of use.

    Raises:
        NotFoundForActor, Refused: rights, or there is no draft.
    """
    sheet, where = _own(actor, role, entity)
    published, draft = latest(sheet)
    if draft is None:
        raise Refused(Refusal("sheet.no_draft"))
    with recording(actor, SHEET_EDIT.code) as recorder:
        recorder.delete(draft)
        if published is None and where is not None:
            recorder.delete(sheet)


def add_variant(actor: Actor, role: str, entity: str) -> None:
    """Begin the variant of an entity: it reads as the company's until a section is settled.

    Raises:
        NotFoundForActor: no such sheet or entity; Refused: rights.
    """
    where = place(actor, entity)
    if where is None or not RoleSheet.objects.filter(role=role, entity=None).exists():
        raise NotFoundForActor("sheet", role)
    require(actor, SHEET_EDIT, entity_scope(where))
    found = RoleSheet.objects.filter(role=role, entity=where).first()
    with recording(actor, SHEET_EDIT.code) as recorder:
        if found is None:
            found = recorder.create(RoleSheet(role=role, entity=where))
        elif not found.active:
            recorder.update(found, active=True)
        published, draft = latest(found)
        if published is None and draft is None:
            recorder.create(_next(found, None, actor, {}))


def retire_variant(actor: Actor, role: str, entity: str) -> None:
    """Take the variant of an entity out of use; its versions stay.

    Raises:
        NotFoundForActor, Refused.
    """
    sheet, where = _own(actor, role, entity)
    if where is None:
        raise Refused(Refusal("sheet.company"))
    with recording(actor, SHEET_EDIT.code) as recorder:
        recorder.update(sheet, active=False)


def put_sheet(recorder: Recorder, role: str, sections: Mapping[str, Any], note: str = "") -> bool:
    """Put a company sheet in force as given, as a new version when it differs (no right asked).

    A draft that somebody is writing stays, as the version after. Tells whether anything differed.
    """
    sheet = RoleSheet.objects.filter(role=role, entity=None).first()
    if sheet is None:
        sheet = recorder.create(RoleSheet(role=role))
    elif not sheet.active:
        recorder.update(sheet, active=True)
    published, draft = latest(sheet)
    values = {code: list(sections.get(code) or ()) for code in SECTIONS}
    if published is not None and all(
        list(getattr(published, code) or ()) == items for code, items in values.items()
    ):
        return False
    made = _next(sheet, published, recorder.actor, values)
    if draft is not None:
        recorder.update(draft, number=draft.number + 1)
    made.published_on = recorder.effective_on or timezone.localdate()
    made.note = note[:300]
    recorder.create(made)
    return True


def retire_sheet(recorder: Recorder, role: str) -> None:
    """Take a company sheet out of use; its versions stay (no right asked)."""
    found = RoleSheet.objects.filter(role=role, entity=None, active=True).first()
    if found is not None:
        recorder.update(found, active=False)
