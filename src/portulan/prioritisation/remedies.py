"""From a remedy, or a limit that contradicts others, to the sheet that takes it. Pure.

What the sheet must say is written with the answer, so that taking a remedy later means exactly what
was checked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from portulan.prioritisation.assumptions import PLAN, Assumptions
from portulan.prioritisation.problem import Built
from portulan.prioritisation.questions import CUT, GROW, WHOLE
from portulan_core.arbitrage import Step
from portulan_core.arbitrage.frontier import RISK_LIMIT

Row = Mapping[str, Any]
#: What a sheet shows of an amount, in minor units: it must read back as it was checked, or looser.
TYPED = 1_000


def written(step: Step, built: Built) -> dict[str, int]:
    """What the sheet must say for a step to be taken: the whole of an envelope or a capacity."""
    params = step.params
    if step.code == "add_budget" and params["envelope"] in built.fixed:
        held = next(e for e in built.problem.envelopes if e.key == params["envelope"])
        return {"to": built.fixed[held.key] + (held.ceiling or 0) + params["amount"]}
    if step.code == "add_capacity" and built.step == 3:
        team, t = params["resource"], params["period"]
        left = next(r.capacity[t] for r in built.problem.resources if r.key == team)
        return {"to": left + params["amount"] + built.taken.get((team, t), 0)}
    return {}


def taken(sheet: Assumptions, row: Row) -> Assumptions | None:
    """The sheet once the remedy of an initiative is taken; ``None`` when a sheet cannot say it.

    ``row``: a row of the answer, with its reason. A remedy that holds only if one decides so is
    taken with that decision: what is out comes in, what moved stays where it stands.
    """
    remedy = (row.get("reason") or {}).get("remedy")
    if not remedy or remedy["check"] == "none":
        return None
    found: Assumptions | None = sheet
    for step in remedy["steps"]:
        found = _step(found, step["code"], step["params"]) if found is not None else None
    if found is not None and row.get("change") == "moved" and remedy["check"] == "feasible":
        found = found.lock(str(row["item"]), "pin")
    return found if found != sheet else None


def _step(sheet: Assumptions, code: str, params: Row) -> Assumptions | None:
    if code == "add_budget":
        return _more(sheet, str(params["envelope"]), int(params["amount"]), params.get("to"))
    if code == "add_capacity" and params.get("to") is not None:
        team, month = str(params["resource"]), int(params["month"])
        others = tuple(row for row in sheet.capacities if row[:2] != (team, month))
        whole_days = -(-int(params["to"]) // 100) * 100
        return replace(sheet, capacities=(*others, (team, month, whole_days)))
    if code == "allow_changes":
        return replace(sheet, max_changes=(sheet.max_changes or 0) + int(params["amount"]))
    if code == "lower_floor":
        return _lower(sheet, str(params["envelope"]), int(params["amount"]))
    if code == "relax_guardrail":
        floors = (
            replace(f, share=int(params["to"])) if f.key == params["envelope"] else f
            for f in sheet.floors
        )
        return replace(sheet, floors=tuple(f for f in floors if f.share > 0 or f.amount > 0))
    how = {"include": "mandatory", "leave_out": "exclude", "lift_exclusion": "free"}.get(code)
    return sheet.lock(str(params["item"]), how) if how else None


def _more(sheet: Assumptions, key: str, amount: int, to: int | None) -> Assumptions | None:
    if key == CUT and sheet.give_back is not None:
        return replace(sheet, give_back=max(0, sheet.give_back - amount) // TYPED * TYPED)
    if key == GROW:
        return replace(sheet, more=(sheet.more or 0) + amount)
    if key == WHOLE and sheet.spend_at_most is not None:
        return replace(sheet, spend_at_most=sheet.spend_at_most + amount)
    if key == RISK_LIMIT and sheet.risk_at_most is not None:
        return replace(sheet, risk_at_most=sheet.risk_at_most + amount)
    if to is None or all(limit.key != key for limit in sheet.envelopes):
        return None
    return replace(
        sheet,
        envelopes=tuple(
            replace(limit, amount=-(-int(to) // TYPED) * TYPED) if limit.key == key else limit
            for limit in sheet.envelopes
        ),
    )


def _lower(sheet: Assumptions, key: str, amount: int) -> Assumptions | None:
    """A guardrail on an amount asks for less; one on a share of the plan cannot be said so."""
    held = next((f for f in sheet.floors if f.key == key), None)
    if held is None or held.of == PLAN:
        return None
    others = tuple(f for f in sheet.floors if f.key != key)
    less = held.amount - amount
    return replace(sheet, floors=(*others, replace(held, amount=less)) if less > 0 else others)


def given_up(sheet: Assumptions, limit: Row) -> Assumptions | None:
    """The sheet without a limit of a contradiction; ``None`` when it is not the sheet's to give up.

    ``limit``: a limit of the conflict of the answer. What the law asks for, and dates, stay.
    """
    code, params = limit["code"], limit["params"]
    if code == "ceiling":
        key = params["envelope"]
        if key == WHOLE:
            return replace(sheet, spend_at_most=None)
        if key == RISK_LIMIT:
            return replace(sheet, risk_at_most=None)
        kept = tuple(e for e in sheet.envelopes if e.key != key)
        return replace(sheet, envelopes=kept) if len(kept) < len(sheet.envelopes) else None
    if code in ("floor", "guardrail"):
        return replace(
            sheet, floors=tuple(f for f in sheet.floors if f.key != params["envelope"])
        )
    if code == "capacity":
        own = [r for r in sheet.capacities if r[0] == params["resource"]]
        if own:
            rest = tuple(r for r in sheet.capacities if r[0] != params["resource"])
            return replace(sheet, capacities=rest)
        return replace(sheet, hold_capacity=False) if sheet.hold_capacity else None
    if code == "max_changes" and sheet.preset not in ("grow", "stop"):
        return replace(sheet, max_changes=None)
    if code == "precedence":
        return replace(sheet, dependencies=False)
    item = str(params.get("item", ""))
    if code == "mandatory" and item in (*sheet.pinned, *sheet.mandatory):
        return sheet.lock(item, "free")
    if code == "mandatory" and params.get("begun") and not sheet.stop_started:
        return replace(sheet, stop_started=True)
    if code == "excluded" and item in sheet.excluded:
        return sheet.lock(item, "free")
    return None
