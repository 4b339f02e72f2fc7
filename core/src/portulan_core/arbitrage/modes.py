"""Placement only: modes that no shortest plan needs are left out.

After Sprecher, Hartmann and Drexl (1997): a mode that can never be taken (it asks for more than a
resource has, or than an envelope leaves when all others take least of it), and one that another
mode of the same item beats or equals in everything, its length included. Envelopes that hold
whatever the modes go too. What remains is the same problem with less to search.
"""

from __future__ import annotations

from dataclasses import replace

from portulan_core.arbitrage.problem import Envelope, Item, Mode, Placement, Problem


def taken(mode: Mode, envelope: Envelope) -> int:
    """What a mode takes of an envelope over all its periods."""
    return sum(sum(mode.cost.get(account, ())) for account in envelope.accounts)


def free(item: Item) -> bool:
    """Whether an item may stand anywhere in any of its modes."""
    return item.present is None or (not item.started and item.movable)


def beats(problem: Problem, one: Mode, other: Mode) -> bool:
    """Whether ``one`` may stand wherever ``other`` stands, and ends no later."""
    if one.duration > other.duration:
        return False
    for resource in problem.resources:
        mine, its = one.effort.get(resource.key, ()), other.effort.get(resource.key, ())
        if any(a > (its[t] if t < len(its) else 0) for t, a in enumerate(mine)):
            return False
    for envelope in problem.envelopes:
        a, b = taken(one, envelope), taken(other, envelope)
        if (envelope.ceiling is not None and a > b) or (envelope.floor is not None and a < b):
            return False
    return True


def possible(problem: Problem, item: Item) -> list[Mode]:
    """The modes that ask of no resource more than it ever has."""
    most = {r.key: max(r.capacity, default=0) for r in problem.resources}
    return [m for m in item.modes if all(max(v, default=0) <= most[k] for k, v in m.effort.items())]


def affordable(problem: Problem, kinds: list[list[Mode]]) -> bool:
    """Leave out modes that an envelope forbids, the others taking least; whether any went."""
    went = False
    for envelope in problem.envelopes:
        asked = [[taken(mode, envelope) for mode in modes] for modes in kinds]
        least, most = sum(map(min, asked)), sum(map(max, asked))
        for modes, own in zip(kinds, asked, strict=True):
            # Windows of the sums are taken before any mode goes: the next round narrows them.
            low, high = least - min(own), most - max(own)
            kept = [
                mode
                for mode, a in zip(modes, own, strict=True)
                if (envelope.ceiling is None or low + a <= envelope.ceiling)
                and (envelope.floor is None or high + a >= envelope.floor)
            ]
            if kept and len(kept) < len(modes):
                modes[:] = kept
                went = True
    return went


def binds(envelope: Envelope, kinds: list[list[Mode]]) -> bool:
    """Whether some choice of modes breaks an envelope."""
    asked = [[taken(mode, envelope) for mode in modes] for modes in kinds]
    over = envelope.ceiling is not None and sum(map(max, asked)) > envelope.ceiling
    return over or (envelope.floor is not None and sum(map(min, asked)) < envelope.floor)


def broken(problem: Problem) -> bool:
    """Whether an envelope holds in no choice of modes."""
    for envelope in problem.envelopes:
        asked = [[taken(mode, envelope) for mode in item.modes] for item in problem.items]
        least, most = sum(map(min, asked)), sum(map(max, asked))
        if envelope.ceiling is not None and least > envelope.ceiling:
            return True
        if envelope.floor is not None and most < envelope.floor:
            return True
    return False


def essential(problem: Problem) -> Problem:
    """The same problem without the modes and envelopes that change nothing.

    For problems that `portulan_core.arbitrage.scheduling.applies` to: a shortest plan of the one
    is a shortest plan of the other. An item keeps at least one mode. Where one has to stay as it
    is, all is left as it is.
    """
    single = all(len(item.modes) == 1 for item in problem.items)
    if (single and not problem.envelopes) or not all(map(free, problem.items)):
        return problem
    kinds = [possible(problem, item) or list(item.modes) for item in problem.items]
    while affordable(problem, kinds):
        pass
    for item, modes in zip(problem.items, kinds, strict=True):
        kept: list[Mode] = []
        for mode in sorted(modes, key=lambda m: m.duration):
            if not any(beats(problem, other, mode) for other in kept):
                kept = [m for m in kept if not beats(problem, mode, m)] + [mode]
        modes[:] = [mode for mode in item.modes if mode in kept]
    return replace(
        problem,
        items=tuple(
            item if len(modes) == len(item.modes) else replace(item, modes=tuple(modes))
            for item, modes in zip(problem.items, kinds, strict=True)
        ),
        envelopes=tuple(e for e in problem.envelopes if binds(e, kinds)),
    )


def translated(
    problem: Problem, reduced: Problem, plan: dict[str, Placement]
) -> dict[str, Placement]:
    """A plan that holds, with modes of the reduced problem only."""
    out = {}
    for item, left in zip(problem.items, reduced.items, strict=True):
        placed = plan[item.key]
        mode = item.mode(placed.mode)
        if mode not in left.modes:
            mode = next((m for m in left.modes if beats(problem, m, mode)), mode)
        out[item.key] = Placement(mode.key, placed.start)
    return out
