"""What moved since a dossier was written: what each line expected, and what is there now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from portulan.base.manifest import effect_handlers
from portulan.base.models import HistoryRow
from portulan.governance.models import DossierLine
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


@contextmanager
def _reading() -> Iterator[None]:
    """Locked reads need a transaction on PostgreSQL; SQLite has no row locks to ask for."""
    if connection.features.has_select_for_update:
        with transaction.atomic():
            yield
    else:
        yield


def effects_of(line: DossierLine) -> list[Effect]:
    """The effects of a line.

    Raises:
        EffectError: one of them cannot be read.
    """
    return [Effect.from_json(raw) for raw in line.effects]


def current(effect: Effect) -> Any:
    """What the target of an effect reads now.

    Raises:
        EffectError: the target is gone.
    """
    return effect_handlers()[effect.type].read(effect.target, effect.after)


def drifts(lines: Iterable[DossierLine]) -> list[Drift]:
    """Every drift of these lines in order; the effects of earlier lines count as applied."""
    expected: dict[tuple[str, str], Any] = {}
    found: list[Drift] = []
    with _reading():
        for line in lines:
            for effect in effects_of(line):
                place = (effect.type, effect.target)
                try:
                    now = expected[place] if place in expected else current(effect)
                except EffectError:
                    found.append(Drift(line, effect, effect.before, None, gone=True))
                    continue
                if now != effect.before:
                    found.append(Drift(line, effect, effect.before, now))
                else:
                    expected[place] = effect.after
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
    expected: dict[tuple[str, str], Any] = {}
    for before in earlier:
        for effect in effects_of(before):
            expected[(effect.type, effect.target)] = effect.after
    kept: list[dict[str, Any]] = []
    with _reading():
        for effect in effects_of(line):
            place = (effect.type, effect.target)
            try:
                now = expected[place] if place in expected else current(effect)
            except EffectError:
                continue
            if now != effect.after:
                kept.append(Effect(effect.type, effect.target, now, effect.after).to_json())
            expected[place] = effect.after
    return kept
