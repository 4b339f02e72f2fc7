"""From a row to the records that it gives, kind by kind.

A project row gives a project and one initiative of the same code and name that carries its money
and dates, so that budget, roadmap and decisions work on it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from portulan.base.text import fold
from portulan.integrations.table.figures import Figures
from portulan.integrations.table.items import Item, Ref, TypedRow
from portulan.integrations.table.ledger import BLOCK, IGNORE, WARN
from portulan.integrations.table.work import work_values
from portulan_core.periods import spread

#: How the initiative that carries a project's money is found again: there is one per project.
CARRIER = ("project",)


class Composer(Figures):
    """Makes the items of rows of every kind."""

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
                "name.missing",
                BLOCK,
                row.place,
                key=("name",),
                choices=(IGNORE,),
                params={"kind": kind},
            )
        parent = item.refs.get("project") or item.refs.get("entity")
        inside = fold(parent.text) if isinstance(parent, Ref) and not code else ""
        item.key = f"{fold(code or name)}\x1f{inside}".strip("\x1f")[:300]
        return item

    def _role(
        self,
        role: tuple[str, str],
        person: Ref | Item,
        kind: str,
        target: Ref | Item,
        row: TypedRow,
    ) -> Item:
        item = Item(
            kind,
            row.place,
            {"role": role[0]},
            {"person": person, kind.removesuffix("_role"): target},
        )
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
        texts = (
            "summary",
            "vision",
            "value_users",
            "value_business",
            "users",
            "markets",
            "strategy",
            "debt",
        )
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
            period = Item(
                "stage_period", row.place, {"stage": stage, "source_stage": word}, {"product": item}
            )
            period.natural = ("product", "source_stage")
            if row.get("stage_starts"):
                period.values["starts"] = row.get("stage_starts")
            items.append(period)
        for axis in ("segment", "domain", "platform"):
            for position, ref in enumerate(row.refs(axis, "line")):
                place = Item(
                    "product_line", row.place, {"primary": position == 0}, {"product": item}
                )
                place.refs["line"] = Ref("line", ref.text, axis, ref.column)
                place.natural = ("product", "line")
                items.append(place)
        for name, role in (("manager", "product_manager"), ("sponsor", "sponsor")):
            person = row.ref(name, "person")
            if person is not None:
                items.append(self._role((role, ""), person, "product_role", item, row))
        if row.get("url"):
            link = Item(
                "product_link",
                row.place,
                {"kind": "site", "url": row.get("url")},
                {"product": item},
            )
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
            figures = {
                n: row.get(n)
                for n in ("unit", "baseline", "target", "current")
                if row.get(n) is not None
            }
            result = Item(
                "key_result", row.place, {"name": row.get("result"), **figures}, {"objective": item}
            )
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
            item = Item(
                f"{kind}_product", row.place, {"share": share}, {kind: owner, "product": ref}
            )
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
