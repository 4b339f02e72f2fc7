"""Why an item is out, what brings it in, what cannot hold together: checked by enumeration."""

from __future__ import annotations

from dataclasses import replace

import brute
from hypothesis import HealthCheck, assume, given, settings

from portulan_core.arbitrage import (
    Bottleneck,
    Envelope,
    Group,
    Item,
    Mode,
    Placement,
    Precedence,
    Problem,
    Resource,
    apply_remedy,
    bottlenecks,
    conflicts,
    explain,
    price,
    solve,
    verify,
)
from portulan_core.arbitrage.verify import violations

few = settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.filter_too_much,
    ],
)


@few
@given(brute.problems(most=4, horizon=2))
def test_a_remedy_that_is_not_a_heuristic_admits_the_item_when_solved_again(
    problem: Problem,
) -> None:
    result = solve(problem, time_limit=20, workers=1)
    assume(result.found)
    reasons = {r.item: r for r in explain(problem, result, time_limit=0.5)}
    for item in problem.items:
        placed = result.placements.get(item.key)
        if placed is None or (item.present is not None and placed != item.present):
            reason = reasons.pop(item.key)
            if reason.remedy is None or reason.heuristic:
                continue
            after = apply_remedy(problem, reason.remedy).check()
            if placed is not None:
                back = {**result.placements, item.key: item.present}
                assert violations(after, back) == []
                if reason.remedy.check == "resolved":
                    again = solve(after, time_limit=20, workers=1, start=result.placements)
                    assert again.placements[item.key] == item.present
                continue
            again = solve(after, time_limit=20, workers=1)
            assert item.key in again.placements, reason
            assert verify(after, again) == []
            assert any(item.key in plan for plan in brute.every_plan(after))
    assert reasons == {}


@few
@given(brute.problems(most=3, horizon=2))
def test_a_conflict_cannot_hold_and_each_of_its_limits_counts(problem: Problem) -> None:
    expected = brute.best(problem)
    found = conflicts(problem)
    assert (found is None) == (expected is not None)
    if found is None:
        return
    assert found.minimal
    assert brute.best(only(problem, found.limits)) is None
    for limit in found.limits:
        if limit.code != "horizon":
            rest = [other for other in found.limits if other is not limit]
            assert brute.best(only(problem, rest)) is not None


def only(problem: Problem, limits) -> Problem:
    """The problem with no other limits than these (the horizon apart)."""
    codes = {(limit.code, *sorted(map(str, limit.params.values()))) for limit in limits}

    def has(code: str, *params: object) -> bool:
        return (code, *sorted(map(str, params))) in codes

    top = 10**9
    items = tuple(
        replace(
            item,
            mandatory=has("mandatory", item.key),
            excluded=has("excluded", item.key),
            earliest=item.earliest if has("earliest", item.key) else 0,
            latest=item.latest if has("latest", item.key) else None,
            latest_end=item.latest_end if has("latest_end", item.key) else None,
        )
        for item in problem.items
    )
    rails = tuple(
        replace(
            rail,
            **{
                name: None
                for name in ("floor", "ceiling", "floor_share", "ceiling_share")
                if not has("guardrail", rail.key, name)
            },
        )
        for rail in problem.guardrails
    )
    return replace(
        problem,
        items=items,
        resources=tuple(
            replace(
                r,
                capacity=tuple(
                    c if has("capacity", r.key, t) else top for t, c in enumerate(r.capacity)
                ),
            )
            for r in problem.resources
        ),
        envelopes=tuple(
            replace(
                e,
                ceiling=e.ceiling if has("ceiling", e.key) else None,
                floor=e.floor if has("floor", e.key) else None,
            )
            for e in problem.envelopes
        ),
        guardrails=rails,
        groups=tuple(g for g in problem.groups if has(g.kind, g.key)),
        precedences=tuple(p for p in problem.precedences if has("precedence", p.before, p.after)),
        max_changes=problem.max_changes if has("max_changes", problem.max_changes) else None,
    )


def plain(**changes: object) -> Problem:
    items = (
        Item("big", (Mode(cost={"x": (60,)}, effort={"team": (5,)}),), value=90),
        Item("small", (Mode(cost={"x": (50,)}, effort={"team": (6,)}),), value=50),
    )
    base = Problem(
        periods=1,
        items=items,
        resources=(Resource("team", (10,)),),
        envelopes=(Envelope("budget", ("x",), ceiling=100),),
    )
    return replace(base, **changes).check()  # type: ignore[arg-type]


def test_a_bottleneck_names_its_limits_what_dominates_and_exactly_what_is_missing() -> None:
    problem = plain()
    result = solve(problem)
    (reason,) = explain(problem, result)
    assert (reason.item, reason.code) == ("small", "bottleneck")
    assert [(x["code"], x["short"]) for x in reason.params["limits"]] == [
        ("capacity", 1),
        ("ceiling", 10),
    ]
    assert [d["item"] for d in reason.params["dominated_by"]] == ["big"]
    assert reason.remedy is not None and reason.remedy.check == "resolved"
    assert {s.code: s.params["amount"] for s in reason.remedy.steps} == {
        "add_capacity": 1,
        "add_budget": 10,
    }


def test_an_item_too_large_for_a_limit_by_itself_is_told_so() -> None:
    problem = plain(resources=(Resource("team", (5,)),))
    (reason,) = explain(problem, solve(problem))
    assert (reason.item, reason.code) == ("small", "infeasible_alone")
    assert reason.params["limit"] == {
        "code": "capacity", "resource": "team", "period": 0, "needs": 6, "has": 5,
    }  # fmt: skip


def test_what_is_missing_before_an_item_is_named() -> None:
    items = (plain().items[0], replace(plain().items[1], value=-1))
    problem = plain(
        items=items,
        precedences=(Precedence("small", "big", link="start_to_start"),),
        envelopes=(Envelope("budget", ("x",), ceiling=70),),
    )
    reasons = {r.item: r for r in explain(problem, solve(problem))}
    assert reasons["big"].code == "precedence" and reasons["big"].params["missing"] == ["small"]


def test_excluded_not_worth_and_rivals_have_their_codes() -> None:
    base = plain()
    items = (replace(base.items[0], excluded=True), replace(base.items[1], value=-1))
    reasons = {r.item: r.code for r in explain(plain(items=items), solve(plain(items=items)))}
    assert reasons == {"big": "excluded", "small": "not_worth"}
    rivals = plain(groups=(Group("one", "exclusive", ("big", "small")),))
    (reason,) = explain(rivals, solve(rivals))
    assert reason.code == "group" and reason.params["rivals"] == ["big"]


def test_an_item_that_moved_says_what_was_full() -> None:
    items = tuple(
        Item(k, (Mode(effort={"team": (6,)}),), value=v, present=Placement("full", 0))
        for k, v in (("a", (9, 8)), ("b", (5, 5)))
    )
    problem = Problem(2, items, (Resource("team", (10, 10)),)).check()
    (reason,) = explain(problem, solve(problem))
    assert (reason.item, reason.code) == ("b", "bottleneck")
    assert reason.params["limits"] == [
        {"code": "capacity", "resource": "team", "period": 0, "short": 2}
    ]


def test_a_price_is_what_solving_again_gains() -> None:
    problem = plain()
    result = solve(problem)
    assert bottlenecks(problem, result) == [
        (Bottleneck(resource="team", period=0), 1),
        (Bottleneck(envelope="budget"), 1),
    ]
    none = price(problem, result, Bottleneck(envelope="budget"), 10)
    assert (none.gain, none.exact) == (0, True)
    wider = replace(problem, resources=(Resource("team", (11,)),))
    some = price(wider, solve(wider), Bottleneck(envelope="budget"), 10)
    assert (some.gain, some.low, some.high, some.enter) == (50, 50, 50.0, ("small",))


def test_mandatory_items_that_do_not_fit_together_are_the_conflict() -> None:
    items = tuple(replace(i, mandatory=True) for i in plain().items)
    found = conflicts(plain(items=items, resources=(Resource("team", (99,)),)))
    assert found is not None and found.minimal
    assert [(x.code, *x.params.values()) for x in found.limits] == [
        ("mandatory", "big"), ("mandatory", "small"), ("ceiling", "budget"),
    ]  # fmt: skip


def test_an_item_that_moved_is_said_to_come_back_only_to_where_it_stood() -> None:
    mode = Mode("full", 1, {"team": (6,)}, {}, (50, 49))
    # Two units more let in the dearer newcomer, not the item that was put off for the first one.
    problem = Problem(
        periods=2,
        items=(
            Item("old", (mode,), present=Placement("full", 0)),
            Item("new", (Mode("full", 1, {"team": (6,)}, {}, (90, 0)),)),
            Item("next", (Mode("full", 1, {"team": (6,)}, {}, (80, 0)),)),
        ),
        resources=(Resource("team", (7, 7)),),
    )
    result = solve(problem)
    assert result.placements["old"] == Placement("full", 1)
    reason = next(r for r in explain(problem, result) if r.item == "old")
    assert reason.remedy is not None
    assert reason.remedy.check == "feasible"
