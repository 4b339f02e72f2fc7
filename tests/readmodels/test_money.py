"""The budget that a reader sees: checked by hand, equal along both axes, redacted by rights."""

import pytest

from portulan.base.policy import Grant, system_actor
from portulan.portfolio.models import CostLine
from portulan.readmodels.money import budget
from portulan.readmodels.reader import Reader
from portulan.snapshot.assemble import take
from portulan_core import money as core
from tests.readmodels import company
from tests.readmodels.company import JAN, TODAY, K

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _company():
    company.load()


def everything(**options):
    return budget(Reader(system_actor("tests"), TODAY), **options)


def rows(found):
    return {row.code or row.kind: row for row in found.by_line}


def test_figures_by_line_and_by_funding_time_are_those_of_the_hand():
    found = everything()
    assert (found.year, found.axis, str(found.closed_on)) == (2027, "segment", "2027-02-28")
    # TARIF: 23 k€ spent, 100 k€ ahead, 60/40; PREUVE: 120 k€ ahead.
    by_line = rows(found)
    assert by_line["MOB"].landing == round(0.6 * 123 * K) + 120 * K
    assert by_line["HAB"].landing == round(0.4 * 123 * K)
    assert by_line["no_line"].landing == 2 * K + 3 * K  # DETTE, and what ORP has ahead
    assert by_line["MOB"].committed == 40 * K
    assert by_line["MOB"].capex == 120 * K
    assert by_line["unallocated"].revised == 5 * K
    stages = {row.code: row for row in found.by_stage if row.kind == "stage"}
    assert stages["development"].landing == 243 * K
    assert stages["development"].revised == 210 * K
    assert stages["run"].landing == 5 * K
    assert found.total.landing == 248 * K
    assert (found.total.voted, found.total.revised) == (100 * K, 215 * K)
    assert found.headline.over == 33 * K
    assert found.headline.stage is not None
    assert (found.headline.stage.code, found.headline.stage.amount) == ("development", 33 * K)
    assert found.headline.lines[0].name == "Mobilité"


@pytest.mark.parametrize("axis", ["segment", "platform"])
def test_totals_agree_along_both_axes_to_the_cent(axis):
    CostLine.objects.update(amount=1_234_567)
    CostLine.objects.filter(kind="plan").update(amount=-3)
    found = everything(axis=axis)
    for name in ("landing", "actual", "committed", "planned", "capex"):
        total = getattr(found.total, name)
        assert sum(getattr(row, name) for row in found.by_line) == total
        assert sum(getattr(row, name) for row in found.by_stage) == total
    assert sum(row.revised or 0 for row in found.by_line) == found.total.revised
    assert sum(row.revised or 0 for row in found.by_stage) == found.total.revised


def test_the_page_and_the_core_say_the_same_of_the_same_world():
    parts = core.world_pieces(take(), 2027, JAN + 2)
    found = everything().total
    whole = sum((part.amounts for part in parts), core.NOTHING)
    assert (found.landing, found.actual, found.committed, found.planned, found.capex) == (
        whole.landing, whole.actual, whole.committed, whole.planned, whole.capex
    )


def test_an_entity_narrows_money_and_envelopes():
    found = everything(entity="BE")
    assert found.total.landing == round(0.4 * 123 * K)
    assert found.total.revised is None  # the envelopes are the group's


def test_who_may_read_no_budget_gets_nothing():
    contributor = company.actor(Grant("contributor", entity=company.entity("GRP")))
    assert budget(Reader(contributor, TODAY)) is None


def test_a_grant_on_a_part_adds_up_that_part_only():
    finance = company.actor(Grant("finance", entity=company.entity("BE")))
    found = budget(Reader(finance, TODAY))
    assert found is not None
    assert found.total.landing == round(0.4 * 123 * K)
    assert found.total.revised is None
    assert found.partial
    manager = company.actor(Grant("product_manager", product=company.product("CAB")))
    found = budget(Reader(manager, TODAY))
    assert found is not None
    assert found.total.landing == 120 * K


def test_a_year_with_nothing_says_so():
    found = everything(year=2031)
    assert found.empty
    assert found.headline.over is None


def test_the_number_of_queries_does_not_depend_on_the_figures(django_assert_max_num_queries):
    with django_assert_max_num_queries(14):
        everything()
