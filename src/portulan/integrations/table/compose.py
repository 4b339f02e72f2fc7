"""From a row to the records that it gives, kind by kind.

A project row gives a project and one initiative of the same code and name that carries its money
and dates, so that budget, roadmap and decisions work on it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from portulan.base.text import fold
from portulan.integrations.table.items import Item, Ref, TypedRow
from portulan.integrations.table.ledger import BLOCK, IGNORE, WARN, Ledger
from portulan.integrations.table.work import work_values
from portulan_core.periods import split, spread


#: How the initiative that carries a project's money is found again: there is one per project.
CARRIER = ("project",)


class Composer:
    """Makes the items of rows; keeps what must be told apart within a file."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self._times: Counter[tuple[str, ...]] = Counter()

    def items(self, kind: str, row: TypedRow) -> list[Item]:
        """The records that a row gives, its main one first."""
        make: Callable[[TypedRow], list[Item]] = getattr(self, f"_{kind}")
        return make(row)

    def _named(self, kind: str, row: TypedRow, *columns: str, **refs: Any) -> Item:
        """The main record of a row with a code and a name."""
        name = row.get("name") or ""
        code = row.get("code") or ""
        values = {c: row.get(c) for c in columns if row.get(c) is not None}
        values["name"] = name or code
        item = Item(kind, row.place, values, {k: v for k, v in refs.items() if v is not None})
        item.code, item.name, item.main = code, name or code, True
        if not item.name:
            self.ledger.note(
                "name.missing", BLOCK, row.place, key=("name",), choices=(IGNORE,), params={"kind": kind}
            )
        parent = item.refs.get("project") or item.refs.get("entity")
        inside = fold(parent.text) if isinstance(parent, Ref) and not code else ""
        item.key = f"{fold(code or name)}\x1f{inside}".strip("\x1f")[:300]
        return item

    def _role(
        self, role: tuple[str, str], person: Ref | Item, kind: str, target: Ref | Item, row: TypedRow
    ) -> Item:
        item = Item(kind, row.place, {"role": role[0]}, {"person": person, kind.removesuffix("_role"): target})
        if role[1]:
            item.values["source_role"] = role[1]
        item.natural = ("role", "person", kind.removesuffix("_role"))
        return item

    # --- organisation

    def _entity(self, row: TypedRow) -> list[Item]:
        item = self._named(
            "entity",
            row,
            "level",
            "currency",
            "fiscal_first_month",
            "country",
            "description",
            parent=row.ref("parent", "entity"),
        )
        return [item]

    def _person(self, row: TypedRow) -> list[Item]:
        name = row.get("name") or " ".join(
            part for part in (row.get("first_name"), row.get("last_name")) if part
        )
        row.values = {**row.values, "name": name or (row.get("email") or "").partition("@")[0]}
        entity = row.ref("entity", "entity", "entity_name")
        item = self._named("person", row, "email", "job_title", "active", entity=entity)
        if not item.code and row.get("email"):
            item.key = row.get("email")
        items = [item]
        dated = {n: row.get(n) for n in ("starts", "ends", "fraction") if row.get(n) is not None}
        role = row.get("role")
        targets = [
            (f"{kind}_role", ref)
            for kind in ("product", "project", "line")
            if (ref := row.ref(kind, kind)) is not None
        ]
        if role and not targets and entity is not None:
            targets = [("entity_role", entity)]
        for kind, ref in targets:
            held = self._role(role or ("contributor", ""), item, kind, ref, row)
            held.values.update(dated)
            items.append(held)
        team = row.ref("team", "team")
        if team is not None:
            member = Item("membership", row.place, dict(dated), {"person": item, "team": team})
            member.natural = ("person", "team")
            items.append(member)
        return items

    def _team(self, row: TypedRow) -> list[Item]:
        return [
            self._named(
                "team",
                row,
                "permanent",
                "skill",
                "starts",
                "ends",
                entity=row.ref("entity", "entity", "entity_name"),
                manager=row.ref("manager", "person"),
            )
        ]

    # --- catalogue

    def _line(self, row: TypedRow) -> list[Item]:
        parent = row.ref("parent", "line")
        return [self._named("line", row, "axis", "description", "position", parent=parent)]

    def _product(self, row: TypedRow) -> list[Item]:
        texts = ("summary", "vision", "value_users", "value_business", "users", "markets", "strategy", "debt")
        item = self._named(
            "product",
            row,
            "kind",
            "personal_data",
            "stop_cost",
            *texts,
            entity=row.ref("entity", "entity", "entity_name"),
            team=row.ref("team", "team"),
            parent=row.ref("parent", "product"),
        )
        if row.facts:
            item.values["facts"] = dict(row.facts)
        items = [item]
        if row.get("stage"):
            stage, word = row.get("stage")
            period = Item("stage_period", row.place, {"stage": stage, "source_stage": word}, {"product": item})
            period.natural = ("product", "source_stage")
            if row.get("stage_starts"):
                period.values["starts"] = row.get("stage_starts")
            items.append(period)
        for axis in ("segment", "domain", "platform"):
            for position, ref in enumerate(row.refs(axis, "line")):
                place = Item("product_line", row.place, {"primary": position == 0}, {"product": item})
                place.refs["line"] = Ref("line", ref.text, axis, ref.column)
                place.natural = ("product", "line")
                items.append(place)
        for name, role in (("manager", "product_manager"), ("sponsor", "sponsor")):
            person = row.ref(name, "person")
            if person is not None:
                items.append(self._role((role, ""), person, "product_role", item, row))
        if row.get("url"):
            link = Item("product_link", row.place, {"kind": "site", "url": row.get("url")}, {"product": item})
            link.natural = ("product", "url")
            items.append(link)
        return items

    def _objective(self, row: TypedRow) -> list[Item]:
        item = self._named(
            "objective",
            row,
            "cycle",
            "description",
            "starts",
            "ends",
            parent=row.ref("parent", "objective"),
            entity=row.ref("entity", "entity", "entity_name"),
            owner=row.ref("owner", "person"),
        )
        items = [item]
        if row.get("result"):
            figures = {n: row.get(n) for n in ("unit", "baseline", "target", "current") if row.get(n) is not None}
            result = Item("key_result", row.place, {"name": row.get("result"), **figures}, {"objective": item})
            result.natural = ("objective", "name")
            items.append(result)
        for ref in row.refs("products", "product"):
            serves = Item("objective_product", row.place, {}, {"objective": item, "product": ref})
            serves.natural = ("objective", "product")
            items.append(serves)
        return items

    # --- portfolio

    def _shares(self, kind: str, owner: Item, refs: list[Ref], row: TypedRow) -> list[Item]:
        items = []
        for ref, share in zip(refs, spread(10_000, len(refs)) if refs else [], strict=True):
            item = Item(f"{kind}_product", row.place, {"share": share}, {kind: owner, "product": ref})
            item.natural = (kind, "product")
            items.append(item)
        return items

    def _project(self, row: TypedRow) -> list[Item]:
        entity = row.ref("entity", "entity", "entity_name")
        manager = row.ref("manager", "person")
        project = self._named(
            "project",
            row,
            "description",
            "status",
            "status_text",
            "baseline_starts",
            "baseline_ends",
            entity=entity,
            manager=manager,
        )
        work = work_values(row, self.ledger)
        project.values.update(work.project)
        project.defaults.update(work.project_defaults)
        if row.facts:
            project.values["facts"] = dict(row.facts)
        carrier = Item("initiative", row.place, {"name": project.name, **work.values})
        carrier.defaults = work.defaults
        carrier.refs = {"project": project}
        carrier.natural, carrier.code = CARRIER, project.code
        for name, ref in (("entity", entity), ("owner", manager)):
            if ref is not None:
                carrier.refs[name] = ref
        self._effort(carrier, row, work.days)
        products = row.refs("products", "product")
        items = [project, carrier]
        items += self._shares("project", project, products, row)
        items += self._shares("initiative", carrier, products, row)
        sponsor = row.ref("sponsor", "person")
        if sponsor is not None:
            items.append(self._role(("sponsor", ""), sponsor, "project_role", project, row))
        if manager is not None:
            items.append(self._role(("project_manager", ""), manager, "project_role", project, row))
        return items

    def _initiative(self, row: TypedRow) -> list[Item]:
        item = self._named(
            "initiative",
            row,
            "problem",
            "expected_value",
            "mandatory",
            "mandatory_reason",
            entity=row.ref("entity", "entity", "entity_name"),
            project=row.ref("project", "project"),
            owner=row.ref("manager", "person"),
            objective=row.ref("objective", "objective"),
            estimate_author=row.ref("estimate_author", "person"),
        )
        work = work_values(row, self.ledger)
        item.values.update(work.values)
        item.defaults.update(work.defaults)
        if row.facts:
            item.values["facts"] = dict(row.facts)
        self._effort(item, row, work.days)
        return [item, *self._shares("initiative", item, row.refs("products", "product"), row)]

    def _effort(self, item: Item, row: TypedRow, days: int | None) -> None:
        team = row.ref("team", "team")
        if days is None:
            return
        if team is None:
            self.ledger.note(
                "effort.no_team",
                WARN,
                row.place,
                choices=("keep_size", IGNORE),
                default="keep_size",
                column=row.columns.get("effort", row.columns.get("size")),
            )
            return
        item.refs["team"], item.days = team, days

    def _capacity(self, row: TypedRow) -> list[Item]:
        cells: list[tuple[int, int, dict[str, Any]]] = [
            (start, months, {"days": value}) for start, months, value, _ in row.wide
        ]
        if not row.wide and row.get("month"):
            start, months = row.get("month")
            values = {n: row.get(n) for n in ("days", "run_load", "focus") if row.get(n) is not None}
            if row.get("fte") is not None:
                values["fte"] = round(row.get("fte") * 100)
            if values.get("days") is None:
                self.ledger.note(
                    "capacity.days_missing", BLOCK, row.place, choices=(IGNORE,), column=row.columns.get("days")
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
        items = []
        for start, months, values in cells:
            parts = {n: spread(values[n], months) for n in ("days", "run_load") if values.get(n) is not None}
            for offset in range(months):
                month = {**values, **{n: part[offset] for n, part in parts.items()}}
                item = Item("capacity", row.place, {"month": start + offset, **month}, {"team": team})
                item.natural, item.main = ("team", "month"), not items
                item.key = "" if items else f"{fold(team.text)}|{start}|{len(cells)}"[:300]
                items.append(item)
        return items

    def _envelope(self, row: TypedRow) -> list[Item]:
        refs = {"line": row.ref("line", "line"), "entity": row.ref("entity", "entity", "entity_name")}
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
        items = []
        for y, version, amount in amounts:
            values = {"fiscal_year": y, "version": version, "amount": amount, "stage": row.get("stage") or ""}
            if row.get("vouched_by"):
                values["vouched_by"] = row.get("vouched_by")
            item = Item("envelope", row.place, values, {k: v for k, v in refs.items() if v is not None})
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
            target["initiative"] = Ref("initiative", row.get("project"), "project", row.columns.get("project"))
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

