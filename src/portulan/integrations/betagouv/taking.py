"""Compares the wanted rows with what is held, and writes the differences: all or nothing.

A row whose digest is the one taken in last is left alone, whatever people changed here since. A
row that changed in the source changes only the columns that the source gives.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from portulan.base.changes import plain, recording
from portulan.base.models import ExternalKey, new_uid
from portulan.base.policy import Actor, require
from portulan.base.sync import Row, SyncTable, read, remove, write
from portulan.catalogue import sync as catalogue
from portulan.integrations.activities import IMPORT_RUN
from portulan.integrations.betagouv.rows import Rows, Wanted
from portulan.organisation import sync as organisation

SOURCE = "betagouv"
ORIGIN = "betagouv"
TABLES: tuple[SyncTable, ...] = (
    organisation.ENTITY,
    organisation.PERSON,
    organisation.TEAM,
    catalogue.LINE,
    catalogue.PRODUCT,
    catalogue.PRODUCT_LINK,
    catalogue.PRODUCT_LINE,
    catalogue.PRODUCT_ENTITY,
    catalogue.STAGE_PERIOD,
    catalogue.PRODUCT_EVENT,
    catalogue.PRODUCT_ROLE,
)
#: Rows that go when the source no longer has them; objects that people may have linked stay.
REMOVABLE = frozenset(
    {"product_link", "product_line", "product_entity", "stage_period", "product_event",
     "product_role"}
)


@dataclass(slots=True)
class Plan:
    """What taking the source in would do."""

    creates: dict[str, list[Row]] = field(default_factory=dict)
    updates: dict[str, list[Row]] = field(default_factory=dict)
    removes: dict[str, list[UUID]] = field(default_factory=dict)
    left: Counter[str] = field(default_factory=Counter)
    keys: list[ExternalKey] = field(default_factory=list)
    digests: list[ExternalKey] = field(default_factory=list)
    notes: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Whether everything is already there."""
        return not (self.creates or self.updates or self.removes)

    def counts(self) -> dict[str, dict[str, int]]:
        """Kind → create, update, leave, remove."""
        kinds = [table.kind for table in TABLES]
        return {
            kind: {
                "create": len(self.creates.get(kind, ())),
                "update": len(self.updates.get(kind, ())),
                "leave": self.left[kind],
                "remove": len(self.removes.get(kind, ())),
            }
            for kind in kinds
        }


def compare(rows: Rows) -> Plan:
    """What taking these rows in would do; a constant number of queries per kind."""
    plan = Plan(notes=list(rows.notes))
    known: dict[tuple[str, str], ExternalKey] = {
        (key.kind, key.key): key for key in ExternalKey.objects.filter(source=SOURCE)
    }
    uids: dict[tuple[str, str], UUID] = {}
    taken = {table.kind: _codes(table) for table in TABLES}
    for place in rows.wanted:
        uids[place] = known[place].record_uid if place in known else new_uid()
    by_kind: dict[str, list[Wanted]] = {}
    for wanted in rows.wanted.values():
        by_kind.setdefault(wanted.kind, []).append(wanted)
    for table in TABLES:
        changed = [
            w
            for w in by_kind.get(table.kind, ())
            if (w.kind, w.key) not in known or known[w.kind, w.key].digest != w.digest
        ]
        plan.left[table.kind] = len(by_kind.get(table.kind, ())) - len(changed)
        present = read(
            table,
            [known[w.kind, w.key].record_uid for w in changed if (w.kind, w.key) in known],
        )
        for wanted in changed:
            key = known.get((wanted.kind, wanted.key))
            values = _values(table, wanted, uids)
            held = present.get(key.record_uid) if key else None
            if held is None:
                _free_code(table, wanted, values, taken[table.kind])
                values["origin"] = ORIGIN
                uid = uids[wanted.kind, wanted.key]
                plan.creates.setdefault(table.kind, []).append(Row(uid, values))
                if key is None:
                    plan.keys.append(
                        ExternalKey(source=SOURCE, kind=wanted.kind, key=wanted.key,
                                    record_uid=uid, digest=wanted.digest)
                    )
                    continue
            else:
                if "code" in values:
                    values["code"] = held.values["code"]
                diff = {n: v for n, v in values.items() if plain(held.values[n]) != plain(v)}
                if diff:
                    plan.updates.setdefault(table.kind, []).append(
                        Row(held.uid, diff, held.revision)
                    )
                else:
                    plan.left[table.kind] += 1
            assert key is not None
            key.digest = wanted.digest
            plan.digests.append(key)
    _gone(plan, rows, known)
    return plan


def _codes(table: SyncTable) -> set[str]:
    if "code" not in table.columns:
        return set()
    return {present.values["code"] for present in read(table).values()}


def _values(
    table: SyncTable, wanted: Wanted, uids: Mapping[tuple[str, str], UUID]
) -> dict[str, Any]:
    values = dict(wanted.values)
    for name in table.refs:
        if name in wanted.refs:
            values[name] = uids[wanted.refs[name]]
    return values


def _free_code(table: SyncTable, wanted: Wanted, values: dict[str, Any], taken: set[str]) -> None:
    """The source's id where it is free; else with the source's name, and a number if need be."""
    if "code" not in values:
        return
    code, number = values["code"], 1
    while code in taken:
        tail = f"-{SOURCE}" if number == 1 else f"-{SOURCE}-{number}"
        code, number = f"{values['code'][: 120 - len(tail)]}{tail}", number + 1
    values["code"] = code
    taken.add(code)


def _gone(plan: Plan, rows: Rows, known: Mapping[tuple[str, str], ExternalKey]) -> None:
    """Details that the source no longer has, of objects that it still has."""
    products = {key for kind, key in rows.wanted if kind == "product"}
    people = {key for kind, key in rows.wanted if kind == "person"}
    for (kind, key), held in known.items():
        if kind not in REMOVABLE or (kind, key) in rows.wanted:
            continue
        owner = key.split("/", 1)[0]
        if owner in (people if kind == "product_role" else products):
            plan.removes.setdefault(kind, []).append(held.record_uid)


def take_in(actor: Actor, plan: Plan, note: str = "") -> UUID | None:
    """Write a plan in one transaction; returns the uid of the change, ``None`` if nothing to do.

    Raises:
        Refused: the right ``import.run`` is missing.
        Conflict: something moved on since the comparison; nothing was written.
    """
    require(actor, IMPORT_RUN)
    if plan.empty and not plan.keys and not plan.digests:
        return None
    with recording(actor, IMPORT_RUN.code, note=note or ORIGIN) as recorder:
        write(recorder, TABLES, plan.creates, plan.updates)
        for table in reversed(TABLES):
            remove(recorder, table, plan.removes.get(table.kind, ()))
        _forget(plan.removes.values())
        ExternalKey.objects.bulk_create(plan.keys, batch_size=1000)
        ExternalKey.objects.bulk_update(plan.digests, ["digest"], batch_size=500)
        return recorder.change.uid if recorder.changed else None


def _forget(removed: Iterable[list[UUID]]) -> None:
    for uids in removed:
        for start in range(0, len(uids), 500):
            ExternalKey.objects.filter(
                source=SOURCE, record_uid__in=uids[start : start + 500]
            ).delete()
