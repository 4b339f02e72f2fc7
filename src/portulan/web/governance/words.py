"""The words of governance codes: those that documents say too, and the rhythm of a committee."""

from __future__ import annotations

from django.utils.translation import gettext_lazy, ngettext

from portulan.wording.governance import (
    BENEFITS,
    CHANGES,
    DECISION_STATES,
    DOSSIER_STATES,
    EFFECT_STATES,
    FILTERS,
    INITIATIVE_STATES,
    ITEMS,
    KINDS,
    LEVELS,
    MEETING_STATES,
    PROMISES,
    RIGHTS,
    SECTIONS,
    Said,
    Word,
    effect,
    kind,
    section,
    toned,
)

__all__ = [
    "BENEFITS",
    "CHANGES",
    "DECISION_STATES",
    "DOSSIER_STATES",
    "EFFECT_STATES",
    "FILTERS",
    "INITIATIVE_STATES",
    "ITEMS",
    "KINDS",
    "LEVELS",
    "MEETING_STATES",
    "PROMISES",
    "RIGHTS",
    "SECTIONS",
    "Said",
    "Word",
    "cadence",
    "effect",
    "kind",
    "section",
    "toned",
]

_DAYS = {
    "MO": gettext_lazy("on Monday"),
    "TU": gettext_lazy("on Tuesday"),
    "WE": gettext_lazy("on Wednesday"),
    "TH": gettext_lazy("on Thursday"),
    "FR": gettext_lazy("on Friday"),
}


def cadence(rule: str) -> str:
    """A recurrence rule (RFC 5545) in words; what is not one is shown as it is."""
    parts = dict(part.split("=", 1) for part in rule.split(";") if "=" in part)
    try:
        every = int(parts.get("INTERVAL", "1"))
    except ValueError:
        return rule
    if parts.get("FREQ") == "WEEKLY":
        text = ngettext("every week", "every %(n)s weeks", every) % {"n": every}
    elif parts.get("FREQ") == "MONTHLY":
        text = ngettext("every month", "every %(n)s months", every) % {"n": every}
    else:
        return rule
    day = _DAYS.get(parts.get("BYDAY", "")[-2:])
    return f"{text}, {day}" if day else text
