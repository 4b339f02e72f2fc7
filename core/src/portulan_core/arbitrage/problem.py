"""The problem of arbitration: what may be chosen, when, with what, under which limits.

Units, kept by the caller and never converted here: money in minor units (cents), effort in
hundredths of person-days, value in whole points (scale it: hundredths of a point, say), periods
as consecutive indexes ``0 … periods-1``. **Every number is an integer**, so that a plan is
feasible or not, never "within 1e-6"; the JSON form also takes ``12.0`` for 12.

Everything is a frozen value. `Problem.check` raises `ProblemError` with every fault at once:
where (path), what (code), what was expected.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

Measure = Literal["value", "cost", "makespan", "stability"]
Share = Literal["count", "value", "cost", "effort"]
GroupKind = Literal["exclusive", "all_or_none"]
Link = Literal["finish_to_start", "start_to_start"]
Order = Literal["lexicographic", "weighted"]

MEASURES: tuple[Measure, ...] = ("value", "cost", "makespan", "stability")
SHARES: tuple[Share, ...] = ("count", "value", "cost", "effort")
GROUP_KINDS: tuple[GroupKind, ...] = ("exclusive", "all_or_none")
LINKS: tuple[Link, ...] = ("finish_to_start", "start_to_start")
ORDERS: tuple[Order, ...] = ("lexicographic", "weighted")

LARGEST = 10**13
"""The largest absolute value of a number (a hundred thousand million euros in cents)."""
SPACE = 2**58
"""The largest total of a goal: within the integers of the solvers, with room for their sums."""
BASIS = 10_000
"""Shares are in basis points: 10 % is 1,000."""


@dataclass(frozen=True, slots=True)
class Issue:
    """One fault of a problem: ``path`` says where, ``code`` what, then what was expected."""

    path: str
    code: str
    expected: str = ""
    got: str = ""

    def to_json(self) -> dict[str, str]:
        """As a dictionary of strings."""
        return {
            "path": self.path,
            "code": self.code,
            "expected": self.expected,
            "got": self.got,
        }


class ProblemError(ValueError):
    """A problem that cannot be read or does not hold together; ``issues`` lists every fault."""

    def __init__(self, issues: Sequence[Issue]) -> None:
        self.issues = tuple(issues)
        shown = "; ".join(
            f"{i.path}: {i.code}"
            + (f", expected {i.expected}" if i.expected else "")
            + (f", got {i.got}" if i.got else "")
            for i in self.issues[:10]
        )
        more = f" (and {len(self.issues) - 10} more)" if len(self.issues) > 10 else ""
        super().__init__(shown + more)


@dataclass(frozen=True, slots=True)
class Placement:
    """A mode and the period in which it starts (negative: before the first period)."""

    mode: str
    start: int


@dataclass(frozen=True, slots=True)
class Mode:
    """One way to do an item.

    ``effort[resource][k]`` and ``cost[account][k]`` fall in the k-th period since the start; either
    may go on after ``duration`` (run costs). What falls outside the periods of the problem is not
    counted. ``value`` replaces the item's (partial funding): a number, or one per starting period.
    """

    key: str = "full"
    duration: int = 1
    effort: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    cost: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    value: int | tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """What may be chosen: an initiative, a project, a product's yearly budget.

    ``value``: gained when chosen; a number, or one per starting period (see `discounted`).
    ``earliest``/``latest``: first and last starting period; ``latest_end``: it must be over by the
    end of period ``latest_end - 1`` (half-open). ``present``: where it stands in the present plan.
    ``started``: keeps the start of ``present`` if kept at all. ``movable=False``: keeps ``present``
    whole if kept at all. ``exit_cost[account][t]``: paid in period t when it is *not* chosen.
    """

    key: str
    modes: tuple[Mode, ...] = (Mode(),)
    value: int | tuple[int, ...] = 0
    earliest: int = 0
    latest: int | None = None
    latest_end: int | None = None
    mandatory: bool = False
    excluded: bool = False
    started: bool = False
    movable: bool = True
    present: Placement | None = None
    labels: tuple[str, ...] = ()
    exit_cost: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def mode(self, key: str) -> Mode:
        """The mode of that key; `KeyError` when there is none."""
        for mode in self.modes:
            if mode.key == key:
                return mode
        raise KeyError(key)

    def value_of(self, mode: Mode, start: int) -> int:
        """Points gained by this mode started then (a start before the first period counts as 0)."""
        value = self.value if mode.value is None else mode.value
        if isinstance(value, int):
            return value
        return value[min(max(start, 0), len(value) - 1)]


@dataclass(frozen=True, slots=True)
class Resource:
    """A team, or a skill of a team, with its capacity in each period (hundredths of days)."""

    key: str
    capacity: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Envelope:
    """A budget: the cost on ``accounts`` in ``periods`` (None: all) stays within floor and ceiling.

    An account is whatever costs are tagged with: a line, a funding time (run, change), a stage,
    or their combination. Envelopes may overlap: one by line and year, one for the whole.
    """

    key: str
    accounts: tuple[str, ...]
    periods: tuple[int, ...] | None = None
    ceiling: int | None = None
    floor: int | None = None


@dataclass(frozen=True, slots=True)
class Guardrail:
    """A limit on what carries a label: at least 10 % of the cost to exploration, say.

    ``measure`` counts items, points, cost (of ``keys`` = accounts, all when empty) or effort (of
    ``keys`` = resources, all when empty) of the chosen items that carry ``label``. ``floor`` and
    ``ceiling`` are absolute; ``floor_share`` and ``ceiling_share`` are basis points of the same
    measure over all chosen items.
    """

    key: str
    label: str
    measure: Share = "cost"
    keys: tuple[str, ...] = ()
    floor: int | None = None
    ceiling: int | None = None
    floor_share: int | None = None
    ceiling_share: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """``exclusive``: at most one of the items. ``all_or_none``: all of them or none."""

    key: str
    kind: GroupKind
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Precedence:
    """``after`` starts at least ``lag`` periods after the end (or the start) of ``before``.

    ``required``: choosing ``after`` asks for ``before``; otherwise the rule holds only when both
    are chosen. A lag may be negative (overlap).
    """

    before: str
    after: str
    lag: int = 0
    link: Link = "finish_to_start"
    required: bool = True

    @property
    def key(self) -> str:
        """How results name this precedence."""
        return f"{self.before}>{self.after}"


@dataclass(frozen=True, slots=True)
class Synergy:
    """Points gained (or lost: cannibalisation) when both items are chosen."""

    items: tuple[str, str]
    value: int


@dataclass(frozen=True, slots=True)
class Goal:
    """One measure to optimise: most value; least cost, makespan or changes to the present plan.

    ``weight`` serves when goals are weighted. ``tolerance``: when lexicographic, how much of this
    goal the next ones may give up, in basis points.
    """

    measure: Measure = "value"
    weight: int = 1
    tolerance: int = 0


@dataclass(frozen=True, slots=True)
class Problem:
    """What may be chosen and placed, and under which limits. See the module for the units.

    ``max_changes``: how many items of the present plan may come out, move or change mode (items
    that come in are not changes to the present plan). ``may_end_after``: an item may end after
    the last period (what falls after it is not counted). ``unit``: optional texts about the units.
    """

    periods: int
    items: tuple[Item, ...]
    resources: tuple[Resource, ...] = ()
    envelopes: tuple[Envelope, ...] = ()
    guardrails: tuple[Guardrail, ...] = ()
    groups: tuple[Group, ...] = ()
    precedences: tuple[Precedence, ...] = ()
    synergies: tuple[Synergy, ...] = ()
    goals: tuple[Goal, ...] = (Goal("value"), Goal("stability"))
    order: Order = "lexicographic"
    max_changes: int | None = None
    may_end_after: bool = False

    def check(self) -> Problem:
        """This problem, or `ProblemError` with every fault in it."""
        issues = check(self)
        if issues:
            raise ProblemError(issues)
        return self

    def item(self, key: str) -> Item:
        """The item of that key; `KeyError` when there is none."""
        for item in self.items:
            if item.key == key:
                return item
        raise KeyError(key)

    def with_items(self, changed: Mapping[str, Item]) -> Problem:
        """The same problem with some items replaced by key."""
        return replace(self, items=tuple(changed.get(i.key, i) for i in self.items))

    def window(self, item: Item, mode: Mode) -> range:
        """The starting periods open to an item in a mode (empty when there is none)."""
        if item.excluded:
            return range(0)
        if item.present is not None:
            if not item.movable and mode.key != item.present.mode:
                return range(0)
            if item.started or not item.movable:
                return range(item.present.start, item.present.start + 1)
        first = max(item.earliest, 0)
        last = self.periods - 1 if mode.duration else self.periods
        if item.latest is not None:
            last = min(last, item.latest)
        if not self.may_end_after:
            last = min(last, self.periods - mode.duration)
        if item.latest_end is not None:
            last = min(last, item.latest_end - mode.duration)
        return range(first, last + 1)

    def to_json(self) -> dict[str, Any]:
        """As plain JSON values: `portulan_core.arbitrage.schema` publishes the form."""
        from portulan_core.arbitrage.jsonform import problem_to_json

        return problem_to_json(self)

    @classmethod
    def from_json(cls, data: object) -> Problem:
        """Read the JSON form; `ProblemError` lists every fault (path, what, expected)."""
        from portulan_core.arbitrage.jsonform import problem_from_json

        return problem_from_json(data)


def discounted(
    benefits: Sequence[int | float], periods: int, delay: int = 0, rate_bp: int = 0
) -> tuple[int, ...]:
    """Value per starting period of a benefit stream, for `Item.value` or `Mode.value`.

    ``benefits[k]`` points come in the k-th period after ``delay`` (usually the duration); the last
    one goes on to the horizon. Points of period t are divided by ``(1 + rate)^t``, ``rate_bp``
    being basis points per period; what falls after the last period is lost. Whole points.
    """
    values = []
    for start in range(periods):
        total = 0.0
        for t in range(start + delay, periods):
            if benefits:
                total += (
                    benefits[min(t - start - delay, len(benefits) - 1)] / (1 + rate_bp / BASIS) ** t
                )
        values.append(round(total))
    return tuple(values)


def check(problem: Problem) -> list[Issue]:
    """Every fault of a problem: duplicate or unknown keys, wrong lengths, impossible numbers.

    What is not even made of the right types is told first, and alone.
    """
    from portulan_core.arbitrage import shapes

    return shapes.faults(problem) or _Checker(problem).run()


class _Checker:
    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.issues: list[Issue] = []

    def add(self, path: str, code: str, expected: str = "", got: object = "") -> None:
        self.issues.append(Issue(path, code, expected, str(got)))

    def unique(self, path: str, keys: Iterable[str]) -> set[str]:
        seen: set[str] = set()
        for index, key in enumerate(keys):
            if not isinstance(key, str) or not key:
                self.add(
                    f"{path}[{index}].key",
                    "empty_key",
                    "a text that is not empty",
                    repr(key),
                )
            elif key in seen:
                self.add(f"{path}[{index}].key", "duplicate_key", "a key used once", key)
            seen.add(key)
        return seen

    def known(self, path: str, key: str, keys: set[str], what: str) -> None:
        if key not in keys:
            self.add(path, "unknown_key", f"the key of {what}", key)

    def number(self, path: str, value: object, low: int | None = None) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            self.add(path, "not_an_integer", "an integer", repr(value))
        elif low is not None and value < low:
            self.add(path, "too_small", f"at least {low}", value)
        elif abs(value) > LARGEST:
            self.add(path, "too_large", f"at most {LARGEST}", value)

    def row(self, path: str, values: Sequence[int], low: int | None = 0) -> None:
        for index, value in enumerate(values):
            self.number(f"{path}[{index}]", value, low)

    def value(self, path: str, value: object) -> None:
        if isinstance(value, tuple):
            if len(value) != self.problem.periods:
                self.add(path, "wrong_length", f"{self.problem.periods} numbers", len(value))
            self.row(path, value, None)
        elif isinstance(value, list):
            self.add(path, "not_an_integer", "an integer, or a tuple of integers", repr(value)[:60])
        else:
            self.number(path, value)

    def run(self) -> list[Issue]:
        p = self.problem
        self.number("periods", p.periods, 1)
        if self.issues:
            return self.issues
        items = self.unique("items", (i.key for i in p.items))
        resources = self.unique("resources", (r.key for r in p.resources))
        self.unique("envelopes", (e.key for e in p.envelopes))
        self.unique("guardrails", (g.key for g in p.guardrails))
        self.unique("groups", (g.key for g in p.groups))
        for index, item in enumerate(p.items):
            self.item(f"items[{index}]", item, resources)
        for index, resource in enumerate(p.resources):
            path = f"resources[{index}].capacity"
            if len(resource.capacity) != p.periods:
                self.add(path, "wrong_length", f"{p.periods} numbers", len(resource.capacity))
            self.row(path, resource.capacity)
        for index, envelope in enumerate(p.envelopes):
            path = f"envelopes[{index}]"
            for t in envelope.periods or ():
                if not 0 <= t < p.periods:
                    self.add(f"{path}.periods", "unknown_period", f"0 to {p.periods - 1}", t)
            if len(set(envelope.accounts)) != len(envelope.accounts):
                self.add(f"{path}.accounts", "duplicate_key", "accounts named once")
            self.bounds(path, envelope.floor, envelope.ceiling, None)
        for index, rail in enumerate(p.guardrails):
            path = f"guardrails[{index}]"
            if rail.measure not in SHARES:
                self.add(f"{path}.measure", "unknown_choice", ", ".join(SHARES), rail.measure)
            if rail.measure == "effort":
                for key in rail.keys:
                    self.known(f"{path}.keys", key, resources, "a resource")
            self.bounds(path, rail.floor, rail.ceiling, None)
            self.bounds(path, rail.floor_share, rail.ceiling_share, BASIS)
        for index, group in enumerate(p.groups):
            path = f"groups[{index}]"
            if group.kind not in GROUP_KINDS:
                self.add(f"{path}.kind", "unknown_choice", ", ".join(GROUP_KINDS), group.kind)
            if len(set(group.items)) != len(group.items):
                self.add(f"{path}.items", "duplicate_key", "items named once")
            for key in group.items:
                self.known(f"{path}.items", key, items, "an item")
        pairs: set[tuple[str, str, str]] = set()
        for index, link in enumerate(p.precedences):
            path = f"precedences[{index}]"
            self.known(f"{path}.before", link.before, items, "an item")
            self.known(f"{path}.after", link.after, items, "an item")
            self.number(f"{path}.lag", link.lag, -LARGEST)
            if link.link not in LINKS:
                self.add(f"{path}.link", "unknown_choice", ", ".join(LINKS), link.link)
            if link.before == link.after:
                self.add(path, "itself", "two different items", link.before)
            if (link.before, link.after, link.link) in pairs:
                self.add(path, "duplicate_key", "one rule for two items", link.key)
            pairs.add((link.before, link.after, link.link))
        for index, synergy in enumerate(p.synergies):
            path = f"synergies[{index}]"
            if len(synergy.items) != 2 or synergy.items[0] == synergy.items[-1]:
                self.add(
                    f"{path}.items",
                    "wrong_length",
                    "two different items",
                    synergy.items,
                )
            for key in synergy.items:
                self.known(f"{path}.items", key, items, "an item")
            self.number(f"{path}.value", synergy.value)
        self.goals()
        if p.max_changes is not None:
            self.number("max_changes", p.max_changes, 0)
        if not self.issues:
            self.sizes()
        return self.issues

    def sizes(self) -> None:
        """The goals must stay within 64-bit integers, whatever is chosen."""
        p = self.problem
        most = {"value": 0, "cost": 0, "makespan": 0, "stability": len(p.items)}
        longest = max((m.duration for i in p.items for m in i.modes), default=0)
        most["makespan"] = p.periods + longest
        for item in p.items:
            worth = [item.value, *(m.value for m in item.modes if m.value is not None)]
            most["value"] += max(
                abs(v) for w in worth for v in (w if isinstance(w, tuple) else (w,))
            )
            most["cost"] += max(
                sum(abs(a) for row in mode.cost.values() for a in row) for mode in item.modes
            ) + sum(a for row in item.exit_cost.values() for a in row)
        most["value"] += sum(abs(s.value) for s in p.synergies)
        weighted = p.order == "weighted"
        total = sum(most[g.measure] * (g.weight if weighted else 1) for g in p.goals)
        if total > SPACE:
            self.add("goals", "too_large", f"weights times measures at most {SPACE}", total)

    def goals(self) -> None:
        p = self.problem
        if not p.goals:
            self.add("goals", "wrong_length", "at least one goal", 0)
        if p.order not in ORDERS:
            self.add("order", "unknown_choice", ", ".join(ORDERS), p.order)
        if len({g.measure for g in p.goals}) != len(p.goals):
            self.add("goals", "duplicate_key", "each measure once")
        for index, goal in enumerate(p.goals):
            path = f"goals[{index}]"
            if goal.measure not in MEASURES:
                self.add(
                    f"{path}.measure",
                    "unknown_choice",
                    ", ".join(MEASURES),
                    goal.measure,
                )
            self.number(f"{path}.weight", goal.weight, 0)
            if isinstance(goal.weight, int) and goal.weight > 10**9:
                self.add(f"{path}.weight", "too_large", "at most 1000000000", goal.weight)
            self.number(f"{path}.tolerance", goal.tolerance, 0)

    def bounds(self, path: str, low: int | None, high: int | None, top: int | None) -> None:
        names = ("floor", "ceiling") if top is None else ("floor_share", "ceiling_share")
        for name, value in zip(names, (low, high), strict=True):
            if value is not None:
                self.number(f"{path}.{name}", value, None if top is None else 0)
                if top is not None and isinstance(value, int) and value > top:
                    self.add(
                        f"{path}.{name}",
                        "too_large",
                        f"at most {top} basis points",
                        value,
                    )
        if isinstance(low, int) and isinstance(high, int) and low > high:
            self.add(f"{path}.{names[0]}", "above_ceiling", f"at most {high}", low)

    def item(self, path: str, item: Item, resources: set[str]) -> None:
        if not item.modes:
            self.add(f"{path}.modes", "wrong_length", "at least one mode", 0)
        modes = self.unique(f"{path}.modes", (m.key for m in item.modes))
        self.value(f"{path}.value", item.value)
        self.number(f"{path}.earliest", item.earliest)
        for name in ("latest", "latest_end"):
            value = getattr(item, name)
            if value is not None:
                self.number(f"{path}.{name}", value)
        if item.mandatory and item.excluded:
            self.add(path, "mandatory_and_excluded", "one or the other", item.key)
        if item.present is None:
            if item.started:
                self.add(f"{path}.started", "no_present", "a present placement when started")
            if not item.movable:
                self.add(
                    f"{path}.movable",
                    "no_present",
                    "a present placement when not movable",
                )
        else:
            self.known(f"{path}.present.mode", item.present.mode, modes, "a mode of the item")
            self.number(f"{path}.present.start", item.present.start)
        for account, amounts in item.exit_cost.items():
            self.row(f"{path}.exit_cost.{account}", amounts)
        for index, mode in enumerate(item.modes):
            at = f"{path}.modes[{index}]"
            self.number(f"{at}.duration", mode.duration, 0)
            if mode.value is not None:
                self.value(f"{at}.value", mode.value)
            for key, amounts in mode.effort.items():
                self.known(f"{at}.effort", key, resources, "a resource")
                self.row(f"{at}.effort.{key}", amounts)
            for account, amounts in mode.cost.items():
                self.row(f"{at}.cost.{account}", amounts, None)
