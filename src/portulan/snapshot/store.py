"""Writes a World into the database, set-wise: the way back of ``assemble``.

For generated worlds (demo, tests, benchmarks) and for the transfer of a portfolio. Rows whose uid
is already there are left alone.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

from django.db.models import Model

from portulan.base.changes import Recorder
from portulan.base.models import Record
from portulan.snapshot.assemble import links, tables
from portulan.snapshot.tables import Table
from portulan_core.model import World


def store(world: World, recorder: Recorder) -> int:
    """Insert the rows of a World that are not there yet; returns how many.

    Keys within one table are set after the insert, so parents may come in any order. Columns that
    depend on several rows (an entity's path, a product's current stage) are the business of the
    apps: call their ``refresh`` actions afterwards.
    """
    ids: dict[str, dict[str, int]] = defaultdict(dict)
    stored: dict[str, list[Any]] = defaultdict(list)
    inserted = 0
    for table in _in_order():
        rows = [
            row
            for row in world.table(table.name).values()
            if all(getattr(row, name) == value for name, value in table.constants.items())
        ]
        known = {
            str(uid): pk for uid, pk in table.model._default_manager.values_list("uid", "pk")
        }
        ids[table.name].update(known)
        fresh = [row for row in rows if row.uid not in known]
        later: list[tuple[Record, dict[str, str]]] = []
        records: list[Record] = []
        for row in fresh:
            values, own = _model_values(table, row, ids)
            record = _new(table.model, _uid(table, row.uid), values)
            records.append(record)
            if own:
                later.append((record, own))
        recorder.create_many(records)
        ids[table.name].update({str(record.uid): record.pk for record in records})
        recorder.update_many(
            (record, {name: ids[table.name][uid] for name, uid in own.items()})
            for record, own in later
        )
        _store_children(table, fresh, ids, recorder)
        inserted += len(records)
        stored[table.name].extend(fresh)
    for link in links():
        found: list[Record] = []
        for row in stored[link.table]:
            value = getattr(row, link.field)
            if value is not None:
                keys = {link.owner: ids[link.table][row.uid], link.target: ids[link.ref][value]}
                joined = link.model(**keys)
                assert isinstance(joined, Record)
                found.append(joined)
        recorder.create_many(found)
    return inserted


def _uid(table: Table, text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise ValueError(f"{table.name}: the uid {text!r} is not a UUID") from None


def _new(model: type[Model], uid: UUID, values: dict[str, Any]) -> Record:
    record = model(uid=uid, **values)
    assert isinstance(record, Record)
    return record


def _model_values(
    table: Table, row: Any, ids: dict[str, dict[str, int]]
) -> tuple[dict[str, Any], dict[str, str]]:
    values: dict[str, Any] = {}
    own: dict[str, str] = {}
    for name in table.columns:
        column = table.column(name)
        value = getattr(row, name)
        if column.ref:
            if value is None:
                continue
            if column.ref == table.name and value not in ids[table.name]:
                own[column.attname] = value
                continue
            values[column.attname] = ids[column.ref][value]
        else:
            values[column.attname] = column.to_model(value) if column.to_model else value
    return values, own


def _store_children(
    table: Table, rows: list[Any], ids: dict[str, dict[str, int]], recorder: Recorder
) -> None:
    for name, (model, parent, child, ref) in table.many.items():
        records: list[Record] = []
        for row in rows:
            for uid in getattr(row, name):
                record = model(**{parent: ids[table.name][row.uid], child: ids[ref][uid]})
                assert isinstance(record, Record)
                records.append(record)
        recorder.create_many(records)


def _in_order() -> list[Table]:
    """Tables so that what a row points to comes before it (own table aside)."""
    left = list(tables())
    done: list[Table] = []
    while left:
        ready = [t for t in left if not (_targets(t) & {o.name for o in left if o is not t})]
        if not ready:
            raise ValueError("tables point to one another in a circle: " + ", ".join(
                sorted({t.name for t in left})
            ))
        done.extend(ready)
        left = [t for t in left if t not in ready]
    return done


def _targets(table: Table) -> set[str]:
    refs = {table.column(name).ref for name in table.columns}
    refs |= {spec[3] for spec in table.many.values()}
    return refs - {"", table.name}
