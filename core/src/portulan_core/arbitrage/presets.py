"""The usual questions as changes to a problem: fit, cut, grow, stop."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from portulan_core.arbitrage import measure
from portulan_core.arbitrage.problem import (
    Envelope,
    Goal,
    Issue,
    Item,
    Placement,
    Problem,
    ProblemError,
)


def present_plan(problem: Problem) -> dict[str, Placement]:
    """The present plan: where each item that has one stands now."""
    return {item.key: item.present for item in problem.items if item.present is not None}


def fit(problem: Problem, entrants: bool = True) -> Problem:
    """Make the plan fit its limits: most value, then fewest changes to the present plan.

    ``entrants``: whether items that the present plan does not hold may come in.
    """
    kept = problem if entrants else _without_entrants(problem)
    return replace(kept, goals=(Goal("value"), Goal("stability")), order="lexicographic")


def cut(
    problem: Problem,
    amount: int,
    by_period: int | None = None,
    envelopes: Sequence[str] | None = None,
    entrants: bool = False,
    key: str = "cut",
) -> Problem:
    """Give back ``amount`` on the present plan, with the least loss of value, then fewest changes.

    What the present plan spends before ``by_period`` (half-open; None: in all periods) on the
    accounts of ``envelopes`` (None: on every account) goes down by ``amount``: a new envelope
    ``key`` holds it. Taking out, putting off and choosing a smaller mode all count. Items of no
    present plan stay out unless ``entrants``.
    """
    problem.check()
    issues = _whole("amount", amount) + (
        [] if by_period is None else _whole("by_period", by_period)
    )
    if issues:
        raise ProblemError(issues)
    if amount < 0:
        issues.append(Issue("amount", "too_small", "at least 0", str(amount)))
    if by_period is not None and not 0 < by_period <= problem.periods:
        issues.append(
            Issue("by_period", "unknown_period", f"1 to {problem.periods}", str(by_period))
        )
    known = {e.key: e for e in problem.envelopes}
    if key in known:
        issues.append(Issue("key", "duplicate_key", "a key that no envelope has", key))
    for name in envelopes or ():
        if name not in known:
            issues.append(Issue("envelopes", "unknown_key", "the key of an envelope", name))
    if issues:
        raise ProblemError(issues)
    last = problem.periods if by_period is None else by_period
    periods = tuple(range(last))
    if envelopes is None:
        accounts = sorted(
            {a for i in problem.items for m in i.modes for a in m.cost}
            | {a for i in problem.items for a in i.exit_cost}
        )
    else:
        accounts = sorted({a for name in envelopes for a in known[name].accounts})
        covered: set[int] = set()
        for name in envelopes:
            own = known[name].periods
            covered |= set(range(problem.periods) if own is None else own)
        periods = tuple(t for t in periods if t in covered)
    probe = Envelope(key, tuple(accounts), periods)
    spent = measure.envelope_use(
        problem, probe, measure.account_cost(problem, present_plan(problem))
    )
    kept = fit(problem, entrants)
    return replace(kept, envelopes=(*kept.envelopes, replace(probe, ceiling=spent - amount)))


def grow(
    problem: Problem,
    envelopes: Mapping[str, int] | None = None,
    resources: Mapping[str, int | Sequence[int]] | None = None,
) -> Problem:
    """The best use of so much more: added to ceilings, and to capacities (one or each period)."""
    _known(envelopes or {}, (e.key for e in problem.envelopes), "envelopes", "an envelope")
    _known(resources or {}, (r.key for r in problem.resources), "resources", "a resource")
    issues = [i for k, v in (envelopes or {}).items() for i in _whole(f"envelopes.{k}", v)]
    for key, given in (resources or {}).items():
        for each in given if isinstance(given, list | tuple) else (given,):
            issues += _whole(f"resources.{key}", each)
    if issues:
        raise ProblemError(issues)
    budgets = []
    for envelope in problem.envelopes:
        more = (envelopes or {}).get(envelope.key, 0)
        ceiling = None if envelope.ceiling is None else envelope.ceiling + more
        budgets.append(replace(envelope, ceiling=ceiling))
    teams = []
    for resource in problem.resources:
        extra = (resources or {}).get(resource.key, 0)
        row = [extra] * problem.periods if isinstance(extra, int) else list(extra)
        if len(row) != problem.periods:
            wanted = f"{problem.periods} numbers"
            raise ProblemError(
                [Issue(f"resources.{resource.key}", "wrong_length", wanted, str(len(row)))]
            )
        capacity = tuple(max(0, c + m) for c, m in zip(resource.capacity, row, strict=True))
        teams.append(replace(resource, capacity=capacity))
    return fit(replace(problem, envelopes=tuple(budgets), resources=tuple(teams)))


def stop(problem: Problem, items: Iterable[str]) -> Problem:
    """What stopping these items costs and frees: they are out, the rest is arbitrated again.

    A mandatory item that is stopped is no longer mandatory; those that need it follow it out.
    """
    gone = set(items)
    _known(dict.fromkeys(gone, 0), (i.key for i in problem.items), "items", "an item")
    changed: dict[str, Item] = {
        i.key: replace(i, excluded=True, mandatory=False) for i in problem.items if i.key in gone
    }
    return fit(problem.with_items(changed))


def _without_entrants(problem: Problem) -> Problem:
    changed = {
        i.key: replace(i, excluded=True)
        for i in problem.items
        if i.present is None and not i.mandatory
    }
    return problem.with_items(changed)


def _whole(path: str, given: object) -> list[Issue]:
    if isinstance(given, int) and not isinstance(given, bool):
        return []
    return [Issue(path, "not_an_integer", "an integer", repr(given)[:60])]


def _known(given: Mapping[str, object], keys: Iterable[str], path: str, what: str) -> None:
    unknown = sorted(set(given) - set(keys))
    if unknown:
        raise ProblemError(
            [Issue(f"{path}.{k}", "unknown_key", f"the key of {what}", k) for k in unknown]
        )
