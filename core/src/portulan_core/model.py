"""The organisation as a value: frozen rows in tables, with a JSON form and its schema.

A row refers to another by ``uid`` (a string). Money is in integer minor units of the entity's
currency, effort in hundredths of person-days, months are ordinals (see ``periods``), shares in
hundredths of a percent (10 000 is the whole). ``None`` means "not known", never "zero".
Rows hold facts as they are: nothing here refuses an overlap or a missing end; rules find them.
"""

from __future__ import annotations

import types
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

SCHEMA = "portulan.world"
VERSION = 1

STAGES = ("exploration", "development", "run", "end_of_life")
INITIATIVE_STATES = (
    "idea",
    "proposed",
    "planned",
    "in_progress",
    "done",
    "deferred",
    "refused",
    "stopped",
)
#: States in which a placed initiative weighs on budget and capacity.
PLANNED_STATES = ("planned", "in_progress")
#: States that arbitration may choose from.
CANDIDATE_STATES = ("proposed", "planned", "in_progress", "deferred")


@dataclass(frozen=True, slots=True)
class Row:
    """What every row has: a public identifier that never changes."""

    uid: str


@dataclass(frozen=True, slots=True)
class Entity(Row):
    code: str
    name: str
    parent: str | None = None
    level: str = "unit"
    currency: str = "EUR"
    fiscal_first_month: int = 1


@dataclass(frozen=True, slots=True)
class Person(Row):
    code: str
    name: str
    entity: str | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class Team(Row):
    code: str
    name: str
    entity: str | None = None
    permanent: bool = True
    manager: str | None = None
    starts: date | None = None
    ends: date | None = None


@dataclass(frozen=True, slots=True)
class Membership(Row):
    person: str
    team: str
    fraction: int = 100
    starts: date | None = None
    ends: date | None = None


@dataclass(frozen=True, slots=True)
class Assignment(Row):
    """A role held by a person on an object; ``fraction`` in percent of a full time, if known."""

    person: str
    role: str
    target_type: str
    target: str
    fraction: int | None = None
    starts: date | None = None
    ends: date | None = None


@dataclass(frozen=True, slots=True)
class Line(Row):
    code: str
    name: str
    axis: str
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Product(Row):
    code: str
    name: str
    kind: str = "digital"
    entity: str | None = None
    parent: str | None = None
    successor: str | None = None
    vision: str = ""
    value_users: str = ""
    value_business: str = ""
    personal_data: bool | None = None
    team: str | None = None
    source_key: str | None = None


@dataclass(frozen=True, slots=True)
class ProductLine(Row):
    product: str
    line: str
    primary: bool = True
    starts: date | None = None
    ends: date | None = None


@dataclass(frozen=True, slots=True)
class ProductEntity(Row):
    """An entity's part in a product: ``owner``, ``payer``, ``user``, ``lead`` or ``sponsor``."""

    product: str
    entity: str
    part: str
    share: int | None = None


@dataclass(frozen=True, slots=True)
class StagePeriod(Row):
    """One stage of a product on one market (``""``: all), in the order the source gave it.

    ``stage`` is ``None`` when the source's word has no equivalent; a missing ``ends`` means until
    the next start.
    """

    product: str
    stage: str | None
    starts: date | None = None
    ends: date | None = None
    market: str = ""
    source_stage: str = ""
    position: int = 0


@dataclass(frozen=True, slots=True)
class Objective(Row):
    code: str
    name: str
    parent: str | None = None
    entity: str | None = None
    owner: str | None = None
    cycle: str = ""
    starts: date | None = None
    ends: date | None = None


@dataclass(frozen=True, slots=True)
class ObjectiveProduct(Row):
    objective: str
    product: str


@dataclass(frozen=True, slots=True)
class ObjectiveConflict(Row):
    first: str
    second: str
    reason: str = ""
    resolved: bool = False


@dataclass(frozen=True, slots=True)
class KeyResult(Row):
    objective: str
    name: str
    indicator: str | None = None
    baseline: float | None = None
    target: float | None = None
    current: float | None = None


@dataclass(frozen=True, slots=True)
class Envelope(Row):
    """Money of one fiscal year and version, for an entity, a line and a funding time.

    ``line`` ``None`` and ``stage`` ``""`` mean: whatever the line, whatever the funding time.
    """

    fiscal_year: int
    version: str
    amount: int
    entity: str | None = None
    line: str | None = None
    stage: str = ""


@dataclass(frozen=True, slots=True)
class CostLine(Row):
    """Money outside the plans of initiatives (``plan``) or really engaged or spent, by month."""

    kind: str
    month: int
    amount: int
    product: str | None = None
    initiative: str | None = None
    stage: str = "run"
    nature: str = "opex"


@dataclass(frozen=True, slots=True)
class Initiative(Row):
    """Work with a purpose. Costs and efforts are columns by month from the start.

    ``start`` is the month ordinal in the present plan, ``None`` when not placed; ``efforts`` pairs
    a team's uid with hundredths of person-days by month.
    """

    code: str
    name: str
    state: str = "idea"
    stage: str = "development"
    entity: str | None = None
    project: str | None = None
    start: int | None = None
    months: int = 1
    earliest: int | None = None
    latest: int | None = None
    mandatory: bool = False
    mandatory_reason: str = ""
    costs_capex: tuple[int, ...] = ()
    costs_opex: tuple[int, ...] = ()
    efforts: tuple[tuple[str, tuple[int, ...]], ...] = ()
    estimate_author: str | None = None
    score: float | None = None

    @property
    def end(self) -> int | None:
        """The month after the last one, or ``None`` when not placed."""
        return None if self.start is None else self.start + self.months

    @property
    def cost(self) -> int:
        """Whole cost in minor units, CAPEX and OPEX."""
        return sum(self.costs_capex) + sum(self.costs_opex)

    @property
    def effort(self) -> int:
        """Whole effort in hundredths of person-days."""
        return sum(sum(days) for _, days in self.efforts)


@dataclass(frozen=True, slots=True)
class InitiativeProduct(Row):
    initiative: str
    product: str
    share: int = 10_000


@dataclass(frozen=True, slots=True)
class Benefit(Row):
    initiative: str
    kind: str
    year: int
    amount: int
    owner: str | None = None
    validated: bool = False


@dataclass(frozen=True, slots=True)
class Project(Row):
    code: str
    name: str
    entity: str | None = None
    manager: str | None = None
    status: str = "green"
    state: str = "running"
    baseline_starts: date | None = None
    baseline_ends: date | None = None
    starts: date | None = None
    ends: date | None = None
    budget: int | None = None
    phase: str = ""


@dataclass(frozen=True, slots=True)
class ProjectProduct(Row):
    project: str
    product: str
    share: int = 10_000


@dataclass(frozen=True, slots=True)
class Dependency(Row):
    """``successor`` needs ``predecessor``: it starts ``lag`` months after its end, at the earliest.

    Both are initiatives, or both products (then without dates).
    """

    kind: str
    predecessor: str
    successor: str
    lag: int = 0
    subject: str = "initiative"


@dataclass(frozen=True, slots=True)
class Capacity(Row):
    """What a team can give to initiatives in a month, in hundredths of person-days.

    ``days`` is FTE × working days × focus; ``run_load`` is what running products takes from it.
    """

    team: str
    month: int
    days: int
    run_load: int = 0


@dataclass(frozen=True, slots=True)
class Indicator(Row):
    code: str
    name: str
    product: str | None = None
    family: str = "usage"
    unit: str = ""
    direction: str = "up"
    target: float | None = None
    owner: str | None = None
    freshness_days: int | None = None
    last_at: date | None = None
    last_value: float | None = None


@dataclass(frozen=True, slots=True)
class Measure(Row):
    indicator: str
    at: date
    value: float


@dataclass(frozen=True, slots=True)
class Risk(Row):
    target_type: str
    target: str
    name: str
    kind: str = "delivery"
    likelihood: int = 1
    impact: int = 1
    owner: str | None = None
    state: str = "open"
    review_on: date | None = None


@dataclass(frozen=True, slots=True)
class Request(Row):
    code: str
    name: str
    product: str | None = None
    source: str = "business"
    asked_on: date | None = None
    answered_on: date | None = None
    state: str = "new"


@dataclass(frozen=True, slots=True)
class Forum(Row):
    """A committee or ritual; ``threshold`` is the largest amount it may decide (``None``: any)."""

    code: str
    name: str
    level: str = "portfolio"
    entity: str | None = None
    threshold: int | None = None
    kinds: tuple[str, ...] = ()
    quorum: int = 0
    active: bool = True


@dataclass(frozen=True, slots=True)
class ForumMember(Row):
    forum: str
    person: str
    right: str = "votes"
    starts: date | None = None
    ends: date | None = None


@dataclass(frozen=True, slots=True)
class Meeting(Row):
    forum: str
    on: date
    state: str = "planned"
    code: str = ""


@dataclass(frozen=True, slots=True)
class Decision(Row):
    code: str
    title: str
    kind: str
    forum: str | None = None
    meeting: str | None = None
    state: str = "draft"
    verdict: str = ""
    decided_on: date | None = None
    effective_on: date | None = None
    review_on: date | None = None
    products: tuple[str, ...] = ()
    initiatives: tuple[str, ...] = ()
    applied: bool = False


@dataclass(frozen=True, slots=True)
class Promise(Row):
    """What a dossier promised: a measure, a cost or a date, due on a day."""

    decision: str
    kind: str
    due_on: date | None = None
    product: str | None = None
    initiative: str | None = None
    indicator: str | None = None
    promised: float | None = None
    realised: float | None = None


@dataclass(frozen=True, slots=True)
class ActionItem(Row):
    title: str
    decision: str | None = None
    owner: str | None = None
    due_on: date | None = None
    state: str = "open"


def _table(row: type[Row]) -> Any:
    return field(default_factory=dict, metadata={"row": row})


@dataclass(frozen=True, slots=True)
class World:
    """All the facts asked for, each table a mapping from uid to row, in a stable order.

    A World is a value: ``with_rows`` and ``without`` return another one.
    """

    entities: Mapping[str, Entity] = _table(Entity)
    people: Mapping[str, Person] = _table(Person)
    teams: Mapping[str, Team] = _table(Team)
    memberships: Mapping[str, Membership] = _table(Membership)
    assignments: Mapping[str, Assignment] = _table(Assignment)
    lines: Mapping[str, Line] = _table(Line)
    products: Mapping[str, Product] = _table(Product)
    product_lines: Mapping[str, ProductLine] = _table(ProductLine)
    product_entities: Mapping[str, ProductEntity] = _table(ProductEntity)
    stage_periods: Mapping[str, StagePeriod] = _table(StagePeriod)
    objectives: Mapping[str, Objective] = _table(Objective)
    objective_products: Mapping[str, ObjectiveProduct] = _table(ObjectiveProduct)
    objective_conflicts: Mapping[str, ObjectiveConflict] = _table(ObjectiveConflict)
    key_results: Mapping[str, KeyResult] = _table(KeyResult)
    envelopes: Mapping[str, Envelope] = _table(Envelope)
    cost_lines: Mapping[str, CostLine] = _table(CostLine)
    initiatives: Mapping[str, Initiative] = _table(Initiative)
    initiative_products: Mapping[str, InitiativeProduct] = _table(InitiativeProduct)
    benefits: Mapping[str, Benefit] = _table(Benefit)
    projects: Mapping[str, Project] = _table(Project)
    project_products: Mapping[str, ProjectProduct] = _table(ProjectProduct)
    dependencies: Mapping[str, Dependency] = _table(Dependency)
    capacities: Mapping[str, Capacity] = _table(Capacity)
    indicators: Mapping[str, Indicator] = _table(Indicator)
    measures: Mapping[str, Measure] = _table(Measure)
    risks: Mapping[str, Risk] = _table(Risk)
    requests: Mapping[str, Request] = _table(Request)
    forums: Mapping[str, Forum] = _table(Forum)
    forum_members: Mapping[str, ForumMember] = _table(ForumMember)
    meetings: Mapping[str, Meeting] = _table(Meeting)
    decisions: Mapping[str, Decision] = _table(Decision)
    promises: Mapping[str, Promise] = _table(Promise)
    action_items: Mapping[str, ActionItem] = _table(ActionItem)

    def table(self, name: str) -> Mapping[str, Any]:
        """The rows of one table by uid.

        Raises:
            KeyError: no such table.
        """
        if name not in TABLES:
            raise KeyError(f"no table {name!r} in {SCHEMA} {VERSION}")
        rows: Mapping[str, Any] = getattr(self, name)
        return rows

    def with_rows(self, name: str, rows: Iterable[Row]) -> World:
        """Another World where these rows of a table are added or take the place of their uid."""
        table = dict(self.table(name))
        for row in rows:
            if not isinstance(row, TABLES[name]):
                raise TypeError(f"{name} holds {TABLES[name].__name__}, not {type(row).__name__}")
            table[row.uid] = row
        return replace(self, **{name: table})

    def without(self, name: str, uids: Iterable[str]) -> World:
        """Another World without these rows of a table."""
        gone = set(uids)
        kept = {uid: row for uid, row in self.table(name).items() if uid not in gone}
        return replace(self, **{name: kept})

    def to_json(self) -> dict[str, Any]:
        """The JSON form: dates as ISO text, tuples as lists, defaults left out of rows."""
        return {
            "schema": SCHEMA,
            "version": VERSION,
            "tables": {
                name: [_row_to_json(row) for row in self.table(name).values()]
                for name in TABLES
                if self.table(name)
            },
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> World:
        """Read the JSON form. Unknown tables and columns of a newer minor form are refused.

        Raises:
            WorldError: what is wrong, with the path to it.
        """
        if data.get("schema") != SCHEMA:
            raise WorldError("schema", f"expected {SCHEMA!r}", data.get("schema"))
        if data.get("version") != VERSION:
            raise WorldError("version", f"expected {VERSION}", data.get("version"))
        tables: dict[str, dict[str, Row]] = {}
        for name, rows in data.get("tables", {}).items():
            row_type = TABLES.get(name)
            if row_type is None:
                raise WorldError(f"tables.{name}", "no such table", name)
            table: dict[str, Row] = {}
            for index, raw in enumerate(rows):
                row = _row_from_json(row_type, raw, f"tables.{name}[{index}]")
                if row.uid in table:
                    raise WorldError(f"tables.{name}[{index}].uid", "used twice", row.uid)
                table[row.uid] = row
            tables[name] = table
        return cls(**cast(Any, tables))


class WorldError(ValueError):
    """A World's JSON that cannot be read: ``path``, what was ``expected``, what was ``found``."""

    def __init__(self, path: str, expected: str, found: object) -> None:
        super().__init__(f"{path}: {expected}; found {found!r}")
        self.path, self.expected, self.found = path, expected, found


TABLES: dict[str, type[Row]] = {f.name: f.metadata["row"] for f in fields(World)}
_HINTS: dict[type[Row], dict[str, Any]] = {
    row: {f.name: get_type_hints(row)[f.name] for f in fields(row)} for row in TABLES.values()
}
_REQUIRED: dict[type[Row], frozenset[str]] = {
    row: frozenset(
        f.name
        for f in fields(row)
        if f.default is f.default_factory  # both MISSING: no default at all
    )
    for row in TABLES.values()
}


def _row_to_json(row: Row) -> dict[str, Any]:
    required = _REQUIRED[type(row)]
    return {
        f.name: _plain(getattr(row, f.name))
        for f in fields(row)
        if f.name in required or getattr(row, f.name) != f.default
    }


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def _row_from_json(row: type[Row], raw: Mapping[str, Any], path: str) -> Row:
    hints = _HINTS[row]
    unknown = sorted(set(raw) - set(hints))
    if unknown:
        raise WorldError(f"{path}.{unknown[0]}", "no such column", unknown[0])
    missing = sorted(_REQUIRED[row] - set(raw))
    if missing:
        raise WorldError(f"{path}.{missing[0]}", "a value", None)
    return row(**{name: _read(hints[name], value, f"{path}.{name}") for name, value in raw.items()})


def _read(hint: Any, value: Any, path: str) -> Any:
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        if value is None:
            return None
        return _read(next(arg for arg in args if arg is not type(None)), value, path)
    if origin is tuple:
        if not isinstance(value, (list, tuple)):
            raise WorldError(path, "a list", value)
        if len(args) == 2 and args[1] is Ellipsis:
            return tuple(_read(args[0], item, f"{path}[{i}]") for i, item in enumerate(value))
        if len(value) != len(args):
            raise WorldError(path, f"{len(args)} values", value)
        return tuple(
            _read(arg, item, f"{path}[{i}]")
            for i, (arg, item) in enumerate(zip(args, value, strict=True))
        )
    if hint is date:
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            raise WorldError(path, "a date as YYYY-MM-DD", value) from None
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, hint) or (hint is int and isinstance(value, bool)):
        raise WorldError(path, f"a value of type {hint.__name__}", value)
    return value


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a World's JSON form."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": SCHEMA,
        "type": "object",
        "required": ["schema", "version", "tables"],
        "additionalProperties": False,
        "properties": {
            "schema": {"const": SCHEMA},
            "version": {"const": VERSION},
            "tables": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    name: {"type": "array", "items": {"$ref": f"#/$defs/{row.__name__}"}}
                    for name, row in TABLES.items()
                },
            },
        },
        "$defs": {
            row.__name__: {
                "type": "object",
                "description": (row.__doc__ or "").split("\n")[0],
                "additionalProperties": False,
                "required": sorted(_REQUIRED[row]),
                "properties": {name: _schema_of(hint) for name, hint in _HINTS[row].items()},
            }
            for row in TABLES.values()
        },
    }


def _schema_of(hint: Any) -> dict[str, Any]:
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return {"anyOf": [_schema_of(a) for a in args if a is not type(None)] + [{"type": "null"}]}
    if origin is tuple:
        if len(args) == 2 and args[1] is Ellipsis:
            return {"type": "array", "items": _schema_of(args[0])}
        return {
            "type": "array",
            "prefixItems": [_schema_of(arg) for arg in args],
            "minItems": len(args),
            "maxItems": len(args),
        }
    if hint is date:
        return {"type": "string", "format": "date"}
    return {"type": {str: "string", int: "integer", float: "number", bool: "boolean"}[hint]}
