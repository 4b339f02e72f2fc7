"""Value reviews: promises judged one by one, and the verdict they speak for."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portulan_core import review
from portulan_core.review import Judged, PromiseFact

DAY = date(2027, 3, 11)


def fact(kind: str = "indicator", **values: object) -> PromiseFact:
    base: dict[str, object] = {"uid": "p", "due_on": DAY - timedelta(days=30)}
    return PromiseFact(kind=kind, **(base | values))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("promise", "outcome", "ratio"),
    [
        (fact(promised=174_000.0, realised=164_000.0), "partly", 164 / 174),
        (fact("benefit", promised=18.0, realised=19.3), "kept", 19.3 / 18),
        (fact(direction="down", promised=60.0, realised=48.0), "kept", 1.25),
        (fact("cost", promised=100.0, realised=135.0), "missed", 100 / 135),
        (fact("cost", promised=100.0, realised=101.0), "kept", 100 / 101),
        (fact(promised=100.0, realised=70.0), "missed", 0.7),
        (fact(direction="down", promised=0.0, realised=0.0), "kept", 1.0),
        (fact(direction="down", promised=0.0, realised=3.0), "missed", 0.0),
    ],
)
def test_a_measured_promise_is_judged_by_its_ratio(
    promise: PromiseFact, outcome: str, ratio: float
) -> None:
    found = review.judge(promise, DAY)
    assert found.outcome == outcome
    assert found.ratio == pytest.approx(ratio)


def test_a_promise_not_due_yet_is_pending_unless_it_is_kept_already() -> None:
    later = {"due_on": DAY + timedelta(days=200)}
    assert review.judge(fact(promised=100.0, realised=40.0, **later), DAY).outcome == "pending"
    assert review.judge(fact(promised=100.0, realised=120.0, **later), DAY).outcome == "kept"
    # A cost under its promise half-way says nothing yet.
    assert review.judge(fact("cost", promised=9.0, realised=4.0, **later), DAY).outcome == "pending"


def test_a_due_promise_that_nobody_measured_is_unmeasured() -> None:
    assert review.judge(fact(promised=10.0), DAY).outcome == "unmeasured"


@pytest.mark.parametrize(
    ("days_late", "outcome"), [(-40, "kept"), (10, "kept"), (60, "partly"), (120, "missed")]
)
def test_a_date_is_judged_by_its_slip(days_late: int, outcome: str) -> None:
    promised = DAY - timedelta(days=200)
    found = review.judge(
        fact("date", promised_on=promised, realised_on=promised + timedelta(days=days_late)), DAY
    )
    assert (found.outcome, found.slip) == (outcome, days_late)


def value(outcome: str, ratio: float, trend: str = "") -> Judged:
    return Judged("v", "indicator", outcome, ratio, trend=trend)


def test_all_kept_speaks_for_more() -> None:
    found = review.propose([value("kept", 1.1, "improving"), value("kept", 1.0)])
    assert (found.verdict, found.sure) == ("reinforce", True)
    assert [r.code for r in found.reasons] == ["review.value", "review.improving"]


def test_all_missed_and_none_improving_speaks_for_the_end() -> None:
    found = review.propose([value("missed", 0.3), value("missed", 0.5, "worsening")])
    assert found.verdict == "stop"
    assert found.reasons[1].params["ratio"] == 0.3


def test_delivered_but_without_value_speaks_for_a_turn() -> None:
    delivered = Judged("d", "date", "kept", slip=0)
    found = review.propose([value("missed", 0.5, "improving"), value("kept", 1.0), delivered])
    assert found.verdict == "pivot"
    assert "review.delivered" in [r.code for r in found.reasons]


def test_a_little_under_the_promise_goes_on() -> None:
    found = review.propose([value("partly", 0.94), value("kept", 1.07)])
    assert (found.verdict, found.sure) == ("continue", True)


def test_a_missed_cost_stops_no_more_money_from_being_asked() -> None:
    cost = Judged("c", "cost", "missed", 0.7)
    assert review.propose([value("kept", 1.2), cost]).verdict == "continue"


def test_nothing_measured_is_only_provisional() -> None:
    found = review.propose([Judged("v", "indicator", "unmeasured")])
    assert (found.verdict, found.sure) == ("continue", False)
    assert [r.code for r in found.reasons] == ["review.no_evidence", "review.unmeasured"]


def test_trend_needs_three_points_and_knows_its_direction() -> None:
    rising = [(DAY + timedelta(days=30 * i), 100.0 + 5 * i) for i in range(6)]
    assert review.trend(rising) == "improving"
    assert review.trend(rising, "down") == "worsening"
    assert review.trend([(d, 100.0) for d, _ in rising]) == "flat"
    assert review.trend(rising[:2]) == ""


_JUDGED = st.builds(
    Judged,
    uid=st.just("p"),
    kind=st.sampled_from(review.KINDS),
    outcome=st.sampled_from(["kept", "partly", "missed", "pending", "unmeasured"]),
    ratio=st.none() | st.floats(0, 10),
    slip=st.none() | st.integers(-400, 400),
    trend=st.sampled_from(["", "improving", "flat", "worsening"]),
)


@given(st.lists(_JUDGED, max_size=12))
def test_a_proposal_is_always_one_of_the_verdicts_with_a_reason(judged: list[Judged]) -> None:
    found = review.propose(judged)
    assert found.verdict in review.VERDICTS
    assert found.reasons
    assert review.propose(list(judged)) == found


@given(st.floats(0.01, 1e6), st.floats(0.01, 1e6), st.floats(1.01, 10))
def test_more_of_a_good_thing_never_judges_worse(
    promised: float, realised: float, factor: float
) -> None:
    order = ["missed", "partly", "kept"]
    low = review.judge(fact(promised=promised, realised=realised), DAY).outcome
    high = review.judge(fact(promised=promised, realised=realised * factor), DAY).outcome
    assert order.index(high) >= order.index(low)
