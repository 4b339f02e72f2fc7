"""The words of the codes that many pages show: stages, severities, families, verdicts, roles.

A code that is not here is shown as it is, so that a newer code never breaks a page.
"""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Word = str | Promise

STAGES: dict[str, Word] = {
    "exploration": _("Exploration"),
    "development": _("Development"),
    "run": _("Run"),
    "end_of_life": _("End of life"),
}
SEVERITIES: dict[str, Word] = {
    "blocking": _("Blocking"),
    "major": _("Major"),
    "minor": _("Minor"),
    "info": _("Information"),
}
#: Letter (in the reader's language) and name of a family of criteria.
FAMILIES: dict[str, tuple[Word, Word]] = {
    "business": (pgettext_lazy("letter of the family", "B"), _("Business value")),
    "user": (pgettext_lazy("letter of the family", "U"), _("User value")),
    "vision": (pgettext_lazy("letter of the family", "V"), _("Vision alignment")),
    "feasibility": (pgettext_lazy("letter of the family", "F"), _("Feasibility")),
    "risk": (pgettext_lazy("letter of the family", "R"), _("Risk and compliance")),
}
#: Verdict → tone, icon, word.
VERDICTS: dict[str, tuple[str, str, Word]] = {
    "approved": ("good", "circle-check", _("Approved")),
    "whole": ("good", "circle-check", _("Approved")),
    "partial": ("good", "circle-half-2", _("Approved in part")),
    "conditional": ("warn", "circle-dashed-check", _("Approved on condition")),
    "deferred": ("warn", "clock-pause", _("Deferred")),
    "refused": ("bad", "circle-x", _("Refused")),
    "pending": ("neutral", "circle-dashed", _("Not decided yet")),
}
#: State of a thing → icon; the word comes from the page.
TONES: dict[str, str] = {
    "good": "circle-check",
    "warn": "alert-triangle",
    "bad": "alert-circle",
    "neutral": "circle-dashed",
}
ROLES: dict[str, Word] = {
    "pmo": _("PMO"),
    "executive": _("executive committee"),
    "sponsor": _("sponsor"),
    "finance": _("finance controller"),
    "head_of_product": _("head of product"),
    "product_manager": _("product manager"),
    "product_owner": _("product owner"),
    "business": _("business representative"),
    "marketing": _("marketing"),
    "tech_lead": _("tech lead"),
    "architect": _("architect"),
    "developer": _("developer"),
    "designer": _("designer"),
    "data": _("data"),
    "legal": _("legal"),
    "compliance": _("compliance and data protection"),
    "security": _("security"),
    "support": _("support"),
    "deployment": _("deployment"),
    "project_manager": _("project manager"),
    "coach": _("coach"),
    "contributor": _("contributor"),
}


def word(table: dict[str, Word], code: str) -> str:
    """The reader's word for a code, or the code itself."""
    return str(table.get(code, code))


def role(code: str) -> str:
    """The name of a role in the reader's language."""
    return word(ROLES, code)
