"""What the import pages show, ready for the templates; and what their forms say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portulan.base.undo import Obstacle
from portulan.integrations.table import actions
from portulan.integrations.table.kinds import KINDS
from portulan.integrations.table.labels import KINDS as KIND_LABELS
from portulan.integrations.table.labels import field_label, kind_label, kind_name
from portulan.integrations.table.ledger import BLOCK, IGNORE, INFO, VALUE
from portulan.integrations.table.mapping import FACT, WIDE, letter
from portulan.integrations.table.sentences import choice_label, group_title, place, state_name
from portulan.web.answers import sentence
from portulan.wording import formats

MAX_REPAIRS = 60
MAX_CHANGES = 60
MAX_COLUMNS = 80
_COLUMN = re.compile(r"^(field|unit|mark|order)-(\d{1,4})$")
#: Kind of record → page of the list that shows it.
_MONEY = frozenset(["amount", "budget", "stop_cost", "costs_opex", "costs_capex"])


def past_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """One past import."""
    return {**row, "state_name": state_words(str(row["state"])), "tone": _tone(str(row["state"]))}


def state_words(state: str) -> str:
    """The state of an import in words."""
    return {
        "uploaded": pgettext("import", "Read"),
        "planned": pgettext("import", "To be confirmed"),
        "applied": pgettext("import", "Taken in"),
        "rejected": pgettext("import", "Refused"),
        "undone": pgettext("import", "Taken back"),
    }.get(state, state)


def _tone(state: str) -> str:
    return {"applied": "good", "planned": "warn", "rejected": "bad"}.get(state, "neutral")


def batch_page(batch: Any) -> dict[str, Any]:
    """The context of the page of one import."""
    plan: dict[str, Any] = batch.plan
    sheets: list[dict[str, Any]] = batch.mapping.get("sheets", [])
    several = len(sheets) > 1
    groups = [_group(group, sheets, several) for group in plan.get("groups", ())]
    repairs = [group for group in groups if group["level"] != INFO or group["open"]]
    changeable = actions.check_changeable(batch) is None
    apply_refusal = actions.check_apply(batch) if changeable else None
    undo_refusal = actions.check_undo(batch)
    totals = plan.get("totals", {})
    left = plan.get("blocked_rows", 0)
    return {
        "batch": batch,
        "state_name": state_words(batch.state),
        "tone": _tone(batch.state),
        "changeable": changeable,
        "totals": totals,
        "to_repair": len(
            {(g["sheet"], row) for g in repairs for row in g["rows"] if not g["decided"]}
        ),
        "blocked": left,
        "kinds": _kinds(plan),
        "companions": [
            (kind_label(kind), count) for kind, count in plan.get("companions", {}).items()
        ],
        "repairs": repairs[:MAX_REPAIRS],
        "more_repairs": max(0, len(repairs) - MAX_REPAIRS) + plan.get("more_groups", 0),
        "understood": [g for g in groups if g["level"] == INFO and not g["open"]][:MAX_REPAIRS],
        "sheets": [_sheet(index, sheet) for index, sheet in enumerate(sheets)],
        "kind_choices": [(code, str(label)) for code, label in KIND_LABELS.items()],
        "changes": [_change(change) for change in plan.get("changes", ())[:MAX_CHANGES]],
        "sheet_names": ", ".join(
            f"« {s['sheet']} »" if formats.french() else f"“{s['sheet']}”" for s in sheets[:3]
        ),
        "row_count": sum(sheet["rows"] for sheet in sheets),
        "left_out": totals.get("ignore", 0) + totals.get("block", 0),
        "apply_reason": sentence(apply_refusal) if apply_refusal else "",
        "undo_reason": sentence(undo_refusal) if undo_refusal else "",
        "can_undo": batch.state == "applied",
        "undo_days": actions.UNDO_DAYS,
        "nothing": plan.get("empty", False),
    }


def _kinds(plan: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "label": kind_label(kind),
            **{o: counts.get(o, 0) for o in ("create", "update", "leave", "ignore", "block")},
        }
        for kind, counts in plan.get("counts", {}).items()
    ]


def _group(group: dict[str, Any], sheets: list[dict[str, Any]], several: bool) -> dict[str, Any]:
    severity = (
        "blocking" if group["level"] == BLOCK else "major" if group["level"] != INFO else "info"
    )
    currency = sheets[group["sheet"]].get("currency") or "EUR"
    kind = KINDS.get(sheets[group["sheet"]]["kind"])
    field = kind.field(group["params"].get("field", "")) if kind is not None else None
    sort = field.type if field is not None else ""
    readings = group["params"].get("readings") or {}

    def label(choice: str) -> str:
        text = choice_label(choice, group)
        shown = _value(readings.get(choice, ""), sort, currency)
        return (
            f"{text} → {shown}"
            if shown and choice in ("thousands", "decimal", "dmy", "mdy")
            else text
        )

    named = group["params"].get("names") or []
    return {
        **group,
        "severity": severity if not group["decided"] else "info",
        "title": group_title(group),
        "where": place(group, several),
        "becomes": _value(group["becomes"], sort, currency),
        "options": [(choice, label(choice)) for choice in group["choices"] if choice != VALUE],
        "types": VALUE in group["choices"],
        "typed": group["decision"].removeprefix(VALUE)
        if group["decision"].startswith(VALUE)
        else "",
        "decision_label": label(group["decision"]) if group["decision"] else "",
        "leaves_out": group["decision"] == IGNORE,
        "names": ", ".join(named[:12]) + ("…" if len(named) > 12 else ""),
    }


def _value(text: str, sort: str, currency: str) -> str:
    """A value read, as the reader writes it."""
    if not text:
        return ""
    if sort == "money" and text.lstrip("-").isdigit():
        return formats.money(int(text), currency)
    if sort == "days" and text.isdigit():
        return formats.effort(int(text))
    if sort.startswith("date") and re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return formats.day(date.fromisoformat(text))
    if sort == "phase":
        return state_name(text)
    return text


def _change(change: Mapping[str, Any]) -> dict[str, Any]:
    name = str(change["column"])
    old, new = str(change["old"]), str(change["new"])
    if name in _MONEY:
        old, new = (_value(value, "money", "EUR") for value in (old, new))
    elif re.fullmatch(r"\d{4}-\d\d-\d\d", old or new):
        old, new = (_value(value, "date", "") for value in (old, new))
    elif name in ("start", "earliest", "latest", "month"):
        old, new = (formats.month(int(v)) if v.isdigit() else v for v in (old, new))
    elif name == "state":
        old, new = state_name(old), state_name(new)
    return {
        **change,
        "label": field_label(name),
        "kind_name": kind_name(str(change["kind"])),
        "old": old,
        "new": new,
    }


def _sheet(index: int, sheet: Mapping[str, Any]) -> dict[str, Any]:
    kind = KINDS.get(str(sheet["kind"]))
    fields = [(f.name, field_label(f.name)) for f in kind.fields] if kind is not None else []
    choices = [
        ("", field_label("")),
        *([(FACT, field_label(FACT))] if kind and kind.facts else []),
        *fields,
    ]
    columns = []
    for column in sheet["columns"][:MAX_COLUMNS]:
        field = kind.field(column["field"]) if kind is not None else None
        sort = (
            "money"
            if column["field"] == WIDE and kind and kind.wide == "amount"
            else field.type
            if field
            else ""
        )
        columns.append(
            {
                **column,
                "letter": letter(column["index"]),
                "samples": " · ".join(column["samples"]),
                "choices": [*choices, (WIDE, field_label(WIDE))]
                if column["start"] is not None
                else choices,
                "units": _units(sort),
                "guessed": column["told_by"] == "values",
                "numeric": sort in ("money", "number", "days", "duration", "percent"),
                "dated": sort in ("date", "date_end", "period"),
            }
        )
    return {
        **sheet,
        "index": index,
        "columns": columns,
        "guessed": any(column["guessed"] for column in columns),
        "kind_label": kind_label(str(sheet["kind"])) if sheet["kind"] else _("left out"),
        "missing": [
            field_label(f.name)
            for f in (kind.fields if kind is not None else ())
            if f.required and f.name not in {c["field"] for c in sheet["columns"]}
        ],
    }


def _units(sort: str) -> list[tuple[str, str]]:
    if sort == "money":
        return [("", _("units")), ("k", _("thousands")), ("m", _("millions")), ("g", _("billions"))]
    if sort == "duration":
        return [
            ("y", _("years")),
            ("q", _("quarters")),
            ("m", _("months")),
            ("w", _("weeks")),
            ("d", _("days")),
        ]
    return []


def obstacle(found: Obstacle) -> str:
    """Why a record cannot go back, in words."""
    name = found.name or _("a record without a name")
    if found.code == "changed":
        by = found.by or _("somebody")
        return _("%(name)s was changed since by %(by)s.") % {"name": name, "by": by}
    if found.code == "used":
        return _("%(name)s is used by something created since.") % {"name": name}
    return _("A record of this import is gone.")


def corrections(form: QueryDict, sheet: int) -> dict[str, Any]:
    """What the form of a sheet asks to change."""
    wanted: dict[str, Any] = {"columns": {}}
    if "kind" in form:
        wanted["kind"] = form["kind"]
    header_row = str(form.get("header_row", ""))
    if header_row.isdigit():
        wanted["header_row"] = int(header_row)
    for name in form:
        found = _COLUMN.match(name)
        if found:
            wanted["columns"].setdefault(int(found[2]), {})[found[1]] = form[name]
    return {"source": form.get("source", ""), "sheets": {sheet: wanted}}
