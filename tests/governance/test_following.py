"""After a decision: numbers, envelopes of every year, contradictions, conditions, committees."""

from __future__ import annotations

from datetime import date

import pytest

from portulan.base.policy import Invalid, system_actor
from portulan.governance import actions, sealing
from portulan.governance.actions.closing import next_number, short_code
from portulan.governance.contradictions import against
from portulan.governance.models import (
    ActionItem,
    AgendaItem,
    Condition,
    Decision,
    Dossier,
    DossierLine,
    Forum,
    ForumMember,
    RegisterEntry,
)
from portulan.governance.queries import handed_over, unfollowed
from portulan.portfolio.models import Envelope, Initiative
from portulan_core.effects import Effect
from tests.governance.house import JANUARY, TODAY, YEAR, House, K
from tests.governance.test_deciding import decide_all, refused


def _effects(house: House, *rows: tuple[str, str, object, object]) -> list[dict[str, object]]:
    return [
        Effect(kind, str(house.initiatives[code].uid), before, after).to_json()
        for kind, code, before, after in rows
    ]


def _next(house: House, code: str, *rows: tuple[str, str, object, object]) -> AgendaItem:
    """Another scenario, put before a committee of its own day."""
    from portulan.base.models import new_uid

    scenario = house.scenario
    scenario.pk = scenario.id = None
    scenario.uid, scenario.code, scenario.state = new_uid(), code, "solved"
    scenario.effects = _effects(house, *rows)
    scenario.save()
    house.meeting = actions.plan_meeting(house.actors["pmo"], house.forum, TODAY)
    return house.sitting(house.dossier())


def _closed(house: House, item: AgendaItem, **values: object) -> Decision:
    decide_all(house, item)
    decision = actions.close_decision(house.actors["chair"], item, **values)
    decision.refresh_from_db()
    return decision


def test_numbers_follow_one_another_by_committee_and_year(house: House) -> None:
    first = _closed(house, house.sitting(house.dossier()))
    second = _closed(
        house, _next(house, "S2", ("initiative.place", "I1", JANUARY + 3, JANUARY + 4))
    )
    other = Forum.objects.create(code="cos", name="Stratégique", folded="strategique")
    assert (first.code, second.code) == (
        "D-PORTEFEUILLE-2027-001", "D-PORTEFEUILLE-2027-002",
    )  # fmt: skip
    from django.db import transaction


    with transaction.atomic():
        assert next_number(other, TODAY) == "D-COS-2027-001"
        assert next_number(house.forum, date(2028, 1, 4)) == "D-PORTEFEUILLE-2028-001"


def test_the_envelope_of_a_later_year_binds_too(house: House) -> None:
    Envelope.objects.create(
        entity=house.entities["group"], fiscal_year=YEAR + 1, version="voted", amount=50 * K
    )
    # I2 moves from 2027 into 2028: 2027 gains room, 2028 is exceeded.
    item = _next(house, "S2", ("initiative.place", "I2", JANUARY + 5, JANUARY + 13))
    decide_all(house, item)
    assert refused(actions.close_decision, house.actors["chair"], item) == "envelope.overspent"


def test_money_given_by_a_decision_that_waits_is_not_given_twice(house: House) -> None:
    house.envelope.amount = 1_400 * K
    house.envelope.save()
    first = _next(
        house, "S2", ("initiative.state", "I4", "proposed", "planned"),
        ("initiative.place", "I4", None, JANUARY + 6),
    )  # fmt: skip
    _closed(house, first, effective_on=date(2027, 4, 1))
    second = _next(
        house, "S3", ("initiative.state", "I5", "proposed", "planned"),
        ("initiative.place", "I5", None, JANUARY + 6),
    )  # fmt: skip
    decide_all(house, second)
    assert refused(actions.close_decision, house.actors["chair"], second) == "envelope.overspent"


def _turned_round(house: House) -> tuple[Decision, AgendaItem]:
    first = _closed(house, house.sitting(house.dossier()))
    item = _next(
        house, "S2", ("initiative.state", "I4", "planned", "deferred"),
        ("initiative.place", "I4", JANUARY + 6, None),
    )  # fmt: skip
    return first, item


def test_a_contradiction_is_answered_before_closing_and_what_is_replaced_no_longer_stands(
    house: House,
) -> None:
    first, item = _turned_round(house)
    decide_all(house, item)
    assert refused(actions.close_decision, house.actors["chair"], item) == "decision.contradicts"
    dossier = item.dossier
    with pytest.raises(Invalid):
        actions.answer_contradiction(house.actors["chair"], dossier, first, "supersede", "")
    actions.answer_contradiction(
        house.actors["chair"], dossier, first, "supersede", "Le prestataire a renoncé."
    )
    second = actions.close_decision(house.actors["chair"], item)
    first.refresh_from_db()
    assert first.state == "superseded"
    sealed = RegisterEntry.objects.get(decision=second, payload__event="decided")
    assert sealed.payload["contradicts"] == [{"decision": first.code, "choice": "supersede"}]
    assert RegisterEntry.objects.filter(decision=first, payload__event="superseded").count() == 1
    assert sealing.verify() == []


def test_both_may_stand_for_a_reason(house: House) -> None:
    first, item = _turned_round(house)
    decide_all(house, item)
    actions.answer_contradiction(
        house.actors["pmo"], item.dossier, first, "stand", "La suite, pas le contraire."
    )
    actions.close_decision(house.actors["chair"], item)
    first.refresh_from_db()
    assert first.state == "applied"


def test_going_on_in_the_same_direction_contradicts_nothing(house: House) -> None:
    _closed(house, house.sitting(house.dossier()))
    item = _next(house, "S2", ("initiative.place", "I4", JANUARY + 6, JANUARY + 8))
    lines = list(item.dossier.lines.select_related("initiative", "product"))
    assert against(item.dossier, lines) == []


def test_what_was_refused_and_comes_back_is_told(house: House) -> None:
    item = house.sitting(house.dossier())
    decide_all(house, item, I4="refused")
    first = actions.close_decision(house.actors["chair"], item)
    again = _next(
        house, "S2", ("initiative.state", "I4", "proposed", "planned"),
        ("initiative.place", "I4", None, JANUARY + 6),
    )  # fmt: skip
    (hit,) = against(
        again.dossier, list(again.dossier.lines.select_related("initiative", "product"))
    )
    assert (hit.earlier, hit.how) == (first, "refused")


def _conditional(house: House) -> tuple[Decision, Condition]:
    item = house.sitting(house.dossier())
    decide_all(house, item)
    line = DossierLine.objects.get(dossier=item.dossier, initiative__code="I4")
    actions.decide_line(
        house.actors["secretary"], item, line, "approved", condition="Contrat signé avant juin"
    )
    decision = actions.close_decision(house.actors["chair"], item, review_on=date(2027, 6, 1))
    return decision, decision.asked.get()


def test_a_condition_is_followed_by_an_action_and_settled_in_the_register(
    house: House, thursday
) -> None:
    decision, condition = _conditional(house)
    assert decision.verdict == "conditional"
    assert (condition.due_on, condition.state) == (date(2027, 6, 1), "open")
    manager = house.people["manager"]
    actions.follow_condition(
        house.actors["secretary"], condition, owner=manager, due_on=date(2027, 5, 1)
    )
    action = ActionItem.objects.get(pk=condition.action_id)
    assert (action.owner, action.due_on) == (manager, date(2027, 5, 1))
    assert not [r for r in unfollowed(system_actor("t")) if r.why == "condition"]
    thursday.move_to("2027-05-02T08:00:00+00:00")
    assert [r.decision for r in unfollowed(system_actor("t")) if r.why == "condition"] == [decision]
    with pytest.raises(Invalid):
        actions.settle_condition(house.actors["manager"], condition, "fail")
    actions.settle_condition(house.actors["manager"], condition, "meet", "Signé le 29 avril")
    action.refresh_from_db()
    assert (condition.state, action.state) == ("met", "done")
    assert RegisterEntry.objects.latest("number").payload["state"] == "met"
    assert (
        refused(actions.settle_condition, house.actors["reader"], condition, "reopen")
        == "right.missing"
    )
    assert sealing.verify() == []


@pytest.fixture
def above(house: House) -> Forum:
    """A strategic committee of the whole group."""
    forum = Forum(
        code="cos", name="Comité stratégique", level="strategic", entity=house.entities["group"]
    )
    forum.refresh_derived()
    forum.save()
    ForumMember.objects.create(forum=forum, person=house.people["chair"], right="chair")
    house.refresh("chair")
    return forum


def test_a_dossier_above_the_threshold_goes_up_with_its_history(house: House, above: Forum) -> None:
    house.forum.threshold = 300 * K
    house.forum.save()
    item = house.sitting(house.dossier())
    line = DossierLine.objects.get(dossier=item.dossier, initiative__code="I3")
    actions.cast_vote(
        house.actors["chair"], item, line, house.people["chair"], "against", reason="Trop tôt"
    )
    decide_all(house, item, I3="refused", I2="approved", I4="approved")
    assert actions.higher(house.forum, item.dossier) == [above]
    referral = actions.escalate(
        house.actors["pmo"], item.dossier, above, "Au-delà du seuil", source=house.forum
    )
    dossier = Dossier.objects.get(pk=item.dossier_id)
    assert dossier.state == "ready"
    assert set(dossier.lines.values_list("verdict", flat=True)) == {"pending"}
    told = {row["title"]: row for row in referral.history}["Jumeau énergétique"]
    assert told["verdict"] == "refused"
    assert told["against"] == [{"person": "Chair", "reason": "Trop tôt"}]
    assert (
        refused(actions.escalate, house.actors["pmo"], dossier, above, "Encore", source=house.forum)
        == "dossier.escalated"
    )
    # The committee above decides: what was handed over is answered.
    house.forum, house.meeting = above, actions.plan_meeting(house.actors["pmo"], above, TODAY)
    item = house.sitting(dossier)
    for line in dossier.lines.all():
        actions.decide_line(house.actors["chair"], item, line, "approved")
    decision = actions.close_decision(house.actors["chair"], item)
    referral.refresh_from_db()
    assert (referral.state, referral.answered_by) == ("answered", decision)


def test_a_decision_is_handed_down_and_tracked_until_each_committee_answers(
    house: House, above: Forum, thursday
) -> None:
    decision = _closed(house, house.sitting(house.dossier()))
    Decision.objects.filter(pk=decision.pk).update(forum=above)
    decision.refresh_from_db()
    assert actions.lower(decision) == [house.forum]
    order = actions.Order(house.forum, "Mettre le plan à jour", date(2027, 4, 1))
    (referral,) = actions.cascade(house.actors["pmo"], decision, [order])
    assert [r.pk for r in handed_over(house.actors["pmo"])] == [referral.pk]
    thursday.move_to("2027-04-10T08:00:00+00:00")
    assert [r.names for r in unfollowed(system_actor("t")) if r.why == "referral"] == [
        ("Comité de portefeuille",)
    ]
    assert (
        refused(actions.answer_referral, house.actors["reader"], referral, "Fait")
        == "right.missing"
    )
    actions.answer_referral(house.actors["secretary"], referral, "Fait en séance")
    assert handed_over(house.actors["pmo"]) == []
    assert (
        refused(actions.answer_referral, house.actors["secretary"], referral, "Encore")
        == "referral.state"
    )
    assert (
        refused(actions.cascade, house.actors["pmo"], decision, [actions.Order(above, "Soi-même")])
        == "cascade.target"
    )


def test_what_was_changed_by_hand_after_a_decision_is_told(house: House) -> None:
    decision = _closed(house, house.sitting(house.dossier()))
    assert unfollowed(system_actor("t")) == []
    Initiative.objects.filter(code="I4").update(start=JANUARY + 11)
    rows = unfollowed(system_actor("t"))
    assert [(r.decision, r.why, r.count) for r in rows] == [(decision, "moved", 1)]


def test_results_are_read_before_and_after_the_last_decision(house: House) -> None:
    from portulan.evidence.models import Indicator, Measure
    from portulan.governance.queries import line_value, results_of

    decision = _closed(house, house.sitting(house.dossier()))
    faults = Indicator(
        code="IND-2", name="Pannes", product=house.products["ESC"], family="quality",
        direction="down",
    )  # fmt: skip
    faults.refresh_derived()
    faults.save()
    later = date(2027, 5, 1)
    for indicator, on, value in (
        (faults, date(2027, 1, 5), 12.0),
        (faults, later, 7.0),
        (house.indicator, later, 90.0),
    ):
        Measure.objects.create(indicator=indicator, on=on, value=value)
    product = house.products["ESC"]
    found = results_of(system_actor("t"), [product.pk], date(2027, 6, 1))[product.pk]
    assert (found.since, found.decision) == (decision.decided_on, decision.code)
    assert found.counts("quality") == (1, 0, 0)
    assert found.counts("users") == (0, 1, 0)
    assert found.counts("business") == (0, 0, 0)
    (row,) = found.looks["quality"]
    assert (row.before, row.after, row.better) == (12.0, 7.0, True)
    line = product.product_lines.get().line
    value = line_value(system_actor("t"), line, None, date(2027, 6, 1))
    assert [row.product.code for row in value.products] == ["CAR", "ESC"]


def test_the_review_of_a_line_leads_to_a_dossier_with_a_line_per_product(house: House) -> None:
    line = house.products["ESC"].product_lines.get().line
    with pytest.raises(Invalid):
        actions.record_line_review(house.actors["pmo"], line, "continue", "", [])
    review = actions.record_line_review(
        house.actors["pmo"], line, "continue", "La ligne tient ses promesses.", []
    )
    products = list(house.products.values())
    draft = actions.Draft("Mobilité – poursuivre")
    dossier = actions.dossier_from_line_review(house.actors["pmo"], review, draft, products)
    assert [(n.product.code, n.change) for n in dossier.lines.order_by("position")] == [
        ("ESC", "keep"),
        ("CAR", "keep"),
    ]
    assert (
        refused(actions.dossier_from_line_review, house.actors["pmo"], review, draft, products)
        == "review.has_dossier"
    )
    assert (
        refused(actions.record_line_review, house.actors["reader"], line, "stop", "Trop cher", [])
        == "right.missing"
    )


@pytest.mark.parametrize(
    ("code", "short"),
    [
        ("CPF", "CPF"), ("portefeuille", "PORTEFEUILLE"),
        ("comite-de-portefeuille-de-l-etat", "CPE"), ("architecture-committee", "AC"),
        ("interministerielle", "INTERMINISTERI"), ("de-la-du-des-les-la", "DLDDLL"),
    ],
)
def test_numbers_bear_initials_of_long_codes(code: str, short: str) -> None:
    assert short_code(code) == short
