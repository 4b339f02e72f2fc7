"""Words of committees, rituals and sittings that only the pages say; rhythms in words."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from portulan.wording.governance import Word

RITUALS: dict[str, Word] = {
    "portfolio_review": pgettext_lazy("ritual", "Portfolio review"),
    "discovery_workshop": pgettext_lazy("ritual", "Discovery workshop"),
    "project_product_sync": pgettext_lazy("ritual", "Project and product sync"),
    "inter_product_sync": pgettext_lazy("ritual", "Inter-product sync"),
    "business_dialogue": pgettext_lazy("ritual", "Product manager and business dialogue"),
}
ON_HOLIDAY: dict[str, Word] = {
    "next": gettext_lazy("Move to the next working day"),
    "previous": gettext_lazy("Move to the working day before"),
    "skip": gettext_lazy("Do not meet"),
    "keep": gettext_lazy("Meet all the same"),
}
FREQUENCIES: dict[str, Word] = {
    "": gettext_lazy("No rhythm"),
    "WEEKLY": gettext_lazy("Weeks"),
    "MONTHLY": gettext_lazy("Months"),
    "OWN": gettext_lazy("A rule of your own (RFC 5545)"),
}
WEEKDAYS: dict[str, Word] = {
    "MO": gettext_lazy("Monday"),
    "TU": gettext_lazy("Tuesday"),
    "WE": gettext_lazy("Wednesday"),
    "TH": gettext_lazy("Thursday"),
    "FR": gettext_lazy("Friday"),
}
RANKS: dict[str, Word] = {
    "1": gettext_lazy("First"),
    "2": gettext_lazy("Second"),
    "3": gettext_lazy("Third"),
    "4": gettext_lazy("Fourth"),
    "-1": pgettext_lazy("rank of a weekday in its month", "Last"),
}
_EVERY_DAY = {
    "MO": gettext_lazy("on Monday"),
    "TU": gettext_lazy("on Tuesday"),
    "WE": gettext_lazy("on Wednesday"),
    "TH": gettext_lazy("on Thursday"),
    "FR": gettext_lazy("on Friday"),
}
_RANKED = {
    "1": gettext_lazy("the first %(day)s"),
    "2": gettext_lazy("the second %(day)s"),
    "3": gettext_lazy("the third %(day)s"),
    "4": gettext_lazy("the fourth %(day)s"),
    "-1": gettext_lazy("the last %(day)s"),
}
_LOWER = {
    "MO": pgettext_lazy("inside a sentence", "Monday"),
    "TU": pgettext_lazy("inside a sentence", "Tuesday"),
    "WE": pgettext_lazy("inside a sentence", "Wednesday"),
    "TH": pgettext_lazy("inside a sentence", "Thursday"),
    "FR": pgettext_lazy("inside a sentence", "Friday"),
}


def parts_of(rule: str) -> dict[str, str]:
    """What a recurrence rule is made of."""
    text = rule.upper().removeprefix("RRULE:")
    return dict(part.split("=", 1) for part in text.split(";") if "=" in part)


def simple(rule: str) -> tuple[str, int, str, str] | None:
    """A rule as the form asks for it: frequency, interval, weekday, rank; ``None``: more than that.

    "" is no rhythm.
    """
    if not rule:
        return "", 1, "MO", "1"
    parts = parts_of(rule)
    day = parts.get("BYDAY", "")
    weekday, rank = day[-2:], day[:-2]
    every = parts.get("INTERVAL", "1")
    if (
        set(parts) - {"FREQ", "INTERVAL", "BYDAY", "WKST"}
        or weekday not in WEEKDAYS
        or not every.isdigit()
    ):
        return None
    if parts.get("FREQ") == "WEEKLY" and not rank:
        return "WEEKLY", int(every), weekday, "1"
    if parts.get("FREQ") == "MONTHLY" and rank in RANKS:
        return "MONTHLY", int(every), weekday, rank
    return None


def rule(frequency: str, every: int, weekday: str, rank: str) -> str:
    """The recurrence rule of what the form says."""
    step = f";INTERVAL={every}" if every > 1 else ""
    if frequency == "WEEKLY":
        return f"FREQ=WEEKLY{step};BYDAY={weekday}"
    if frequency == "MONTHLY":
        return f"FREQ=MONTHLY{step};BYDAY={rank}{weekday}"
    return ""


def cadence(text: str) -> str:
    """A recurrence rule in words; what is too much for words is shown as it is."""
    found = simple(text)
    if found is None or not found[0]:
        return text
    frequency, every, weekday, rank = found
    if frequency == "WEEKLY":
        often = ngettext("every week", "every %(n)s weeks", every) % {"n": every}
        return f"{often}, {_EVERY_DAY[weekday]}"
    often = ngettext("every month", "every %(n)s months", every) % {"n": every}
    return f"{often}, {str(_RANKED[rank]) % {'day': _LOWER[weekday]}}"


def finding(code: str, params: dict[str, object]) -> str:
    """A finding of the map of mandates, said; ``params`` are words already."""
    patterns = {
        "mandate.gap": _("Nobody may decide in %(places)s: %(kinds)s."),
        "mandate.gap_amount": _("Above %(amount)s, nobody may decide in %(places)s: %(kinds)s."),
        "mandate.overlap": _(
            "%(one)s and %(other)s may both decide, up to the same amount: %(kinds)s."
        ),
        "mandate.crowd": _("%(forum)s is crowded: %(deciding)s decide, %(seats)s have a seat."),
        "mandate.no_right": _(
            "In %(forum)s, more people sit without a right to decide (%(advising)s) than with one "
            "(%(deciding)s)."
        ),
    }
    return patterns[code] % params
