"""Findings in words: parameters made ready to read, then put into the rule's sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portulan.coherence.sentences import SENTENCES
from portulan.wording import formats, vocabulary
from portulan_core.coherence import Finding

MONEY = frozenset({"amount", "landing", "envelope", "above", "budget", "plan", "threshold"})
EFFORT = frozenset({"demand", "capacity", "extra"})
DATES = frozenset({"start", "end", "last"})

TOPICS = {
    "life_cycle": gettext_lazy("Life cycle"),
    "roles": gettext_lazy("Roles"),
    "staffing": gettext_lazy("Staffing"),
    "objectives": gettext_lazy("Objectives"),
    "budget": gettext_lazy("Budget"),
    "capacity": gettext_lazy("Capacity"),
    "dependencies": gettext_lazy("Dependencies"),
    "indicators": gettext_lazy("Indicators"),
    "governance": gettext_lazy("Governance"),
    "projects": gettext_lazy("Projects"),
    "data_quality": gettext_lazy("Data quality"),
}
MISSING = {
    "vision": gettext_lazy("vision"),
    "value_users": gettext_lazy("value for users"),
    "value_business": gettext_lazy("value for the company"),
    "target": gettext_lazy("target"),
    "owner": gettext_lazy("owner"),
    "review": gettext_lazy("review"),
}
STATES = {
    "idea": gettext_lazy("idea"),
    "proposed": gettext_lazy("proposed"),
    "planned": gettext_lazy("planned"),
    "in_progress": gettext_lazy("in progress"),
    "done": gettext_lazy("done"),
    "deferred": gettext_lazy("deferred"),
    "refused": gettext_lazy("refused"),
    "stopped": gettext_lazy("stopped"),
}


def _missing(value: str) -> str:
    return ", ".join(str(MISSING.get(code, code)) for code in value.split("+"))


def _stage(value: str) -> str:
    if not value:
        return _("all funding times")
    return vocabulary.word(vocabulary.STAGES, value)


def _day(value: str) -> str:
    return formats.day(date.fromisoformat(value)) if value else _("never")


_FORMATS: dict[str, Callable[[Any], str]] = {
    "missing": _missing,
    "stage": _stage,
    "first": lambda value: vocabulary.word(vocabulary.STAGES, value),
    "second": lambda value: vocabulary.word(vocabulary.STAGES, value),
    "state": lambda value: str(STATES.get(value, value)),
}


def readable(params: Mapping[str, Any], currency: str = "EUR") -> dict[str, Any]:
    """A finding's parameters as its sentence takes them; numbers that count stay numbers."""
    made: dict[str, Any] = {}
    for name, value in params.items():
        if name in MONEY:
            made[name] = formats.money(value, currency)
        elif name in EFFORT:
            made[name] = formats.effort(value)
        elif name in DATES:
            made[name] = _day(value)
        elif name in _FORMATS:
            made[name] = _FORMATS[name](value)
        elif name == "quarter":
            made[name] = _("Q%(rank)s") % {"rank": value}
        else:
            made[name] = value
    return made


def message(finding: Finding, currency: str = "EUR") -> str:
    """The finding in one sentence, in the active language."""
    return str(SENTENCES[finding.code].message % readable(finding.params, currency))


def topic(code: str) -> str:
    """The name of a topic."""
    return str(TOPICS.get(code, code))
