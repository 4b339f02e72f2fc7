"""Initiatives of the World as items of an arbitration: what is left of them, and what may move."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

from portulan.prioritisation.assumptions import Assumptions
from portulan_core import money
from portulan_core.arbitrage import Item, Mode, Placement
from portulan_core.model import CANDIDATE_STATES, PLANNED_STATES, CostLine, World
from portulan_core.model import Initiative as Row

#: A delay of a year costs this part of the value, in percent, at most half of it in all.
DELAY = 10
FULL = "full"
REDUCED = "reduced"


class Candidates:
    """The initiatives of a World under a sheet of assumptions, as items."""

    def __init__(
        self,
        world: World,
        sheet: Assumptions,
        present: int,
        scores: Mapping[str, float],
        scope: frozenset[str] | None = None,
        first_month: int = 1,
    ) -> None:
        self.world = world
        self.sheet = sheet
        self.scores = scores
        self.scope = scope
        self.calendar = first_month
        self.whole = sheet.basis == "whole"
        self.step = sheet.step
        self.periods = 1 if self.whole else sheet.periods
        self.first = sheet.first
        #: The month after the horizon.
        self.last = sheet.first + sheet.periods * sheet.step
        #: The first month in which something can still be changed.
        self.free = max(present, sheet.first)
        actuals = [c.month for c in world.cost_lines.values() if c.kind == "actual"]
        self.cut = money.cut_off(actuals, present)
        self.left_out: Counter[str] = Counter()
        self.phases: dict[str, int] = {}
        self.spent: dict[str, int] = defaultdict(int)
        for line in world.cost_lines.values():
            if line.kind == "actual" and line.initiative and line.month < (self.cut or 0):
                self.spent[line.initiative] += line.amount
        self.shares: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for link in world.initiative_products.values():
            self.shares[link.initiative].append((link.product, link.share))
        self.line_of = _primary_lines(world, sheet.axis)

    # -- which initiatives -----------------------------------------------------------------------

    def candidates(self) -> list[Row]:
        """The initiatives that may be chosen, in the order of their codes."""
        sheet = self.sheet
        asked = set(sheet.mandatory) | set(sheet.pinned)
        rows = []
        for row in sorted(self.world.initiatives.values(), key=lambda r: (r.code, r.uid)):
            if row.state not in CANDIDATE_STATES or not self.in_scope(row):
                continue
            planned = self.is_present(row)
            if not planned and not sheet.entrants and row.uid not in asked:
                self.left_out["entrant"] += 1
            elif not self.whole and row.state in PLANNED_STATES and row.start is None:
                self.left_out["unplaced"] += 1
            elif not self.whole and planned and (row.end or 0) <= self.free:
                self.left_out["past"] += 1
            elif not self.whole and planned and (row.start or 0) >= self.last:
                self.left_out["later"] += 1
            elif self.whole and not self.remaining(row):
                self.left_out["no_cost"] += 1
            elif not planned and not row.cost and not row.effort:
                self.left_out["unsized"] += 1
            else:
                rows.append(row)
        return rows

    def in_scope(self, row: Row) -> bool:
        if self.scope is None:
            return True
        if row.entity is not None:
            return row.entity in self.scope
        products = [self.world.products.get(product) for product, _ in self.shares[row.uid]]
        return any(product is not None and product.entity in self.scope for product in products)

    def is_present(self, row: Row) -> bool:
        """Whether the present plan holds it (on the whole cost, dates do not matter)."""
        return row.state in PLANNED_STATES and (self.whole or row.start is not None)

    def remaining(self, row: Row) -> int:
        """What is left to spend: on the whole, its cost less what was; else from now on."""
        if self.whole:
            return max(0, row.cost - self.spent.get(row.uid, 0))
        start = row.start if row.start is not None else self.free
        return sum(
            money.column_sum(column, start, self.free, start + len(column))
            for column in (row.costs_capex, row.costs_opex)
        )

    def is_freed(self, line: CostLine) -> bool:
        """Whether a planned cost of the product that is stopped is no longer paid."""
        sheet = self.sheet
        return (
            sheet.preset == "stop"
            and bool(sheet.stop_product)
            and line.kind == "plan"
            and line.product == sheet.stop_product
            and line.month >= max(self.free, sheet.stop_month or 0)
        )

    def freed_run(self, sheet: Assumptions) -> int:
        """What running the stopped product would have cost within the horizon."""
        last = sheet.first + sheet.periods * sheet.step
        return sum(
            line.amount
            for line in self.world.cost_lines.values()
            if self.is_freed(line) and line.month < last
        )

    # -- one initiative --------------------------------------------------------------------------

    def item(self, row: Row, points: int) -> Item:
        """An initiative as an item."""
        sheet = self.sheet
        present = self.is_present(row)
        begun = row.state == "in_progress"
        pinned = row.uid in sheet.pinned
        excluded = row.uid in sheet.excluded and not pinned
        mandatory = (
            pinned
            or row.uid in sheet.mandatory
            or row.mandatory
            or (begun and present and not sheet.stop_started)
        ) and not excluded
        placed: Placement | None = None
        started = False
        earliest, latest = 0, None
        if self.whole:
            placed = Placement(FULL, 0) if present else None
            duration = 1
        else:
            start = row.start if present else None
            if start is not None:
                self.phases[row.uid] = (start - self.first) % self.step
                placed = Placement(FULL, (start - self.first) // self.step)
                started = begun or start < self.free
            duration = max(1, -(-(self.phases.get(row.uid, 0) + row.months) // self.step))
            earliest, latest = self.window(row, placed)
        return Item(
            key=row.uid,
            modes=self.modes(row, points, duration, placed, earliest),
            value=0,
            earliest=earliest,
            latest=latest,
            mandatory=mandatory,
            excluded=excluded,
            started=started and placed is not None,
            movable=not (pinned and placed is not None),
            present=placed,
        )

    def window(self, row: Row, placed: Placement | None) -> tuple[int, int | None]:
        """First and last starting period; the present one is always open."""
        phase = self.phases.get(row.uid, 0)
        bound = max(self.free, row.earliest or 0)
        earliest = max(0, -(-(bound - self.first - phase) // self.step))
        latest = None
        if row.latest is not None:
            last = row.latest + 1 - row.months
            latest = max(0, (last - self.first - phase) // self.step)
        if placed is not None:
            earliest = min(earliest, max(placed.start, 0))
            latest = None if latest is None else max(latest, placed.start)
        return earliest, latest

    def modes(
        self, row: Row, points: int, duration: int, placed: Placement | None, earliest: int
    ) -> tuple[Mode, ...]:
        """As planned, and smaller where the sheet allows it."""
        cost = self.costs(row)
        effort = self.efforts(row)
        aim = max(placed.start, 0) if placed is not None else earliest
        found = [Mode(FULL, duration, effort, cost, self.value(points, aim))]
        for uid, part, worth in self.sheet.reduced:
            if uid == row.uid:
                found.append(
                    Mode(
                        REDUCED,
                        duration,
                        {k: tuple(scaled(a, part) for a in v) for k, v in effort.items()},
                        {k: tuple(scaled(a, part) for a in v) for k, v in cost.items()},
                        self.value(points * worth // 100, aim),
                    )
                )
        return tuple(found)

    def value(self, points: int, aim: int) -> int | tuple[int, ...]:
        """Points by starting period: a later start than the aim loses some."""
        if self.periods == 1:
            return points
        return tuple(
            points - points * min(50, DELAY * self.step * max(0, t - aim) // 12) // 100
            for t in range(self.periods)
        )

    def costs(self, row: Row) -> dict[str, tuple[int, ...]]:
        """What is left to spend, by account and period since the start."""
        if self.whole:
            return {
                account: (amount,)
                for account, amount in self.split(row, self.remaining(row))
                if amount
            }
        found: dict[str, list[int]] = {}
        months = self.by_month(row)
        phase = self.phases.get(row.uid, 0)
        count = -(-(phase + len(months)) // self.step)
        grouped = [0] * count
        for offset, amount in enumerate(months):
            grouped[(phase + offset) // self.step] += amount
        for index, total in enumerate(grouped):
            for account, amount in self.split(row, total):
                found.setdefault(account, [0] * count)[index] += amount
        return {account: tuple(row) for account, row in found.items() if any(row)}

    def by_month(self, row: Row) -> list[int]:
        """Its cost by month from the start, nil in the months that are past."""
        length = max(len(row.costs_capex), len(row.costs_opex))
        months = [0] * length
        for column in (row.costs_capex, row.costs_opex):
            for offset, amount in enumerate(column):
                months[offset] += amount
        if row.start is not None and self.is_present(row):
            for offset in range(min(length, max(0, self.free - row.start))):
                months[offset] = 0
        return months

    def efforts(self, row: Row) -> dict[str, tuple[int, ...]]:
        """Days by team and period since the start, nil in the months that are past."""
        if self.whole:
            return {}
        phase = self.phases.get(row.uid, 0)
        placed = row.start if self.is_present(row) else None
        past = 0 if placed is None else max(0, self.free - placed)
        found = {}
        for team, days in row.efforts:
            grouped = [0] * max(1, -(-(phase + len(days)) // self.step))
            for offset, amount in enumerate(days):
                if offset >= past:
                    grouped[(phase + offset) // self.step] += amount
            if any(grouped):
                found[team] = tuple(grouped)
        return found

    def split(self, row: Row, amount: int) -> list[tuple[str, int]]:
        """An amount by account: the entity, the line of each product served, the funding time."""
        entity = row.entity or ""
        return [
            (f"{entity}|{self.line_of.get(product or '', '')}|{row.stage}", part)
            for product, part in money.split_by_share(amount, self.shares[row.uid])
        ]


def scaled(amount: int, percent: int) -> int:
    """A part of an amount, rounded to the nearest."""
    return (amount * percent + 50) // 100


def _primary_lines(world: World, axis: str) -> dict[str, str]:
    """Product → its primary line on the axis (any axis when none is asked)."""
    found: dict[str, str] = {}
    for link in world.product_lines.values():
        line = world.lines.get(link.line)
        if line is not None and link.primary and (not axis or line.axis == axis):
            found.setdefault(link.product, link.line)
    return found
