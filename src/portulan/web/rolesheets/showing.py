"""Sections of a role sheet in HTML, and what the matrix says of each decision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _

from portulan.organisation.rolesheets.content import text
from portulan.organisation.rolesheets.queries import Section
from portulan.profiles.words import FIELDS
from portulan.web.ui.marks import icon
from portulan.wording import vocabulary
from portulan.wording.activities import ACTIVITIES

LEVELS = {
    1: pgettext_lazy("level of a skill", "notions"),
    2: pgettext_lazy("level of a skill", "practice"),
    3: pgettext_lazy("level of a skill", "mastery"),
    4: pgettext_lazy("level of a skill", "reference"),
}
FAMILIES = {
    "pmo": pgettext_lazy("family of roles", "PMO and coaching"),
    "direction": pgettext_lazy("family of roles", "Management"),
    "product": pgettext_lazy("family of roles", "Product"),
    "business": pgettext_lazy("family of roles", "Business"),
    "tech": pgettext_lazy("family of roles", "Tech"),
    "data": pgettext_lazy("family of roles", "Data"),
    "control": pgettext_lazy("family of roles", "Law, compliance and security"),
    "operations": pgettext_lazy("family of roles", "Operations"),
    "project": pgettext_lazy("family of roles", "Projects"),
    "other": pgettext_lazy("family of roles", "Other"),
}
Letters = Mapping[str, Mapping[str, str]]


def language() -> str:
    """The language of the page."""
    return (get_language() or "fr")[:2]


def label(section: str) -> str:
    """The name of a section."""
    return vocabulary.word(FIELDS, section)


def disagrees(section: str, role: str, activity: str, matrix: Letters) -> str:
    """Why the matrix says otherwise than the sheet, "" when they agree."""
    letter = matrix.get(activity, {}).get(role, "")
    decides = letter in ("R", "A")
    if section == "decides" and not decides:
        return _("The matrix gives this role %(letter)s here.") % {"letter": letter or "–"}
    if section == "not_decides" and decides:
        return _("The matrix gives this role %(letter)s here.") % {"letter": letter}
    return ""


def faults(sections: Iterable[Section], role: str, matrix: Letters) -> int:
    """How many references of a sheet the matrix contradicts."""
    return sum(
        bool(disagrees(section.code, role, activity, matrix))
        for section in sections
        if section.code in ("decides", "not_decides")
        for item in section.items
        for activity in item.get("activities", ())
    )


def html(section: Section, role: str, matrix: Letters, known: frozenset[str]) -> SafeString:
    """The items of a section; ``known`` are the roles that have a sheet."""
    if not section.items:
        return format_html('<span class="pt-dim">{}</span>', _("To be filled in"))
    if section.code == "purpose":
        return format_html('<p class="ro-purpose">{}</p>', text(section.items[0], language()))
    rows = format_html_join(
        "", "<li>{}{}</li>",
        ((text(item, language()), _tail(section.code, item, role, matrix, known))
         for item in section.items),
    )
    return format_html('<ul class="ro-items ro-{}">{}</ul>', section.code, rows)


def _tail(
    section: str, item: Mapping[str, Any], role: str, matrix: Letters, known: frozenset[str]
) -> SafeString:
    if section in ("decides", "not_decides"):
        return _activities(section, item.get("activities", ()), role, matrix)
    if section == "skills":
        level = int(item.get("level", 0))
        if not level:
            return SafeString("")
        dots = format_html_join(
            "", '<i class="{}"></i>', (("ro-on" if n <= level else "",) for n in range(1, 5))
        )
        return format_html(
            ' <span class="ro-level"><span class="ro-dots" aria-hidden="true">{}</span>'
            "{}</span>",
            dots, LEVELS.get(level, level),
        )
    other = str(item.get("role", ""))
    if not other:
        return SafeString("")
    name = vocabulary.role(other)
    if other not in known:
        return format_html(' <span class="ro-role">{}</span>', name)
    return format_html(
        ' <a class="ro-role" href="{}">{}</a>', reverse("rolesheets:page", args=[other]), name
    )


def _activities(
    section: str, codes: Sequence[str], role: str, matrix: Letters
) -> SafeString:
    parts = []
    for code in codes:
        letter = matrix.get(code, {}).get(role, "")
        wrong = disagrees(section, role, code, matrix)
        parts.append(
            format_html(
                '<span class="ro-activity{}" title="{}">{}{}{}</span>',
                " ro-wrong" if wrong else "",
                wrong or code,
                format_html("<b>{}</b> ", letter) if letter else "",
                vocabulary.word(ACTIVITIES, code),
                icon("alert-triangle", "s", label=wrong) if wrong else "",
            )
        )
    return format_html(
        '<span class="ro-activities">{}</span>', SafeString("".join(parts))
    ) if parts else SafeString("")
