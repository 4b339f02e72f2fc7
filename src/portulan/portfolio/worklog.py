"""Work items that come from elsewhere: compared with what is there.

An item is known by its source and key. What came before stays: changes are only added, words of the
source replace its own earlier words, and what somebody gave an item to here is left as it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from django.db.models import Count

from portulan.base.policy import Scope
from portulan.base.text import slug
from portulan.catalogue.access import product_scope, products_by_code
from portulan.organisation.access import entity_scope, teams_by_code
from portulan.organisation.rights import root_ids
from portulan.portfolio.access import initiative_scope
from portulan.portfolio.models import BacklogItem, Initiative, Release, WorkSource

T = TypeVar("T")
CHUNK = 5_000
TARGETS = ("team", "product", "initiative")


@dataclass(slots=True)
class Incoming:
    """An item as a source tells it; ``moves``: ``(second, state entered, state left or "")``."""

    key: str
    title: str = ""
    kind: str = ""
    description: str = ""
    criteria: str = ""
    release: str = ""
    #: The day its release came out, or is due, and whether it is out.
    release_on: date | None = None
    released: bool = False
    #: Codes of what it is given to.
    targets: dict[str, str] = field(default_factory=dict)
    #: What the groups of the last import gave it to.
    before: dict[str, str] = field(default_factory=dict)
    moves: list[tuple[int, str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Intake:
    """A source with its items."""

    source: str
    kind: str
    zone: str
    states: Mapping[str, str]
    groups: Mapping[str, Mapping[str, str]]
    columns: Mapping[str, Any]
    known_until: datetime | None
    items: Sequence[Incoming]


@dataclass(slots=True)
class Compared:
    """What taking an intake in would do."""

    intake: Intake
    source: WorkSource | None
    states: list[list[str]]
    creates: list[Incoming] = field(default_factory=list)
    updates: list[tuple[BacklogItem, dict[str, Any]]] = field(default_factory=list)
    same: int = 0
    new_moves: int = 0
    #: Codes that nothing has: ``("team", "X")``.
    unknown: list[tuple[str, str]] = field(default_factory=list)
    targets: dict[tuple[str, str], Any] = field(default_factory=dict)
    releases: dict[tuple[int, str], Release] = field(default_factory=dict)
    new_releases: list[tuple[Any, str]] = field(default_factory=list)
    #: What the source says of releases that nobody dated here.
    dated: list[tuple[Release, dict[str, Any]]] = field(default_factory=list)

    @property
    def source_values(self) -> dict[str, Any]:
        """What changes of the source itself."""
        wanted = {
            "kind": self.intake.kind,
            "zone": self.intake.zone,
            "states": self.states,
            "groups": {k: dict(v) for k, v in self.intake.groups.items()},
            "columns": dict(self.intake.columns),
            "known_until": self.intake.known_until,
        }
        if self.source is None:
            return wanted
        return {k: v for k, v in wanted.items() if getattr(self.source, k) != v}

    @property
    def nothing(self) -> bool:
        """Whether all of it is there already."""
        changed = self.source_values.keys() - {"known_until"}
        return not (
            self.creates or self.updates or self.dated or self.source is None or changed
        )


def known_source(name: str) -> WorkSource | None:
    """The source of this name."""
    return WorkSource.objects.filter(code=source_code(name)).first()


def imported_sources() -> list[tuple[WorkSource, int]]:
    """The sources whose items come from elsewhere, by name, with how many (one query)."""
    rows = WorkSource.objects.exclude(kind=WorkSource.Kind.LOCAL).annotate(held=Count("items"))
    return [(row, row.held) for row in rows.order_by("name", "pk")]


def source_code(name: str) -> str:
    """The code of a source by its name."""
    return slug(name, 100) or "work-items"


def compare(intake: Intake) -> Compared:
    """What is new, what changed (a constant number of queries per 5,000 items)."""
    source = known_source(intake.source)
    states = [list(pair) for pair in source.states] if source is not None else []
    places = {name: place for place, (name, _) in enumerate(states)}
    for name, category in intake.states.items():
        if name in places:
            states[places[name]][1] = category
        else:
            places[name] = len(states)
            states.append([name, category])
    found = Compared(intake, source, states)
    _find_targets(found)
    present: dict[str, BacklogItem] = {}
    if source is not None:
        for part in chunks([item.key for item in intake.items]):
            rows = BacklogItem.objects.filter(source=source, key__in=part)
            present.update({row.key: row for row in rows})
    for item in intake.items:
        record = present.get(item.key)
        if record is None:
            found.creates.append(item)
            found.new_moves += len(item.moves)
            continue
        record.source = source if source is not None else record.source
        values = _changed(found, record, item, places)
        if values:
            found.updates.append((record, values))
        else:
            found.same += 1
    return found


def _find_targets(found: Compared) -> None:
    wanted: dict[str, set[str]] = {name: set() for name in TARGETS}
    now = found.intake.groups
    earlier = found.source.groups if found.source is not None else {}
    for group in (*now.values(), *earlier.values()):
        for name, code in group.items():
            if code and name in wanted:
                wanted[name].add(code)
    asked_now = {(name, code) for group in now.values() for name, code in group.items()}
    initiatives = Initiative.objects.select_related("entity").filter(code__in=wanted["initiative"])
    known: dict[str, Mapping[str, Any]] = {
        "team": teams_by_code(wanted["team"]),
        "product": products_by_code(wanted["product"]),
        "initiative": {row.code: row for row in initiatives},
    }
    for name, codes in wanted.items():
        for code in sorted(codes):
            target = known[name].get(code)
            if target is None:
                found.unknown += [(name, code)] if (name, code) in asked_now else []
            else:
                found.targets[name, code] = target
    products = {target.pk for (name, _), target in found.targets.items() if name == "product"}
    names = {item.release for item in found.intake.items if item.release}
    if products and names:
        rows = Release.objects.filter(product_id__in=products, name__in=names)
        found.releases = {(row.product_id, row.name): row for row in rows}
        asked = {
            (found.targets["product", code].pk, item.release): found.targets["product", code]
            for item in found.intake.items
            if item.release and ("product", code := item.targets.get("product", "")) in
            found.targets
        }
        found.new_releases = [
            (product, name) for (pk, name), product in asked.items()
            if (pk, name) not in found.releases
        ]
        told = release_dates(found.intake)
        for release in found.releases.values():
            values = _dates(release, *told.get(release.name, (None, False)))
            if values:
                found.dated.append((release, values))


def release_dates(intake: Intake) -> dict[str, tuple[date | None, bool]]:
    """Release → the day that the source tells, and whether it is out."""
    return {
        item.release: (item.release_on, item.released)
        for item in intake.items
        if item.release and (item.release_on or item.released)
    }


def _dates(release: Release, on: date | None, out: bool) -> dict[str, Any]:
    """What a source adds to a release: days that are not known, and that it is out."""
    values: dict[str, Any] = {}
    if on is not None and getattr(release, name := "released_on" if out else "due_on") is None:
        values[name] = on
    if out and release.state == Release.State.PLANNED:
        values["state"] = Release.State.RELEASED.value
    return values


def moves_of(item: Incoming, places: Mapping[str, int]) -> list[list[int]]:
    """The changes of an item as they are stored."""
    return [
        [second, places[to], *([places[left]] if left in places else [])]
        for second, to, left in item.moves
    ]


def criteria_of(text: str) -> list[list[Any]]:
    """Acceptance criteria out of a text: one a line, without its bullet."""
    lines = (line.strip().lstrip("-*•–·").strip() for line in text.splitlines())
    return [[line[:500], False] for line in lines if line][:60]


def _changed(
    found: Compared, record: BacklogItem, item: Incoming, places: Mapping[str, int]
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    known = Counter(tuple(move) for move in record.transitions)
    fresh = []
    for move in moves_of(item, places):
        if known[tuple(move)] > 0:
            known[tuple(move)] -= 1
        else:
            fresh.append(move)
    if fresh:
        found.new_moves += len(fresh)
        values["transitions"] = [*record.transitions, *fresh]
    words = (("name", item.title), ("kind", item.kind), ("description", item.description))
    values.update({n: text for n, text in words if text and text != getattr(record, n)})
    if item.criteria and not record.criteria:
        values["criteria"] = criteria_of(item.criteria)
    for name in TARGETS:
        target = found.targets.get((name, item.targets.get(name, "")))
        now = getattr(record, f"{name}_id")
        if target is None or target.pk == now:
            continue
        earlier = found.targets.get((name, item.before.get(name, "")))
        if now is None or (earlier is not None and earlier.pk == now):
            values[f"{name}_id"] = target.pk
    release = release_of(found, item)
    if release is not None and release.pk is not None and record.release_id is None:
        values["release_id"] = release.pk
    return values


def release_of(found: Compared, item: Incoming) -> Release | None:
    """The release that an item goes to, where it is known."""
    product = found.targets.get(("product", item.targets.get("product", "")))
    return found.releases.get((product.pk, item.release)) if product and item.release else None


def scopes(found: Compared) -> list[Scope]:
    """Where the items would lie: the right to import is asked for each."""
    places: list[Scope] = []
    whole = Scope(entities=frozenset(root_ids()))
    given = {
        (name, code) for item in found.intake.items for name, code in item.targets.items() if code
    }
    for (name, code), target in found.targets.items():
        if (name, code) not in given:
            continue
        if name == "team":
            places.append(Scope(entities=entity_scope(target.entity).entities, team=target.pk))
        elif name == "product":
            places.append(product_scope(target))
        else:
            places.append(initiative_scope(target))
    if not given or any(not any(item.targets.values()) for item in found.intake.items):
        places.append(whole)
    return places


def chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Parts that a query can name."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]
