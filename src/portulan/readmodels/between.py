"""The portfolio as of two days: what changed in between, and by which decisions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from portulan.catalogue.models import Product
from portulan.governance.queries.links import DecisionLink, decisions_that_changed
from portulan.governance.queries.register import visible
from portulan.portfolio.manifest import BUDGET_READ
from portulan.portfolio.models import Initiative
from portulan.readmodels.reader import Reader
from portulan.snapshot.assemble import take
from portulan_core.lifecycle import current_period
from portulan_core.model import PLANNED_STATES, STAGES, World

TABLES = frozenset(
    {"products", "stage_periods", "initiatives", "initiative_products", "envelopes", "lines",
     "projects", "entities"}
)  # fmt: skip
#: Rows on a page; beyond, the days are too far apart to be read.
MOST = 400


@dataclass(frozen=True, slots=True)
class Changed:
    """One thing that differs between the two days.

    ``what``: ``new``, ``gone``, ``stage``, ``state``, ``start``, ``months``, ``cost``, ``name`` or
    ``amount``; ``before`` and ``after`` are the values as the World has them.
    """

    kind: str
    uid: str
    code: str
    name: str
    what: str
    before: Any
    after: Any
    decisions: tuple[DecisionLink, ...] = ()


@dataclass(frozen=True, slots=True)
class Totals:
    """The portfolio on a day: products by stage, the plan, the envelopes (minor units)."""

    products: int
    stages: Mapping[str, int]
    planned: int
    cost: int
    envelopes: int


@dataclass(frozen=True, slots=True)
class Between:
    """Two days side by side, what changed, and the decisions taken in between."""

    start: date
    end: date
    before: Totals
    after: Totals
    changes: tuple[Changed, ...]
    others: int
    decisions: tuple[DecisionLink, ...]
    money: bool


def between(reader: Reader, start: date, end: date) -> Between:
    """What changed from one day to another, as known today, for what the reader may see."""
    first, last = take(TABLES, at=start), take(TABLES, at=end)
    money = reader.sees_money and reader.reach(BUDGET_READ).everywhere
    seen = _seen(reader)
    changes = [
        *_products(first, last, start, end, seen),
        *_initiatives(first, last, seen, money),
        *(_envelopes(first, last) if money else ()),
    ]
    links = decisions_that_changed(reader.actor, {c.uid for c in changes} | _periods(last))
    shown = [_explained(change, last, links, start, end) for change in changes]
    shown.sort(key=lambda c: (not c.decisions, c.kind, c.name.casefold()))
    taken = visible(reader.actor).filter(decided_on__gt=start, decided_on__lte=end)
    return Between(
        start,
        end,
        _totals(first, start, seen),
        _totals(last, end, seen),
        tuple(shown[:MOST]),
        max(0, len(shown) - MOST),
        tuple(
            DecisionLink(
                d.code, d.name, d.kind, d.verdict, "", d.state, d.decided_on, d.effective_on
            )
            for d in taken.order_by("-decided_on", "-pk")[:200]
        ),
        money,
    )


def _seen(reader: Reader) -> Callable[[str], bool]:
    """Whether the reader may see a product or an initiative, by uid (two queries at most)."""
    products = reader.products()
    if products is None:
        return lambda uid: True
    uids = {
        str(uid) for uid in Product.objects.filter(pk__in=products).values_list("uid", flat=True)
    }
    served = Initiative.objects.filter(initiative_products__product__in=products)
    uids |= {str(uid) for uid in served.values_list("uid", flat=True)}
    return lambda uid: uid in uids


def _stages(world: World, day: date) -> dict[str, str | None]:
    rows: dict[str, list[Any]] = {}
    for period in sorted(world.stage_periods.values(), key=lambda p: p.position):
        rows.setdefault(period.product, []).append(period)
    found: dict[str, str | None] = {}
    for uid in world.products:
        current = current_period(rows.get(uid, []), day)
        found[uid] = current.stage if current else None
    return found


def _products(
    first: World, last: World, start: date, end: date, seen: Callable[[str], bool]
) -> Iterable[Changed]:
    before, after = _stages(first, start), _stages(last, end)
    for uid in {**first.products, **last.products}:
        if not seen(uid):
            continue
        old, new = first.products.get(uid), last.products.get(uid)
        row = new or old
        assert row is not None
        if old is None or new is None:
            yield Changed(
                "product", uid, row.code, row.name, "new" if old is None else "gone",
                before.get(uid), after.get(uid),
            )  # fmt: skip
            continue
        if before[uid] != after[uid]:
            yield Changed(
                "product", uid, row.code, row.name, "stage", before[uid], after[uid]
            )
        if old.name != new.name:
            yield Changed("product", uid, row.code, row.name, "name", old.name, new.name)


def _initiatives(
    first: World, last: World, seen: Callable[[str], bool], money: bool
) -> Iterable[Changed]:
    columns = ("state", "start", "months") + (("cost",) if money else ())
    for uid in {**first.initiatives, **last.initiatives}:
        if not seen(uid):
            continue
        old, new = first.initiatives.get(uid), last.initiatives.get(uid)
        row = new or old
        assert row is not None
        if old is None or new is None:
            yield Changed(
                "initiative", uid, row.code, row.name, "new" if old is None else "gone",
                old.state if old else None, new.state if new else None,
            )  # fmt: skip
            continue
        for name in columns:
            if getattr(old, name) != getattr(new, name):
                yield Changed(
                    "initiative", uid, row.code, row.name, name,
                    getattr(old, name), getattr(new, name),
                )  # fmt: skip


def _envelopes(first: World, last: World) -> Iterable[Changed]:
    for uid in {**first.envelopes, **last.envelopes}:
        old, new = first.envelopes.get(uid), last.envelopes.get(uid)
        row = new or old
        assert row is not None
        if (old.amount if old else None) == (new.amount if new else None):
            continue
        line = last.lines.get(row.line or "")
        yield Changed(
            "envelope", uid, str(row.fiscal_year), line.name if line else "", "amount",
            old.amount if old else None, new.amount if new else None,
        )  # fmt: skip


def _periods(last: World) -> set[str]:
    return set(last.stage_periods)


def _explained(
    change: Changed,
    last: World,
    links: Mapping[str, list[DecisionLink]],
    start: date,
    end: date,
) -> Changed:
    """The change with the decisions in force between the two days that touched it."""
    uids = [change.uid]
    if change.kind == "product":
        uids += [uid for uid, p in last.stage_periods.items() if p.product == change.uid]
    found = {
        link.code: link
        for uid in uids
        for link in links.get(uid, ())
        if (day := link.effective_on or link.decided_on) is not None and start < day <= end
    }
    return Changed(
        change.kind, change.uid, change.code, change.name, change.what, change.before,
        change.after, tuple(found.values()),
    )  # fmt: skip


def _totals(world: World, day: date, seen: Callable[[str], bool]) -> Totals:
    stages = {uid: stage for uid, stage in _stages(world, day).items() if seen(uid)}
    plan = [
        row
        for uid, row in world.initiatives.items()
        if seen(uid) and row.start is not None and row.state in PLANNED_STATES
    ]
    chosen: dict[tuple[Any, ...], tuple[bool, int]] = {}
    for row in world.envelopes.values():
        if row.version in ("voted", "revised"):
            place = (row.fiscal_year, row.entity, row.line, row.stage)
            if place not in chosen or row.version == "revised":
                chosen[place] = (row.version == "revised", row.amount)
    return Totals(
        len(stages),
        {stage: sum(s == stage for s in stages.values()) for stage in STAGES},
        len(plan),
        sum(row.cost for row in plan),
        sum(amount for _, amount in chosen.values()),
    )
