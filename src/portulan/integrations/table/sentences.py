"""What the codes of an import say, for pages and the command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from portulan.integrations.table.labels import field_label, kind_name

FILE_REFUSALS = {
    "file.too_large": gettext_lazy(
        "This file is larger than %(megabytes)s MB. Split it, or remove its pictures."
    ),
    "file.unpacked": gettext_lazy("Unpacked, this file would take more than %(megabytes)s MB."),
    "file.ratio": gettext_lazy(
        "This file unpacks to more than %(ratio)s times its size: it is refused."
    ),
    "file.entries": gettext_lazy("This file holds more than %(entries)s parts: it is refused."),
    "file.cells": gettext_lazy(
        "A sheet extends over more than %(cells)s cells. Delete the cells far from your table."
    ),
    "file.dtd": gettext_lazy("This file holds declarations that we do not read: it is refused."),
    "file.password": gettext_lazy("This file is protected by a password. Save it without one."),
    "file.damaged": gettext_lazy("This file is damaged: save it again from your spreadsheet."),
    "file.empty": gettext_lazy("There is no table in this file."),
    "file.missing": gettext_lazy("Choose a file."),
    "file.encoding": gettext_lazy("The text of this file cannot be read. Save it as CSV UTF-8."),
    "file.kind": gettext_lazy(
        "This is not an XLSX, ODS or CSV file. Save your table in one of these formats."
    ),
}
BATCH_REFUSALS = {
    "import.closed": gettext_lazy("This import is over: it can no longer be corrected."),
    "import.blocked": gettext_lazy("%(rows)s rows must be repaired or left out first."),
    "import.not_applied": gettext_lazy("Nothing of this import is in the portfolio."),
    "import.too_late": gettext_lazy("An import is taken back within %(days)s days."),
    "undo.already": gettext_lazy("This import was taken back already."),
    "undo.changed_since": gettext_lazy(
        "Something changed since: taking it back would undo that too."
    ),
    "mapping.sheet": gettext_lazy("There is no such sheet in the file."),
    "mapping.kind": gettext_lazy("There is no such kind of rows."),
    "mapping.field": gettext_lazy("There is no such field: %(field)s."),
    "mapping.twice": gettext_lazy("Two columns feed the same field: choose one."),
    "repair.group": gettext_lazy("These rows need no repair any more."),
    "repair.choice": gettext_lazy("This is not among the choices."),
}


def group_title(group: Mapping[str, Any]) -> str:
    """What is proposed for a group of rows, or what is wrong."""
    params = group["params"]
    kind = kind_name(params.get("kind", ""))
    words = {
        "name": params.get("name", ""),
        "read": group["read"],
        "header": params.get("header", ""),
        "kind": kind,
        "field": field_label(params.get("field", "")),
        "first": params.get("first", ""),
        "entity": params.get("entity", ""),
        "columns": ", ".join(field_label(name) for name in params.get("columns", ())),
    }
    titles = {
        "number.ambiguous": _("Say whether the separator marks thousands or decimals"),
        "number.text": _("Write a number"),
        "number.groups": _("Correct a number whose groups of digits are odd"),
        "number.unit": _("Write a number: this unit is unknown"),
        "number.range": _("Correct a number that is out of range"),
        "number.negative": _("Correct a negative number"),
        "money.negative": _("Correct a negative cost"),
        "date.ambiguous": _("Say whether the day or the month comes first"),
        "date.text": _("Write a date"),
        "date.impossible": _("Correct a date that does not exist"),
        "date.range": _("Correct a date before 1950 or after 2100"),
        "year.text": _("Write a year"),
        "month.text": _("Write a month"),
        "duration.text": _("Write a duration"),
        "duration.range": _("Correct a duration that is negative or over 50 years"),
        "flag.text": _("Say yes or no"),
        "choice.unknown": _("Choose what “%(read)s” means for “%(field)s”"),
        "phase.unknown": _("Say what the phase “%(read)s” means"),
        "phase.read": _("Phase “%(read)s”"),
        "phase.absent": _("No phase told: read from the start date"),
        "size.text": _("Choose a size from XS to XL"),
        "email.text": _("Correct an e-mail address"),
        "url.text": _("Leave out an address that is none"),
        "currency.text": _("Write a currency as three letters"),
        "country.text": _("Leave out a country that is not a code of two letters"),
        "text.long": _("Cut a text of more than 300 characters"),
        "code.long": _("Shorten a code of more than 300 characters"),
        "name.missing": _("Give a name"),
        "row.total": _("Leave out the rows of totals"),
        "row.example": _("Leave out the example of our template"),
        "row.duplicate": _(
            "Choose between rows that say different things of the same record: %(name)s"
        ),
        "ref.created": _("Create what rows name and that does not exist: %(kind)s"),
        "ref.near": _("Create or match: %(kind)s “%(name)s”"),
        "ref.unknown": _("Choose, this does not exist: %(kind)s “%(name)s”"),
        "match.renamed": _(
            "Match with a known record that may have been renamed: %(kind)s “%(name)s”"
        ),
        "match.moved": _("Same name in another entity: one record, or another"),
        "match.other_code": _("Same name under another code: one record, or another"),
        "match.other_name": _("Same code under another name: one record, or another"),
        "match.several": _("Choose among several records of the name “%(name)s”"),
        "work.not_framed": _("No cost yet: not framed"),
        "cost.differs": _("The total differs from investment plus operation"),
        "duration.missing": _("Money without a duration: choose over how many months"),
        "dates.backward": _("Correct an end before the start"),
        "effort.no_team": _("Effort without a team: kept as a size, not in the load"),
        "capacity.days_missing": _("Give a number of days"),
        "capacity.team_missing": _("Name a team"),
        "capacity.month_missing": _("Give a month or a quarter"),
        "envelope.year_missing": _("Give a fiscal year"),
        "envelope.amount_missing": _("Give an amount"),
        "cost.target_missing": _("Name the product, initiative or project of a cost"),
        "cost.amount_missing": _("Give an amount"),
        "cost.month_missing": _("Give the month of a cost"),
        "right.missing": _("Leave out what you may not write: %(kind)s %(entity)s"),
    }
    title = titles.get(group["code"], group["code"])
    return str(title % words) if "%(" in title else title


def place(group: Mapping[str, Any], several_sheets: bool = False) -> str:
    """Where the rows stand: "column H, rows 12, 19, 33 and 5 others"."""
    rows: Sequence[int] = group["rows"]
    count = group["count"]
    shown = rows[:3] if count > 4 else rows
    listed = ", ".join(str(row) for row in shown)
    more = count - len(shown)
    where = ngettext("row %(rows)s", "rows %(rows)s", count) % {"rows": listed}
    if more:
        where = ngettext("%(rows)s and %(count)s other", "%(rows)s and %(count)s others", more) % {
            "rows": where,
            "count": more,
        }
    if group["letter"]:
        where = _("column %(letter)s, %(rows)s") % {"letter": group["letter"], "rows": where}
    if several_sheets:
        where = _("sheet “%(sheet)s”, %(rows)s") % {"sheet": group["sheet_name"], "rows": where}
    return where


def choice_label(choice: str, group: Mapping[str, Any]) -> str:
    """What a choice does."""
    labels: Mapping[str, str] = group["params"].get("labels") or {}
    if choice in labels:
        return _("Match: %(name)s") % {"name": labels[choice]}
    if choice.startswith("months:"):
        months = int(choice.partition(":")[2])
        return ngettext("over %(months)s month", "over %(months)s months", months) % {
            "months": months
        }
    if choice.startswith("state:"):
        return state_name(choice.partition(":")[2])
    if choice.startswith("value:"):
        return _("Read as: %(text)s") % {"text": choice.removeprefix("value:")}
    known = {
        "ignore": _("Leave these rows out"),
        "missing": _("Treat as unknown"),
        "create": _("Create"),
        "same": _("Same record"),
        "thousands": _("Thousands"),
        "decimal": _("Decimals"),
        "dmy": _("Day, month, year"),
        "mdy": _("Month, day, year"),
        "yes": _("Yes"),
        "no": _("No"),
        "first": _("Keep the first row"),
        "last": _("Keep the last row"),
        "sum": _("Add them up"),
        "cut": _("Cut"),
        "accept": _("Accept"),
        "keep": _("Keep as ordinary rows"),
        "keep_size": _("Accept"),
        "no_end": _("Leave the end out"),
        "swap": _("Swap start and end"),
        "parts": _("Keep the parts"),
        "total": _("Keep the total"),
        "by_start": _("By the start date"),
    }
    return known.get(choice) or field_label(choice)


def state_name(state: str) -> str:
    """The name of a state of an initiative."""
    return {
        "idea": pgettext("state of an initiative", "Idea"),
        "proposed": pgettext("state of an initiative", "Proposed"),
        "planned": pgettext("state of an initiative", "Planned"),
        "in_progress": pgettext("state of an initiative", "In progress"),
        "done": pgettext("state of an initiative", "Done"),
        "deferred": pgettext("state of an initiative", "Deferred"),
        "refused": pgettext("state of an initiative", "Refused"),
        "stopped": pgettext("state of an initiative", "Stopped"),
    }.get(state, state)


def refusal_text(code: str, params: Mapping[str, Any]) -> str:
    """The sentence of a refusal of this importer."""
    text = FILE_REFUSALS.get(code) or BATCH_REFUSALS.get(code)
    return str(text) % dict(params) if text is not None else code
