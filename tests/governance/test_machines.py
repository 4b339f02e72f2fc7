"""The state machines: what the tables say is all that can happen, whatever is tried."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from portulan.base.policy import Refused
from portulan.governance import actions, sealing
from portulan.governance.machines import (
    DECISION,
    MACHINES,
    Machine,
    check_move,
    diagram,
    move,
    reference_page,
)
from portulan.governance.models import Decision, Dossier, DossierLine, RegisterEntry
from portulan.portfolio.models import Initiative
from portulan_core.effects import EffectConflict
from tests.governance.house import House, build


@pytest.mark.parametrize("machine", MACHINES, ids=lambda m: m.name)
def test_every_state_is_reached_and_every_other_move_is_refused(machine: Machine) -> None:
    reached = {machine.initial}
    for _ in machine.states:
        reached |= {
            moves[state] for moves in machine.table.values() for state in reached if state in moves
        }
    assert reached == set(machine.states)
    for event, moves in machine.table.items():
        for state in machine.states:
            if state in moves:
                assert move(machine, state, event) == moves[state]
            else:
                assert check_move(machine, state, event).code == f"{machine.name}.state"


def test_the_diagram_shows_every_move() -> None:
    assert diagram(DECISION).splitlines() == [
        "stateDiagram-v2",
        "    [*] --> draft",
        "    draft --> decided: decide",
        "    decided --> applied: apply",
        "    applied --> reverted: revert",
        "    decided --> superseded: supersede",
        "    applied --> superseded: supersede",
        "    reverted --> [*]",
        "    superseded --> [*]",
    ]


def test_the_page_of_the_reference_is_up_to_date() -> None:
    root = Path(__file__).resolve().parents[2]
    page = root / "docs/reference/states-of-governance.md"
    assert page.read_text(encoding="utf-8") == reference_page()


class Deciding(RuleBasedStateMachine):
    """A committee that tries everything, in any order; refusals change nothing."""

    house: House
    item: object

    @initialize()
    def gather(self) -> None:
        Decision.objects.exists()
        self.house = build()
        self.dossier = self.house.dossier()
        self.item = None
        self.before = self._plan()

    def _plan(self) -> list[tuple[object, ...]]:
        return list(Initiative.objects.order_by("code").values_list("code", "state", "start"))

    def _try(self, call, *args, **kwargs) -> bool:
        entries, decisions = RegisterEntry.objects.count(), Decision.objects.count()
        plan = self._plan()
        try:
            call(*args, **kwargs)
        except (Refused, actions.Drifted, EffectConflict):
            assert RegisterEntry.objects.count() == entries
            assert Decision.objects.count() == decisions
            assert self._plan() == plan
            return False
        return True

    @rule()
    def sit(self) -> None:
        if self.item is None:
            self.dossier.refresh_from_db()
            self.item = self.house.sitting(self.dossier)

    @rule()
    def reopen(self) -> None:
        self.dossier.refresh_from_db()
        self._try(actions.reopen, self.house.actors["pmo"], self.dossier)

    @rule()
    def submit(self) -> None:
        self.dossier.refresh_from_db()
        self._try(actions.submit, self.house.actors["pmo"], self.dossier)

    @rule(
        number=st.integers(0, 2),
        verdict=st.sampled_from(["pending", "approved", "deferred", "refused"]),
        dated=st.booleans(),
        who=st.sampled_from(["chair", "secretary", "voter", "reader"]),
    )
    def decide(self, number: int, verdict: str, dated: bool, who: str) -> None:
        if self.item is None:
            return
        self._reload()
        line = list(DossierLine.objects.order_by("position"))[number]
        done = self._try(
            actions.decide_line,
            self.house.actors[who],
            self.item,
            line,
            verdict,
            deferred_to=date(2028, 1, 1) if dated else None,
        )
        assert not (done and who in ("voter", "reader")), "no verdict without the right"

    @rule(present=st.booleans())
    def come_and_go(self, present: bool) -> None:
        if self.item is not None:
            self._try(
                actions.set_attendance,
                self.house.actors["pmo"],
                self.house.meeting,
                self.house.people["voter"],
                present=present,
            )

    @rule(month=st.integers(0, 11))
    def somebody_moves_an_initiative(self, month: int) -> None:
        Initiative.objects.filter(code="I2").update(start=2027 * 12 + month)

    @rule()
    def close(self) -> None:
        if self.item is None:
            return
        self._reload()
        if self._try(actions.close_decision, self.house.actors["chair"], self.item):
            decision = Decision.objects.latest("pk")
            assert decision.state in ("decided", "applied")
            assert (decision.state == "applied") == bool(decision.effects)

    @rule()
    def apply_again(self) -> None:
        for decision in Decision.objects.all():
            assert not self._try(actions.apply_decision, self.house.actors["chair"], decision)

    def _reload(self) -> None:
        self.item.refresh_from_db()
        self.item.meeting = self.house.meeting
        self.house.meeting.refresh_from_db()

    @invariant()
    def the_register_holds_and_nothing_is_decided_twice(self) -> None:
        if not hasattr(self, "house"):
            return
        assert sealing.verify() == []
        assert Decision.objects.count() <= 1
        decided = Dossier.objects.filter(state="decided").count()
        assert decided == Decision.objects.count()


class DecidingTest(TestCase):
    """Runs the machine, each example in a transaction of its own."""

    def test_whatever_is_tried_the_table_holds(self) -> None:
        from hypothesis.stateful import run_state_machine_as_test

        run_state_machine_as_test(
            lambda: _InTransaction(),
            settings=settings(
                max_examples=15,
                stateful_step_count=25,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )


class _InTransaction(Deciding):
    def __init__(self) -> None:
        from django.db import transaction

        super().__init__()
        self._atomic = transaction.atomic()
        self._atomic.__enter__()

    def teardown(self) -> None:
        from django.db import transaction

        transaction.set_rollback(True)
        self._atomic.__exit__(None, None, None)
