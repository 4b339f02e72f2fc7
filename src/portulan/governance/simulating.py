"""The options of a dossier simulated on the plan: the effects of each applied to one World."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils import timezone

from portulan.base.models import Change
from portulan.governance.impact import TABLES, envelope_figures, in_force
from portulan.governance.models import Dossier, DossierLine, DossierOption
from portulan.snapshot.assemble import take
from portulan_core import options
from portulan_core.coherence import RULES, Finding
from portulan_core.effects import Effect
from portulan_core.model import STAGES, World
from portulan_core.periods import first_day, month_of

#: Tables that figures and rules read.
READ = TABLES | {"benefits"} | {table for rule in RULES.values() for table in rule.reads}
#: A stage to come is what an option proposes, not a fact written too early.
RULES_LOOKED_AT = frozenset(RULES) - {"LIF-07"}
#: How long the option ``later`` waits, in months.
LATER = 6
#: The option that has the present plan's figures.
PRESENT = ""


@dataclass(frozen=True, slots=True)
class Simulated:
    """An option with what it makes of the plan; amounts in minor units.

    ``figures`` are plain values, the same as the option keeps (``portulan_core.options.Figures``);
    ``appeared`` and ``settled`` the findings that come and go; ``unfit`` the effects left out.
    """

    option: DossierOption | None
    figures: Mapping[str, Any]
    appeared: tuple[Finding, ...] = ()
    settled: tuple[Finding, ...] = ()
    unfit: int = 0


def effects_of(option: DossierOption, lines: Iterable[DossierLine]) -> list[Effect]:
    """The effects of an option: those of the dossier's lines for the one that is proposed."""
    if option.code == "proposed":
        return [
            Effect.from_json(raw) for n in lines if not n.withdrawn for raw in n.effects
        ]
    return [Effect.from_json(raw) for raw in option.effects]


def simulate(
    chosen: Sequence[DossierOption], lines: Sequence[DossierLine], day: date | None = None
) -> list[Simulated]:
    """The present plan, then each option. Kept while nothing changes in the database."""
    day = day or timezone.localdate()
    state = Change.objects.order_by("-pk").values_list("uid", flat=True).first()
    key = (state, day, tuple(option.pk for option in chosen))
    if state is None or key not in _kept:
        while len(_kept) >= KEPT:
            _kept.pop(next(iter(_kept)))
        _kept[key] = _simulate(chosen, lines, day)
    # The rows asked for, not those of whoever asked first.
    present, *rest = _kept[key]
    return [present, *(replace(s, option=o) for s, o in zip(rest, chosen, strict=True))]


_kept: dict[Any, list[Simulated]] = {}
KEPT = 8


def _simulate(
    chosen: Sequence[DossierOption], lines: Sequence[DossierLine], day: date
) -> list[Simulated]:
    world = take(READ)
    wanted = [options.Option(str(o.uid), effects_of(o, lines)) for o in chosen]
    present, outcomes = options.compare(world, wanted, day, RULES_LOOKED_AT)
    found = [Simulated(None, _plain(present, world, day))]
    for option, outcome in zip(chosen, outcomes, strict=True):
        found.append(
            Simulated(
                option,
                _plain(outcome.figures, outcome.world, day),
                outcome.appeared,
                outcome.settled,
                len(outcome.unfit),
            )
        )
    return found


def _plain(figures: options.Figures, world: World, day: date) -> dict[str, Any]:
    years = set(figures.landings)
    over = [f for f in envelope_figures(world, years, day) if f.over > 0]
    voted = {row.fiscal_year for row in in_force(world)}
    return {
        "value": figures.value,
        "hours": figures.hours,
        "initiatives": figures.initiatives,
        "cost": figures.cost,
        "effort": figures.effort,
        "landings": [[year, amount] for year, amount in sorted(figures.landings.items())],
        "over": [[f.fiscal_year, f.over] for f in sorted(over, key=lambda f: f.fiscal_year)],
        "voted": sorted(years & voted),
        "team": figures.peak.team if figures.peak else "",
        "month": figures.peak.month if figures.peak else None,
        "load": round(1000 * figures.peak.ratio) if figures.peak else None,
        "overloaded": figures.overloaded,
        "findings": dict(sorted(figures.findings.items())),
        "stages": dict(figures.stages),
    }


def later(effects: Iterable[Effect], months: int = LATER) -> list[Effect]:
    """The same effects, so many months later."""
    found = []
    for effect in effects:
        after = effect.after
        if effect.type == "initiative.place" and isinstance(after, int):
            after += months
        elif effect.type == "product.stage" and isinstance(after, dict):
            after = {
                **after,
                **{
                    name: _moved(after[name], months)
                    for name in ("starts", "ends")
                    if after.get(name) and (name == "starts" or effect.before)
                },
            }
        found.append(Effect(effect.type, effect.target, effect.before, after))
    return found


def _moved(day: str, months: int) -> str:
    kept = date.fromisoformat(day)
    return first_day(month_of(kept) + months).isoformat()


def stage_rank(stage: str | None) -> int:
    """The place of a funding time in a life (-1: none)."""
    return STAGES.index(stage) if stage in STAGES else -1


def keep_figures(dossier: Dossier) -> list[tuple[DossierOption, dict[str, Any]]]:
    """The options of a dossier with the figures to keep: those of now."""
    chosen = list(dossier.options.order_by("position", "pk"))
    lines = list(dossier.lines.filter(withdrawn=False).order_by("position", "pk"))
    if not chosen:
        return []
    present, *rest = simulate(chosen, lines)
    return [
        (
            s.option,
            {**s.figures, "present": dict(present.figures), "appeared": len(s.appeared),
             "settled": len(s.settled), "unfit": s.unfit},
        )
        for s in rest
        if s.option is not None
    ]  # fmt: skip
