"""From a scenario to a decision in the register: line by line, at once, under a mandate."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine

from portulan.base.changes import recording
from portulan.base.models import Change, HistoryRow
from portulan.base.policy import Conflict, Invalid, Refused
from portulan.governance import actions, sealing
from portulan.governance.gates import SECTIONS
from portulan.governance.models import (
    ActionItem,
    Decision,
    Dossier,
    DossierLine,
    Meeting,
    Promise,
    RegisterEntry,
)
from portulan.portfolio.models import Initiative
from tests.governance.house import JANUARY, TODAY, House, K


def lines_of(dossier: Dossier) -> dict[str, DossierLine]:
    return {line.initiative.code: line for line in dossier.lines.select_related("initiative")}


def decide_all(house: House, item, **verdicts: str) -> None:
    for code, line in lines_of(item.dossier).items():
        verdict = verdicts.get(code, "approved")
        actions.decide_line(
            house.actors["secretary"],
            item,
            line,
            verdict,
            deferred_to=date(2028, 1, 1) if verdict == "deferred" else None,
            condition="Réestimer avant juin" if verdict == "refused" else "",
        )


def refused(call, *args, **kwargs) -> str:
    with pytest.raises(Refused) as caught:
        call(*args, **kwargs)
    return caught.value.refusal.code


def test_a_scenario_becomes_one_line_per_difference(house: House) -> None:
    dossier = house.dossier()
    found = lines_of(dossier)
    assert {code: line.change for code, line in found.items()} == {
        "I3": "out",
        "I4": "in",
        "I2": "moved",
    }
    assert [found[c].amount for c in ("I3", "I4", "I2")] == [-400 * K, 250 * K, 0]
    assert (dossier.code, dossier.state) == ("2027-001", "ready")
    house.scenario.refresh_from_db()
    assert house.scenario.state == "submitted"


def test_a_dossier_without_sections_or_promises_is_not_ready(house: House) -> None:
    dossier = house.dossier(complete=False)
    assert refused(actions.submit, house.actors["pmo"], dossier) == "dossier.incomplete"
    for code in ("context", "vision", "objectives", "options", "risks", "impact", "rollout"):
        actions.write_section(house.actors["pmo"], dossier, code, "Texte.")
    assert actions.check_submit(dossier).params["count"] == 2
    actions.write_section(house.actors["pmo"], dossier, "indicators", "Texte.")
    actions.add_promise(
        house.actors["pmo"],
        dossier,
        actions.PromiseInput("date", "Mise en service", promised_on=date(2027, 12, 1)),
    )
    actions.submit(house.actors["pmo"], dossier)
    assert dossier.state == "ready"
    # Emptied again, it goes back to its authors by itself.
    actions.write_section(house.actors["pmo"], dossier, "risks", "")
    assert Dossier.objects.get(pk=dossier.pk).state == "draft"


def test_two_sections_may_be_written_at_once_but_one_section_conflicts(house: House) -> None:
    dossier = house.dossier(complete=False)
    pmo, manager = house.actors["pmo"], house.actors["manager"]
    actions.write_section(pmo, dossier, "context", "De moi", seen="")
    actions.write_section(manager, dossier, "risks", "D'elle", seen="")
    with pytest.raises(Conflict) as caught:
        actions.write_section(manager, dossier, "context", "D'elle", seen="")
    assert caught.value.columns["context"] == ("", "De moi")
    assert Dossier.objects.get(pk=dossier.pk).sections["context"] == "De moi"


def test_a_decision_is_recorded_applied_and_sealed_at_once(house: House) -> None:
    item = house.sitting(house.dossier())
    actions.write_decision(house.actors["secretary"], item, "Le comité approuve deux lignes.")
    decide_all(house, item, I2="deferred")
    decision = actions.close_decision(
        house.actors["secretary"],
        item,
        follow_ups=[actions.FollowUp("Informer l’équipe", house.people["manager"], TODAY)],
    )
    assert (decision.code, decision.verdict) == ("D-PORTEFEUILLE-2027-001", "partial")
    decision.refresh_from_db()
    assert decision.state == "applied"
    states = dict(Initiative.objects.values_list("code", "state"))
    starts = dict(Initiative.objects.values_list("code", "start"))
    assert (states["I3"], starts["I3"]) == ("deferred", None)
    assert (states["I4"], starts["I4"]) == ("planned", JANUARY + 6)
    assert starts["I2"] == JANUARY + 5, "a deferred line changes nothing"
    change = Change.objects.get(cause_uid=decision.uid)
    assert HistoryRow.objects.filter(change=change, model="portfolio.initiative").count() == 4
    subjects = {
        (s.initiative.code, s.verdict, s.change)
        for s in decision.subjects.select_related("initiative")
    }
    assert subjects == {
        ("I3", "approved", "out"),
        ("I4", "approved", "in"),
        ("I2", "deferred", "moved"),
    }
    assert Promise.objects.get().decision == decision
    assert ActionItem.objects.get().owner == house.people["manager"]
    events = list(RegisterEntry.objects.values_list("payload__event", flat=True))
    assert events == ["decided", "applied"]
    assert sealing.verify() == []
    house.scenario.refresh_from_db()
    assert house.scenario.state == "adopted"
    assert Dossier.objects.get().state == "decided"


@pytest.mark.parametrize(
    ("verdicts", "verdict"),
    [
        ({}, "whole"),
        ({"I2": "refused"}, "partial"),
        ({"I2": "deferred", "I3": "refused", "I4": "refused"}, "deferred"),
        ({"I2": "refused", "I3": "refused", "I4": "refused"}, "refused"),
    ],
)
def test_the_verdict_of_the_whole_follows_from_the_lines(
    house: House, verdicts: dict[str, str], verdict: str
) -> None:
    item = house.sitting(house.dossier())
    decide_all(house, item, **verdicts)
    decision = actions.close_decision(house.actors["chair"], item)
    assert decision.verdict == verdict
    decision.refresh_from_db()
    assert decision.state == ("applied" if verdict in ("whole", "partial") else "decided")
    assert Promise.objects.filter(decision=decision).exists() == (verdict in ("whole", "partial"))


def test_approved_with_a_condition_is_conditional(house: House) -> None:
    item = house.sitting(house.dossier())
    decide_all(house, item)
    line = lines_of(item.dossier)["I4"]
    actions.decide_line(
        house.actors["chair"], item, line, "approved", condition="Sous 250 k€"
    )
    decision = actions.close_decision(house.actors["chair"], item)
    assert decision.verdict == "conditional"
    assert "Sous 250 k€" in decision.conditions


def test_open_lines_quorum_and_completeness_stand_in_the_way(house: House) -> None:
    item = house.sitting(house.dossier())
    codes = {r.code for r in actions.closing_refusals(item)}
    assert codes == {"decision.pending"}
    decide_all(house, item)
    actions.set_attendance(
        house.actors["pmo"], house.meeting, house.people["voter"], present=False
    )
    assert refused(actions.close_decision, house.actors["chair"], item) == "meeting.quorum"
    # The deputy takes the seat: the quorum is there again.
    actions.set_attendance(
        house.actors["pmo"],
        house.meeting,
        house.people["voter"],
        present=True,
        deputised=True,
    )
    assert actions.check_close(item) is None


def test_mandate_covers_kind_entity_lines_and_amount(house: House) -> None:
    item = house.sitting(house.dossier())
    decide_all(house, item)
    forum = item.meeting.forum
    for values, code in (
        ({"kinds": ["stop"]}, "mandate.kind"),
        ({"entity": house.entities["other"]}, "mandate.entity"),
        ({"threshold": 649 * K}, "mandate.threshold"),
    ):
        kept = {name: getattr(forum, name) for name in values}
        for name, value in values.items():
            setattr(forum, name, value)
        assert [r.code for r in actions.closing_refusals(item)] == [code]
        for name, value in kept.items():
            setattr(forum, name, value)
    forum.threshold = 650 * K
    assert actions.check_close(item) is None


def test_votes_are_counted_and_an_approval_against_the_count_is_refused(house: House) -> None:
    item = house.sitting(house.dossier())
    line = lines_of(item.dossier)["I2"]
    cast = actions.cast_vote
    cast(house.actors["chair"], item, line, house.people["chair"], "against", reason="Trop tôt")
    cast(house.actors["voter"], item, line, house.people["voter"], "abstain")
    line.refresh_from_db()
    assert (line.votes_for, line.votes_against, line.abstentions) == (0, 1, 1)
    decide = actions.decide_line
    assert refused(decide, house.actors["chair"], item, line, "approved") == "line.against"
    actions.decide_line(house.actors["chair"], item, line, "refused")
    for code in ("I4", "I3"):
        line = lines_of(item.dossier)[code]
        actions.decide_line(house.actors["chair"], item, line, "approved")
    decision = actions.close_decision(house.actors["chair"], item)
    assert "Trop tôt" in decision.dissent


def test_nobody_votes_for_another_but_the_deputy_and_who_runs_the_sitting(house: House) -> None:
    item = house.sitting(house.dossier())
    line = lines_of(item.dossier)["I3"]
    voter = house.people["voter"]
    assert refused(
        actions.cast_vote, house.actors["chair"], item, line, house.people["reader"], "for"
    ) == "vote.no_seat"
    assert refused(actions.cast_vote, house.actors["deputy"], item, line, voter, "for") == (
        "vote.not_yours"
    )
    actions.set_attendance(
        house.actors["pmo"], house.meeting, voter, present=True, deputised=True
    )
    actions.cast_vote(house.actors["deputy"], item, line, voter, "for")
    actions.cast_vote(house.actors["secretary"], item, line, house.people["chair"], "for")
    line.refresh_from_db()
    assert line.votes_for == 2
    voter, chair = house.actors["voter"], house.people["chair"]
    assert refused(actions.cast_vote, voter, item, line, chair, "") == "vote.not_yours"


def test_what_moved_meanwhile_is_shown_and_nothing_is_decided(house: House) -> None:
    item = house.sitting(house.dossier())
    decide_all(house, item)
    with recording(house.actors["manager"], "initiative.edit") as rec:
        rec.update(house.initiatives["I2"], start=JANUARY + 9)
    with pytest.raises(actions.Drifted) as caught:
        actions.close_decision(house.actors["chair"], item)
    (drift,) = caught.value.found
    assert drift.line.initiative.code == "I2"
    assert (drift.expected, drift.found, drift.by) == (JANUARY + 5, JANUARY + 9, "Manager")
    assert not Decision.objects.exists()
    assert Initiative.objects.get(code="I4").state == "proposed"
    # Refreshed, the line starts from what is there now.
    actions.refresh_line(house.actors["secretary"], drift.line)
    decision = actions.close_decision(house.actors["chair"], item)
    assert decision.verdict == "whole"
    assert Initiative.objects.get(code="I2").start == JANUARY + 7


def test_a_decision_that_would_overspend_the_envelope_is_refused(house: House) -> None:
    # 50 spent + 300 + 400 + 400 planned = 1,150 of 1,200; +250 alone would be 1,400.
    item = house.sitting(house.dossier())
    decide_all(house, item, I3="refused")
    assert refused(actions.close_decision, house.actors["chair"], item) == "envelope.overspent"
    assert not RegisterEntry.objects.exists()
    decide_all(house, item)
    assert actions.close_decision(house.actors["chair"], item).verdict == "whole"


def test_a_plan_already_over_may_be_cut_without_getting_under(house: House) -> None:
    house.envelope.amount = 500 * K
    house.envelope.save()
    item = house.sitting(house.dossier())
    decide_all(house, item, I4="refused")
    assert actions.close_decision(house.actors["chair"], item).verdict == "partial"


def test_effects_wait_for_their_day_then_apply(
    house: House, thursday: time_machine.Traveller
) -> None:
    item = house.sitting(house.dossier())
    decide_all(house, item)
    decision = actions.close_decision(
        house.actors["chair"], item, effective_on=date(2027, 4, 1)
    )
    assert Initiative.objects.get(code="I4").state == "proposed"
    assert actions.check_apply(decision, TODAY).code == "decision.later"
    thursday.move_to("2027-04-01T08:00:00+00:00")
    assert actions.apply_due(house.actors["pmo"]) == (1, 0)
    assert Initiative.objects.get(code="I4").state == "planned"
    row = HistoryRow.objects.filter(model="portfolio.initiative").latest("pk")
    assert row.effective_on == date(2027, 4, 1)
    assert actions.apply_due(house.actors["pmo"]) == (0, 0)
    assert sealing.verify() == []


def test_a_later_decision_undoes_an_earlier_one(house: House) -> None:
    before = list(Initiative.objects.order_by("pk").values_list("code", "state", "start"))
    item = house.sitting(house.dossier())
    decide_all(house, item)
    first = actions.close_decision(house.actors["chair"], item)
    first.refresh_from_db()
    draft = actions.Draft("Revenir sur D-2027-001", dict.fromkeys(SECTIONS, "Texte."))
    dossier = actions.dossier_to_revert(house.actors["pmo"], first, draft)
    actions.submit(house.actors["pmo"], dossier)
    item = house.sitting(dossier)
    decide_all(house, item)
    second = actions.close_decision(house.actors["chair"], item)
    after = list(Initiative.objects.order_by("pk").values_list("code", "state", "start"))
    assert after == before
    first.refresh_from_db()
    assert (first.state, second.reverts_id) == ("reverted", first.pk)
    assert refused(actions.dossier_to_revert, house.actors["pmo"], first, draft) == (
        "decision.state"
    )
    assert sealing.verify() == []


def test_a_product_changes_stage_by_decision(house: House) -> None:
    product = house.products["ESC"]
    draft = actions.Draft("Arrêter Escale", {"context": "c"})
    dossier = actions.dossier_from_product(house.actors["manager"], product, "stop", draft)
    changes = [(line.change, line.title) for line in dossier.lines.order_by("position")]
    assert changes[0] == ("stage", "Escale")
    assert {title for change, title in changes if change == "out"} == {
        "Tarification solidaire",
        "Titres interrégionaux",
        "Garantie de retour",
    }
    assert refused(
        actions.dossier_from_product,
        house.actors["manager"],
        product,
        "change_stage",
        draft,
        stage="run",
    ) == "dossier.same_stage"


def test_a_meeting_closes_only_when_its_frozen_dossiers_are_decided(house: House) -> None:
    item = house.sitting(house.dossier())
    pmo = house.actors["pmo"]
    assert refused(actions.close_meeting, pmo, house.meeting, "Relevé") == "meeting.undecided"
    decide_all(house, item)
    actions.close_decision(house.actors["chair"], item)
    actions.close_meeting(pmo, Meeting.objects.get(), "Relevé")
    assert Meeting.objects.get().state == "closed"
    assert refused(actions.add_items, pmo, Meeting.objects.get(), []) == "meeting.closed"


def test_the_clock_of_a_point_stands_still_when_paused(
    house: House, thursday: time_machine.Traveller
) -> None:
    item = house.sitting(house.dossier())
    actions.pause_item(house.actors["pmo"], item)
    thursday.shift(300)
    actions.pause_item(house.actors["pmo"], item)
    assert item.paused_seconds == 300


def test_points_move_up_and_down_the_agenda(house: House) -> None:
    pmo = house.actors["pmo"]
    items = actions.add_items(
        pmo, house.meeting, [actions.ItemInput(f"Point {n}") for n in range(4)]
    )
    actions.move_item(pmo, items[3], 1)
    found = list(house.meeting.items.order_by("position").values_list("title", flat=True))
    assert found == ["Point 0", "Point 3", "Point 1", "Point 2"]
    with pytest.raises(Invalid):
        actions.add_items(pmo, house.meeting, [actions.ItemInput("", minutes=5)])
