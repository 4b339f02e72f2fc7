"""Words of the work: standings, pieces of sentences, explanations of figures."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from portulan.readmodels.flow import ItemRow

#: Standing → tone, icon, word.
STANDINGS = {
    "before": ("neutral", "circle", gettext_lazy("To do")),
    "active": ("good", "player-play", gettext_lazy("In progress")),
    "waiting": ("warn", "clock", gettext_lazy("Waiting")),
    "done": ("good", "circle-check", pgettext_lazy("work item", "Done")),
    "dropped": ("neutral", "x", gettext_lazy("Left undone")),
}
RELEASES = {
    "planned": ("neutral", "calendar", pgettext_lazy("release", "Planned")),
    "released": ("good", "circle-check", pgettext_lazy("release", "Out")),
    "dropped": ("neutral", "x", pgettext_lazy("release", "Given up")),
}
#: Names of the states of what is typed here.
LOCAL = {
    "todo": gettext_lazy("To do"),
    "doing": gettext_lazy("In progress"),
    "waiting": gettext_lazy("Waiting"),
    "done": pgettext_lazy("work item", "Done"),
    "dropped": gettext_lazy("Left undone"),
    "created": gettext_lazy("To do"),
    "started": gettext_lazy("In progress"),
    "finished": pgettext_lazy("work item", "Done"),
}
#: Verdict of a back-test → tone, word.
VERDICTS = {
    "calibrated": ("good", gettext_lazy("The past does not contradict these forecasts.")),
    "too_narrow": (
        "warn", gettext_lazy("In the past, reality fell outside too often: take more margin."),
    ),
    "too_wide": ("neutral", gettext_lazy("In the past, reality was surer than the forecasts.")),
    "too_few": (
        "warn", gettext_lazy("Too few past forecasts to judge: read the dates with caution."),
    ),
}
MEASURES = {
    "cycle_p85": gettext_lazy("Cycle time of 85 % of the items"),
    "cycle_p50": gettext_lazy("Median cycle time"),
    "lead_p85": gettext_lazy("Lead time of 85 % of the items"),
    "throughput": gettext_lazy("Items finished each week"),
    "wip": gettext_lazy("Items in progress at the end of the month"),
    "efficiency": gettext_lazy("Flow efficiency"),
    "reopened": gettext_lazy("Items reopened"),
}


#: Countries whose public holidays are known, as one says them after “public holidays of”.
COUNTRIES = {
    "FR": pgettext_lazy("country", "France"),
    "BE": pgettext_lazy("country", "Belgium"),
    "LU": pgettext_lazy("country", "Luxembourg"),
    "DE": pgettext_lazy("country", "Germany"),
    "AT": pgettext_lazy("country", "Austria"),
    "ES": pgettext_lazy("country", "Spain"),
    "IT": pgettext_lazy("country", "Italy"),
    "PT": pgettext_lazy("country", "Portugal"),
    "NL": pgettext_lazy("country", "Netherlands"),
    "CH": pgettext_lazy("country", "Switzerland"),
}


def country(code: str) -> str:
    """A country in words; its code when it is not one of ours."""
    return str(COUNTRIES.get(code.upper(), code))


def title(row: ItemRow | None) -> str:
    """Code and name of an item in a chart; a stand-in for one that the reader may not know."""
    if row is None or not row.code:
        return _("an item that you cannot see")
    return row.code if row.name == row.code else f"{row.code} {row.name}"


def state(row: ItemRow | None) -> str:
    """The state of an item: the source's own word, or ours."""
    if row is None:
        return ""
    return str(LOCAL.get(row.state, row.state)) or str(STANDINGS[row.standing][2])


def block_title(kind: str) -> str:
    """The title of the work on the sheet of a part."""
    return _("Work and forecast") if kind == "initiative" else _("Flow and backlog")
