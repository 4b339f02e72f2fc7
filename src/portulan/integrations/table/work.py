"""Dates, duration, money and standing of a piece of work, from the fields of its row."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import timezone

from portulan.integrations.table import words
from portulan.integrations.table.dates import Duration
from portulan.integrations.table.items import TypedRow
from portulan.integrations.table.ledger import BLOCK, IGNORE, INFO, WARN, Ledger
from portulan_core.periods import month_of, spread

#: Months over which money without a duration is spread, unless the reader says otherwise.
USUAL_MONTHS = 12


@dataclass(slots=True)
class Work:
    """What a row says of the work: columns of the initiative, and of its project."""

    values: dict[str, Any] = field(default_factory=dict)
    defaults: dict[str, Any] = field(default_factory=dict)
    project: dict[str, Any] = field(default_factory=dict)
    project_defaults: dict[str, Any] = field(default_factory=dict)
    days: int | None = None


def work_values(row: TypedRow, ledger: Ledger) -> Work:
    """The work of a row. Money is spread by month over the duration, to the cent."""
    work = Work()
    starts, ends = row.get("starts"), row.get("ends")
    duration: Duration | None = row.get("duration")
    if starts and ends and ends < starts:
        decision = ledger.note(
            "dates.backward",
            BLOCK,
            row.place,
            column=row.columns.get("ends"),
            read=f"{starts.isoformat()} → {ends.isoformat()}",
            choices=("no_end", "swap", IGNORE),
        )
        starts, ends = (ends, starts) if decision == "swap" else (starts, None)
    months = _months(row, starts, ends, duration)
    if starts is not None:
        work.values["start"] = month_of(starts)
        work.project["starts"] = starts
    elif ends is not None and months is not None:
        work.values["start"] = month_of(ends) - months + 1
    if ends is None and starts is not None and duration is not None:
        ends = duration.last_day(starts)
    if ends is not None:
        work.project["ends"] = ends
    _money(row, ledger, work, months)
    _standing(row, ledger, work, starts)
    for name in ("earliest", "latest"):
        if row.get(name):
            work.values[name] = month_of(row.get(name))
    if row.get("estimate_range") is not None:
        work.values["estimate_range"] = row.get("estimate_range")
    return work


def _months(
    row: TypedRow, starts: date | None, ends: date | None, duration: Duration | None
) -> int | None:
    if starts and ends:
        return month_of(ends) - month_of(starts) + 1
    return duration.month_count(starts) if duration is not None else None


def _money(row: TypedRow, ledger: Ledger, work: Work, months: int | None) -> None:
    size = row.get("size")
    if size:
        work.values["size"] = size
    cost, capex, opex = row.get("cost"), row.get("capex"), row.get("opex")
    has_money_columns = {"cost", "capex", "opex"} & row.columns.keys()
    told = cost is not None or capex is not None or opex is not None
    # A cost that could not be read is a repair of its own.
    if not told and has_money_columns and row.place not in ledger.blocked:
        ledger.note(
            "work.not_framed",
            WARN,
            row.place,
            column=row.columns.get("cost"),
            choices=("accept", IGNORE),
            default="accept",
        )
    if cost is not None and (capex is not None or opex is not None):
        if capex is None:
            capex = cost - opex
        elif opex is None:
            opex = cost - capex
        elif capex + opex != cost:
            decision = ledger.note(
                "cost.differs",
                WARN,
                row.place,
                column=row.columns.get("cost"),
                choices=("parts", "total", IGNORE),
                default="parts",
            )
            if decision == "total":
                capex, opex = 0, cost
    elif cost is not None:
        opex = cost
    money = (capex or 0) + (opex or 0)
    if months is None and size:
        months = words.SIZES[size][1]
    if months is None and money:
        decision = ledger.note(
            "duration.missing",
            WARN,
            row.place,
            column=row.columns.get("duration", row.columns.get("cost")),
            choices=("months:12", "months:6", "months:3", "months:1", IGNORE),
            default=f"months:{USUAL_MONTHS}",
        )
        months = int(decision.partition(":")[2] or USUAL_MONTHS)
    if months is not None:
        work.values["months"] = months
    if capex is not None or opex is not None:
        work.values["costs_capex"] = spread(capex, months or 1) if capex else []
        work.values["costs_opex"] = spread(opex, months or 1) if opex else []
        work.project["budget"] = money
    if row.get("effort") is not None:
        work.days = row.get("effort")
    elif size:
        work.days = words.SIZES[size][0] * 100


def _standing(row: TypedRow, ledger: Ledger, work: Work, starts: date | None) -> None:
    phase = row.get("phase")
    if phase is None:
        if "phase" in row.columns:
            return _without_phase(work, "proposed")
        decision = ledger.note(
            "phase.absent",
            INFO,
            row.place,
            choices=("by_start", *(f"state:{state}" for state in words.STANDING_OF_STATE), IGNORE),
            default="by_start",
        )
        if decision.startswith("state:"):
            return _without_phase(work, decision.partition(":")[2])
        late = starts is not None and starts > timezone.localdate()
        return _without_phase(
            work, "idea" if starts is None else "planned" if late else "in_progress"
        )
    standing, word = phase
    work.values["state"] = standing.state
    work.values["stage"] = row.get("stage") or standing.stage
    work.project["state"] = words.PROJECT_STATES[standing.state]
    work.project["phase"] = word
    return None


def _without_phase(work: Work, state: str) -> None:
    standing = words.STANDING_OF_STATE[state]
    work.defaults.update(state=standing.state, stage=standing.stage)
    work.project_defaults["state"] = words.PROJECT_STATES[state]
