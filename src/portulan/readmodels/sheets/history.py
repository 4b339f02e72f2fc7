"""Who changed what of an object, when, from what to what, because of which decision."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from portulan.base.models import HistoryRow, Record
from portulan.catalogue.models import Product
from portulan.governance.models import Decision
from portulan.portfolio.models import Initiative, Project
from portulan.readmodels import catalog
from portulan.readmodels.reader import Reader
from portulan.readmodels.sheets import parts

#: Columns that are money: left out for who may not read it.
MONEY = frozenset({"stop_cost", "costs_capex", "costs_opex", "budget", "amount"})
#: Columns that say nothing to a reader.
SILENT = frozenset({"origin", "position", "facts"})
#: Models of parts → the column that holds the id of what they belong to.
PARTS_OF = {
    "product": (
        "product_id",
        ("catalogue.productrole", "catalogue.productline", "catalogue.objectiveproduct",
         "catalogue.stageperiod", "catalogue.productlink", "catalogue.productentity"),
    ),
    "initiative": ("initiative_id", ("portfolio.initiativeproduct", "portfolio.benefit")),
    "project": ("project_id", ("portfolio.projectproduct", "portfolio.projectrole")),
}


@dataclass(frozen=True, slots=True)
class Changed:
    """A column of a record: values as names, codes or raw; lists are added up."""

    model: str
    operation: str
    column: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Entry:
    """One action: who, when, why, and what it changed."""

    at: datetime
    actor: str
    activity: str
    effective_on: date | None
    decision: str
    note: str
    undone: bool
    changed: tuple[Changed, ...]
    more: int


def history(
    reader: Reader, kind: str, record: Record, part_uids: Collection[str], *, sees_money: bool,
    limit: int = 40,
) -> list[Entry]:
    """The last actions on an object and its parts, latest first (at most 3 queries warm)."""
    column, models = PARTS_OF.get(kind, ("", ()))
    wanted = Q(record_uid__in=[record.uid, *part_uids])
    if models:
        wanted |= Q(
            model__in=models, operation=HistoryRow.Operation.DELETE,
            **{f"columns__{column}__0": record.pk},
        )
    rows = list(
        HistoryRow.objects.filter(wanted).select_related("change").order_by("-pk")[: limit * 6]
    )
    causes = {
        r.change.cause_uid for r in rows if r.change.cause_type == "decision" and r.change.cause_uid
    }
    decisions = {}
    if causes:
        may = parts.readable_decisions(reader)
        decisions = {
            uid: code
            for pk, uid, code in Decision.objects.filter(uid__in=causes).values_list(
                "pk", "uid", "code"
            )
            if pk in may
        }
    groups: dict[int, list[HistoryRow]] = {}
    for row in rows:
        groups.setdefault(row.change_id, []).append(row)
    names = _Names(reader)
    found = []
    for group in list(groups.values())[:limit]:
        change = group[0].change
        changed = [
            item for row in reversed(group) for item in _changed(names, row, column, sees_money)
        ]
        if not changed:
            continue
        found.append(
            Entry(
                change.at, change.actor, change.activity, group[0].effective_on,
                decisions.get(change.cause_uid, "") if change.cause_uid else "", change.note,
                change.undone_by_id is not None, tuple(changed[:12]), max(0, len(changed) - 12),
            )
        )
    return found


def last_change(record: Record) -> tuple[str, datetime | None]:
    """Who changed a record last, and when: told to whoever changed it at the same time."""
    row = (
        HistoryRow.objects.filter(model=record._meta.label_lower, record_uid=record.uid)
        .select_related("change").order_by("-pk").first()
    )
    return (row.change.actor, row.change.at) if row else ("", None)


class _Names:
    """Names instead of ids."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def value(self, column: str, value: Any) -> Any:
        """What to show of a stored value."""
        if value is None:
            return None
        if column.endswith("_id") and isinstance(value, int):
            return self._name(column.removesuffix("_id"), value)
        if column in ("costs_capex", "costs_opex") and isinstance(value, list):
            return sum(v for v in value if isinstance(v, int))
        if column == "efforts" and isinstance(value, dict):
            return sum(sum(days) for days in value.values() if isinstance(days, list))
        return value

    def _name(self, column: str, pk: int) -> str:
        reader = self.reader
        table: Mapping[int, Any]
        if column == "entity":
            table = reader.entities
        elif column in ("person", "owner", "manager", "asked_by", "estimate_author"):
            table = catalog.people(reader)
        elif column == "line":
            table = reader.lines
        elif column in ("product", "parent", "successor", "needs"):
            table = catalog.products(reader)
            seen = reader.products()
            if seen is not None and pk not in seen:
                return "…"
        elif column == "objective":
            table = parts.objectives(reader)
        elif column == "team":
            return parts.teams(reader).get(pk, ("", "", "…"))[2]
        else:
            return "…"
        found = table.get(pk)
        return found.name if found else "…"


def _changed(
    names: _Names, row: HistoryRow, owner: str, sees_money: bool
) -> Sequence[Changed]:
    whole = row.operation != HistoryRow.Operation.UPDATE
    columns = {
        name: pair for name, pair in row.columns.items()
        if name not in SILENT and name != owner and (sees_money or name not in MONEY)
    }
    if whole:
        # What was added or taken away is said by its most telling columns.
        telling = [c for c in ("role", "person_id", "line_id", "objective_id", "entity_id", "stage",
                               "starts", "product_id", "name", "on", "value", "kind", "url")
                   if c in columns][:3]
        said = [
            str(value) for c in telling
            if (value := names.value(c, columns[c][1 if row.operation == "create" else 0]))
            not in (None, "")
        ]
        text = " · ".join(said)
        if row.operation == HistoryRow.Operation.CREATE:
            return [Changed(row.model, row.operation, "", None, text)]
        return [Changed(row.model, row.operation, "", text, None)]
    return [
        Changed(row.model, row.operation, name, names.value(name, old), names.value(name, new))
        for name, (old, new) in columns.items()
    ]


def part_uids(kind: str, record: Product | Initiative | Project) -> list[str]:
    """The uids of the parts that an object has now (at most 4 queries)."""
    related: tuple[Any, ...]
    if isinstance(record, Product):
        related = (record.roles, record.product_lines, record.objective_products,
                   record.stage_periods)
    elif isinstance(record, Initiative):
        related = (record.initiative_products, record.benefits)
    else:
        related = (record.project_products, record.roles)
    return [str(uid) for manager in related for uid in manager.values_list("uid", flat=True)]
