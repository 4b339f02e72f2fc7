"""Load against capacity, by hand, and within rights."""

import pytest

from portulan.base.policy import Grant, system_actor
from portulan.readmodels.load import load_cell, load_map
from portulan.readmodels.reader import Reader
from tests.readmodels import company
from tests.readmodels.company import JAN, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _company():
    company.load()


def reader(*grants):
    return Reader(company.actor(*grants) if grants else system_actor("tests"), TODAY)


def test_the_worst_cell_is_found():
    found = load_map(reader())
    assert found.months[0] == JAN
    assert found.worst is not None
    # April to June: 3 × 80 + 3 × 60 days asked of 300
    assert (found.worst.team.name, found.worst.cell.quarter) == ("Data", 1)
    assert (found.worst.cell.ratio, found.worst.cell.overrun) == (1.4, 120_00)
    web = next(row for row in found.rows if row.team.code == "T-WEB")
    assert (web.cells[1].demand, web.cells[1].capacity) == (30_00, 150_00)
    assert web.cells[2].capacity is None  # not known, which is not zero
    assert found.slack is not None and found.slack.team.name == "Web"


def test_a_cell_names_who_asks_and_what_would_relieve_it():
    found = load_cell(reader(), "T-DATA", JAN + 4)
    assert found is not None
    assert [(a.code, a.days, a.beyond) for a in found.askers] == [
        ("TARIF", 240_00, 0), ("PREUVE", 180_00, 120_00)
    ]
    assert [a.code for a in found.relief] == ["PREUVE"]


def test_teams_of_other_entities_are_not_shown():
    found = load_map(reader(Grant("contributor", entity=company.entity("BE"))))
    assert [row.team.code for row in found.rows] == ["T-WEB"]
    assert load_cell(reader(Grant("contributor", entity=company.entity("BE"))), "T-DATA", JAN) \
        is None


def test_an_initiative_that_may_not_be_seen_keeps_its_days_and_loses_its_name():
    seen = load_cell(reader(Grant("contributor", entity=company.entity("BE"))), "T-WEB", JAN + 4)
    assert seen is not None
    assert [(a.code, a.name, a.days) for a in seen.askers] == [("", "", 30_00)]
