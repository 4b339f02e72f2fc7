"""The JSON form of a problem, read with clear errors, written compactly, published as a schema."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, TypeVar

from portulan_core.arbitrage import problem as form
from portulan_core.arbitrage.problem import (
    GROUP_KINDS,
    LINKS,
    MEASURES,
    ORDERS,
    SHARES,
    Envelope,
    Goal,
    Group,
    Guardrail,
    Issue,
    Item,
    Mode,
    Placement,
    Precedence,
    Problem,
    ProblemError,
    Resource,
    Synergy,
    check,
)

SCHEMA = "portulan.problem"
VERSION = 1

T = TypeVar("T")


class _Node:
    """A JSON object being read: takes fields out by name and type, and notes every fault."""

    def __init__(self, data: Any, path: str, issues: list[Issue]) -> None:
        self.path = path
        self.issues = issues
        self.taken: set[str] = set()
        self.data: Mapping[str, Any] = data if isinstance(data, Mapping) else {}
        if not isinstance(data, Mapping):
            self.fault("", "wrong_type", "an object", data)

    def fault(self, name: str, code: str, expected: str, got: Any = "") -> None:
        path = ".".join(part for part in (self.path, name) if part)
        shown = repr(got)
        self.issues.append(Issue(path, code, expected, shown[:60] if got != "" else ""))

    def raw(self, name: str) -> Any:
        self.taken.add(name)
        return self.data.get(name)

    def missing(self, name: str, what: str) -> None:
        self.fault(
            name,
            "missing" if name not in self.data else "wrong_type",
            what,
            self.raw(name),
        )

    def text(self, name: str, default: str | None = None) -> str:
        value = self.raw(name)
        if value is None and default is not None:
            return default
        if isinstance(value, str) and value:
            return value
        self.missing(name, "a text that is not empty")
        return ""

    def choice(self, name: str, options: tuple[Any, ...], default: Any) -> Any:
        value = self.raw(name)
        if value is None and default is not None:
            return default
        if value not in options:
            self.fault(name, "unknown_choice", ", ".join(options), value)
            return options[0]
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        value = self.raw(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.fault(name, "wrong_type", "true or false", value)
            return default
        return value

    def integer(self, name: str, value: Any) -> int:
        whole = isinstance(value, float) and value.is_integer()
        if isinstance(value, bool) or not (whole or isinstance(value, int)):
            self.fault(name, "not_an_integer", "an integer (scale it)", value)
            return 0
        return int(value)

    def number(self, name: str, default: int | None = None) -> int:
        value = self.raw(name)
        if value is None:
            if default is not None:
                return default
            self.missing(name, "an integer")
            return 0
        return self.integer(name, value)

    def optional(self, name: str) -> int | None:
        value = self.raw(name)
        return None if value is None else self.integer(name, value)

    def numbers(self, name: str, value: Any) -> tuple[int, ...]:
        if not isinstance(value, list | tuple):
            self.fault(name, "wrong_type", "a list of integers", value)
            return ()
        return tuple(self.integer(f"{name}[{k}]", v) for k, v in enumerate(value))

    def worth(self, name: str) -> int | tuple[int, ...] | None:
        value = self.raw(name)
        if value is None:
            return None
        if isinstance(value, list):
            return self.numbers(name, value)
        return self.integer(name, value)

    def texts(self, name: str) -> tuple[str, ...]:
        value = self.raw(name)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            self.fault(name, "wrong_type", "a list of texts", value)
            return ()
        return tuple(value)

    def table(self, name: str, repeat: int) -> dict[str, tuple[int, ...]]:
        """Amounts per key; a lone number is repeated ``repeat`` times (0: it stands once)."""
        value = self.raw(name)
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            self.fault(name, "wrong_type", "an object of lists of integers", value)
            return {}
        rows: dict[str, tuple[int, ...]] = {}
        for key, amounts in value.items():
            if isinstance(amounts, list):
                rows[str(key)] = self.numbers(f"{name}.{key}", amounts)
            else:
                rows[str(key)] = (self.integer(f"{name}.{key}", amounts),) * (repeat or 1)
        return rows

    def many(self, name: str, read: Callable[[_Node], T]) -> tuple[T, ...]:
        value = self.raw(name)
        if value is None:
            return ()
        if not isinstance(value, list):
            self.fault(name, "wrong_type", "a list", value)
            return ()
        out = []
        for index, entry in enumerate(value):
            node = _Node(entry, f"{self.path}.{name}[{index}]".lstrip("."), self.issues)
            out.append(read(node))
            node.done()
        return tuple(out)

    def done(self) -> None:
        for name in self.data:
            if name not in self.taken:
                known = ", ".join(sorted(self.taken))
                self.fault(str(name), "unknown_field", f"one of {known}")


def problem_from_json(data: object) -> Problem:
    """Read a problem; `ProblemError` lists every fault of form, or every fault of substance."""
    issues: list[Issue] = []
    root = _Node(data, "", issues)
    if root.raw("schema") != SCHEMA:
        root.fault("schema", "wrong_schema", SCHEMA, root.raw("schema"))
    if root.raw("version") != VERSION or isinstance(root.raw("version"), bool):
        root.fault("version", "wrong_version", str(VERSION), root.raw("version"))
    if issues:
        raise ProblemError(issues)
    periods = root.number("periods")
    if not 1 <= periods <= 100_000:
        root.fault("periods", "out_of_range", "1 to 100000", periods)
        raise ProblemError(issues)

    def resource(node: _Node) -> Resource:
        key, value = node.text("key"), node.raw("capacity")
        if isinstance(value, list):
            return Resource(key, node.numbers("capacity", value))
        return Resource(key, (node.number("capacity"),) * periods)

    def envelope(node: _Node) -> Envelope:
        covered = node.raw("periods")
        return Envelope(
            key=node.text("key"),
            accounts=node.texts("accounts"),
            periods=None if covered is None else node.numbers("periods", covered),
            ceiling=node.optional("ceiling"),
            floor=node.optional("floor"),
        )

    def synergy(node: _Node) -> Synergy:
        pair = node.texts("items")
        if len(pair) != 2:
            node.fault("items", "wrong_length", "two items", list(pair))
            pair = ("", "")
        return Synergy((pair[0], pair[1]), node.number("value"))

    read = {
        "items": root.many("items", _item),
        "resources": root.many("resources", resource),
        "envelopes": root.many("envelopes", envelope),
        "guardrails": root.many("guardrails", _guardrail),
        "groups": root.many(
            "groups",
            lambda n: Group(n.text("key"), n.choice("kind", GROUP_KINDS, None), n.texts("items")),
        ),
        "precedences": root.many("precedences", _precedence),
        "synergies": root.many("synergies", synergy),
    }
    goals = root.many(
        "goals",
        lambda n: Goal(
            n.choice("measure", MEASURES, "value"),
            n.number("weight", 1),
            n.number("tolerance", 0),
        ),
    )
    if goals:
        read["goals"] = goals
    problem = Problem(
        periods=periods,
        order=root.choice("order", ORDERS, "lexicographic"),
        max_changes=root.optional("max_changes"),
        may_end_after=root.flag("may_end_after"),
        **read,  # type: ignore[arg-type]  # the fields were read just above, one type each
    )
    meta = root.raw("meta")
    if meta is not None and not isinstance(meta, Mapping):
        root.fault("meta", "wrong_type", "an object", meta)
    root.done()
    issues.extend(() if issues else check(problem))
    if issues:
        raise ProblemError(issues)
    return problem


def _item(node: _Node) -> Item:
    present = node.raw("present")
    placed = None
    if present is not None:
        inner = _Node(present, f"{node.path}.present", node.issues)
        placed = Placement(inner.text("mode", "full"), inner.number("start"))
        inner.done()
    modes = node.many("modes", _mode)
    return Item(
        key=node.text("key"),
        modes=modes if node.data.get("modes") is not None else (Mode(),),
        value=node.worth("value") or 0,
        earliest=node.number("earliest", 0),
        latest=node.optional("latest"),
        latest_end=node.optional("latest_end"),
        mandatory=node.flag("mandatory"),
        excluded=node.flag("excluded"),
        started=node.flag("started"),
        movable=node.flag("movable", True),
        present=placed,
        labels=node.texts("labels"),
        exit_cost=node.table("exit_cost", 0),
    )


def _mode(node: _Node) -> Mode:
    duration = node.number("duration", 1)
    repeat = duration if 0 < duration <= 100_000 else 1
    return Mode(
        key=node.text("key", "full"),
        duration=duration,
        effort=node.table("effort", repeat),
        cost=node.table("cost", 0),
        value=node.worth("value"),
    )


def _guardrail(node: _Node) -> Guardrail:
    return Guardrail(
        key=node.text("key"),
        label=node.text("label"),
        measure=node.choice("measure", SHARES, "cost"),
        keys=node.texts("keys"),
        floor=node.optional("floor"),
        ceiling=node.optional("ceiling"),
        floor_share=node.optional("floor_share"),
        ceiling_share=node.optional("ceiling_share"),
    )


def _precedence(node: _Node) -> Precedence:
    return Precedence(
        before=node.text("before"),
        after=node.text("after"),
        lag=node.number("lag", 0),
        link=node.choice("link", LINKS, "finish_to_start"),
        required=node.flag("required", True),
    )


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(v) for v in value]
    if isinstance(value, Mapping):
        return {k: _plain(v) for k, v in value.items()}
    if is_dataclass(value):
        out = {}
        for f in fields(value):
            held = getattr(value, f.name)
            usual = f.default if f.default_factory is MISSING else f.default_factory()
            if usual is MISSING or held != usual or type(held) is not type(usual):
                out[f.name] = _plain(held)
        return out
    return value


def problem_to_json(problem: Problem) -> dict[str, Any]:
    """Write a problem; what has its usual value is left out, and reads back the same."""
    return {"schema": SCHEMA, "version": VERSION, **_plain(problem)}


def _object(needed: list[str], /, **properties: Any) -> dict[str, Any]:
    """An object; what is not needed may be null: it has its usual value then."""
    for name, kind in properties.items():
        if name in needed:
            continue
        if "enum" in kind:
            properties[name] = {"enum": [*kind["enum"], None]}
        elif {"type": "null"} not in kind.get("anyOf", ()):
            plain = kind["anyOf"] if list(kind) == ["anyOf"] else [kind]
            properties[name] = {"anyOf": [*plain, {"type": "null"}]}
    return {
        "type": "object",
        "properties": properties,
        "required": needed,
        "additionalProperties": False,
    }


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a problem. Unknown and ambiguous fields are refused."""
    big = form.LARGEST
    integer = {"type": "integer", "minimum": -big, "maximum": big}
    amount = {"type": "integer", "minimum": 0, "maximum": big}
    key = {"type": "string", "minLength": 1}
    keys = {"type": "array", "items": {"type": "string"}}
    flag = {"type": "boolean"}

    def or_null(kind: dict[str, Any]) -> dict[str, Any]:
        return {"anyOf": [kind, {"type": "null"}]}

    def row(kind: dict[str, Any]) -> dict[str, Any]:
        return {"anyOf": [kind, {"type": "array", "items": kind}]}

    def table(kind: dict[str, Any]) -> dict[str, Any]:
        return {"type": "object", "additionalProperties": row(kind)}

    def array(kind: dict[str, Any], least: int = 0) -> dict[str, Any]:
        return {"type": "array", "items": kind, "minItems": least}

    mode = _object(
        [],
        key=key,
        duration=amount,
        effort=table(amount),
        cost=table(integer),
        value=or_null(row(integer)),
    )
    item = _object(
        ["key"],
        key=key,
        modes=array(mode, 1),
        value=row(integer),
        earliest=integer,
        latest=or_null(integer),
        latest_end=or_null(integer),
        mandatory=flag,
        excluded=flag,
        started=flag,
        movable=flag,
        present=or_null(_object(["start"], mode=key, start=integer)),
        labels=keys,
        exit_cost=table(amount),
    )
    share = or_null({"type": "integer", "minimum": 0, "maximum": form.BASIS})
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Portulan arbitration problem",
        **_object(
            ["schema", "version", "periods"],
            schema={"const": SCHEMA},
            version={"const": VERSION},
            periods={"type": "integer", "minimum": 1, "maximum": 100_000},
            items=array(item),
            resources=array(_object(["key", "capacity"], key=key, capacity=row(amount))),
            envelopes=array(
                _object(
                    ["key"],
                    key=key,
                    accounts=keys,
                    periods=or_null(array(amount)),
                    ceiling=or_null(integer),
                    floor=or_null(integer),
                )
            ),
            guardrails=array(
                _object(
                    ["key", "label"],
                    key=key,
                    label=key,
                    measure={"enum": list(SHARES)},
                    keys=keys,
                    floor=or_null(integer),
                    ceiling=or_null(integer),
                    floor_share=share,
                    ceiling_share=share,
                )
            ),
            groups=array(
                _object(
                    ["key", "kind"],
                    key=key,
                    kind={"enum": list(GROUP_KINDS)},
                    items=keys,
                )
            ),
            precedences=array(
                _object(
                    ["before", "after"],
                    before=key,
                    after=key,
                    lag=integer,
                    link={"enum": list(LINKS)},
                    required=flag,
                )
            ),
            synergies=array(
                _object(
                    ["items", "value"],
                    items={"type": "array", "items": key, "minItems": 2, "maxItems": 2},
                    value=integer,
                )
            ),
            goals=array(
                _object(
                    [],
                    measure={"enum": list(MEASURES)},
                    weight=amount,
                    tolerance=amount,
                )
            ),
            order={"enum": list(ORDERS)},
            max_changes=or_null(amount),
            may_end_after=flag,
            meta={"type": "object"},
        ),
    }
