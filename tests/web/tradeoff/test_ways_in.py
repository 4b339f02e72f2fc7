"""What forbids an initiative, and what goes out when one decides that it comes in, in words."""

from __future__ import annotations

from django.utils import translation

from portulan.prioritisation.assumptions import Assumptions
from portulan.prioritisation.outcome import Names, reason_json
from portulan.prioritisation.problem import build
from portulan.web.tradeoff.conclusions import Speaker
from portulan_core.arbitrage import Reason, Remedy, Step
from portulan_core.model import Initiative, World

NOW = 2027 * 12


def initiative(code: str, **values: object) -> Initiative:
    """A planned initiative of six months from April, 100 € a month."""
    return Initiative(
        uid=code, code=code, name=code.title(), start=NOW + 3, months=6,
        costs_opex=(10_000,) * 6, **{"state": "planned", **values},
    )  # fmt: skip


def told(reason: Reason, change: str = "") -> tuple[str, str]:
    """Why, and the way in, of an initiative of three."""
    rows = (initiative("dear"), initiative("law", mandatory=True), initiative("near"))
    world = World(initiatives={row.uid: row for row in rows})
    built = build(world, Assumptions(first=NOW, periods=4, hold_capacity=False), NOW)
    row = {
        "item": reason.item, "change": change,
        "reason": reason_json(reason, Names(world), built),
    }  # fmt: skip
    with translation.override("en"):
        speaker = Speaker({"limits": [], "step": 3})
        return speaker.why(row), speaker.remedy(row)


def test_what_forbids_it_is_named_without_the_wish_itself() -> None:
    conflict = [
        {"code": "mandatory", "item": "dear"},
        {"code": "mandatory", "item": "law"},
        {"code": "max_changes", "limit": 2},
    ]
    why, remedy = told(Reason("dear", "impossible", {"conflict": conflict}))
    assert why == (
        "With it, these cannot all hold: Law is mandatory. "
        "At most 2 changes to the present plan."
    )
    assert remedy == ""


def test_deciding_it_in_says_what_goes_out() -> None:
    remedy = Remedy((Step("include", {"item": "dear"}),), "feasible")
    out = Reason("dear", "max_changes", {"leave": ["near"]}, remedy)
    assert told(out, "out")[1] == "Comes back, if you decide so. Near then comes out."
    waits = Reason("dear", "max_changes", {"leave": []}, remedy)
    assert told(waits)[1] == "Comes in, if you decide so."
