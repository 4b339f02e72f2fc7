"""From rows of figures to records: capacities, envelopes and costs, one row a figure or many."""

from __future__ import annotations

from collections import Counter
from typing import Any

from portulan.base.text import fold
from portulan.integrations.table.items import Item, Ref, TypedRow
from portulan.integrations.table.ledger import BLOCK, IGNORE, Ledger
from portulan_core.periods import split, spread


class Figures:
    """Makes the items of rows that hold figures; tells equal costs of one file apart."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self._times: Counter[tuple[str, ...]] = Counter()

    def _capacity(self, row: TypedRow) -> list[Item]:
        cells: list[tuple[int, int, dict[str, Any]]] = [
            (start, months, {"days": value}) for start, months, value, _ in row.wide
        ]
        if not row.wide and row.get("month"):
            start, months = row.get("month")
            values = {
                n: row.get(n) for n in ("days", "run_load", "focus") if row.get(n) is not None
            }
            if row.get("fte") is not None:
                values["fte"] = round(row.get("fte") * 100)
            if values.get("days") is None:
                self.ledger.note(
                    "capacity.days_missing",
                    BLOCK,
                    row.place,
                    choices=(IGNORE,),
                    column=row.columns.get("days"),
                )
            cells = [(start, months, values)]
        team = row.ref("team", "team")
        if team is None or not cells:
            self.ledger.note(
                "capacity.team_missing" if team is None else "capacity.month_missing",
                BLOCK,
                row.place,
                choices=(IGNORE,),
                column=row.columns.get("team" if team is None else "month"),
            )
            return []
        items: list[Item] = []
        for start, months, values in cells:
            parts = {
                n: spread(values[n], months)
                for n in ("days", "run_load")
                if values.get(n) is not None
            }
            for offset in range(months):
                month = {**values, **{n: part[offset] for n, part in parts.items()}}
                item = Item(
                    "capacity", row.place, {"month": start + offset, **month}, {"team": team}
                )
                item.natural, item.main = ("team", "month"), not items
                item.key = "" if items else f"{fold(team.text)}|{start}|{len(cells)}"[:300]
                items.append(item)
        return items

    def _envelope(self, row: TypedRow) -> list[Item]:
        refs = {
            "line": row.ref("line", "line"),
            "entity": row.ref("entity", "entity", "entity_name"),
        }
        amounts: list[tuple[int | None, str, int]] = [
            (start // 12, version or row.get("version") or "voted", amount)
            for start, _, amount, version in row.wide
        ]
        year = row.get("fiscal_year")
        if row.get("amount") is not None:
            amounts.append((year, row.get("version") or "voted", row.get("amount")))
        amounts += [
            (year, version, row.get(version))
            for version in ("voted", "revised", "forecast")
            if row.get(version) is not None
        ]
        if not amounts or any(y is None for y, _, _ in amounts):
            self.ledger.note(
                "envelope.year_missing" if amounts else "envelope.amount_missing",
                BLOCK,
                row.place,
                choices=(IGNORE,),
                column=row.columns.get("fiscal_year" if amounts else "amount"),
            )
            return []
        items: list[Item] = []
        for y, version, amount in amounts:
            values = {
                "fiscal_year": y,
                "version": version,
                "amount": amount,
                "stage": row.get("stage") or "",
            }
            if row.get("vouched_by"):
                values["vouched_by"] = row.get("vouched_by")
            item = Item(
                "envelope", row.place, values, {k: v for k, v in refs.items() if v is not None}
            )
            item.natural = ("entity", "line", "stage", "fiscal_year", "version")
            item.main = not items
            if not items:
                names = "|".join(fold(ref.text) if ref else "" for ref in refs.values())
                item.key = f"{names}|{values['stage']}|{y}|{version}|{len(amounts)}"[:300]
            items.append(item)
        return items

    def _cost_line(self, row: TypedRow) -> list[Item]:
        target: dict[str, Ref | None] = {
            "product": row.ref("product", "product"),
            "initiative": row.ref("initiative", "initiative"),
        }
        if target["initiative"] is None and row.get("project"):
            target["initiative"] = Ref(
                "initiative", row.get("project"), "project", row.columns.get("project")
            )
        refs: dict[str, Ref | Item | None] = {k: v for k, v in target.items() if v is not None}
        kind = row.get("kind") or "actual"
        amounts: list[tuple[tuple[int, int] | None, str, int]] = [
            ((start, months), kind, amount) for start, months, amount, _ in row.wide
        ]
        if row.get("amount") is not None:
            amounts.append((row.get("month"), kind, row.get("amount")))
        amounts += [
            (row.get("month"), name, row.get(name))
            for name in ("plan", "commitment", "actual")
            if row.get(name) is not None
        ]
        problem = (
            "cost.target_missing"
            if not refs
            else "cost.amount_missing"
            if not amounts
            else "cost.month_missing"
            if any(period is None for period, _, _ in amounts)
            else ""
        )
        if problem:
            self.ledger.note(problem, BLOCK, row.place, choices=(IGNORE,))
            return []
        items = []
        for period, cost_kind, amount in amounts:
            assert period is not None
            for offset, part in enumerate(split(amount, [1] * period[1])):
                items.append(self._cost(row, refs, cost_kind, period[0] + offset, part))
        items[0].main = True
        return items

    def _cost(
        self, row: TypedRow, refs: dict[str, Ref | Item | None], kind: str, month: int, amount: int
    ) -> Item:
        values: dict[str, Any] = {"kind": kind, "month": month, "amount": amount}
        for name in ("stage", "nature", "category", "supplier"):
            if row.get(name):
                values[name] = row.get(name)[: 40 if name == "category" else 120]
        item = Item("cost_line", row.place, values, dict(refs))
        named = [f"{k}={fold(r.text)}" for k, r in refs.items() if isinstance(r, Ref)]
        about = (*named, *(f"{k}={v}" for k, v in values.items() if k != "amount"))
        self._times[about] += 1
        item.key = "|".join([*about, str(self._times[about])])[:300]
        return item
