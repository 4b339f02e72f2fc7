"""The JSON form: round trip, published schema, and clear answers to what cannot be read."""

from __future__ import annotations

import json

import brute
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portulan_core.arbitrage import (
    Envelope,
    Goal,
    Group,
    Guardrail,
    Issue,
    Item,
    Mode,
    Placement,
    Problem,
    ProblemError,
    Resource,
    Synergy,
    discounted,
    schema,
)


@settings(max_examples=150, deadline=None)
@given(brute.problems())
def test_a_problem_reads_back_the_same(problem: Problem) -> None:
    data = json.loads(json.dumps(problem.to_json()))
    assert Problem.from_json(data) == problem


@settings(max_examples=60, deadline=None)
@given(brute.problems())
def test_what_is_written_holds_in_the_published_schema(problem: Problem) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    jsonschema.Draft202012Validator(schema()).validate(problem.to_json())


def read(**changes: object) -> Problem:
    data = {
        "schema": "portulan.problem",
        "version": 1,
        "periods": 4,
        "items": [{"key": "a"}],
    }
    return Problem.from_json(data | changes)


def faults(**changes: object) -> list[tuple[str, str]]:
    with pytest.raises(ProblemError) as caught:
        read(**changes)
    return [(i.path, i.code) for i in caught.value.issues]


def test_the_shortest_problem_and_its_defaults() -> None:
    item = read().items[0]
    assert item == Item("a", (Mode("full", 1),))
    assert [g.measure for g in read().goals] == ["value", "stability"]


def test_a_lone_number_is_a_capacity_in_each_period_and_an_effort_in_each_period_of_the_mode() -> (
    None
):
    problem = read(
        resources=[{"key": "team", "capacity": 5}],
        items=[
            {
                "key": "a",
                "modes": [{"duration": 2, "effort": {"team": 3}, "cost": {"x": 7.0}}],
            }
        ],
    )
    assert problem.resources[0].capacity == (5, 5, 5, 5)
    assert problem.items[0].modes[0].effort == {"team": (3, 3)}
    assert problem.items[0].modes[0].cost == {"x": (7,)}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"schema": "other"}, [("schema", "wrong_schema")]),
        ({"version": 2}, [("version", "wrong_version")]),
        ({"periods": 0}, [("periods", "out_of_range")]),
        ({"items": {}}, [("items", "wrong_type")]),
        ({"items": [{"key": "a", "valeur": 3}]}, [("items[0].valeur", "unknown_field")]),
        ({"items": [{"key": "a", "value": 1.5}]}, [("items[0].value", "not_an_integer")]),
        ({"items": [{"key": "a", "value": True}]}, [("items[0].value", "not_an_integer")]),
        ({"items": [{"key": "a"}, {"key": "a"}]}, [("items[1].key", "duplicate_key")]),
        ({"items": [{"key": "a", "value": [1, 2]}]}, [("items[0].value", "wrong_length")]),
        ({"items": [{"key": "a", "modes": []}]}, [("items[0].modes", "wrong_length")]),
        (
            {"items": [{"key": "a", "modes": [{"effort": {"t": [1]}}]}]},
            [("items[0].modes[0].effort", "unknown_key")],
        ),
        (
            {"items": [{"key": "a", "mandatory": True, "excluded": True}]},
            [("items[0]", "mandatory_and_excluded")],
        ),
        ({"items": [{"key": "a", "started": True}]}, [("items[0].started", "no_present")]),
        (
            {"precedences": [{"before": "a", "after": "zz"}]},
            [("precedences[0].after", "unknown_key")],
        ),
        (
            {"envelopes": [{"key": "e", "accounts": ["x"], "ceiling": 1, "floor": 2}]},
            [("envelopes[0].floor", "above_ceiling")],
        ),
        ({"groups": [{"key": "g", "kind": "some"}]}, [("groups[0].kind", "unknown_choice")]),
        ({"max_changes": -1}, [("max_changes", "too_small")]),
        ({"resources": [{"key": "r", "capacity": [1]}]},
         [("resources[0].capacity", "wrong_length")]),
        ({"resources": [{"key": "r", "capacity": 10**20}]},
         [(f"resources[0].capacity[{t}]", "too_large") for t in range(4)]),
    ],
)  # fmt: skip
def test_each_fault_is_told_with_its_place(changes: dict, expected: list) -> None:
    assert faults(**changes) == expected


@pytest.mark.parametrize("data", [None, 3, "x", [], {}, {"schema": "portulan.problem"}])
def test_anything_else_is_refused_without_a_crash(data: object) -> None:
    with pytest.raises(ProblemError):
        Problem.from_json(data)


def test_goals_that_no_integer_holds_are_refused() -> None:
    assert faults(
        order="weighted",
        items=[{"key": "a", "value": 10**12}],
        goals=[{"measure": "value", "weight": 10**9}],
    ) == [("goals", "too_large")]


def test_all_faults_come_at_once() -> None:
    assert len(faults(items=[{"key": ""}, {"key": "b", "earliest": "soon"}, 5])) >= 3


def test_benefits_come_later_and_are_worth_less() -> None:
    assert discounted([10], 4, delay=1) == (30, 20, 10, 0)
    assert discounted([10], 4, delay=1, rate_bp=1000) == (25, 16, 8, 0)
    item = Item("a", value=discounted([10], 4, delay=1))
    assert item.value_of(item.modes[0], 1) == 20
    assert Item("a", present=Placement("full", -2), value=(5, 4)).value_of(Mode(), -2) == 5


@pytest.mark.parametrize(
    ("item", "path"),
    [
        (Item("a", (Mode(cost={"x": 5}),)), "items[0].modes[0].cost"),
        (Item("a", (Mode(effort={"team": "12"}),)), "items[0].modes[0].effort"),
        (Item("a", Mode()), "items[0].modes"),
        (Item("a", labels="legal"), "items[0].labels"),
        (Item("a", mandatory="no"), "items[0].mandatory"),
        (Item("a", present=("full", 0)), "items[0].present"),
        (Item("a", present=Placement(None, 0)), "items[0].present.mode"),
        (Item(["a"]), "items[0].key"),
        ("a", "items[0]"),
    ],
)  # fmt: skip
def test_what_is_not_of_the_right_type_is_told_with_its_place(item: object, path: str) -> None:
    with pytest.raises(ProblemError) as caught:
        Problem(1, (item,), (Resource("team", (1,)),)).check()  # type: ignore[arg-type]
    assert [(i.path, i.code) for i in caught.value.issues] == [(path, "wrong_type")]


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"resources": (Resource("team", 500),)}, "resources[0].capacity"),
        # A text would be read letter by letter, and the envelope would hold nothing.
        ({"envelopes": (Envelope("e", "run", ceiling=5),)}, "envelopes[0].accounts"),
        ({"envelopes": (Envelope("e", ("run",), (1.5,)),)}, "envelopes[0].periods"),
        ({"envelopes": (Envelope("e", ("run",), None, "9", 5),)}, "envelopes[0].ceiling"),
        ({"groups": (Group("g", "exclusive", "ab"),)}, "groups[0].items"),
        ({"guardrails": (Guardrail("g", None),)}, "guardrails[0].label"),
        ({"synergies": (Synergy("ab", 3),)}, "synergies[0].items"),
        ({"goals": Goal()}, "goals"),
        ({"goals": (Goal(["value"]),)}, "goals[0].measure"),
        ({"may_end_after": 1}, "may_end_after"),
    ],
)  # fmt: skip
def test_neither_are_the_other_parts(changes: dict, path: str) -> None:
    with pytest.raises(ProblemError) as caught:
        Problem(1, (Item("a"), Item("b")), **changes).check()
    assert [i.path for i in caught.value.issues] == [path]


def _spots(data: object, path: tuple = ()) -> list[tuple]:
    inside = (
        data.items()
        if isinstance(data, dict)
        else enumerate(data)
        if isinstance(data, list)
        else ()
    )
    return [path, *(spot for key, value in inside for spot in _spots(value, (*path, key)))]


JUNK = [None, True, 0, -1, 1.5, 2.0, "", "x", [], [1], {}, {"a": 1}, 10**20, [None], {"key": "a"}]
SUBSTANCE = {
    "duplicate_key", "unknown_key", "wrong_length", "no_present", "unknown_period", "itself",
    "above_ceiling", "mandatory_and_excluded", "too_large",
}  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(brute.problems(), st.data())
def test_the_schema_and_the_reader_refuse_the_same_forms(
    problem: Problem, data: st.DataObject
) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    form = json.loads(json.dumps(problem.to_json()))
    spot = data.draw(st.sampled_from(_spots(form)[1:]))
    inner = form
    for key in spot[:-1]:
        inner = inner[key]
    inner[spot[-1]] = data.draw(st.sampled_from(JUNK))
    valid = jsonschema.Draft202012Validator(schema()).is_valid(form)
    found: tuple[Issue, ...] = ()
    try:
        Problem.from_json(form)
    except ProblemError as error:
        found = error.issues
    assert all(issue.path and issue.code for issue in found)
    if valid:
        assert {issue.code for issue in found} <= SUBSTANCE
    else:
        assert found
