"""The decision state table, tried ten thousand times at random against what is written here."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from portulan.base.policy import Refused
from portulan.governance.machines import DECISION, check_move, move

EXAMPLES, STEPS = 100, 100
#: What the committee's rules say, written out a second time on purpose.
MAY = {
    ("draft", "decide"): "decided",
    ("decided", "apply"): "applied",
    ("decided", "supersede"): "superseded",
    ("applied", "revert"): "reverted",
    ("applied", "supersede"): "superseded",
}
EVENTS = sorted(DECISION.table)
taken = 0


class Trying(RuleBasedStateMachine):
    """A handful of decisions to which anything is tried, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.states = ["draft"] * 4
        self.past: list[list[str]] = [["draft"] for _ in self.states]

    @rule(number=st.integers(0, 3), event=st.sampled_from(EVENTS))
    def attempt(self, number: int, event: str) -> None:
        global taken
        taken += 1
        before = self.states[number]
        expected = MAY.get((before, event))
        refusal = check_move(DECISION, before, event)
        if expected is None:
            with pytest.raises(Refused) as caught:
                move(DECISION, before, event)
            assert caught.value.refusal == refusal
            assert refusal.params == {"event": event, "state": before}
            return
        after = move(DECISION, before, event)
        assert refusal is None
        assert after == expected
        self.states[number] = after
        self.past[number].append(after)

    @rule(number=st.integers(0, 3))
    def start_again(self, number: int) -> None:
        global taken
        taken += 1
        self.states[number] = "draft"
        self.past[number] = ["draft"]

    @invariant()
    def no_state_comes_twice_and_ends_are_ends(self) -> None:
        for history in self.past:
            assert len(history) == len(set(history))
            for ended in ("reverted", "superseded"):
                assert ended not in history[:-1]
            if "reverted" in history:
                assert history.index("applied") == history.index("reverted") - 1
            if "applied" in history:
                assert history.index("decided") == history.index("applied") - 1


def test_ten_thousand_steps_hold_the_table() -> None:
    global taken
    taken = 0
    run_state_machine_as_test(
        Trying,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert taken >= 0.9 * EXAMPLES * STEPS
