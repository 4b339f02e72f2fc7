"""Flow, forecasts and backlog read from the database, against plain counts."""

from __future__ import annotations

import math
import random
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portulan.evidence.flow import follow_product, record_flow
from portulan.evidence.models import Indicator, Measure
from portulan.portfolio import calendars, items
from portulan.portfolio.models import BacklogItem, Dependency, Initiative, Request
from portulan.readmodels import backlog, flow, forecast, memo
from portulan.readmodels.flow import Part
from portulan.readmodels.reader import Reader
from tests.worklog_things import ACTOR, NOW, history, home, named, take

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def reader() -> Reader:
    return Reader(ACTOR)


def part(record, kind: str, country: str = "FR") -> Part:
    return Part(kind, record.pk, record.code, record.name, country)


def test_figures_are_those_of_the_window_and_of_working_days():
    product, team, _initiative = home()
    take(history(20, 3, 4))
    found = flow.view(reader(), part(product, "product"), 13)
    # Monday morning to Wednesday morning, less two hours.
    assert found.cycle.p50 == pytest.approx(2 - 2 / 24, abs=0.01)
    # Twelve whole weeks and the one that begins today.
    assert (found.finished, found.throughput) == (36, 3.0)
    assert (found.items, found.to_do, found.wip) == (64, 4, 0)
    assert flow.view(reader(), part(team, "team"), 0).finished == 60


def test_the_idea_is_the_first_request_of_the_initiative_when_it_came_before_the_item():
    product, _team, initiative = home()
    take([*history(3, 1, 0), *history(1, 1, 0, initiative="", prefix="B")])
    before = flow.view(reader(), part(product, "product", ""), 0)
    assert before.asked == 0
    # Three items were created on Mondays 2, 9 and 16 November: the request came before two.
    for code, day in (("R1", date(2026, 11, 20)), ("R2", date(2026, 11, 5))):
        named(Request(code=code, name=code, product=product, initiative=initiative, asked_on=day))
    named(Request(code="R3", name="R3", product=product, asked_on=date(2026, 1, 5)))
    memo.forget()
    found = flow.view(reader(), part(product, "product", ""), 0)
    assert found.asked == 2
    # From Thursday 5 at midnight to Wednesday 18 at nine: two, five and two days, and a part.
    assert found.production.most == pytest.approx(9.375) and before.production.most < 3


def test_public_holidays_and_weekends_do_not_count():
    assert calendars.easter(2026) == date(2026, 4, 5)
    assert date(2026, 5, 14) in calendars.holidays("FR", [2026])
    product, _team, _initiative = home()
    # Eleven November is a holiday in France: Monday 9 to Thursday 12 is two days of work.
    take(history(2, 1, 0, days=3))
    french = flow.view(reader(), part(product, "product"), 0)
    plain = flow.view(reader(), part(product, "product", ""), 0)
    assert french.cycle.least == pytest.approx(plain.cycle.least - 1, abs=0.01)


def test_what_is_open_beyond_all_reason_is_said_to_lack_its_end():
    product, _team, _initiative = home()
    made = history(12, 2, 0)
    forgotten = history(30, 1, 0, prefix="F")[0]
    forgotten.moves = forgotten.moves[:2]
    take([*made, forgotten])
    found = flow.view(reader(), part(product, "product"))
    fault = next(f for f in found.faults if f.code == "no_end")
    assert flow.rows(reader(), fault.ids)[fault.ids[0]].code == "F-0-0"


def test_the_same_pages_cost_the_same_queries_whatever_the_size():
    product, _team, initiative = home()
    take(history(10, 1, 1))

    def count() -> int:
        with CaptureQueriesContext(connection, ) as caught:
            one = reader()
            flow.view(one, part(product, "product"))
            forecast.of_initiative(one, initiative)
            backlog.listed(one, part(product, "product"), "open", 0, 50)
            forecast.slips(one)
        return len(caught)

    few = count()
    take(history(30, 6, 20, prefix="B"), source="Other")
    assert count() == few


def test_an_initiative_is_forecast_at_its_own_pace_and_compared_with_the_plan():
    _product, _team, initiative = home()
    take(history(14, 3, 30))
    found = forecast.of_initiative(reader(), initiative)
    assert (found.left, found.done, found.pace, found.weeks) == (30, 42, "own", 14)
    # Three a week, always: thirty are done in ten weeks.
    assert found.when[50] == NOW.date() + timedelta(weeks=10, days=-1)
    assert found.plan_end == date(2026, 12, 31)
    assert found.plan_chance == 0.0
    assert found.late_months == 1
    assert found.count[85] == 15
    slip = forecast.slips(reader())[0]
    assert (slip.code, slip.left, slip.months) == ("I", 30, found.late_months)


def test_too_few_data_say_nothing():
    _product, _team, initiative = home()
    take(history(4, 1, 5))
    found = forecast.of_initiative(reader(), initiative)
    assert found.too_few and not found.when and found.back is None
    assert forecast.slips(reader()) == ()


def test_an_initiative_without_a_pace_takes_that_of_its_teams_and_says_so():
    _product, _team, initiative = home()
    take(history(30, 4, 0, initiative=""))
    take(history(0, 0, 8, prefix="N"), source="Other")
    found = forecast.of_initiative(reader(), initiative)
    assert (found.pace, found.left, found.weeks) == ("teams", 8, 30)
    assert found.back is not None and found.back.coverage[80] == 1.0


def test_what_an_initiative_waits_for_moves_its_end():
    _product, _team, initiative = home()
    take(history(14, 3, 3))
    alone = forecast.of_initiative(reader(), initiative)
    before = named(
        Initiative(code="B", name="Avant", state="in_progress", start=2026 * 12 + 9, months=9)
    )
    Dependency.objects.create(predecessor=before, successor=initiative)
    named(Initiative(code="LOOSE", name="Sans place", state="proposed"))
    Dependency.objects.create(
        predecessor=Initiative.objects.get(code="LOOSE"), successor=initiative
    )
    found = forecast._of_initiative(
        reader(), initiative, flow.flow(reader(), part(initiative, "initiative")),
        forecast.plan_end(initiative), None,
    )
    assert found.when[85] > alone.when[85] + timedelta(days=150)
    assert found.alone[85] == alone.when[85]
    assert [(w.code, w.by) for w in found.waits] == [("B", "plan")]
    assert found.unplaced == (("LOOSE", "Sans place"),)


def test_a_release_is_forecast_at_the_pace_of_its_product():
    _product, _team, _initiative = home()
    take(history(20, 2, 6))
    release, _change = items.create_release(ACTOR, "P", name="1.0", due_on=date(2027, 3, 1))
    BacklogItem.objects.filter(key__contains="left").update(release=release)
    found = forecast.of_release(reader(), release)
    assert (found.left, found.pace) == (6, "product")
    assert found.when[95] == NOW.date() + timedelta(weeks=3, days=-1)
    assert found.plan_chance == 1.0


def test_unaligned_work_is_measured():
    product, _team, _initiative = home()
    take([*history(2, 1, 3), *history(0, 0, 5, initiative="", prefix="U")])
    found = backlog.alignment(part(product, "product"), NOW.date())
    assert (found.objective, found.initiative, found.nothing) == (0, 5, 5)
    assert found.tied == 0.5


def test_flow_indicators_are_measured_by_month_and_only_once():
    home()
    take(history(40, 2, 0))
    made = follow_product(ACTOR, "P", {"throughput": "Débit"}, ["throughput", "cycle_p85"])
    assert made.indicators == 2
    indicator = Indicator.objects.get(flow_measure="throughput")
    assert (indicator.family, indicator.last_on) == ("flow", date(2026, 10, 31))
    october = Measure.objects.get(indicator=indicator, on=date(2026, 10, 31))
    assert october.value == pytest.approx(2.0, abs=0.4)
    assert record_flow(ACTOR) == 0
    assert follow_product(ACTOR, "P", {}, ["throughput"]).measures == 0


def test_an_initiative_to_come_is_counted_from_its_planned_start():
    _product, _team, initiative = home()
    take(history(14, 3, 0, initiative=""))
    take(history(0, 0, 9, prefix="N"), source="Other")
    now = forecast.of_initiative(reader(), initiative)
    assert now.begins is None and now.pace == "teams"
    Initiative.objects.filter(pk=initiative.pk).update(state="planned", start=2027 * 12 + 2)
    initiative.refresh_from_db()
    memo.forget()
    found = forecast.of_initiative(reader(), initiative)
    assert found.begins == date(2027, 3, 1) and not found.waits
    # Nine items at three a week: three weeks, from the first of March.
    assert found.when[85] == date(2027, 3, 1) + timedelta(weeks=3, days=-1)
    assert found.alone == now.when


def test_a_chain_of_dependencies_agrees_with_runs_counted_one_by_one():
    """A, of items, then B, of unknown length, then C by its plan, then the initiative."""
    _product, _team, initiative = home()
    rng = random.Random(3)
    made = [row for week in range(26) for row in _week(week, rng.randint(0, 4), "I")]
    made += [row for week in range(26) for row in _week(week, rng.randint(0, 3), "A", "A")]
    first = named(Initiative(code="A", name="A", state="in_progress", start=2026 * 12, months=14))
    middle = named(Initiative(code="B", name="B", state="proposed"))
    third = named(
        Initiative(code="C", name="C", state="planned", start=2027 * 12, months=2,
                   estimate_range=50)
    )  # fmt: skip
    over = named(Initiative(code="X", name="X", state="stopped", start=2027 * 12, months=30))
    take([*made, *history(0, 0, 12), *history(0, 0, 20, "A", "L")])
    for a, b, lag in ((first, middle, 0), (middle, third, 1), (third, initiative, 0),
                      (over, initiative, 0)):  # fmt: skip
        Dependency.objects.create(predecessor=a, successor=b, lag=lag)
    found = forecast.of_initiative(reader(), initiative)
    assert [(w.code, w.by) for w in found.waits] == [("A", "items"), ("C", "plan")]
    assert found.unplaced == (("B", "B"),) and found.stopped == (("X", "X"),)
    paces = {
        pk: forecast.throughput(value)
        for pk, value in forecast.flows_by(
            BacklogItem.objects.all(), "initiative_id", forecast.timezone.now()
        ).items()
    }
    runs = {
        "I": forecast.simulate(paces[initiative.pk], 12).samples,
        "A": forecast.simulate(paces[first.pk], 20).samples,
    }
    day, ends = NOW.date(), []
    opens = (date(2027, 1, 1) - day).days
    for _run in range(20_000):
        shared = rng.random()

        def draw(shared: float = shared) -> float:
            return shared if rng.random() < 0.5 else rng.random()

        a = _at(runs["A"], draw()) * 7 - 1
        q = draw()
        # Two months, 59 days, more or less half: triangular and symmetric.
        low, mid, high = 29.5, 59.0, 88.5
        c = low + math.sqrt(q * (high - low) * (mid - low)) if q < 0.5 else high - math.sqrt(
            (1 - q) * (high - low) * (high - mid)
        )  # fmt: skip
        after = max(opens, a + 30.44) + c
        ends.append(after + _at(runs["I"], draw()) * 7 - 1)
    ends.sort()
    for chance in (50, 85, 95):
        plain = ends[math.ceil(len(ends) * chance / 100) - 1]
        assert (found.when[chance] - day).days == pytest.approx(plain, abs=8)


def _at(samples, quantile: float) -> int:
    return int(samples[int(quantile * len(samples))])


def _week(week: int, count: int, initiative: str, prefix: str = "I"):
    """Items of one week of the past half-year."""
    rows = history(26, count, 0, initiative, f"{prefix}{week}")
    return [row for row in rows if f"{prefix}{week}-{week}-" in row.key]
