"""The words of the codes that many pages show: stages, severities, families, verdicts, roles.

A code that is not here is shown as it is, so that a newer code never breaks a page.
"""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Word = str | Promise

STAGES: dict[str, Word] = {
    "exploration": pgettext_lazy("stage", "Exploration"),
    "development": pgettext_lazy("stage", "Development"),
    "run": pgettext_lazy("stage", "Run"),
    "end_of_life": pgettext_lazy("stage", "End of life"),
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
    "approved": ("good", "circle-check", pgettext_lazy("verdict", "Approved")),
    "whole": ("good", "circle-check", pgettext_lazy("verdict", "Approved")),
    "partial": ("good", "circle-half-2", pgettext_lazy("verdict", "Approved in part")),
    "conditional": (
        "warn",
        "circle-dashed-check",
        pgettext_lazy("verdict", "Approved on condition"),
    ),
    "deferred": ("warn", "clock-pause", pgettext_lazy("verdict", "Deferred")),
    "refused": ("bad", "circle-x", pgettext_lazy("verdict", "Refused")),
    "pending": ("neutral", "circle-dashed", pgettext_lazy("verdict", "Not decided yet")),
}
#: State of a thing → icon; the word comes from the page.
TONES: dict[str, str] = {
    "good": "circle-check",
    "warn": "alert-triangle",
    "bad": "alert-circle",
    "neutral": "circle-dashed",
}
ROLES: dict[str, Word] = {
    "pmo": pgettext_lazy("role", "PMO"),
    "executive": pgettext_lazy("role", "executive committee"),
    "sponsor": pgettext_lazy("role", "sponsor"),
    "finance": pgettext_lazy("role", "finance controller"),
    "head_of_product": pgettext_lazy("role", "head of product"),
    "product_manager": pgettext_lazy("role", "product manager"),
    "product_owner": pgettext_lazy("role", "product owner"),
    "business": pgettext_lazy("role", "business representative"),
    "marketing": pgettext_lazy("role", "marketing"),
    "tech_lead": pgettext_lazy("role", "tech lead"),
    "architect": pgettext_lazy("role", "architect"),
    "developer": pgettext_lazy("role", "developer"),
    "designer": pgettext_lazy("role", "designer"),
    "data": pgettext_lazy("role", "data"),
    "legal": pgettext_lazy("role", "legal"),
    "compliance": pgettext_lazy("role", "compliance"),
    "dpo": pgettext_lazy("role", "data protection officer"),
    "security": pgettext_lazy("role", "security"),
    "support": pgettext_lazy("role", "support"),
    "deployment": pgettext_lazy("role", "deployment"),
    "project_manager": pgettext_lazy("role", "project manager"),
    "coach": pgettext_lazy("role", "coach"),
    "hr": pgettext_lazy("role", "human resources"),
    "contributor": pgettext_lazy("role", "contributor"),
    "forum_chair": pgettext_lazy("role", "chair of the committee"),
    "forum_votes": pgettext_lazy("role", "voting member"),
    "forum_advises": pgettext_lazy("role", "advising member"),
    "forum_secretary": pgettext_lazy("role", "secretary of the committee"),
}


def word(table: dict[str, Word], code: str) -> str:
    """The reader's word for a code, or the code itself."""
    return str(table.get(code, code))


def role(code: str) -> str:
    """The name of a role in the reader's language."""
    return word(ROLES, code)
