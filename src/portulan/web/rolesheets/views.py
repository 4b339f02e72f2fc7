"""Role sheets: the list, one sheet, its versions, its PDF."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portulan.base.policy import NotFoundForActor, require
from portulan.organisation.activities import SHEET_READ
from portulan.organisation.roles import ROLES
from portulan.organisation.rolesheets import actions, queries
from portulan.organisation.rolesheets.content import SECTIONS, text
from portulan.organisation.rolesheets.queries import Sheet, VersionRow
from portulan.readmodels.touched import role_holders
from portulan.reports.document import Document
from portulan.reports.document import Section as Part
from portulan.reports.document import Text as Paragraphs
from portulan.reports.pdf import pdf as as_pdf
from portulan.web import navigation
from portulan.web.answers import reason
from portulan.web.objects import address
from portulan.web.rolesheets import showing
from portulan.web.rolesheets.fields import field_of
from portulan.web.viewer import actor
from portulan.wording import vocabulary

#: People named on a sheet.
SHOWN = 12
#: Sections beside the main ones.
ASIDE = ("skills", "rituals", "indicators")


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The sheets by family, who holds each role, and what the matrix contradicts."""
    who = actor(request)
    require(who, SHEET_READ)
    rows = queries.sheet_rows()
    holders = role_holders()
    matrix = who.matrix
    sheets = queries.company_sheets()
    listed: dict[str, list[dict[str, Any]]] = {}
    wrong = 0
    for row in rows:
        sections = [
            queries.Section(code, tuple(items)) for code, items in sheets.get(row.role, {}).items()
        ]
        faults = showing.faults(sections, row.role, matrix)
        wrong += faults
        held = holders.get(row.role, ())
        listed.setdefault(row.family, []).append(
            {
                "row": row, "name": vocabulary.role(row.role), "faults": faults,
                "purpose": text(row.purpose[0], showing.language()) if row.purpose else "",
                "holders": held[:3], "more": max(0, len(held) - 3),
            }
        )
    context = {
        "faces": navigation.section("organisation", "rolesheets:home"),
        "families": [
            (str(showing.FAMILIES.get(family, family)), listed[family])
            for family in dict.fromkeys(ROLES.values())
            if family in listed
        ],
        "count": len(rows), "wrong": wrong,
        "nobody": sum(not holders.get(row.role) for row in rows),
        "profile_url": reverse("profiles:home"),
    }
    return render(request, "rolesheets/home.html", context)


@require_GET
def page(request: HttpRequest, role: str) -> HttpResponse:
    """One sheet: the company's, or an entity's with what it settled itself."""
    who = actor(request)
    entity = request.GET.get("variant", "")
    place = actions.place(who, entity)
    refusal = actions.check_edit(who, place)
    sheet = queries.read_sheet(role, place, draft=refusal is None)
    if sheet is None:
        raise NotFoundForActor("sheet", role)
    matrix = who.matrix
    holders = role_holders().get(role, ())
    rows = queries.sheet_rows(retired=True)
    known = frozenset(row.role for row in rows if row.active)
    own = next((row for row in rows if row.role == role), None)
    fields = {
        code: field_of(sheet, code, matrix, known, reason(refusal)) for code in SECTIONS
    }
    variants = own.variants if own is not None else ()
    has_variant = any(code == entity for code, _name in variants)
    context = {
        "sheet": sheet, "name": vocabulary.role(role), "entity": entity,
        "main": [_shown(sheet, fields, code) for code in SECTIONS
                 if code not in (*ASIDE, "purpose")],
        "side": [_shown(sheet, fields, code) for code in ASIDE],
        "purpose": _shown(sheet, fields, "purpose"),
        "holders": [(name, address("person", code)) for code, name in holders[:SHOWN]],
        "more": max(0, len(holders) - SHOWN), "held": len(holders),
        "variants": variants, "has_variant": has_variant,
        "faults": showing.faults(sheet.sections, role, matrix),
        "may_edit": refusal is None, "edit_reason": reason(refusal),
        "query": f"?variant={entity}" if entity else "",
        "edited": [showing.label(s.code).lower() for s in sheet.sections if s.edited],
    }
    return render(request, "rolesheets/page.html", context)


def _shown(sheet: Sheet, fields: Mapping[str, Any], code: str) -> dict[str, Any]:
    section = sheet.section(code)
    return {
        "code": code, "label": showing.label(code), "field": fields[code],
        "local": section.local, "edited": section.edited,
    }


@require_GET
def history(request: HttpRequest, role: str) -> HttpResponse:
    """The versions of a sheet, newest first, each with what it changed."""
    who = actor(request)
    entity = request.GET.get("variant", "")
    place = actions.place(who, entity)
    actions.sheet_for(who, role, entity)
    rows = queries.versions(role, place)
    may = actions.check_edit(who, place) is None
    rows = [row for row in rows if row.published_on is not None or may]
    context = {
        "name": vocabulary.role(role), "role": role, "entity": entity,
        "query": f"?variant={entity}" if entity else "",
        "versions": [
            (row, [_difference(code, row, before) for code in row.changed] if before else [])
            for row, before in zip(rows, [*rows[1:], None], strict=True)
        ],
    }
    return render(request, "rolesheets/history.html", context)


def _difference(
    code: str, row: VersionRow, before: VersionRow
) -> tuple[str, list[str], list[str]]:
    """A section, the texts it lost and those it gained."""
    old = [text(item, showing.language()) for item in before.sections[code] or ()]
    new = [text(item, showing.language()) for item in row.sections[code] or ()]
    gone = [words for words in old if words not in new]
    come = [words for words in new if words not in old]
    if not gone and not come:
        come = [_("Order, references or the other language changed.")]
    return showing.label(code), gone, come


@require_GET
def pdf(request: HttpRequest, role: str) -> HttpResponse:
    """The sheet on A4, to hand out."""
    who = actor(request)
    entity = request.GET.get("variant", "")
    sheet = actions.sheet_for(who, role, entity)
    if sheet.number == 0 and not entity:
        raise NotFoundForActor("sheet", role)
    parts = []
    for section in sheet.sections:
        if section.code == "purpose" or not section.items:
            continue
        lines = [f"- {_line(section.code, item)}" for item in section.items]
        heading = showing.label(section.code)
        if section.local:
            heading += f" ({section.local})"
        parts.append(Part(heading, blocks=(Paragraphs(tuple(lines)),)))
    name = vocabulary.role(role)
    purpose = [text(item, showing.language()) for item in sheet.section("purpose").items]
    document = Document(
        title=_("Role sheet: %(role)s") % {"role": name},
        subtitle=sheet.entity_name,
        conclusion=tuple(purpose),
        sections=tuple(parts),
        language=showing.language(),
        on=timezone.localdate(),
        footer=_("Version %(number)s") % {"number": sheet.number},
    )
    response = HttpResponse(as_pdf(document), content_type="application/pdf")
    response.headers["Content-Disposition"] = (
        content_disposition_header(True, f"fiche-{role}.pdf") or ""
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _line(section: str, item: Mapping[str, Any]) -> str:
    said = text(item, showing.language())
    if section == "skills" and item.get("level"):
        return f"{said} ({showing.LEVELS[int(item['level'])]})"
    if item.get("role"):
        return f"{said} ({vocabulary.role(str(item['role']))})"
    return said
