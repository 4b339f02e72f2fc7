"""Compares a file with what is there: what it would create, change, leave, and what it needs.

Nothing is written. The same plan is made for the preview and again when it is applied.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from portulan.base.policy import Actor
from portulan.base.sync import Row as SyncRow
from portulan.base.text import fold
from portulan.integrations.table.compose import CARRIER, Composer
from portulan.integrations.table.differences import Differences, natural_values
from portulan.integrations.table.items import Item, Ref
from portulan.integrations.table.known import NAMED, TABLES, Everything, name_key
from portulan.integrations.table.ledger import BLOCK, IGNORE, Group, Ledger, Place, RowIgnored
from portulan.integrations.table.mapping import FileMap
from portulan.integrations.table.matching import Matcher
from portulan.integrations.table.reading import Sheet
from portulan.integrations.table.rights import Rights
from portulan.integrations.table.rows import typed_rows

MAX_PASSES = 4
#: Columns that two rows of one record may tell differently without harm.
_FREE = frozenset({"facts", "description"})


@dataclass(slots=True)
class Plan:
    """What a file would do. ``counts`` are rows by outcome, per kind of row."""

    counts: dict[str, Counter[str]]
    groups: list[Group]
    creates: dict[str, list[SyncRow]]
    updates: dict[str, list[SyncRow]]
    #: ``(kind, key, uid, digest)`` of the rows taken in.
    keys: list[tuple[str, str, UUID, str]]
    #: Row → outcome: ``create``, ``update``, ``leave``, ``ignore`` or ``block``.
    outcomes: dict[Place, str]
    #: Rows that stay out, with the groups that say why.
    rejected: dict[Place, list[str]]
    #: Records made because a row names them, per kind.
    companions: Counter[str] = field(default_factory=Counter)
    changes: list[dict[str, Any]] = field(default_factory=list)

    @property
    def blocking(self) -> list[Group]:
        """Groups without which nothing can be written."""
        return [group for group in self.groups if group.open]

    @property
    def empty(self) -> bool:
        """Whether nothing would be written."""
        return not any(self.creates.values()) and not any(self.updates.values())

    def total(self, outcome: str) -> int:
        """How many rows have an outcome."""
        return sum(counts[outcome] for counts in self.counts.values())


def make_plan(
    sheets: Sequence[Sheet],
    mapping: FileMap,
    repairs: Mapping[str, str],
    actor: Actor,
) -> Plan:
    """The plan of a file under a mapping and the repairs chosen so far."""
    known = Everything(mapping.source)
    dropped: set[Place] = set()
    settled: dict[str, Group] = {}
    for _ in range(MAX_PASSES):
        ledger = Ledger(repairs)
        planner = _Planner(sheets, mapping, ledger, known, actor, dropped)
        plan = planner.plan()
        late = {place for place in ledger.ignored if place in planner.composed}
        if not late:
            break
        dropped |= late
        settled.update({id: ledger.groups[id] for id in ledger.ignored.values()})
    plan.groups += [group for id, group in settled.items() if id not in ledger.groups]
    for place in dropped:
        plan.outcomes[place] = IGNORE
        plan.counts.setdefault(mapping.sheets[place.sheet].kind, Counter())[IGNORE] += 1
        ids = [id for id, group in settled.items() if place.row in group.rows]
        plan.rejected.setdefault(place, ids)
    return plan


class _Planner:
    """One pass over a file."""

    def __init__(
        self,
        sheets: Sequence[Sheet],
        mapping: FileMap,
        ledger: Ledger,
        known: Everything,
        actor: Actor,
        dropped: set[Place],
    ) -> None:
        self.sheets, self.mapping, self.ledger = sheets, mapping, ledger
        self.known, self.actor, self.dropped = known, actor, dropped
        self.matcher = Matcher(known, ledger)
        self.rows: dict[Place, tuple[str, list[Item]]] = {}
        self.by_kind: dict[str, list[Item]] = defaultdict(list)
        #: Place → the place of the row that holds the same record.
        self.same: dict[Item, Item] = {}
        self.contents: dict[Place, str] = {}

    @property
    def composed(self) -> set[Place]:
        """Rows that gave records in this pass."""
        return set(self.rows)

    def plan(self) -> Plan:
        """Read, match and compare."""
        composer = Composer(self.ledger)
        kinds: dict[Place, str] = {}
        for kind, row in typed_rows(self.sheets, self.mapping, self.ledger):
            kinds[row.place] = kind
            if row.place in self.dropped:
                continue
            try:
                items = composer.items(kind, row)
            except RowIgnored:
                continue
            if items:
                self.rows[row.place] = (kind, items)
        differences = Differences(self.known, self.mapping)
        for place, (_, items) in self.rows.items():
            self.contents[place] = differences.content(items)
        self._merge()
        self._identify()
        self._merge_natural()
        self._check_rights()
        return self._compare(differences, kinds)

    # --- one record, one item

    def _merge(self) -> None:
        first: dict[tuple[str, str], Item] = {}
        for kind, items in list(self.rows.values()):
            main = items[0]
            other = first.get((kind, main.key)) if main.key and kind in NAMED else None
            if other is None:
                first[(kind, main.key)] = main
                for item in items:
                    self.by_kind[item.kind].append(item)
                continue
            self._join(other, main, items)

    def _join(self, other: Item, main: Item, items: list[Item]) -> None:
        differing = sorted(
            name
            for name, value in main.values.items()
            if name in other.values and other.values[name] != value and name not in _FREE
        )
        decision = "last"
        if differing:
            try:
                decision = self.ledger.note(
                    "row.duplicate",
                    BLOCK,
                    main.place,
                    key=(main.kind, main.key),
                    params={"name": main.name, "first": other.place.row, "columns": differing},
                    read=main.name[:80],
                    choices=("first", "last", IGNORE),
                )
            except RowIgnored:
                return
        if decision == "first":
            self.rows.pop(main.place)
            self.ledger.ignored[main.place] = self.ledger.last
            return
        other.values.update(main.values)
        other.refs.update(main.refs)
        other.also.append(main.place)
        self.same[main] = other
        carrier = next((i for i in self._row_items(other) if i.natural == CARRIER), None)
        for item in items[1:]:
            if item.natural == CARRIER and carrier is not None:
                carrier.values.update(item.values)
                carrier.days = item.days if item.days is not None else carrier.days
                self.same[item] = carrier
                continue
            self.by_kind[item.kind].append(item)

    def _row_items(self, main: Item) -> list[Item]:
        return self.rows[main.place][1]

    # --- who is who

    def _identify(self) -> None:
        waiting: dict[str, dict[Ref, list[tuple[Item, str]]]] = defaultdict(
            lambda: defaultdict(list)
        )
        for items in self.by_kind.values():
            for item in items:
                for name, ref in item.refs.items():
                    if isinstance(ref, Ref):
                        waiting[ref.kind][ref].append((item, name))
                    elif isinstance(ref, Item):
                        item.refs[name] = self.same.get(ref, ref)
        root = self._root()
        for kind in NAMED:
            own = [i for i in self.by_kind[kind] if i.natural != CARRIER]
            self.matcher.register(kind, own)
            if kind == "initiative":
                self._carriers([i for i in self.by_kind[kind] if i.natural == CARRIER])
            for ref, uses in waiting[kind].items():
                found = self.matcher.resolve(ref, [item for item, _ in uses], root)
                if isinstance(found, Item) and found.auto and found not in self.by_kind[kind]:
                    self.by_kind[kind].append(found)
                for item, name in uses:
                    item.refs[name] = found

    def _root(self) -> UUID | None:
        """The entity under which those that only a row names are made."""
        entities = self.known.kind("entity").records
        roots = [uid for uid, present in entities.items() if present.values["parent"] is None]
        return roots[0] if roots else None

    def _carriers(self, items: list[Item]) -> None:
        """The initiative that carries each project: by code, by name, or because it is alone."""
        if not items:
            return
        known = self.known.kind("initiative")
        of_project: dict[UUID, list[UUID]] = defaultdict(list)
        for uid, present in known.records.items():
            if present.values["project"] is not None:
                of_project[present.values["project"]].append(uid)
        projects = self.known.kind("project").records
        for item in items:
            project = item.refs["project"]
            assert isinstance(project, Item) and project.uid is not None
            there = of_project.get(project.uid, [])
            code = fold(projects[project.uid].values["code"]) if project.uid in projects else ""
            chosen = (
                [u for u in there if fold(known.records[u].values["code"]) == code]
                or [
                    u
                    for u in there
                    if name_key("", known.records[u].values["name"]) == name_key("", project.name)
                ]
                or (there if len(there) == 1 else [])
            )
            if chosen:
                item.uid = chosen[0]
            item.name = project.name
        self.matcher.register_made(items)

    def _merge_natural(self) -> None:
        """Two rows for one figure (a team's month, an envelope): equal, or the reader chooses."""
        for kind in ("capacity", "envelope"):
            first: dict[tuple[Any, ...], Item] = {}
            for item in list(self.by_kind[kind]):
                place = natural_values(item)
                other = first.setdefault(place, item)
                if other is item or other.values == item.values:
                    continue
                try:
                    decision = self.ledger.note(
                        "row.duplicate",
                        BLOCK,
                        item.place,
                        key=(kind, *place),
                        params={"name": "", "first": other.place.row, "columns": []},
                        choices=("sum", "first", "last", IGNORE),
                    )
                except RowIgnored:
                    decision = "first"
                figure = "days" if kind == "capacity" else "amount"
                if decision == "sum":
                    other.values[figure] += item.values[figure]
                elif decision == "last":
                    other.values.update(item.values)
                self.by_kind[kind].remove(item)
                self.same[item] = other

    # --- may they, and what differs

    def _check_rights(self) -> None:
        if self.actor.system:
            return
        rights = Rights(self.actor, self.known)
        for items in self.by_kind.values():
            for item in items:
                refused = rights.refusal(item)
                if refused is None:
                    continue
                for place in (item.place, *item.also):
                    try:
                        self.ledger.note(
                            "right.missing",
                            BLOCK,
                            place,
                            key=(refused.code, refused.entity),
                            params={
                                "activity": refused.code,
                                "entity": refused.entity,
                                "kind": item.kind,
                            },
                            read=item.name[:80],
                            choices=(IGNORE,),
                        )
                    except RowIgnored:
                        continue

    def _compare(self, differences: Differences, kinds: Mapping[Place, str]) -> Plan:
        rows_of: dict[Item, list[Place]] = {}
        for place, (_, items) in self.rows.items():
            main = self.same.get(items[0], items[0])
            rows_of.setdefault(main, []).append(place)
        left: set[Item] = set()
        for main, places in rows_of.items():
            if differences.unchanged(main, [self.contents[place] for place in places]):
                for place in places:
                    left.update(self.rows[place][1])
        for table in TABLES:
            items = [i for i in self.by_kind.get(table.kind, ()) if i not in left]
            differences.compare(table, items)
        outcomes: dict[Place, str] = {}
        for main, places in rows_of.items():
            outcome = "leave" if main in left else self._outcome(main, places)
            for place in places:
                outcomes[place] = outcome
        rejected: dict[Place, list[str]] = {}
        for place, ids in self.ledger.blocked.items():
            outcomes[place], rejected[place] = "block", ids
        for place, id in self.ledger.ignored.items():
            outcomes[place], rejected[place] = IGNORE, [id]
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for place, outcome in outcomes.items():
            kind = kinds.get(place) or self._sheet_kind(place)
            counts[kind][outcome] += 1
        companions = Counter(i.kind for i in self.by_kind_autos())
        return Plan(
            dict(counts),
            self.ledger.ordered(),
            differences.creates,
            differences.updates,
            differences.keys,
            outcomes,
            rejected,
            companions,
            differences.changes,
        )

    def by_kind_autos(self) -> list[Item]:
        """Records that are made because a row names them."""
        return [i for items in self.by_kind.values() for i in items if i.auto]

    def _sheet_kind(self, place: Place) -> str:
        return self.mapping.sheets[place.sheet].kind

    def _outcome(self, main: Item, places: list[Place]) -> str:
        if main.outcome == "create":
            return "create"
        touched = {
            self.same.get(item, item).outcome for place in places for item in self.rows[place][1]
        }
        if main.kind in NAMED:
            return "update" if touched & {"create", "update"} else "leave"
        return next((o for o in ("create", "update") if o in touched), "leave")
