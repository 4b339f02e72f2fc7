"""The words of the portfolio pages: columns, filters, groups, states."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from portulan.readmodels.view import NONE
from portulan.wording import vocabulary
from portulan.wording.vocabulary import Word

COLUMNS: dict[str, Word] = {
    "stage": gettext_lazy("Stage"),
    "owner": gettext_lazy("Owner"),
    "value": gettext_lazy("Value, plausible ranks"),
    "entity": gettext_lazy("Entity"),
    "line": gettext_lazy("Line"),
    "team": gettext_lazy("Team"),
    "kind": gettext_lazy("Kind"),
    "committed": gettext_lazy("Committed"),
    "planned": gettext_lazy("Planned"),
    "landing": gettext_lazy("Landing"),
    "drift": gettext_lazy("Variance"),
    "bar": gettext_lazy("To the plan"),
    "health": gettext_lazy("Health"),
    "next": gettext_lazy("Next decision"),
    "findings": gettext_lazy("Findings"),
    "state": gettext_lazy("State"),
    "products": gettext_lazy("Products"),
    "project": gettext_lazy("Project"),
    "quarters": gettext_lazy("Quarters"),
    "effort": gettext_lazy("Effort"),
    "cost": gettext_lazy("Whole cost"),
}
FILTERS: dict[str, Word] = {
    "decision": gettext_lazy("Decision"),
    "entity": gettext_lazy("Entity"),
    "line": gettext_lazy("Line"),
    "stage": gettext_lazy("Stage"),
    "state": gettext_lazy("State"),
    "owner": gettext_lazy("Owner"),
    "team": gettext_lazy("Team"),
    "kind": gettext_lazy("Kind"),
    "money": gettext_lazy("Money"),
    "product": gettext_lazy("Product"),
    "project": gettext_lazy("Project"),
}
STATES: dict[str, Word] = {
    "idea": pgettext_lazy("state of an initiative", "Idea"),
    "proposed": pgettext_lazy("state of an initiative", "Proposed"),
    "planned": pgettext_lazy("state of an initiative", "Planned"),
    "in_progress": pgettext_lazy("state of an initiative", "In progress"),
    "done": pgettext_lazy("state of an initiative", "Done"),
    "deferred": pgettext_lazy("state of an initiative", "Deferred"),
    "refused": pgettext_lazy("state of an initiative", "Refused"),
    "stopped": pgettext_lazy("state of an initiative", "Stopped"),
}
#: State → tone and icon.
STATE_MARKS = {
    "idea": ("neutral", "bulb"),
    "proposed": ("neutral", "circle-dashed"),
    "planned": ("neutral", "calendar"),
    "in_progress": ("good", "player-play"),
    "done": ("good", "circle-check"),
    "deferred": ("warn", "clock-pause"),
    "refused": ("bad", "circle-x"),
    "stopped": ("bad", "player-stop"),
}
KINDS: dict[str, Word] = {
    "digital": pgettext_lazy("kind of product", "Digital"),
    "physical": pgettext_lazy("kind of product", "Physical"),
    "service": pgettext_lazy("kind of product", "Service"),
    "platform": pgettext_lazy("kind of product", "Platform"),
}
AXES: dict[str, Word] = {
    "segment": gettext_lazy("Customer segments"),
    "domain": gettext_lazy("Business domains"),
    "platform": gettext_lazy("Technology platforms"),
}
MONEY: dict[str, Word] = {"over": gettext_lazy("Beyond the plan")}
SORTS: dict[str, Word] = {
    "name": gettext_lazy("Name"),
    "stage": gettext_lazy("Stage"),
    "state": gettext_lazy("State"),
    "owner": gettext_lazy("Owner"),
    "entity": gettext_lazy("Entity"),
    "planned": gettext_lazy("Planned"),
    "landing": gettext_lazy("Landing"),
    "drift": gettext_lazy("Variance"),
    "score": gettext_lazy("Value"),
    "findings": gettext_lazy("Findings"),
    "start": gettext_lazy("Start"),
    "cost": gettext_lazy("Whole cost"),
    "effort": gettext_lazy("Effort"),
}


def value_name(parameter: str, code: str, name: str = "") -> str:
    """The words of one value of a filter."""
    if code == NONE:
        return _("none")
    tables: dict[str, dict[str, Word]] = {
        "stage": vocabulary.STAGES, "state": STATES, "kind": KINDS, "money": MONEY,
    }
    return vocabulary.word(tables[parameter], code) if parameter in tables else name or code


def group_name(group: str, code: str, name: str) -> str:
    """The words of a group's heading."""
    if code != NONE:
        return value_name(group, code, name)
    return {
        "line": _("Without a line"),
        "stage": _("Without a stage"),
        "entity": _("Without an entity"),
        "owner": _("Without an owner"),
        "team": _("Without a team"),
        "product": _("Without a product"),
        "project": _("Without a project"),
    }.get(group, _("none"))


def joined(names: list[str]) -> str:
    """Names in a sentence: "A", "A and B", "A, B and C"."""
    if len(names) < 2:
        return "".join(names)
    return _("%(first)s and %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}
