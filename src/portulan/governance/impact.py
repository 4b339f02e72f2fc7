"""What approving lines does to money and load: the plan before, the plan after, and the envelopes.

Both plans are Worlds; the figures are those of ``portulan_core.money`` and ``portulan_core.load``,
the same that the budget and load pages show.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from portulan.base.policy import Refusal
from portulan.governance.models import Decision, Envelope
from portulan.snapshot.assemble import take
from portulan_core import load, money
from portulan_core.effects import Effect, EffectConflict, EffectError, apply
from portulan_core.model import Envelope as EnvelopeRow
from portulan_core.model import World
from portulan_core.periods import fiscal_year, month_of, quarter_start

TABLES = frozenset(
    {
        "entities",
        "lines",
        "products",
        "product_lines",
        "stage_periods",
        "initiatives",
        "initiative_products",
        "envelopes",
        "cost_lines",
        "capacities",
        "teams",
    }
)
QUARTERS = 6


@dataclass(frozen=True, slots=True)
class EnvelopeFigure:
    """An envelope in force with what lands in it, minor units."""

    uid: str
    fiscal_year: int
    amount: int
    landing: int
    entity: str | None
    line: str | None
    stage: str

    @property
    def over(self) -> int:
        """The landing beyond the envelope (negative: what is left)."""
        return self.landing - self.amount


@dataclass(frozen=True, slots=True)
class TeamLoad:
    """A team in a quarter: ``month`` is the quarter's first, ``ratio`` demand over capacity.

    ``first_month`` is the calendar that names the quarter.
    """

    team: str
    month: int
    ratio: float
    first_month: int = 1


@dataclass(frozen=True, slots=True)
class Impact:
    """The present plan and the plan with the approved lines, side by side."""

    fiscal_year: int
    landing: tuple[int, int]
    envelope: tuple[int | None, int | None]
    peak: tuple[TeamLoad, float | None] | None
    #: Uid of a line → what it changes in the landing of the year.
    by_line: Mapping[str, int]
    #: The envelope that the approved lines would exceed, if any.
    overspent: Refusal | None = None


def plan_world() -> World:
    """The tables that money and load are computed from (one query each)."""
    return take(TABLES)


def promised_world(world: World | None = None) -> World:
    """The plan with the decisions that wait for their day: what money was already given away."""
    world = plan_world() if world is None else world
    waiting = Decision.objects.filter(
        state=Decision.State.DECIDED, applied_at=None, effective_on__isnull=False
    ).exclude(effects=[])
    rows = waiting.order_by("effective_on", "pk").values_list("effects", flat=True)
    return after(world, (Effect.from_json(raw) for effects in rows for raw in effects))


def after(world: World, effects: Iterable[Effect]) -> World:
    """The World with these effects; those that no longer fit are left out (they show as drifts)."""
    for effect in effects:
        try:
            world = apply(world, effect)
        except (EffectConflict, EffectError):
            continue
    return world


def in_force(world: World) -> list[EnvelopeRow]:
    """The envelopes that bind: the revised one where there is one, else the voted one."""
    chosen: dict[tuple[int, str | None, str | None, str], EnvelopeRow] = {}
    for row in world.envelopes.values():
        if row.version not in (Envelope.Version.VOTED, Envelope.Version.REVISED):
            continue
        place = (row.fiscal_year, row.entity, row.line, row.stage)
        if place not in chosen or row.version == Envelope.Version.REVISED:
            chosen[place] = row
    return list(chosen.values())


def envelope_figures(world: World, years: Iterable[int], today: date) -> list[EnvelopeFigure]:
    """Each envelope in force of these fiscal years with its landing."""
    present = month_of(today)
    lines_of = _lines(world, today)
    below = _below({uid: row.parent for uid, row in world.entities.items()})
    lines_below = _below({uid: row.parent for uid, row in world.lines.items()})
    wanted = set(years)
    parts = {year: money.world_pieces(world, year, present) for year in sorted(wanted)}
    found = []
    for row in in_force(world):
        if row.fiscal_year not in wanted:
            continue
        landing = 0
        for piece in parts[row.fiscal_year]:
            if row.stage and piece.stage != row.stage:
                continue
            if row.entity and _entity(world, piece) not in below.get(row.entity, {row.entity}):
                continue
            if row.line:
                held = lines_of.get((piece.product, _axis(world, row.line)))
                if held not in lines_below.get(row.line, {row.line}):
                    continue
            landing += piece.amounts.landing
        found.append(
            EnvelopeFigure(
                row.uid, row.fiscal_year, row.amount, landing, row.entity, row.line, row.stage
            )
        )
    return found


def _axis(world: World, line: str) -> str:
    row = world.lines.get(line)
    return row.axis if row else ""


def _entity(world: World, piece: money.Piece) -> str | None:
    product = world.products.get(piece.product or "")
    if product is not None and product.entity is not None:
        return product.entity
    initiative = world.initiatives.get(piece.initiative or "")
    return initiative.entity if initiative is not None else None


def _lines(world: World, today: date) -> dict[tuple[str | None, str], str]:
    found: dict[tuple[str | None, str], str] = {}
    for link in world.product_lines.values():
        held = (link.starts is None or link.starts <= today) and (
            link.ends is None or link.ends >= today
        )
        if link.primary and held and link.line in world.lines:
            found.setdefault((link.product, world.lines[link.line].axis), link.line)
    return found


def _below(parents: Mapping[str, str | None]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {uid: {uid} for uid in parents}
    for uid in parents:
        at, seen = parents[uid], {uid}
        while at is not None and at not in seen:
            found.setdefault(at, {at}).add(uid)
            seen.add(at)
            at = parents.get(at)
    return found


def check_envelopes(before: World, later: World, today: date | None = None) -> Refusal | None:
    """Why these effects would overspend: an envelope in force that they push beyond its amount.

    Every fiscal year from the present one on counts, as far as envelopes are voted. A plan that is
    already over may be decided upon as long as it gets no further over. The earliest year speaks.
    """
    today = today or timezone.localdate()
    now = fiscal_year(month_of(today), _first_month(before))
    years = {row.fiscal_year for row in in_force(later) if row.fiscal_year >= now}
    old = {f.uid: f for f in envelope_figures(before, years, today)}
    new = envelope_figures(later, years, today)
    for figure in sorted(new, key=lambda f: f.fiscal_year):
        known = old.get(figure.uid)
        if figure.over > 0 and (known is None or figure.over > max(0, known.over)):
            line = later.lines.get(figure.line or "")
            return Refusal(
                "envelope.overspent_line" if line else "envelope.overspent",
                {
                    "year": figure.fiscal_year,
                    "line": line.name if line else "",
                    "stage": figure.stage,
                    "amount": figure.amount,
                    "landing": figure.landing,
                    "over": figure.over,
                },
            )
    return None


def lock_envelopes() -> None:
    """Approvals that touch money wait for one another, inside the caller's transaction."""
    list(Envelope.objects.select_for_update().order_by("pk").values_list("pk", flat=True))


def _first_month(world: World) -> int:
    roots = [row for row in world.entities.values() if row.parent is None]
    return roots[0].fiscal_first_month if roots else 1


def impact(
    lines: Sequence[tuple[str, Sequence[Effect]]],
    approved: Iterable[str],
    *,
    world: World | None = None,
    today: date | None = None,
) -> Impact:
    """What the approved lines change, and what each line would change by itself.

    ``lines`` pairs a line's uid with its effects, in order; ``approved`` names those that count.
    """
    today = today or timezone.localdate()
    world = plan_world() if world is None else world
    chosen = set(approved)
    later = after(world, [e for uid, effects in lines if uid in chosen for e in effects])
    first_month = _first_month(world)
    year = fiscal_year(month_of(today), first_month)
    # A plan decided late in the year is about the next one: follow where the money moves.
    by_line = {uid: _moved(world, effects, year, today) for uid, effects in lines}
    if not any(by_line.values()):
        following = {uid: _moved(world, effects, year + 1, today) for uid, effects in lines}
        if any(following.values()):
            year, by_line = year + 1, following
    return Impact(
        year,
        (landing(world, year, today), landing(later, year, today)),
        (_envelope(world, year), _envelope(later, year)),
        _peak(world, later, today, first_month),
        by_line,
        _overspent(world, lines, chosen, today),
    )


def _overspent(
    world: World,
    lines: Sequence[tuple[str, Sequence[Effect]]],
    chosen: set[str],
    today: date,
) -> Refusal | None:
    if not chosen:
        return None
    promised = promised_world(world)
    effects = [e for uid, found in lines if uid in chosen for e in found]
    return check_envelopes(promised, after(promised, effects), today)


def landing(world: World, year: int, today: date) -> int:
    """The landing of the whole plan in a fiscal year, minor units."""
    found = money.world_pieces(world, year, month_of(today))
    return sum(piece.amounts.landing for piece in found)


def _moved(world: World, effects: Sequence[Effect], year: int, today: date) -> int:
    """What these effects change in the landing: only the initiatives that they touch count."""
    targets = {effect.target for effect in effects} & set(world.initiatives)
    if not targets:
        return 0
    part = World(
        entities=world.entities,
        products=world.products,
        initiatives={uid: world.initiatives[uid] for uid in targets},
        initiative_products={
            uid: row
            for uid, row in world.initiative_products.items()
            if row.initiative in targets
        },
        envelopes=world.envelopes,
        capacities=world.capacities,
        cost_lines={
            uid: row for uid, row in world.cost_lines.items() if row.initiative in targets
        },
    )
    cut = money.cut_off(
        (row.month for row in world.cost_lines.values() if row.kind == "actual"), month_of(today)
    )
    sums = [
        sum(
            piece.amounts.landing
            for piece in money.pieces(money.plans_of(w), money.entries_of(w), year, cut)
        )
        for w in (part, after(part, effects))
    ]
    return sums[1] - sums[0]


def _envelope(world: World, year: int) -> int | None:
    """The year's envelope as the budget page totals it."""
    above = {
        uid: tuple(sorted(ups))
        for uid, ups in _above({u: r.parent for u, r in world.entities.items()}).items()
    }
    ceilings = [
        money.Ceiling(row.amount, row.entity, row.line, row.stage)
        for row in in_force(world)
        if row.fiscal_year == year
    ]
    axis_of = {uid: row.axis for uid, row in world.lines.items()}
    return money.envelopes(ceilings, axis_of, "segment", above).total


def _above(parents: Mapping[str, str | None]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {uid: set() for uid in parents}
    for top, inside in _below(parents).items():
        for uid in inside - {top}:
            found.setdefault(uid, set()).add(top)
    return found


def _peak(
    world: World, later: World, today: date, first_month: int
) -> tuple[TeamLoad, float | None] | None:
    """The most loaded team and quarter of the present plan, and its load after."""
    first = quarter_start(month_of(today), first_month)
    before = load.world_load(world, first, QUARTERS)
    cells = [cell for row in before.rows() for cell in row if cell.ratio is not None]
    if not cells:
        return None
    worst = max(cells, key=lambda c: (c.ratio or 0, -c.quarter))
    then = load.world_load(later, first, QUARTERS).cell(worst.team, worst.quarter)
    team = world.teams.get(worst.team)
    name = team.name if team else ""
    month = first + 3 * worst.quarter
    return TeamLoad(name, month, worst.ratio or 0.0, first_month), then.ratio
