"""From a reading to what taking it in would do: states settled, items compared, dirt counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from django.utils import timezone

from portulan.integrations.workitems.headings import heading_field
from portulan.integrations.workitems.mapping import (
    CATEGORIES,
    DATES,
    DROPPED,
    SPANS,
    STAGES,
    Log,
    Reading,
    target_of,
)
from portulan.integrations.workitems.words import category
from portulan.portfolio import worklog
from portulan.portfolio.flow import wall_clock
from portulan.portfolio.worklog import Compared, Incoming, Intake
from portulan_core.flow import FlowReport, measure, measure_spans

#: Days after its last change from which a file is taken for a closed history.
LIVE = timedelta(days=21)
#: What the batch keeps: rows left out, and names of each kind of dirt.
KEPT_ROWS, KEPT_NAMES = 5_000, 300
#: Items, and changes of each, that a preview shows as they are read.
SAMPLE_ITEMS, SAMPLE_MOVES = 5, 6
DATE_CATEGORIES = dict(zip(DATES, ("before", "active", "done"), strict=True))


@dataclass(slots=True)
class Plan:
    """An import ready to be taken in."""

    reading: Reading
    log: Log
    compared: Compared
    summary: dict[str, Any]


def settle_states(reading: Reading, log: Log, known: Mapping[str, str]) -> None:
    """Give each state of the file a category, keeping those that were chosen."""
    if reading.form == SPANS:
        reading.states, reading.guessed = dict(DATE_CATEGORIES), []
        if any(m[1] == DROPPED for e in log.entries.values() for m in e.moves):
            reading.states[DROPPED] = DROPPED
        return
    found = log.states()
    if all(state in reading.states for state in found):
        # Settled before: nothing to guess.
        reading.states = {state: reading.states[state] for state in found}
        reading.guessed = sorted(set(reading.guessed) & found.keys())
        if "done" in reading.states.values():
            return
    ends, begins, followed, cases = _places(log)
    guessed = []
    for state in found:
        if reading.states.get(state) is not None and state in reading.states:
            continue
        if state in known:
            reading.states[state] = known[state]
            continue
        said = _said(reading, state)
        # "Resolve the anomaly" that other work nearly always follows is a step, not the end.
        if said == "done" and followed[state] > 0.9 * max(1, found[state]) and found[state] > 4:
            said = "done" if _leads_to_done(reading, log, state) else "active"
        if not said:
            said = _by_place(log, state, found[state], ends[state], begins[state], cases)
            guessed.append(state)
        reading.states[state] = said
    reading.states = {state: reading.states[state] for state in found}
    reading.guessed = sorted({*guessed, *reading.guessed} & found.keys())
    if reading.states and "done" not in reading.states.values():
        _some_end(reading, ends, cases)


def _said(reading: Reading, state: str) -> str:
    """The category that words say: of a state, or of a date that stands for one."""
    said = category(state)
    if not said and reading.form == STAGES:
        # "Date of creation" is no state: what its date begins is.
        return DATE_CATEGORIES.get(heading_field(state), "")
    return said


def _places(
    log: Log,
) -> tuple[Counter[str], Counter[str], Counter[str], Counter[str]]:
    ends: Counter[str] = Counter()
    begins: Counter[str] = Counter()
    followed: Counter[str] = Counter()
    cases: Counter[str] = Counter()
    for entry in log.entries.values():
        moves = sorted(entry.moves, key=lambda move: move[0])
        if not moves:
            continue
        begins[moves[0][1]] += 1
        ends[moves[-1][1]] += 1
        followed.update(move[1] for move in moves[:-1])
        cases.update({move[1] for move in moves})
    return ends, begins, followed, cases


def _leads_to_done(reading: Reading, log: Log, state: str) -> bool:
    """Whether what follows a state is mostly done as well (resolved, then closed)."""
    after: Counter[bool] = Counter()
    for entry in log.entries.values():
        moves = sorted(entry.moves, key=lambda move: move[0])
        for here, following in pairwise(moves):
            if here[1] == state and following[1] != state:
                after[_said(reading, following[1]) == "done"] += 1
    return after[True] >= after[False]


def _by_place(log: Log, state: str, count: int, ends: int, begins: int, cases: Counter[str]) -> str:
    hint = log.hints.get(state)
    if hint:
        return hint
    here = max(1, cases[state])
    if ends >= 0.8 * here and count > 1:
        return "done"
    return "before" if begins >= 0.8 * here else "active"


def _some_end(reading: Reading, ends: Counter[str], cases: Counter[str]) -> None:
    """No state is done: the guess that most often ends a history is, or where waiting ends."""
    open_to = [s for s in reading.guessed if reading.states[s] in ("active", "before")]
    best = max(open_to, key=lambda s: ends[s], default="")
    if not best or not ends[best]:
        # "Approved", which nothing ever follows, waits for nothing.
        last = [s for s, kind in reading.states.items()
                if kind == "waiting" and ends[s] >= 0.8 * max(2, cases[s])]  # fmt: skip
        best = max(last, key=lambda s: ends[s], default="")
    if best and ends[best]:
        reading.states[best] = "done"
        reading.guessed = sorted({*reading.guessed, best})


def known_until(reading: Reading, log: Log) -> datetime | None:
    """Until when the history of a file is known; ``None`` for a living one."""
    zone = ZoneInfo(reading.zone or "UTC")
    if reading.until:
        day = date.fromisoformat(reading.until)
        end = datetime.combine(day + timedelta(days=1), time.min).replace(tzinfo=zone)
        return end.astimezone(UTC)
    last = max((m[0] for e in log.entries.values() for m in e.moves), default=None)
    if last is None:
        return timezone.now()
    moment = datetime.fromtimestamp(last, UTC)
    return moment if timezone.now() - moment > LIVE else timezone.now()


def make_plan(reading: Reading, log: Log, kept: Mapping[str, Any] | None = None) -> Plan:
    """Compare a file with what is there (queries as ``worklog.compare``).

    ``kept``: the summary of the same reading, of which only the comparison is made anew.
    """
    source = worklog.known_source(reading.source)
    before = dict(source.groups) if source is not None else {}
    settle_states(reading, log, dict(source.states) if source is not None else {})
    until = known_until(reading, log)
    items = [
        Incoming(
            key=entry.key,
            title=entry.title,
            kind=entry.kind,
            description=entry.description,
            criteria=entry.criteria,
            release=entry.release,
            release_on=entry.release_on,
            released=entry.released,
            targets=target_of(reading.groups, entry.groups),
            before=target_of(before, entry.groups),
            moves=entry.moves,
        )
        for entry in log.entries.values()
    ]
    if source is not None and source.known_until and until and source.known_until > until:
        until = source.known_until
    compared = worklog.compare(
        Intake(
            source=reading.source,
            kind="spans" if reading.form == SPANS else "transitions",
            zone=reading.zone,
            states=reading.states,
            groups=reading.groups,
            columns={
                "form": reading.form,
                "kinds_out": reading.kinds_out,
                "order": reading.order,
                "stages": [reading.headings[place] for place in reading.stages],
                "headings": {
                    name: reading.headings[place] for name, place in reading.columns.items()
                },
            },
            known_until=until,
            items=items,
        )
    )
    if kept is not None:
        return Plan(reading, log, compared, {**kept, **_outcome(compared)})
    report = measured(reading, log, until or timezone.now())
    return Plan(reading, log, compared, _summary(reading, log, compared, report, until))


def measured(reading: Reading, log: Log, as_of: datetime) -> FlowReport:
    """The flow of the file alone, in plain days: what its dirt is counted on."""
    zone = ZoneInfo(reading.zone or "UTC")
    local = as_of.astimezone(zone).replace(tzinfo=None)
    entries = list(log.entries.values())
    if reading.form == SPANS:
        columns = [
            [
                next((_wall(m[0], zone) for m in entry.moves if m[1] == name), None)
                for entry in entries
            ]
            for name in (*DATES, DROPPED)
        ]
        begun: Any = columns[1] if any(columns[1]) else None
        return measure_spans(
            [e.key for e in entries],
            columns[0],
            columns[2],
            started=begun,
            dropped=columns[3] if any(columns[3]) else None,
            as_of=local,
            examples=KEPT_NAMES,
        )
    states = {name: kind for name, kind in reading.states.items() if kind}
    rows = [(e.key, *m) for e in entries for m in e.moves if m[1] in states]
    at = wall_clock(np.array([row[1] for row in rows], dtype=np.int64), zone)
    return measure(
        [row[0] for row in rows],
        [row[2] for row in rows],
        at,
        states,
        source=[row[3] if row[3] in states else None for row in rows],
        as_of=local,
        examples=KEPT_NAMES,
    )


def _wall(second: int, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(second, zone).replace(tzinfo=None)


def _no_end(reading: Reading, log: Log) -> list[str]:
    """Items that the file calls done and gives no date of finish."""
    if reading.form != SPANS:
        return []
    return [
        entry.key
        for entry in log.entries.values()
        if category(entry.state) == "done" and all(m[1] != DATES[2] for m in entry.moves)
    ]


def _summary(
    reading: Reading, log: Log, found: Compared, report: FlowReport, until: datetime | None
) -> dict[str, Any]:
    left = Counter(row.code for row in log.left_out)
    dirt = {d.code: {"count": d.count, "names": [str(n) for n in d.examples]} for d in report.dirt}
    no_end = _no_end(reading, log)
    if no_end:
        dirt["no_end"] = {"count": len(no_end), "names": no_end[:KEPT_NAMES]}
    times = [m[0] for e in log.entries.values() for m in e.moves]
    return {
        "items": len(log.entries),
        "events": log.events,
        **_outcome(found),
        "left": dict(left),
        "left_rows": [
            [r.row, r.code, r.text, r.column, r.said] for r in log.left_out[:KEPT_ROWS]
        ],
        "dirt": dirt,
        "warnings": [[code, params] for code, params in log.warnings],
        "states": log.states(),
        "sample": _sample(reading, log),
        "groups": list(log.group_values().items())[:200],
        "kinds": dict(Counter(e.kind for e in log.entries.values() if e.kind).most_common(30)),
        "first": _day(min(times, default=None), reading),
        "last": _day(max(times, default=None), reading),
        "until": until.isoformat() if until else "",
        "categories": list(CATEGORIES),
        "lead": [report.first_lead.p50, report.first_lead.p85, report.first_lead.count],
        "cycle": [report.cycle.p50, report.cycle.p85, report.cycle.count],
    }


def _sample(reading: Reading, log: Log) -> list[list[Any]]:
    """The first items as they are read: key, title, changes ``[moment of the zone, state]``."""
    zone = ZoneInfo(reading.zone or "UTC")
    return [
        [
            entry.key,
            entry.title[:120],
            [
                [_wall(second, zone).isoformat(), to]
                for second, to, _left in sorted(entry.moves, key=lambda m: m[0])[:SAMPLE_MOVES]
            ],
            max(0, len(entry.moves) - SAMPLE_MOVES),
        ]
        for entry in islice(log.entries.values(), SAMPLE_ITEMS)
    ]


def _outcome(found: Compared) -> dict[str, Any]:
    """What a comparison says, in figures."""
    return {
        "create": len(found.creates),
        "update": len(found.updates),
        "same": found.same,
        "new_moves": found.new_moves,
        "nothing": found.nothing,
        "unknown": [list(pair) for pair in found.unknown],
    }


def _day(second: int | None, reading: Reading) -> str:
    if second is None:
        return ""
    return _wall(second, ZoneInfo(reading.zone or "UTC")).date().isoformat()
