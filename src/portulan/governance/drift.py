"""What moved since a dossier was written: what each line expected, and what is there now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portulan.base.models import HistoryRow
from portulan.governance.models import Capacity, DossierLine, Envelope, Initiative, StagePeriod
from portulan.organisation.effects import letters_now
from portulan_core.effects import Effect, EffectError

#: Type of effect → the column whose history tells who changed it.
_COLUMNS = {
    "initiative.place": "start",
    "initiative.state": "state",
    "initiative.resize": "months",
    "envelope.amount": "amount",
    "capacity.days": "days",
}


@dataclass(frozen=True, slots=True)
class Drift:
    """An effect whose target no longer reads as the dossier says, and who changed it last.

    ``gone``: the target is no longer there, so that the line can only be dropped.
    """

    line: DossierLine
    effect: Effect
    expected: Any
    found: Any
    gone: bool = False
    by: str = ""
    at: datetime | None = None
    cause: str = ""


#: What a target reads that is no longer there.
GONE = object()


def effects_of(line: DossierLine) -> list[Effect]:
    """The effects of a line.

    Raises:
        EffectError: one of them cannot be read.
    """
    return [Effect.from_json(raw) for raw in line.effects]


def current_values(effects: Iterable[Effect]) -> dict[tuple[str, str], Any]:
    """What the targets of effects read now, by type and target (one query per kind of target).

    The shapes are those of the effects; a target that is not there reads ``GONE``, but a stage
    period that does not exist reads ``None``. For display and first checks: nothing is locked,
    ``apply_effects`` looks again under lock.
    """
    wanted = {(effect.type, effect.target) for effect in effects}
    by_kind: dict[str, set[str]] = {}
    for type_, target in wanted:
        by_kind.setdefault(type_.split(".")[0], set()).add(target)
    rows: dict[str, Any] = {}
    models = {"initiative": Initiative, "envelope": Envelope, "capacity": Capacity}
    for kind, model in models.items():
        if kind in by_kind:
            rows |= {
                str(row.uid): row for row in model._default_manager.filter(uid__in=by_kind[kind])
            }
    if "product" in by_kind:
        rows |= {
            str(row.uid): row
            for row in StagePeriod.objects.filter(uid__in=by_kind["product"]).select_related(
                "product"
            )
        }
    if "matrix" in by_kind:
        rows |= {target: target for target in by_kind["matrix"]}
    return {
        (type_, target): _READS[type_](rows[target])
        if target in rows
        else (None if type_ == "product.stage" else GONE)
        for type_, target in wanted
    }


def _size(row: Initiative) -> dict[str, Any]:
    return {
        "months": row.months,
        "capex": list(row.costs_capex),
        "opex": list(row.costs_opex),
        "efforts": [[team, list(days)] for team, days in sorted(row.efforts.items())],
    }


def _stage(row: StagePeriod) -> dict[str, Any]:
    return {
        "product": str(row.product.uid),
        "stage": row.stage or None,
        "starts": row.starts.isoformat() if row.starts else None,
        "ends": row.ends.isoformat() if row.ends else None,
        "market": row.market,
    }


def _letters(target: str) -> Any:
    try:
        return letters_now(target)
    except EffectError:
        return GONE


_READS: dict[str, Callable[[Any], Any]] = {
    "initiative.place": lambda row: row.start,
    "initiative.state": lambda row: row.state,
    "initiative.resize": _size,
    "envelope.amount": lambda row: row.amount,
    "capacity.days": lambda row: row.days,
    "product.stage": _stage,
    "matrix.set": _letters,
}


def drifts(lines: Iterable[DossierLine]) -> list[Drift]:
    """Every drift of these lines in order; the effects of earlier lines count as applied."""
    pairs = [(line, effect) for line in lines for effect in effects_of(line)]
    reads = current_values(effect for _, effect in pairs)
    found: list[Drift] = []
    for line, effect in pairs:
        place = (effect.type, effect.target)
        now = reads[place]
        if now is GONE:
            found.append(Drift(line, effect, effect.before, None, gone=True))
        elif now != effect.before:
            found.append(Drift(line, effect, effect.before, now))
        else:
            reads[place] = effect.after
    return _with_authors(found)


def _with_authors(found: list[Drift]) -> list[Drift]:
    if not found:
        return found
    targets = {drift.effect.target for drift in found}
    rows = (
        HistoryRow.objects.filter(record_uid__in=targets)
        .select_related("change")
        .order_by("-pk")[:2000]
    )
    last: dict[tuple[str, str], HistoryRow] = {}
    for row in rows:
        for column in row.columns:
            last.setdefault((str(row.record_uid), column), row)
        last.setdefault((str(row.record_uid), ""), row)
    told = []
    for drift in found:
        column = _COLUMNS.get(drift.effect.type, "")
        found_row = last.get((drift.effect.target, column)) or last.get((drift.effect.target, ""))
        if found_row is not None:
            drift = Drift(
                drift.line,
                drift.effect,
                drift.expected,
                drift.found,
                drift.gone,
                found_row.change.actor,
                found_row.change.at,
                found_row.change.cause_type,
            )
        told.append(drift)
    return told


def refreshed(line: DossierLine, earlier: Sequence[DossierLine] = ()) -> list[dict[str, Any]]:
    """A line's effects from what is there now; an effect already there, or gone, falls away."""
    own = effects_of(line)
    reads = current_values(own)
    for before in earlier:
        for effect in effects_of(before):
            reads[(effect.type, effect.target)] = effect.after
    kept: list[dict[str, Any]] = []
    for effect in own:
        place = (effect.type, effect.target)
        if reads[place] is GONE:
            continue
        if reads[place] != effect.after:
            kept.append(
                Effect(effect.type, effect.target, reads[place], effect.after).to_json()
            )
        reads[place] = effect.after
    return kept
