"""What differs between the items of a file and the records: rows to create and columns to change.

A blank cell changes nothing. Defaults and codes only serve new records. Facts of the source are
merged, the effort of other teams is kept.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.utils import timezone

from portulan.base.changes import plain
from portulan.base.models import new_uid
from portulan.base.sync import Present, SyncTable
from portulan.base.sync import Row as SyncRow
from portulan.base.text import fold, slug
from portulan.integrations.table.items import Item, Ref
from portulan.integrations.table.known import NAMED, Everything
from portulan.integrations.table.mapping import FileMap
from portulan.integrations.table.words import effort_curve

#: Links: without any one of what they join there is nothing to write.
LINKS = frozenset(
    ["membership", "entity_role", "product_role", "line_role", "project_role", "product_line"]
    + ["product_link", "stage_period", "objective_product", "key_result", "project_product"]
    + ["initiative_product", "capacity"]
)
MAX_CHANGES = 300
_NOT_CODE = re.compile(r"[\s/\\?#%&]+")


class Differences:
    """Collects what a plan writes."""

    def __init__(self, known: Everything, mapping: FileMap) -> None:
        self.known, self.source = known, mapping.source
        self.currency = next((s.currency for s in mapping.sheets if s.currency), "")
        self.creates: dict[str, list[SyncRow]] = defaultdict(list)
        self.updates: dict[str, list[SyncRow]] = defaultdict(list)
        self.keys: list[tuple[str, str, UUID, str]] = []
        self.changes: list[dict[str, Any]] = []
        self._codes: dict[str, set[str]] = {}

    # --- the same row again

    def content(self, items: Sequence[Item]) -> str:
        """What a row says, as text that is equal when it says the same."""
        told = []
        for item in items:
            refs = {
                name: [ref.kind, ref.text, ref.name] if isinstance(ref, Ref) else "row"
                for name, ref in item.refs.items()
            }
            told.append([item.kind, item.values, refs, item.days])
        return json.dumps(told, sort_keys=True, default=str, ensure_ascii=False)

    def unchanged(self, main: Item, contents: Sequence[str]) -> bool:
        """Whether the source says of a record what it said last time; else its key is kept."""
        if not main.key:
            return False
        digest = hashlib.sha256("\x1e".join(contents).encode()).hexdigest()
        known = self.known.kind(main.kind)
        uid, before = known.keys.get(main.key, (None, ""))
        if main.uid is None:
            main.uid = self._identity(main)
        same = uid == main.uid and before == digest and uid in known.records
        if not same and main.uid is not None:
            self.keys.append((main.kind, main.key, main.uid, digest))
        return same

    # --- records

    def _identity(self, item: Item) -> UUID:
        known = self.known.kind(item.kind)
        if item.key in known.keys and known.keys[item.key][0] in known.records:
            return known.keys[item.key][0]
        if item.natural:
            found = known.natural(item.natural, natural_values(item))
            if found is not None:
                return found
        return new_uid()

    def compare(self, table: SyncTable, items: Sequence[Item]) -> None:
        """Add what the items of one table create and change."""
        known = self.known.kind(table.kind) if items else None
        seen: set[UUID] = set()
        for item in items:
            assert known is not None
            values = self._values(table, item)
            if values is None:
                continue
            if item.uid is None:
                item.uid = self._identity(item)
            if item.uid in seen:
                continue
            seen.add(item.uid)
            present = known.records.get(item.uid)
            if table.kind == "stage_period" and self._same_stage(item, values):
                continue
            if present is None:
                self._create(table, item, values)
            else:
                self._update(table, item, values, present)
        if table.kind == "product_line":
            self._one_primary()

    def _values(self, table: SyncTable, item: Item) -> dict[str, Any] | None:
        values = dict(item.values)
        for name, ref in item.refs.items():
            if name in table.refs:
                uid = ref.uid if isinstance(ref, Item) else ref
                if isinstance(uid, UUID):
                    values[name] = uid
                elif table.kind in LINKS:
                    return None
        if table.kind == "cost_line" and not {"product", "initiative"} & values.keys():
            return None
        return values

    def _create(self, table: SyncTable, item: Item, values: dict[str, Any]) -> None:
        item.outcome = "create"
        whole = {**item.defaults, **values, "origin": self.source}
        if table.kind in NAMED:
            whole["code"] = item.code = self._code(table.kind, item)
        if table.kind == "entity" and self.currency:
            whole.setdefault("currency", self.currency)
        if table.kind == "initiative":
            self._add_effort(item, whole, None)
        assert item.uid is not None
        self.creates[table.kind].append(SyncRow(item.uid, whole))

    def _update(
        self, table: SyncTable, item: Item, values: dict[str, Any], present: Present
    ) -> None:
        if table.kind == "initiative":
            self._add_effort(item, values, present)
        if "facts" in values:
            values["facts"] = {**(present.values["facts"] or {}), **values["facts"]}
        changed = {
            name: value
            for name, value in values.items()
            if name != "code" and plain(present.values[name]) != plain(value)
        }
        item.outcome = "update" if changed else "leave"
        if not changed:
            return
        self.updates[table.kind].append(SyncRow(present.uid, changed, present.revision))
        for name, value in changed.items():
            if len(self.changes) < MAX_CHANGES:
                self.changes.append(
                    {
                        "sheet": item.place.sheet,
                        "row": item.place.row,
                        "kind": table.kind,
                        "name": item.name or str(present.values.get("name", "")),
                        "column": name,
                        "old": self._show(table, name, present.values[name]),
                        "new": self._show(table, name, value),
                    }
                )

    def _show(self, table: SyncTable, name: str, value: Any) -> str:
        if name in table.refs and isinstance(value, UUID):
            known = self.known.kind(table.refs[name])
            return known.name(value) if value in known.records else ""
        if name in ("costs_capex", "costs_opex"):
            return str(sum(value or ()))
        return "" if value is None else str(plain(value))[:120]

    def _add_effort(self, item: Item, values: dict[str, Any], present: Present | None) -> None:
        team = item.refs.get("team")
        uid = team.uid if isinstance(team, Item) else team
        if item.days is None or not isinstance(uid, UUID):
            return
        before = present.values if present is not None else {}
        months = values.get("months") or before.get("months") or 1
        curve = effort_curve(item.days, months)
        values["efforts"] = {**(before.get("efforts") or {}), str(uid): curve}

    def _code(self, kind: str, item: Item) -> str:
        """The code of a new record: the source's where it is free, else made of the name."""
        if kind not in self._codes:
            self._codes[kind] = set(self.known.kind(kind).by_code)
        taken = self._codes[kind]
        owner = item.refs.get("project") if kind == "initiative" else None
        wanted = item.code or (owner.code if isinstance(owner, Item) and not item.main else "")
        base = (
            _NOT_CODE.sub("-", wanted).strip("-.")[:60] or slug(item.name).upper() or kind.upper()
        )
        code, number = base, 1
        while fold(code) in taken:
            number += 1
            code = f"{base[:58]}-{number}"
        taken.add(fold(code))
        return code

    # --- rules of one table

    def _same_stage(self, item: Item, values: dict[str, Any]) -> bool:
        """Whether a product is already told to be in this stage; a new one begins today."""
        product = item.refs["product"]
        uid = product.uid if isinstance(product, Item) else product
        known = self.known.kind("stage_period")
        there = [p for p in known.records.values() if p.values["product"] == uid]
        word = (values.get("stage"), values.get("source_stage"))
        for present in there:
            same = present.values["stage"] == word[0] and (
                word[0] or present.values["source_stage"] == word[1]
            )
            if same and values.get("starts") in (None, present.values["starts"]):
                item.outcome = "leave"
                return True
        if there:
            values.setdefault("starts", timezone.localdate())
            values["position"] = len(there)
        return False

    def _one_primary(self) -> None:
        """A product has one primary line per axis: the one that the file names last."""
        axis = {uid: p.values["axis"] for uid, p in self.known.kind("line").records.items()}
        axis.update({row.uid: row.values.get("axis", "segment") for row in self.creates["line"]})
        known = self.known.kind("product_line").records
        new = {
            (row.values["product"], axis.get(row.values["line"]))
            for row in self.creates["product_line"]
            if row.values.get("primary")
        }
        for uid, present in known.items():
            place = (present.values["product"], axis.get(present.values["line"]))
            if present.values["primary"] and place in new:
                self.updates["product_line"].append(
                    SyncRow(uid, {"primary": False}, present.revision)
                )


def natural_values(item: Item) -> tuple[Any, ...]:
    """The values of the columns that tell an item from others of its table."""
    found = []
    for name in item.natural:
        if name in item.refs:
            ref = item.refs[name]
            found.append(ref.uid if isinstance(ref, Item) else ref)
        else:
            found.append(item.values.get(name))
    return tuple(found)
