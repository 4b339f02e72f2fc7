"""Flow against a plain count case by case, calendars day by day, and the dirt that is counted."""

from __future__ import annotations

import csv
import math
import os
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portulan_core.flow import (
    PLAIN_DAYS,
    FlowError,
    Spread,
    WorkCalendar,
    combine,
    measure,
    measure_spans,
    moments,
    stock,
)


def moment(*parts: int) -> datetime:
    """A moment of the team's clock, without a zone."""
    return datetime(*parts)  # noqa: DTZ001 - naive on purpose


STATES = {
    "idea": "before",
    "doing": "active",
    "review": "waiting",
    "done": "done",
    "closed": "done",
    "gone": "dropped",
}
START = moment(2026, 1, 5)  # a Monday
END = moment(2026, 3, 2)
DAY = 86_400

events = st.lists(
    st.tuples(
        st.sampled_from(("A", "B", "C", None)),
        st.sampled_from((*STATES, "unheard", None)),
        st.one_of(
            st.none(), st.integers(-5 * 24, 70 * 24).map(lambda h: START + timedelta(hours=h))
        ),
    ),
    max_size=40,
)


def run(rows, **options):
    case, to, at = zip(*rows, strict=True) if rows else ((), (), ())
    return measure(case, to, at, STATES, as_of=options.pop("as_of", END), **options)


def plain(rows):
    """Every figure of each case, counted one change at a time."""
    histories = defaultdict(list)
    for number, (case, to, at) in enumerate(rows):
        if case and to in STATES and at and at <= END:
            histories[case].append((at, number, to))
    result = {}
    for case, history in histories.items():
        history.sort(key=lambda entry: entry[:2])
        clean = []
        for at, _, to in history:
            if not (clean and clean[-1] == (at, to)):
                clean.append((at, to))
        was_done, reopened, started, entry, first = False, 0, None, None, None
        for at, to in clean:
            kind = STATES[to]
            if kind in ("active", "waiting") and started is None:
                started = at
            if kind == "done" and not was_done:
                entry, first = at, first or at
            if was_done and kind not in ("done", "dropped"):
                reopened += 1
            was_done = kind == "done"
        kind = STATES[clean[-1][1]]
        finished = entry if kind == "done" else None
        active = sum(
            (until[0] - at).total_seconds() / DAY
            for (at, to), until in zip(clean, [*clean[1:], (END, None)], strict=True)
            if STATES[to] == "active" and finished and at < finished
        )
        state = 2 if finished else 3 if kind == "dropped" else 1 if started else 0
        result[case] = (state, clean[0][0], started, finished, first, active, reopened)
    return result


@settings(max_examples=300, deadline=None)
@given(events)
def test_every_case_equals_a_plain_count(rows):
    report = run(rows)
    expected = plain(rows)
    cases = report.cases
    assert set(cases.ids) == set(expected)
    for i, case in enumerate(cases.ids):
        state, created, started, finished, first, active, reopened = expected[case]
        assert cases.state[i] == state
        assert cases.created[i] == np.datetime64(created, "s")
        for column, when in (
            (cases.started, started), (cases.finished, finished), (cases.first_done, first)
        ):  # fmt: skip
            assert np.isnat(column[i]) if when is None else column[i] == np.datetime64(when, "s")
        assert cases.reopened[i] == reopened
        if finished:
            assert cases.lead[i] == pytest.approx((finished - created).total_seconds() / DAY)
        if finished and started:
            assert cases.cycle[i] == pytest.approx((finished - started).total_seconds() / DAY)
            assert cases.active[i] == pytest.approx(active)
            assert cases.active[i] <= cases.cycle[i] + 1e-9
        if state == 1:
            assert cases.age[i] == pytest.approx((END - started).total_seconds() / DAY)
        else:
            assert math.isnan(cases.age[i])
    states = [entry[0] for entry in expected.values()]
    assert (report.not_started, report.wip, report.finished, report.dropped) == tuple(
        states.count(k) for k in range(4)
    )


@settings(max_examples=200, deadline=None)
@given(events)
def test_every_row_is_used_or_counted(rows):
    report = run(rows)
    left_out = ("no_case", "no_state", "bad_time", "unknown_state", "future", "duplicate")
    assert report.events + sum(report.dirt_count(code) for code in left_out) == len(rows)


@settings(max_examples=200, deadline=None)
@given(events)
def test_weeks_add_up_without_gaps(rows):
    report = run(rows)
    weeks = report.weeks
    assert weeks.created.sum() == len(report.cases.ids)
    assert weeks.finished.sum() == report.finished
    assert (weeks.wip >= 0).all()
    if len(weeks.wip):
        assert weeks.wip[-1] == report.wip
        assert (np.diff(weeks.monday) == np.timedelta64(7, "D")).all()
        assert all(day.weekday() == 0 for day in weeks.monday.tolist())


@settings(max_examples=100, deadline=None)
@given(events, st.randoms(use_true_random=False))
def test_order_of_rows_matters_only_between_equal_moments(rows, random):
    kept = list({(case, at): (case, to, at) for case, to, at in rows}.values())
    shuffled = kept.copy()
    random.shuffle(shuffled)
    first, second = run(kept), run(shuffled)
    by_id = [dict(zip(r.cases.ids, r.cases.state.tolist(), strict=True)) for r in (first, second)]
    assert by_id[0] == by_id[1]
    assert first.cycle == second.cycle


def test_a_reopened_item_finishes_the_last_time_and_closing_does_not_lengthen_it():
    rows = [
        ("A", "idea", moment(2026, 1, 5)),
        ("A", "doing", moment(2026, 1, 6)),
        ("A", "done", moment(2026, 1, 8)),
        ("A", "doing", moment(2026, 1, 10)),
        ("A", "review", moment(2026, 1, 11)),
        ("A", "done", moment(2026, 1, 14)),
        ("A", "closed", moment(2026, 1, 20)),
    ]
    report = run(rows)
    assert report.lead.p50 == 9 and report.cycle.p50 == 8 and report.first_lead.p50 == 3
    assert report.efficiency == 3 / 8
    assert (report.reopened, report.reopened_share) == (1, 1.0)


def test_each_kind_of_dirt_is_counted_and_named():
    day = moment(2026, 1, 6)
    rows = [
        (None, "doing", day),
        ("A", None, day),
        ("A", "doing", None),
        ("A", "doing", "not a date"),
        ("A", "unheard", day),
        ("A", "doing", END + timedelta(days=1)),
        ("A", "doing", day),
        ("A", "doing", day),
        ("B", "done", day),
        ("C", "done", day),
        ("C", "idea", day - timedelta(days=1)),
        ("D", "doing", day),
        ("D", "done", day),
        ("D", "doing", day + timedelta(days=1)),
        ("E", "doing", day),
        ("E", "done", day),
    ]
    report = run(rows)
    found = {entry.code: (entry.count, entry.examples) for entry in report.dirt}
    assert found == {
        "no_case": (1, (0,)),
        "no_state": (1, ("A",)),
        "bad_time": (2, ("A",)),
        "unknown_state": (1, ("A",)),
        "duplicate": (1, ("A",)),
        "future": (1, ("A",)),
        "out_of_order": (1, ("C",)),
        "no_start": (2, ("B", "C")),
        "instant": (1, ("E",)),
        "reopened": (1, ("D",)),
    }


def test_a_clean_up_is_seen_as_a_batch():
    at = moment(2026, 1, 6, 9)
    rows = [(f"T{i}", "done", at + timedelta(seconds=i)) for i in range(20)]
    rows += [(f"U{i}", "doing", at) for i in range(19)]
    assert run(rows).dirt_count("batch") == 20


def test_a_broken_chain_is_counted():
    at = [moment(2026, 1, day) for day in (6, 7, 8)]
    report = measure(
        ["A"] * 3, ["doing", "review", "done"], at, STATES,
        source=["idea", "doing", "doing"], as_of=END,
    )  # fmt: skip
    assert report.dirt_count("broken_chain") == 1


def test_old_work_in_progress_is_named_oldest_first():
    rows = []
    for i in range(10):
        rows += [(f"F{i}", "doing", START), (f"F{i}", "done", START + timedelta(days=i + 1))]
    rows += [("young", "doing", END - timedelta(days=2))]
    rows += [("old", "doing", END - timedelta(days=30)), ("older", "doing", START)]
    report = run(rows)
    assert report.old == ("older", "old")
    assert report.wip == 3


# ---------------------------------------------------------------------------- calendars


def plain_days(first: datetime, last: datetime, calendar: WorkCalendar) -> float:
    """Working days between two moments, hour by hour."""
    hours, here = 0, first
    while here < last:
        day = here.date()
        hours += calendar.weekdays[day.weekday()] and day not in calendar.holidays
        here += timedelta(hours=1)
    return hours / 24


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 1000), st.integers(0, 800), st.tuples(*[st.booleans()] * 7).filter(any),
    st.frozensets(st.integers(0, 75).map(lambda d: date(2026, 1, 1) + timedelta(days=d))),
)  # fmt: skip
def test_working_days_equal_a_count_hour_by_hour(begin, length, weekdays, holidays):
    first = moment(2026, 1, 1) + timedelta(hours=begin)
    last = first + timedelta(hours=length)
    calendar = WorkCalendar(weekdays, holidays)
    clock = calendar.clock(moments([first, last, None]))
    assert clock[1] - clock[0] == pytest.approx(plain_days(first, last, calendar))
    assert np.isnan(clock[2])


def test_the_calendar_reaches_every_duration():
    rows = [
        ("A", "idea", moment(2026, 1, 9, 12)),
        ("A", "doing", moment(2026, 1, 9, 12)),
        ("A", "done", moment(2026, 1, 12, 12)),
        ("B", "doing", moment(2026, 2, 27)),
    ]
    plain_report = run(rows)
    working = run(rows, calendar=WorkCalendar())
    holiday = run(rows, calendar=WorkCalendar(holidays=frozenset({date(2026, 1, 12)})))
    assert (plain_report.cycle.p50, working.cycle.p50, holiday.cycle.p50) == (3, 1, 0.5)
    assert (plain_report.ageing.p50, working.ageing.p50) == (3, 1)
    assert working.efficiency == 1


def test_moments_are_brought_to_one_clock():
    aware = datetime(2026, 1, 5, 23, 30, tzinfo=UTC)
    paris = timezone(timedelta(hours=1))
    assert moments([aware])[0] == np.datetime64("2026-01-05T23:30:00")
    assert moments([aware], paris)[0] == np.datetime64("2026-01-06T00:30:00")
    assert moments(["2026-01-05T23:30:00Z", " 2026-01-05 "]).tolist() == [
        moment(2026, 1, 5, 23, 30),
        moment(2026, 1, 5),
    ]
    assert moments([date(1969, 12, 31), moment(1969, 12, 31, 23, 59)]).astype(int).tolist() == [
        -DAY,
        -60,
    ]
    assert np.isnat(moments(np.array([math.nan, 0.0]))).tolist() == [True, False]


@given(st.lists(st.floats(0, 100), max_size=30))
def test_percentiles_are_values_that_so_many_do_not_pass(values):
    spread = Spread.of(np.array([*values, math.nan]))
    assert spread.count == len(values)
    for share, limit in ((0.5, spread.p50), (0.85, spread.p85), (0.95, spread.p95)):
        if values:
            assert limit in values
            assert sum(v <= limit for v in values) >= share * len(values) - 1e-9
            assert sum(v < limit for v in values) < share * len(values) + 1e-9


# ---------------------------------------------------------------------------- spans and errors


def test_spans_count_what_is_wrong():
    report = measure_spans(
        ["A", "B", "B", "C", "D", None, "E"],
        ["2026-01-05", "2026-01-05", "2026-01-06", "2026-01-09", "?", "2026-01-05", "2026-01-07"],
        ["2026-01-08", "2026-01-06", "2026-01-07", "2026-01-05", "2026-01-07", None, None],
        as_of=END,
    )
    assert {entry.code: entry.count for entry in report.dirt} == {
        "no_case": 1, "bad_time": 1, "duplicate": 1, "negative": 1,
    }  # fmt: skip
    assert report.cases.ids == ("A", "B", "E")
    assert (report.finished, report.not_started, report.lead.most) == (2, 1, 3)
    assert report.cycle.count == 0 and report.efficiency is None


def test_nothing_to_measure():
    report = run([])
    assert (report.events, report.lead, report.efficiency) == (0, Spread(0), None)
    assert len(report.weeks.monday) == 0 and len(report.weeks.throughput()) == 0
    assert measure_spans([], [], [], as_of=END).finished == 0


def test_input_that_is_no_flow_is_refused():
    with pytest.raises(FlowError, match="lengths"):
        measure(["A"], ["doing", "done"], [START], STATES, as_of=END)
    with pytest.raises(FlowError, match="bad_category"):
        measure([], [], [], {"doing": "magic"}, as_of=END)
    with pytest.raises(FlowError, match="bad_as_of"):
        measure([], [], [], STATES, as_of=None)
    with pytest.raises(FlowError, match="lengths"):
        measure_spans(["A"], [START], [], as_of=END)


# ---------------------------------------------------------------------------- real data

DATA = Path(
    os.environ.get("SHARED_DATA") or Path(__file__).resolve().parents[3].parent / "shared" / "data"
)


def real(name: str) -> list[dict[str, str]]:
    path = DATA / "flow" / name
    if not path.exists():
        pytest.skip(f"no real data at SHARED_DATA or ../shared/data: flow/{name}")
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


HELPDESK = {
    "Insert ticket": "before", "Assign seriousness": "before", "Wait": "waiting",
    "Take in charge ticket": "active", "Require upgrade": "waiting",
    "Create SW anomaly": "waiting", "Resolve SW anomaly": "active",
    "Schedule intervention": "active", "Resolve ticket": "done", "Closed": "done",
    "VERIFIED": "done", "RESOLVED": "done", "INVALID": "dropped", "DUPLICATE": "dropped",
}  # fmt: skip


def test_real_tickets_equal_a_plain_count():
    rows = real("helpdesk_transitions.csv")
    report = measure(
        [r["case"] for r in rows], [r["state"] for r in rows], [r["timestamp"] for r in rows],
        HELPDESK, as_of=datetime(2014, 1, 6, tzinfo=UTC),
    )  # fmt: skip
    assert len(report.cases.ids) == 4580
    firsts = []
    seen: dict[str, list[tuple[datetime, str]]] = defaultdict(list)
    for r in rows:
        seen[r["case"]].append((datetime.fromisoformat(r["timestamp"]), r["state"]))
    for history in seen.values():
        history.sort(key=lambda entry: entry[0])
        done = [at for at, state in history if HELPDESK[state] == "done"]
        if done:
            firsts.append((done[0] - history[0][0]).total_seconds() / DAY)
    assert report.first_lead.count == len(firsts)
    assert report.first_lead.p50 == pytest.approx(sorted(firsts)[math.ceil(len(firsts) / 2) - 1])
    assert report.first_lead.p50 == pytest.approx(6.0, abs=0.1)
    assert report.first_lead.p85 == pytest.approx(25, abs=0.5)
    assert report.dirt_count("unknown_state") == 0


def test_real_spans_show_their_negative_durations():
    rows = real("rueedlinger_jira/jira.csv")
    report = measure_spans(
        [r["id"] for r in rows], [r["created_date"] for r in rows],
        [r["finished_date"] for r in rows], as_of=datetime(2030, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    assert report.dirt_count("negative") == sum(float(r["cycle_time_days"]) < 0 for r in rows)
    assert report.dirt_count("negative") + report.finished == len(rows)


def test_plain_days_count_every_day():
    clock = PLAIN_DAYS.clock(moments([moment(2026, 1, 3), moment(2026, 1, 5)]))
    assert clock[1] - clock[0] == 2


def test_reports_measured_apart_join_as_if_measured_together():
    as_of = datetime(2026, 3, 2, tzinfo=UTC)
    states = {"todo": "before", "doing": "active", "done": "done", "no": "dropped"}
    rows = [
        ("A", "todo", "2026-01-05"), ("A", "doing", "2026-01-06"), ("A", "done", "2026-01-09"),
        ("B", "todo", "2026-01-12"), ("B", "doing", "2026-01-13"),
        ("C", "todo", "2026-02-02"), ("C", "no", "2026-02-10"),
        ("C", "no", "2026-02-10"),
    ]  # fmt: skip

    def report(keep: set[str]):
        kept = [row for row in rows if row[0] in keep]
        return measure(
            [r[0] for r in kept], [r[1] for r in kept], [r[2] for r in kept], states, as_of=as_of
        )

    whole, joined = report({"A", "B", "C"}), combine([report({"A"}), report({"B", "C"})])
    assert joined.cycle == whole.cycle and joined.lead == whole.lead
    assert joined.wip == whole.wip == 1 and joined.dropped == 1
    assert joined.dirt == whole.dirt
    assert joined.weeks.wip.tolist() == whole.weeks.wip.tolist()
    assert joined.weeks.monday.tolist() == whole.weeks.monday.tolist()


def test_stock_adds_up_to_what_was_created():
    as_of = datetime(2026, 3, 2, tzinfo=UTC)
    report = measure(
        ["A", "A", "A", "B", "B", "C", "D", "D"],
        ["todo", "doing", "done", "todo", "doing", "todo", "todo", "done"],
        ["2026-01-05", "2026-01-06", "2026-01-20", "2026-01-12", "2026-01-13", "2026-01-26",
         "2026-01-05", "2026-01-29"],
        {"todo": "before", "doing": "active", "done": "done"}, as_of=as_of,
    )  # fmt: skip
    found = stock(report)
    total = found.to_do + found.in_progress + found.done
    assert total.tolist()[-1] == 4
    assert total.tolist() == np.cumsum(report.weeks.created).tolist()
    assert (found.to_do[-1], found.in_progress[-1], found.done[-1]) == (1, 1, 2)
    assert found.in_progress.tolist() == report.weeks.wip.tolist()


def test_spans_of_what_was_dropped_are_neither_done_nor_open():
    born = [moment(2026, 1, 5)] * 4
    report = measure_spans(
        ["a", "b", "c", "d"],
        born,
        [moment(2026, 1, 9), None, None, None],
        started=[moment(2026, 1, 6), moment(2026, 1, 6), None, None],
        dropped=[None, moment(2026, 1, 7), moment(2026, 1, 4), moment(2027, 1, 4)],
        as_of=moment(2026, 2, 1),
    )
    assert (report.finished, report.dropped, report.wip, report.not_started) == (1, 1, 0, 1)
    assert report.lead.count == 1
    # Left before it was created: one of its dates is wrong.
    assert report.dirt_count("negative") == 1
