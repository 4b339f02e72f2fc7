"""The state machines of governance: one table each, checked by one function, drawn from the table.

What may happen to a decision, a dossier, a meeting and an agenda item stands here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from portulan.base.policy import Refusal, Refused


@dataclass(frozen=True, slots=True)
class Machine:
    """States and events of one kind of object: ``table[event][state] -> next state``."""

    name: str
    initial: str
    table: Mapping[str, Mapping[str, str]]

    @property
    def states(self) -> tuple[str, ...]:
        """Every state, the initial one first, in the order of the table."""
        found = [self.initial]
        for moves in self.table.values():
            found += [*moves, *moves.values()]
        return tuple(dict.fromkeys(found))


DECISION = Machine(
    "decision",
    "draft",
    {
        "decide": {"draft": "decided"},
        "apply": {"decided": "applied"},
        "revert": {"applied": "reverted"},
        "supersede": {"decided": "superseded", "applied": "superseded"},
    },
)
DOSSIER = Machine(
    "dossier",
    "draft",
    {
        "submit": {"draft": "ready"},
        "reopen": {"ready": "draft", "frozen": "draft"},
        "freeze": {"ready": "frozen"},
        "decide": {"frozen": "decided"},
        "escalate": {"ready": "ready", "frozen": "ready"},
        "withdraw": {"draft": "withdrawn", "ready": "withdrawn"},
    },
)
MEETING = Machine(
    "meeting",
    "planned",
    {
        "open": {"planned": "open"},
        "close": {"open": "closed"},
        "cancel": {"planned": "cancelled"},
    },
)
ITEM = Machine(
    "item",
    "planned",
    {"open": {"planned": "open", "closed": "open"}, "close": {"open": "closed"}},
)
ACTION = Machine(
    "action",
    "open",
    {"finish": {"open": "done"}, "drop": {"open": "dropped"},
     "reopen": {"done": "open", "dropped": "open"}},
)
CONDITION = Machine(
    "condition",
    "open",
    {
        "meet": {"open": "met", "unmet": "met"},
        "fail": {"open": "unmet"},
        "lift": {"open": "lifted", "unmet": "lifted"},
        "reopen": {"met": "open", "unmet": "open", "lifted": "open"},
    },
)
REFERRAL = Machine(
    "referral",
    "waiting",
    {"answer": {"waiting": "answered"}, "drop": {"waiting": "dropped"}},
)
MACHINES = (DECISION, DOSSIER, MEETING, ITEM, ACTION, CONDITION, REFERRAL)


def check_move(machine: Machine, state: str, event: str) -> Refusal | None:
    """Why ``event`` may not happen in ``state``, or ``None``.

    Raises:
        KeyError: the machine knows no such event.
    """
    if state in machine.table[event]:
        return None
    return Refusal(f"{machine.name}.state", {"event": event, "state": state})


def move(machine: Machine, state: str, event: str) -> str:
    """The state after ``event``.

    Raises:
        Refused: it may not happen in ``state``.
    """
    refusal = check_move(machine, state, event)
    if refusal is not None:
        raise Refused(refusal)
    return machine.table[event][state]


def diagram(machine: Machine) -> str:
    """The machine as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", f"    [*] --> {machine.initial}"]
    for event, moves in machine.table.items():
        lines += [f"    {source} --> {target}: {event}" for source, target in moves.items()]
    ends = [s for s in machine.states if not any(s in m for m in machine.table.values())]
    lines += [f"    {state} --> [*]" for state in ends]
    return "\n".join(lines)


def reference_page() -> str:
    """The page of the reference: every diagram with its table."""
    parts = [
        "# States of governance",
        "",
        "Made from the tables of `portulan.governance.machines`.",
    ]
    for machine in MACHINES:
        parts += ["", f"## {machine.name.capitalize()}", "", "```mermaid", diagram(machine), "```"]
        parts += ["", "| event | from | to |", "|---|---|---|"]
        for event, moves in machine.table.items():
            parts += [f"| {event} | {source} | {target} |" for source, target in moves.items()]
    return "\n".join(parts) + "\n"
