"""Every plan of a small problem, by enumeration, and the strategies that make such problems.

Knows the text of the rules only: it shares no code with the solvers nor with `verify`.
"""

from __future__ import annotations

import itertools

from hypothesis import strategies as st

from portulan_core.arbitrage import (
    Envelope,
    Goal,
    Group,
    Guardrail,
    Item,
    Mode,
    Placement,
    Precedence,
    Problem,
    Resource,
    Synergy,
)


def at(profile, start, t):
    return profile[t - start] if 0 <= t - start < len(profile) else 0


def holds(problem: Problem, plan: dict[str, tuple[Item, Mode, int]]) -> bool:
    horizon = range(problem.periods)
    for item in problem.items:
        if item.key not in plan:
            if item.mandatory:
                return False
            continue
        _, mode, start = plan[item.key]
        if item.excluded:
            return False
        if item.present and not item.movable:
            if (mode.key, start) != (item.present.mode, item.present.start):
                return False
        elif item.present and item.started:
            if start != item.present.start:
                return False
        else:
            end = start + mode.duration
            if start < item.earliest or start < 0:
                return False
            if item.latest is not None and start > item.latest:
                return False
            if item.latest_end is not None and end > item.latest_end:
                return False
            if not problem.may_end_after and end > problem.periods:
                return False
    for resource in problem.resources:
        for t in horizon:
            load = sum(at(m.effort.get(resource.key, ()), s, t) for _, m, s in plan.values())
            if load > resource.capacity[t]:
                return False
    for envelope in problem.envelopes:
        spent = 0
        for t in horizon if envelope.periods is None else set(envelope.periods):
            for account in envelope.accounts:
                spent += sum(at(m.cost.get(account, ()), s, t) for _, m, s in plan.values())
                spent += sum(
                    at(i.exit_cost.get(account, ()), 0, t)
                    for i in problem.items
                    if i.key not in plan
                )
        if envelope.ceiling is not None and spent > envelope.ceiling:
            return False
        if envelope.floor is not None and spent < envelope.floor:
            return False
    for group in problem.groups:
        inside = sum(k in plan for k in group.items)
        if group.kind == "exclusive" and inside > 1:
            return False
        if group.kind == "all_or_none" and inside not in (0, len(group.items)):
            return False
    for link in problem.precedences:
        if link.after not in plan:
            continue
        if link.before not in plan:
            if link.required:
                return False
            continue
        _, mode, start = plan[link.before]
        ready = start + (mode.duration if link.link == "finish_to_start" else 0) + link.lag
        if plan[link.after][2] < ready:
            return False
    for rail in problem.guardrails:
        inside = total = 0
        for item, mode, start in plan.values():
            if rail.measure == "count":
                weight = 1
            elif rail.measure == "value":
                weight = worth(item, mode, start)
            else:
                table = mode.cost if rail.measure == "cost" else mode.effort
                weight = sum(
                    at(row, start, t)
                    for key, row in table.items()
                    for t in horizon
                    if not rail.keys or key in rail.keys
                )
            total += weight
            inside += weight if rail.label in item.labels else 0
        if rail.floor is not None and inside < rail.floor:
            return False
        if rail.ceiling is not None and inside > rail.ceiling:
            return False
        if rail.floor_share is not None and inside * 10000 < rail.floor_share * total:
            return False
        if rail.ceiling_share is not None and inside * 10000 > rail.ceiling_share * total:
            return False
    return problem.max_changes is None or changes(problem, plan) <= problem.max_changes


def changes(problem, plan):
    count = 0
    for item in problem.items:
        if item.present is not None:
            now = plan.get(item.key)
            same = now and (now[1].key, now[2]) == (
                item.present.mode,
                item.present.start,
            )
            count += not same
    return count


def worth(item, mode, start):
    value = item.value if mode.value is None else mode.value
    return value if isinstance(value, int) else value[min(max(0, start), len(value) - 1)]


def measures(problem, plan):
    value = sum(worth(*row) for row in plan.values())
    value += sum(s.value for s in problem.synergies if all(k in plan for k in s.items))
    cost = sum(
        at(row, s, t)
        for _, m, s in plan.values()
        for row in m.cost.values()
        for t in range(problem.periods)
    )
    cost += sum(
        at(row, 0, t)
        for i in problem.items
        if i.key not in plan
        for row in i.exit_cost.values()
        for t in range(problem.periods)
    )
    return {
        "value": value,
        "cost": -cost,
        "makespan": -max([0, *(s + m.duration for _, m, s in plan.values())]),
        "stability": -changes(problem, plan),
    }


def every_plan(problem):
    choices = []
    for item in problem.items:
        starts = set(range(problem.periods + 1))
        if item.present:
            starts.add(item.present.start)
        here = [None]
        for mode in item.modes:
            for s in sorted(starts):
                if s == problem.periods and mode.duration:
                    continue
                here.append((item, mode, s))
        choices.append([c for c in here if c is None or holds_alone(problem, c)])
    for combination in itertools.product(*choices):
        plan = {c[0].key: c for c in combination if c is not None}
        if holds(problem, plan):
            yield plan


def holds_alone(problem, choice):
    """Only what concerns the item by itself: it makes the enumeration shorter."""
    bare = Problem(periods=problem.periods, items=(choice[0],), may_end_after=problem.may_end_after)
    return holds(bare, {choice[0].key: choice})


def best(problem):
    """The best rank over all plans (None when there is none): a tuple, larger is better."""
    top = None
    for plan in every_plan(problem):
        m = measures(problem, plan)
        if problem.order == "lexicographic":
            rank = tuple(m[g.measure] for g in problem.goals)
        else:
            rank = (sum(g.weight * m[g.measure] for g in problem.goals),)
        if top is None or rank > top:
            top = rank
    return top


def profile(draw, top, length):
    return tuple(draw(st.lists(st.integers(0, top), min_size=length, max_size=length)))


@st.composite
def problems(draw, most=4, horizon=3):
    """Small problems that use every part of the form; feasible or not."""
    periods = draw(st.integers(1, horizon))
    keys = [f"i{k}" for k in range(draw(st.integers(1, most)))]
    teams = ["r0", "r1"][: draw(st.integers(0, 2))]
    accounts = ["a", "b"]
    rarely = st.integers(0, 5).map(lambda n: n == 0)
    items = []
    for key in keys:
        modes = []
        for m in range(draw(st.integers(1, 2))):
            duration = draw(st.integers(0 if draw(rarely) else 1, 2))
            length = draw(st.integers(0, duration + (1 if draw(rarely) else 0)))
            modes.append(
                Mode(
                    key=f"m{m}",
                    duration=duration,
                    effort={t: profile(draw, 4, length) for t in teams if draw(st.booleans())},
                    cost={
                        a: profile(draw, 5, length or 1) for a in accounts if draw(st.booleans())
                    },
                    value=draw(st.none() | st.integers(-2, 9)),
                )
            )
        present = None
        if draw(st.booleans()):
            mode = draw(st.sampled_from(modes))
            present = Placement(mode.key, draw(st.integers(-1 if draw(rarely) else 0, periods - 1)))
        mandatory = draw(rarely)
        items.append(
            Item(
                key=key,
                modes=tuple(modes),
                value=draw(st.integers(-2, 9) | st.tuples(*[st.integers(-2, 9)] * periods)),
                earliest=draw(st.integers(0, 1)) if draw(rarely) else 0,
                latest=draw(st.integers(0, periods)) if draw(rarely) else None,
                latest_end=draw(st.integers(1, periods)) if draw(rarely) else None,
                mandatory=mandatory,
                excluded=not mandatory and draw(rarely),
                started=present is not None and draw(rarely),
                movable=present is None or not draw(rarely),
                present=present,
                labels=tuple(x for x in ("p", "q") if draw(st.booleans())),
                exit_cost={"a": profile(draw, 3, 1)} if draw(rarely) else {},
            )
        )
    pairs = list(itertools.combinations(keys, 2))
    links, synergies = [], []
    for before, after in pairs:
        if draw(rarely):
            links.append(
                Precedence(
                    before,
                    after,
                    lag=draw(st.integers(-1, 1)),
                    link=draw(st.sampled_from(["finish_to_start", "start_to_start"])),
                    required=draw(st.booleans()),
                )
            )
        if draw(rarely):
            synergies.append(Synergy((before, after), draw(st.integers(-4, 4))))
    groups = []
    if len(keys) > 1 and draw(rarely):
        members = tuple(draw(st.permutations(keys))[:2])
        groups.append(Group("g", draw(st.sampled_from(["exclusive", "all_or_none"])), members))
    envelopes = []
    for e in range(draw(st.integers(0, 2))):
        covered = draw(
            st.none() | st.sets(st.integers(0, periods - 1)).map(lambda s: tuple(sorted(s)))
        )
        ceiling = draw(st.none() | st.integers(0, 12))
        floor = (
            draw(st.integers(0, min(3, 3 if ceiling is None else ceiling)))
            if draw(rarely)
            else None
        )
        named = tuple(a for a in accounts if draw(st.booleans()))
        envelopes.append(Envelope(f"e{e}", named, covered, ceiling, floor))
    rails = []
    if draw(rarely):
        rails.append(
            Guardrail(
                "rail",
                "p",
                draw(st.sampled_from(["count", "value", "cost", "effort"])),
                floor=draw(st.none() | st.integers(0, 2)),
                ceiling=draw(st.none() | st.integers(2, 6)),
                floor_share=draw(st.none() | st.integers(0, 4000)),
                ceiling_share=draw(st.none() | st.integers(5000, 10000)),
            )
        )
    measured = draw(st.permutations(["value", "cost", "makespan", "stability"]))
    first = draw(st.sampled_from(["value", "value", measured[0]]))
    goals = [first, *(m for m in measured if m != first)][: draw(st.integers(1, 3))]
    return Problem(
        periods=periods,
        items=tuple(items),
        resources=tuple(Resource(t, profile(draw, 7, periods)) for t in teams),
        envelopes=tuple(envelopes),
        guardrails=tuple(rails),
        groups=tuple(groups),
        precedences=tuple(links),
        synergies=tuple(synergies),
        goals=tuple(Goal(g, draw(st.integers(1, 3))) for g in goals),
        order=draw(st.sampled_from(["lexicographic", "weighted"])),
        max_changes=draw(st.integers(0, 2)) if draw(rarely) else None,
        may_end_after=draw(rarely),
    ).check()
