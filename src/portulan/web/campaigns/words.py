"""The words of campaigns."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portulan.wording.vocabulary import Word

KINDS: dict[str, tuple[Word, str, Word]] = {
    "sheets": (
        _("Product sheets"), "file-text", _("What the sheets of products say, field by field.")
    ),
    "scores": (
        pgettext_lazy("kind of collection", "Marks"), "list-numbers",
        _("The marks of initiatives on the criteria of the model in force."),
    ),
    "measures": (
        pgettext_lazy("kind of collection", "Measures"), "activity",
        _("A value for each indicator, on the due day."),
    ),
    "capacities": (
        pgettext_lazy("kind of collection", "Capacities"), "users",
        _("The days that teams give, for six months from the due day."),
    ),
    "forecasts": (
        pgettext_lazy("kind of collection", "Forecasts"), "coin",
        _("The whole cost of initiatives of the plan, CAPEX and OPEX."),
    ),
}
STATES: dict[str, tuple[str, Word]] = {
    "draft": ("neutral", pgettext_lazy("state of a collection", "In preparation")),
    "open": ("good", pgettext_lazy("state of a collection", "Open")),
    "closed": ("neutral", pgettext_lazy("state of a collection", "Closed")),
}
LEFT_OUT: dict[str, Word] = {
    "nobody": _("nobody answers for it"),
    "account": _("%(name)s has no account"),
    "read": _("%(name)s cannot read it"),
}
ANSWERS: dict[str, tuple[str, Word]] = {
    "accepted": ("good", pgettext_lazy("a value", "accepted")),
    "refused": ("bad", pgettext_lazy("a value", "refused")),
    "proposed": ("neutral", pgettext_lazy("a value", "proposed")),
}
