"""Envelopes, capacities and dependencies of an arbitration, less what cannot be changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from portulan.prioritisation.assumptions import Limit
from portulan.prioritisation.candidates import Candidates
from portulan_core.arbitrage import Envelope, Item, Precedence, Resource
from portulan_core.model import PLANNED_STATES
from portulan_core.model import Initiative as Row
from portulan_core.periods import fiscal_year, fiscal_year_start

NO_LIMIT = 10**11


class Limits:
    """The limits of a sheet around its candidates."""

    def __init__(self, of: Candidates) -> None:
        self.of = of
        self.world, self.sheet = of.world, of.sheet
        self.whole, self.first, self.free = of.whole, of.first, of.free
        self.periods, self.step, self.calendar = of.periods, of.step, of.calendar
        #: Envelopes of the budget that what cannot be changed exceeds already, and by how much.
        self.exceeded: dict[str, int] = {}
        #: What a capacity of the sheet holds beside what is left: taken, less what is given more.
        self.held_days: dict[tuple[str, int], int] = {}

    def envelopes(
        self, accounts: Sequence[str], items: Mapping[str, Item]
    ) -> tuple[list[Envelope], dict[str, int], list[str]]:
        """Envelopes with what cannot be changed taken off; those that nothing falls under."""
        spent = self.fixed()
        found, fixed, unused = [], {}, []
        for limit in self.sheet.envelopes:
            periods = self.periods_of(limit)
            held = sum(
                amount
                for (account, month), amount in spent.items()
                if self.covers(limit, account)
                and (limit.year is None or month is None or self.year(limit, month) == limit.year)
            )
            fixed[limit.key] = held
            under = [a for a in accounts if self.covers(limit, a)]
            if not under or periods == ():
                unused.append(limit.key)
                continue
            ceiling = limit.amount - held
            envelope = Envelope(limit.key, tuple(under), periods, ceiling=ceiling)
            if limit.source:
                forced = self.forced_money(envelope, items)
                if forced > ceiling:
                    self.exceeded[limit.key] = forced - ceiling
                    envelope = replace(envelope, ceiling=forced)
            found.append(envelope)
        return found, fixed, unused

    def forced_money(self, envelope: Envelope, items: Mapping[str, Item]) -> int:
        """What initiatives that must stay take of an envelope where they stand now."""
        wanted = set(range(self.periods)) if envelope.periods is None else set(envelope.periods)
        total = 0
        for item in items.values():
            if item.present is None or not item.mandatory:
                continue
            cost = item.mode(item.present.mode).cost
            for account in envelope.accounts:
                for offset, amount in enumerate(cost.get(account, ())):
                    if item.present.start + offset in wanted:
                        total += amount
        return total

    def periods_of(self, limit: Limit) -> tuple[int, ...] | None:
        """The periods of a limit's fiscal year (``None``: all)."""
        if self.whole or limit.year is None:
            return None
        return tuple(
            t
            for t in range(self.periods)
            if self.year(limit, self.first + t * self.step) == limit.year
        )

    def year(self, limit: Limit, month: int) -> int:
        """The fiscal year of a month, along the calendar of the envelope's entity."""
        entity = self.world.entities.get(limit.entity or "")
        return fiscal_year(month, entity.fiscal_first_month if entity else self.calendar)

    def covers(self, limit: Limit, account: str) -> bool:
        """Whether money of an account falls under a limit."""
        entity, line, stage = account.split("|")
        return (
            (not limit.stage or limit.stage == stage)
            and (limit.line is None or limit.line in _above(line, self.world.lines))
            and (limit.entity is None or limit.entity in _above(entity, self.world.entities))
        )

    def fixed(self) -> dict[tuple[str, int | None], int]:
        """What cannot be changed, by account and month (``None``: on the whole cost)."""
        found: dict[tuple[str, int | None], int] = defaultdict(int)
        rows = self.world.initiatives
        if self.whole:
            for uid, amount in self.of.spent.items():
                row = rows.get(uid)
                if row is not None and self.of.is_present(row) and self.of.in_scope(row):
                    for account, part in self.of.split(row, min(amount, row.cost)):
                        found[account, None] += part
            return found
        first = fiscal_year_start(fiscal_year(self.first, self.calendar), self.calendar)
        last = self.first + self.periods * self.step

        def add(account: str, month: int, amount: int) -> None:
            if first - 12 < month < last and amount:
                found[account, month] += amount

        cut_at = first if self.of.cut is None else self.of.cut
        for line in self.world.cost_lines.values():
            closed = line.month < cut_at
            if self.of.is_freed(line):
                continue
            if (line.kind == "actual" and closed) or (line.kind == "plan" and not closed):
                row = rows.get(line.initiative or "")
                if row is not None:
                    for account, part in self.of.split(row, line.amount):
                        add(account, line.month, part)
                    continue
                product = self.world.products.get(line.product or "")
                entity = (product.entity if product else None) or ""
                where = f"{entity}|{self.of.line_of.get(line.product or '', '')}|{line.stage}"
                add(where, line.month, line.amount)
        for row in rows.values():
            if row.state not in PLANNED_STATES or row.start is None:
                continue
            outside = not self.of.in_scope(row)
            for column in (row.costs_capex, row.costs_opex):
                for offset, amount in enumerate(column):
                    month = row.start + offset
                    if month >= cut_at and (outside or month < self.free):
                        for account, part in self.of.split(row, amount):
                            add(account, month, part)
        return found

    def resources(
        self, items: Mapping[str, Item]
    ) -> tuple[list[Resource], tuple[str, ...]]:
        """Teams whose capacity is known, less what cannot be changed."""
        if self.whole:
            return [], ()
        last = self.first + self.periods * self.step
        given: dict[str, list[int]] = {}
        known: dict[str, set[int]] = defaultdict(set)
        for row in self.world.capacities.values():
            if self.first <= row.month < last:
                t = (row.month - self.first) // self.step
                given.setdefault(row.team, [0] * self.periods)[t] += max(0, row.days - row.run_load)
                known[row.team].add(t)
        asked = {(team, month) for team, month, _ in self.sheet.capacities}
        for team, month, days in self.sheet.capacities:
            if self.first <= month < last:
                t = (month - self.first) // self.step
                for each in range(t, min(self.periods, t + 3 // self.step)):
                    given.setdefault(team, [0] * self.periods)[each] = days * self.step // 3
                    known[team].add(each)
        for team, more in self.sheet.more_days if self.sheet.preset == "grow" else ():
            for t in known[team]:
                given[team][t] += more * self.step // 3
        taken = self.taken(given)
        more_of = dict(self.sheet.more_days) if self.sheet.preset == "grow" else {}
        self.held_days = {
            (team, t): days - more_of.get(team, 0) * self.step // 3
            for team, row in taken.items() for t, days in enumerate(row)
        }  # fmt: skip
        now: dict[str, list[int]] = {team: [0] * self.periods for team in given}
        forced: dict[str, list[int]] = {team: [0] * self.periods for team in given}
        for item in items.values():
            if item.present is None:
                continue
            for team, days_of in item.mode(item.present.mode).effort.items():
                for offset, amount in enumerate(days_of):
                    t = item.present.start + offset
                    if team in now and 0 <= t < self.periods:
                        now[team][t] += amount
                        forced[team][t] += amount if item.mandatory else 0
        found = []
        for team in sorted(given):
            capacity = []
            for t in range(self.periods):
                if t not in known[team]:
                    capacity.append(NO_LIMIT)
                    continue
                left = max(0, given[team][t] - taken[team][t])
                month = self.first + t * self.step
                if any((team, month - back) in asked for back in range(3)):
                    capacity.append(left)
                elif self.sheet.hold_capacity:
                    capacity.append(max(left, forced[team][t]))
                else:
                    capacity.append(max(left, now[team][t]))
            found.append(Resource(team, tuple(capacity)))
        return found, tuple(sorted(given))

    def taken(self, teams: Mapping[str, object]) -> dict[str, list[int]]:
        """Days that cannot be changed: past months, initiatives outside the scope."""
        found = {team: [0] * self.periods for team in teams}
        for row in self.world.initiatives.values():
            if row.state not in PLANNED_STATES or row.start is None:
                continue
            outside = not self.of.in_scope(row)
            for team, days in row.efforts:
                if team not in found:
                    continue
                for offset, amount in enumerate(days):
                    month = row.start + offset
                    t = (month - self.first) // self.step
                    if 0 <= t < self.periods and (outside or month < self.free):
                        found[team][t] += amount
        return found

    def precedences(
        self, rows: Mapping[str, Row], items: Mapping[str, Item]
    ) -> tuple[list[Precedence], int]:
        """Dependencies between candidates, in periods; those not kept today are left so."""
        found: dict[tuple[str, str], Precedence] = {}
        loose = 0
        if not self.sheet.dependencies:
            return [], 0
        for link in self.world.dependencies.values():
            before, after = rows.get(link.predecessor), rows.get(link.successor)
            if link.subject != "initiative" or before is None or after is None or before is after:
                continue
            first, second = items[before.uid], items[after.uid]
            required = first.present is not None or second.present is None
            loose += not required
            if self.whole:
                if required:
                    found[before.uid, after.uid] = Precedence(
                        before.uid, after.uid, 0, "start_to_start"
                    )
                continue
            ends = self.of.phases.get(before.uid, 0) + before.months + link.lag
            lag = -(-(ends - self.of.phases.get(after.uid, 0)) // self.step)
            if first.present is not None and second.present is not None:
                now = second.present.start - first.present.start
                loose += now < lag
                lag = min(lag, now)
            known = found.get((before.uid, after.uid))
            if known is None or known.lag < lag:
                found[before.uid, after.uid] = Precedence(
                    before.uid, after.uid, lag, "start_to_start", required
                )
        return list(found.values()), loose


def _above(uid: str, table: Mapping[str, object]) -> set[str]:
    """A line or entity with all above it."""
    found: set[str] = set()
    at: str | None = uid
    while at and at not in found:
        found.add(at)
        at = getattr(table.get(at), "parent", None)
    return found
