"""What changed since a day: old and new, merged, within rights; imports are not news."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from portulan.base.changes import recording
from portulan.base.policy import Grant, Invalid, NotFoundForActor, Refused, system_actor
from portulan.catalogue.models import Product, StagePeriod
from portulan.portfolio.models import Capacity, Envelope, Initiative
from portulan.portfolio.placing import place, undo_placing
from portulan.readmodels.news import news
from portulan.readmodels.reader import Reader
from tests.readmodels import company
from tests.readmodels.company import JAN, K

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _company():
    company.load()


def latest(*grants):
    who = company.actor(*grants) if grants else system_actor("tests")
    return news(Reader(who), timezone.localdate() - timedelta(days=1))


def test_facts_taken_in_are_not_news():
    assert latest() == []


def test_changes_are_told_old_and_new_once_each():
    act = system_actor("tests")
    preuve = Initiative.objects.get(code="PREUVE")
    for start in (JAN + 4, JAN + 5):
        with recording(act, "x") as recorder:
            recorder.update(preuve, start=start)
    with recording(act, "x") as recorder:
        recorder.update(Envelope.objects.get(line__code="HAB"), amount=50 * K)
        recorder.update(Capacity.objects.get(month=JAN + 3, team__code="T-DATA"), days=80_00)
        recorder.create(
            StagePeriod(product=Product.objects.get(code="CAB"), stage="run",
                        starts=date(2027, 3, 1), position=1)
        )
    told = {(n.kind, n.name): (n.old, n.new) for n in latest()}
    assert told == {
        ("calendar", "Preuve de covoiturage"): (JAN + 3, JAN + 5),
        ("budget", "Habitat"): (60 * K, 50 * K),
        ("capacity", "Data"): (100_00, 80_00),
        ("stage", "Cabestan"): ("development", "run"),
    }
    of_be = latest(Grant("contributor", entity=company.entity("BE")))
    assert of_be == []


def test_moving_an_initiative_asks_for_the_right_and_can_be_undone():
    editor = company.actor(Grant("pmo", entity=company.entity("FR")))
    reader_only = company.actor(Grant("contributor", entity=company.entity("FR")))
    stranger = company.actor(Grant("pmo", entity=company.entity("BE")))
    with pytest.raises(NotFoundForActor):
        place(stranger, "PREUVE", JAN + 6)
    with pytest.raises(Refused) as refused:
        place(reader_only, "PREUVE", JAN + 6)
    assert "pmo" in refused.value.refusal.roles
    moved, change = place(editor, "PREUVE", JAN + 6)
    assert moved.start == JAN + 6 and change is not None
    with pytest.raises(Refused):
        undo_placing(reader_only, change)
    undo_placing(editor, change)
    assert Initiative.objects.get(code="PREUVE").start == JAN + 3
    assert place(editor, "PREUVE", JAN + 3)[1] is None


@pytest.mark.parametrize(
    ("code", "start", "reason"),
    [("TARIF", JAN + 2, "initiative.not_movable"), ("DETTE", JAN + 8, "initiative.too_late"),
     ("PREUVE", 5, "initiative.month_unknown")],
)
def test_a_move_that_the_rules_refuse_says_why(code, start, reason):
    with pytest.raises(Invalid) as invalid:
        place(system_actor("tests"), code, start)
    assert invalid.value.errors["start"].code == reason
