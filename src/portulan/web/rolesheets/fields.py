"""A section of a role sheet as a value edited in place."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _

from portulan.organisation.rolesheets.content import as_lines
from portulan.organisation.rolesheets.queries import Sheet
from portulan.web.inline import InlineField
from portulan.web.rolesheets import showing

LONGEST = 12_000


def hint(section: str) -> str:
    """How one writes a section."""
    if section == "purpose":
        return _("One or two sentences.")
    if section in ("decides", "not_decides"):
        return _("One a line; the activities of the matrix in brackets: … [initiative.edit]")
    if section in ("works_with", "career"):
        return _("One a line; the role in brackets: … [product_owner]")
    if section == "skills":
        return _("One a line; the level from 1 (notions) to 4 (reference) in brackets: … [3]")
    return _("One a line.")


def field_of(
    sheet: Sheet,
    section: str,
    matrix: Mapping[str, Mapping[str, str]],
    known: frozenset[str],
    reason: str,
) -> InlineField:
    """The section in place; ``reason`` says why this reader may not edit it."""
    found = sheet.section(section)
    url = reverse("rolesheets:section", args=[sheet.role, section])
    typed = hint(section)
    if sheet.entity:
        url += f"?variant={sheet.entity}"
        typed += " " + _("Empty: as the company’s sheet.")
    return InlineField(
        name=section,
        label=showing.label(section),
        url=url,
        field=forms.CharField(
            widget=forms.Textarea(attrs={"rows": max(4, len(found.items) + 2)}),
            required=False, max_length=LONGEST, help_text=typed,
        ),
        value=as_lines(section, found.items, showing.language()),
        display=showing.html(found, sheet.role, matrix, known),
        revision=sheet.token,
        reason=reason,
        block=True,
    )
