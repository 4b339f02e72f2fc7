"""Assembles a World from the database in a constant number of queries, today or as of a day."""

from __future__ import annotations

import importlib
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

from django.db.models import Model

from portulan.base.manifest import manifests
from portulan.base.models import HistoryRow
from portulan.snapshot.tables import Link, Table
from portulan_core.model import TABLES, Row, World

#: Loaded only when asked for: as large as the company's history.
LARGE = frozenset({"measures"})


@lru_cache(maxsize=1)
def tables() -> tuple[Table, ...]:
    """The tables that the apps declare, in the order of the floors."""
    found: list[Table] = []
    for manifest in manifests():
        if manifest.facts:
            found.extend(importlib.import_module(manifest.facts).TABLES)
    return tuple(found)


@lru_cache(maxsize=1)
def links() -> tuple[Link, ...]:
    """The keys that the apps declare on rows of apps below them."""
    found: list[Link] = []
    for manifest in manifests():
        if manifest.facts:
            found.extend(getattr(importlib.import_module(manifest.facts), "LINKS", ()))
    return tuple(found)


def take(
    names: Collection[str] | None = None,
    *,
    at: date | None = None,
    known_at: datetime | None = None,
) -> World:
    """The World of the tables asked for (default: all but the large ones).

    ``at``: effective on that day as known today. ``known_at``: as the database stood at that
    moment. One query per table and key, one for the history; none per row.
    """
    wanted = set(TABLES) - LARGE if names is None else set(names)
    chosen = [table for table in tables() if table.name in wanted]
    past = at is not None or known_at is not None
    rows = {table: _values(table) for table in chosen}
    uids: dict[str, dict[int, str]] = defaultdict(dict)
    joined = {link: _children(_spec(link)) for link in links() if link.table in wanted}
    needed = _referenced(chosen, joined)
    for table in tables():
        if table.name in needed and table not in rows:
            for pk, uid in table.model._default_manager.values_list("pk", "uid"):
                uids[table.name][pk] = str(uid)
    children = {
        table: {name: _children(spec) for name, spec in table.many.items()} for table in chosen
    }
    if past:
        _roll_back(rows, children, joined, at, known_at)
    for table, values in rows.items():
        uids[table.name].update({pk: str(value["uid"]) for pk, value in values.items()})
    built: dict[str, dict[str, Any]] = {name: {} for name in wanted}
    for table, values in rows.items():
        grouped = {
            name: _group(children[table][name], spec, uids) for name, spec in table.many.items()
        }
        target = built[table.name]
        for pk, value in values.items():
            row = _build(table, pk, value, uids, grouped)
            if row is not None:
                target[row.uid] = row
    for link, values in joined.items():
        for value in values.values():
            owner = uids[link.table].get(value.get(link.owner) or 0)
            found = uids[link.ref].get(value.get(link.target) or 0)
            if owner in built[link.table]:
                changed = replace(built[link.table][owner], **{link.field: found})
                built[link.table][owner] = changed
    return World(**built)


def _values(table: Table) -> dict[int, dict[str, Any]]:
    names = {table.column(name).attname for name in table.columns} | {"id", "uid"}
    query = table.model._default_manager.order_by("pk").values(*names)
    return {value["id"]: value for value in query}


def _children(spec: tuple[type[Model], str, str, str]) -> dict[int, dict[str, Any]]:
    model, parent, child, _ = spec
    query = model._default_manager.order_by("pk").values("id", "uid", parent, child)
    return {value["id"]: value for value in query}


def _spec(link: Link) -> tuple[type[Model], str, str, str]:
    return link.model, link.owner, link.target, link.ref


def _referenced(chosen: list[Table], joined: Iterable[Link]) -> set[str]:
    needed = {
        table.column(name).ref for table in chosen for name in table.columns
    } | {spec[3] for table in chosen for spec in table.many.values()}
    needed |= {link.ref for link in joined}
    return needed - {""} - {table.name for table in chosen}


def _roll_back(
    rows: dict[Table, dict[int, dict[str, Any]]],
    children: dict[Table, dict[str, dict[int, dict[str, Any]]]],
    joined: dict[Link, dict[int, dict[str, Any]]],
    at: date | None,
    known_at: datetime | None,
) -> None:
    """Undo, newest first, what became effective or known after the moment asked for."""
    places: dict[str, list[dict[int, dict[str, Any]]]] = defaultdict(list)
    for table, values in rows.items():
        places[table.model._meta.label_lower].append(values)
        for name, spec in table.many.items():
            places[spec[0]._meta.label_lower].append(children[table][name])
    for link, found in joined.items():
        places[link.model._meta.label_lower].append(found)
    history = HistoryRow.objects.filter(model__in=list(places))
    if at is not None:
        history = history.filter(effective_on__gt=at)
    if known_at is not None:
        history = history.filter(change__at__gt=known_at)
    for entry in history.order_by("-pk").iterator(chunk_size=2000):
        for values in places[entry.model]:
            if entry.operation == HistoryRow.Operation.CREATE:
                values.pop(entry.record_id, None)
                continue
            if entry.operation == HistoryRow.Operation.DELETE:
                values[entry.record_id] = {"id": entry.record_id, "uid": entry.record_uid}
            value = values.get(entry.record_id)
            if value is not None:
                value.update({name: pair[0] for name, pair in entry.columns.items()})


def _group(
    values: dict[int, dict[str, Any]],
    spec: tuple[type[Model], str, str, str],
    uids: dict[str, dict[int, str]],
) -> dict[int, tuple[str, ...]]:
    _, parent, child, ref = spec
    grouped: dict[int, list[str]] = defaultdict(list)
    for value in values.values():
        uid = uids[ref].get(value.get(child) or 0)
        if uid is not None and value.get(parent) is not None:
            grouped[value[parent]].append(uid)
    return {pk: tuple(found) for pk, found in grouped.items()}


def _build(
    table: Table,
    pk: int,
    value: dict[str, Any],
    uids: dict[str, dict[int, str]],
    grouped: dict[str, dict[int, tuple[str, ...]]],
) -> Row | None:
    """The row, or ``None`` when a key that it cannot do without is not set."""
    if any(value.get(name) is None for name in table.only):
        return None
    fields: dict[str, Any] = {"uid": str(value["uid"]), **table.constants}
    for name in table.columns:
        column = table.column(name)
        found = value.get(column.attname, _MISSING)
        if found is _MISSING:
            found = _default(table.model, column.attname)
        if column.ref:
            fields[name] = uids[column.ref].get(found) if found is not None else None
        elif column.to_row is not None:
            fields[name] = column.to_row(found)
        elif isinstance(found, str) and _is_date(table.model, column.attname):
            fields[name] = date.fromisoformat(found)
        else:
            fields[name] = found
    for name, by_parent in grouped.items():
        fields[name] = by_parent.get(pk, ())
    return table.row(**fields)


_MISSING = object()


def _default(model: type[Model], attname: str) -> Any:
    for f in model._meta.concrete_fields:
        if f.attname == attname:
            return f.get_default()
    return None


@cache
def _is_date(model: type[Model], attname: str) -> bool:
    return any(
        f.attname == attname and f.get_internal_type() == "DateField"
        for f in model._meta.concrete_fields
    )
