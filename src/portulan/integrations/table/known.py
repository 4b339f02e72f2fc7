"""What is already there, to compare a file with: records by code, name, address and source key."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from portulan.base.models import ExternalKey
from portulan.base.sync import Present, SyncTable, read
from portulan.base.text import fold
from portulan.catalogue.sync import SYNC as CATALOGUE
from portulan.integrations.table.likeness import Likeness
from portulan.organisation.sync import SYNC as ORGANISATION
from portulan.portfolio.sync import SYNC as PORTFOLIO

#: Every table that a file may fill, in the order in which they are written.
TABLES: tuple[SyncTable, ...] = (*ORGANISATION, *CATALOGUE, *PORTFOLIO)
BY_KIND: Mapping[str, SyncTable] = {table.kind: table for table in TABLES}
NAMED = ("entity", "line", "person", "team", "objective", "product", "project", "initiative")
#: The column that holds what a name is told within.
PARENT = {
    "entity": "parent",
    "person": "entity",
    "team": "entity",
    "objective": "entity",
    "product": "entity",
    "project": "entity",
    "initiative": "project",
}


def name_key(kind: str, name: str) -> str:
    """How a name is compared: folded; the order of a person's names does not matter."""
    words = fold(name).replace(",", " ").split()
    return " ".join(sorted(words) if kind == "person" else words)


class Known:
    """Records of one kind, read once."""

    def __init__(self, kind: str, source: str) -> None:
        self.kind = kind
        self.table = BY_KIND[kind]
        self.records: dict[UUID, Present] = read(self.table)
        self.keys: dict[str, tuple[UUID, str]] = {
            key: (uid, digest)
            for key, uid, digest in ExternalKey.objects.filter(
                source=source, kind=kind
            ).values_list("key", "record_uid", "digest")
        }
        self.by_code: dict[str, UUID] = {}
        self.by_name: dict[str, list[UUID]] = defaultdict(list)
        self.by_email: dict[str, UUID] = {}
        for uid, present in self.records.items() if kind in NAMED else ():
            self.by_code[fold(present.values["code"])] = uid
            self.by_name[name_key(kind, present.values["name"])].append(uid)
            if present.values.get("email"):
                self.by_email[present.values["email"].lower()] = uid
        self._natural: dict[tuple[str, ...], dict[tuple[Any, ...], UUID]] = {}
        self._likeness: Likeness[UUID] | None = None

    def natural(self, columns: tuple[str, ...], values: tuple[Any, ...]) -> UUID | None:
        """The record whose columns read so."""
        if columns not in self._natural:
            self._natural[columns] = {
                tuple(p.values[name] for name in columns): uid for uid, p in self.records.items()
            }
        return self._natural[columns].get(values)

    def near(self, name: str, among: Iterable[UUID] | None = None) -> list[tuple[float, UUID]]:
        """Records whose name is like this one, best first."""
        if self._likeness is None:
            keys = self.records if among is None else among
            self._likeness = Likeness((uid, self.records[uid].values["name"]) for uid in keys)
        return self._likeness.nearest(name)

    def name(self, uid: UUID) -> str:
        """Code and name of a record, to show."""
        values = self.records[uid].values
        return f"{values['code']} {values['name']}".strip()


class Everything:
    """The kinds that a file touches, each read when first asked for."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._kinds: dict[str, Known] = {}

    def kind(self, kind: str) -> Known:
        """The records of a kind."""
        if kind not in self._kinds:
            self._kinds[kind] = Known(kind, self.source)
        return self._kinds[kind]
