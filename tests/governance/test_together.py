"""Several at once: two approvals against one envelope, two secretaries closing one decision."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from portulan.base.policy import Refused
from portulan.catalogue.models import Product
from portulan.governance import actions, sealing
from portulan.governance.models import AgendaItem, Decision, Dossier, RegisterEntry
from portulan.portfolio.models import Initiative, InitiativeProduct
from portulan_core.effects import Effect
from tests.governance.house import JANUARY, TODAY, House, K, build

pytestmark = pytest.mark.django_db(transaction=True)


def together(*calls: Callable[[], object]) -> list[object]:
    """Run the calls at the same moment, each in its own connection; results or exceptions."""
    barrier = threading.Barrier(len(calls))
    results: list[object] = [None] * len(calls)

    def turn(index: int) -> None:
        try:
            barrier.wait(timeout=10)
            results[index] = calls[index]()
        except Exception as error:
            results[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=turn, args=(n,)) for n in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


def _second(house: House) -> AgendaItem:
    """Another committee day, with a dossier for the last money of the same envelope."""
    product = Product.objects.get(code="CAR")
    wanted = Initiative(
        code="I6", name="Autre candidate", state="proposed", months=4, entity=product.entity,
        costs_opex=[50 * K] * 4,
    )
    wanted.refresh_derived()
    wanted.save()
    InitiativeProduct.objects.create(initiative=wanted, product=product)
    house.scenario.pk = None
    house.scenario.id = None
    house.scenario.uid = None
    from portulan.base.models import new_uid

    house.scenario.uid, house.scenario.code, house.scenario.state = new_uid(), "S2", "solved"
    house.scenario.effects = [
        Effect("initiative.state", str(wanted.uid), "proposed", "planned").to_json(),
        Effect("initiative.place", str(wanted.uid), None, JANUARY + 6).to_json(),
    ]
    house.scenario.save()
    first = house.meeting
    house.meeting = actions.plan_meeting(house.actors["pmo"], house.forum, TODAY)
    item = house.sitting(house.dossier())
    house.meeting = first
    return item


def _approve(house: House, item: AgendaItem, *codes: str) -> None:
    for line in item.dossier.lines.select_related("initiative"):
        verdict = "approved" if line.initiative.code in codes else "refused"
        actions.decide_line(house.actors["chair"], item, line, verdict)


def test_two_approvals_against_one_envelope_never_overspend(
    unlocked_at_end: None, thursday: object
) -> None:
    # 1,150 of 1,400 k€ are taken; the two ask for 250 and 200: only one of them fits.
    house = build()
    house.envelope.amount = 1_400 * K
    house.envelope.save()
    first = house.sitting(house.dossier())
    _approve(house, first, "I4")
    second = _second(house)
    _approve(house, second, "I6")
    chair = house.actors["chair"]
    results = together(
        lambda: actions.close_decision(chair, AgendaItem.objects.select_related(
            "meeting__forum", "dossier").get(pk=first.pk)),
        lambda: actions.close_decision(chair, AgendaItem.objects.select_related(
            "meeting__forum", "dossier").get(pk=second.pk)),
    )
    decided = [r for r in results if isinstance(r, Decision)]
    refused = [r for r in results if isinstance(r, Refused)]
    assert len(decided) == 1, results
    assert [r.refusal.code for r in refused] == ["envelope.overspent"], results
    planned = Initiative.objects.filter(state="planned").values_list("cost", flat=True)
    assert sum(planned) + 50 * K <= 1_400 * K
    assert sealing.verify() == []


def test_a_decision_closed_by_two_at_once_is_taken_once(
    unlocked_at_end: None, thursday: object
) -> None:
    house = build()
    item = house.sitting(house.dossier())
    _approve(house, item, "I3", "I4")
    results = together(
        *[
            lambda who=who: actions.close_decision(
                house.actors[who],
                AgendaItem.objects.select_related("meeting__forum", "dossier").get(pk=item.pk),
            )
            for who in ("chair", "secretary")
        ]
    )
    assert sum(isinstance(r, Decision) for r in results) == 1, results
    assert [r.refusal.code for r in results if isinstance(r, Refused)] == ["dossier.state"]
    assert Decision.objects.count() == 1
    assert RegisterEntry.objects.count() == 2
    assert Dossier.objects.get().state == "decided"


def test_numbers_have_no_holes_when_committees_close_at_the_same_moment(
    unlocked_at_end: None, thursday: object
) -> None:
    # Two dossiers of one committee close together, and one is refused meanwhile.
    house = build()
    first = house.sitting(house.dossier())
    _approve(house, first, "I3")
    second = _second(house)
    _approve(house, second)
    chair = house.actors["chair"]

    def close(item: AgendaItem) -> object:
        return actions.close_decision(
            chair, AgendaItem.objects.select_related("meeting__forum", "dossier").get(pk=item.pk)
        )

    results = together(lambda: close(first), lambda: close(second), lambda: close(first))
    codes = sorted(r.code for r in results if isinstance(r, Decision))
    assert codes == ["D-PORTEFEUILLE-2027-001", "D-PORTEFEUILLE-2027-002"], results
    assert sum(isinstance(r, Refused) for r in results) == 1
    assert sealing.verify() == []
