"""How effects on initiatives, envelopes and capacities read and write the database."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from portulan.base.changes import Recorder
from portulan.base.manifest import EffectHandler
from portulan.base.models import Record
from portulan.portfolio.models import Capacity, Envelope, Initiative
from portulan_core.effects import EffectError


def _locked(model: type[Model], target: str) -> Any:
    record = model._default_manager.select_for_update().filter(uid=target).first()
    if record is None:
        raise EffectError("target", target)
    return record


def _column(effect: str, model: type[Record], column: str) -> EffectHandler:
    def read(target: str, after: Any) -> Any:
        return getattr(_locked(model, target), column)

    def write(recorder: Recorder, target: str, after: Any) -> None:
        recorder.update(_locked(model, target), **{column: after})

    return EffectHandler(effect, read, write)


def _read_size(target: str, after: Any) -> Any:
    row: Initiative = _locked(Initiative, target)
    return {
        "months": row.months,
        "capex": list(row.costs_capex),
        "opex": list(row.costs_opex),
        "efforts": [[team, list(days)] for team, days in sorted(row.efforts.items())],
    }


def _write_size(recorder: Recorder, target: str, after: Any) -> None:
    recorder.update(
        _locked(Initiative, target),
        months=after["months"],
        costs_capex=after["capex"],
        costs_opex=after["opex"],
        efforts=dict(after["efforts"]),
    )


INITIATIVE_PLACE = _column("initiative.place", Initiative, "start")
INITIATIVE_STATE = _column("initiative.state", Initiative, "state")
INITIATIVE_RESIZE = EffectHandler("initiative.resize", _read_size, _write_size)
ENVELOPE_AMOUNT = _column("envelope.amount", Envelope, "amount")
CAPACITY_DAYS = _column("capacity.days", Capacity, "days")
