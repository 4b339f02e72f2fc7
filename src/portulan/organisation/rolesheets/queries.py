"""Reads of role sheets: the company's, an entity's own, their versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from portulan.organisation.models import Entity, RoleSheet, RoleSheetVersion
from portulan.organisation.roles import ROLES
from portulan.organisation.rolesheets.content import SECTIONS, Item


@dataclass(frozen=True, slots=True)
class Section:
    """A section as it holds; ``local`` is the entity that settled it, "" for the company.

    ``edited``: the draft differs from the published version here.
    """

    code: str
    items: tuple[Item, ...]
    local: str = ""
    edited: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet as it is read: the company's, or an entity's with what it changes.

    ``token`` names the version and revision that were read, for a visible conflict.
    """

    role: str
    family: str
    entity: str
    entity_name: str
    active: bool
    number: int
    published_on: date | None
    note: str
    draft: bool
    token: int
    sections: tuple[Section, ...]

    def section(self, code: str) -> Section:
        """The section of that code."""
        return next(section for section in self.sections if section.code == code)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A sheet in the list, with the entities that have a variant of it."""

    role: str
    family: str
    number: int
    published_on: date | None
    draft: bool
    active: bool
    purpose: tuple[Item, ...]
    variants: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version in the history of a sheet, with what it changed."""

    number: int
    published_on: date | None
    note: str
    author: str
    changed: tuple[str, ...]
    sections: Mapping[str, Sequence[Item] | None]


#: A token is the number of the version and its revision.
STEP = 100_000


def token(version: RoleSheetVersion) -> int:
    """Which version and revision of it were read."""
    return version.number * STEP + version.revision


def latest(sheet: RoleSheet) -> tuple[RoleSheetVersion | None, RoleSheetVersion | None]:
    """The version in force and the draft of the next one (one query)."""
    versions = sorted(sheet.versions.all(), key=lambda v: v.number)
    published = [v for v in versions if v.published_on is not None]
    drafts = [v for v in versions if v.published_on is None]
    return (published[-1] if published else None, drafts[-1] if drafts else None)


def _layers(role: str, entity: Entity | None) -> list[RoleSheet]:
    """The company's sheet, then the variants from the top of the tree down to the entity."""
    path = [int(part) for part in entity.path.split("/") if part] if entity else []
    found = list(
        RoleSheet.objects.filter(role=role).select_related("entity").prefetch_related("versions")
    )
    order = {pk: rank for rank, pk in enumerate(path)}
    kept = [
        sheet
        for sheet in found
        if sheet.entity_id is None or (sheet.active and sheet.entity_id in order)
    ]
    return sorted(kept, key=lambda s: -1 if s.entity_id is None else order[s.entity_id])


def read_sheet(role: str, entity: Entity | None = None, *, draft: bool = False) -> Sheet | None:
    """The sheet of a role, the company's or as an entity has it; ``draft``: what is being written.

    ``None``: the company has no such sheet. An entity without a variant reads what is above it.
    """
    layers = _layers(role, entity)
    if not layers or layers[0].entity_id is not None:
        return None
    sections: dict[str, Section] = {}
    shown: RoleSheetVersion | None = None
    is_draft = False
    for layer in layers:
        own = layer.entity_id == (entity.pk if entity else None)
        published, written = latest(layer)
        version = written if draft and own and written is not None else published
        if own:
            shown, is_draft = version, version is not None and version is written
        if version is None:
            continue
        name = layer.entity.name if layer.entity is not None else ""
        for code in SECTIONS:
            items = getattr(version, code)
            if items is None:
                continue
            edited = own and is_draft and items != (getattr(published, code) if published else None)
            sections[code] = Section(code, tuple(items), name, edited)
    return Sheet(
        role=role,
        family=ROLES.get(role, "other"),
        entity=entity.code if entity else "",
        entity_name=entity.name if entity else "",
        active=layers[0].active,
        number=shown.number if shown else 0,
        published_on=shown.published_on if shown else None,
        note=shown.note if shown else "",
        draft=is_draft,
        token=token(shown) if shown is not None else 0,
        sections=tuple(sections.get(code, Section(code, ())) for code in SECTIONS),
    )


def sheet_rows(*, retired: bool = False) -> list[SheetRow]:
    """Every sheet of the company, in the order of the roles (two queries)."""
    found = list(RoleSheet.objects.select_related("entity").prefetch_related("versions"))
    variants: dict[str, list[tuple[str, str]]] = {}
    for sheet in found:
        if sheet.entity is not None and sheet.active:
            variants.setdefault(sheet.role, []).append((sheet.entity.code, sheet.entity.name))
    order = {role: rank for rank, role in enumerate(ROLES)}
    rows = []
    for sheet in found:
        if sheet.entity_id is not None or not (sheet.active or retired):
            continue
        published, draft = latest(sheet)
        shown = published or draft
        rows.append(
            SheetRow(
                sheet.role,
                ROLES.get(sheet.role, "other"),
                shown.number if shown else 0,
                published.published_on if published else None,
                draft is not None,
                sheet.active,
                tuple((shown.purpose if shown else None) or ()),
                tuple(sorted(variants.get(sheet.role, ()), key=lambda pair: pair[1])),
            )
        )
    return sorted(rows, key=lambda row: order.get(row.role, len(order)))


def versions(role: str, entity: Entity | None = None) -> list[VersionRow]:
    """The versions of a sheet, newest first, each with the sections it changed (two queries)."""
    sheet = RoleSheet.objects.filter(role=role, entity=entity).first()
    if sheet is None:
        return []
    rows: list[VersionRow] = []
    before: RoleSheetVersion | None = None
    for version in sheet.versions.select_related("author").order_by("number"):
        changed = tuple(
            code
            for code in SECTIONS
            if getattr(version, code) != (getattr(before, code) if before else None)
        )
        rows.append(
            VersionRow(
                version.number,
                version.published_on,
                version.note,
                version.author.name if version.author else "",
                changed,
                {code: getattr(version, code) for code in SECTIONS},
            )
        )
        before = version
    return rows[::-1]


Variant = tuple[str, str, str, tuple[str, ...]]


def company_sheets() -> dict[str, dict[str, list[Item]]]:
    """Role → sections in force, of the sheets of the company in use (two queries)."""
    return every_sheet()[0]


def variants() -> list[Variant]:
    """Role, code and name of the entity, and sections settled there, of every local variant."""
    return every_sheet()[1]


def every_sheet() -> tuple[dict[str, dict[str, list[Item]]], list[Variant]]:
    """The company's sheets as ``company_sheets``, the variants as ``variants`` (two queries)."""
    company: dict[str, dict[str, list[Item]]] = {}
    local: list[Variant] = []
    for sheet in (
        RoleSheet.objects.filter(active=True)
        .select_related("entity")
        .prefetch_related("versions")
        .order_by("role", "entity__path")
    ):
        published, draft = latest(sheet)
        if sheet.entity is not None:
            version = published or draft
            settled = tuple(c for c in SECTIONS if version and getattr(version, c) is not None)
            local.append((sheet.role, sheet.entity.code, sheet.entity.name, settled))
        elif published is not None:
            company[sheet.role] = {code: list(getattr(published, code) or ()) for code in SECTIONS}
    return company, local


def expected_skills(role: str, entity: Entity | None = None) -> list[dict[str, Any]]:
    """The skills that a role asks for: ``code``, texts ``fr`` and ``en``, ``level`` 1 to 4."""
    sheet = read_sheet(role, entity)
    return [dict(item) for item in sheet.section("skills").items] if sheet is not None else []


def career_moves() -> list[tuple[str, str, Item]]:
    """Every move that the sheets name: from a role, to a role, and what it asks (two queries)."""
    return [
        (role, str(item["role"]), item)
        for role, sections in company_sheets().items()
        for item in sections["career"]
        if item.get("role")
    ]
