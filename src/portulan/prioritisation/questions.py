"""The question that a scenario asks, as a change to its problem: fit, cut, grow or stop. Pure."""

from __future__ import annotations

from dataclasses import replace

from portulan.prioritisation.assumptions import Assumptions
from portulan.prioritisation.candidates import Candidates
from portulan_core.arbitrage import Envelope, Goal, Problem, cut, fit, measure, present_plan, stop

#: Keys of the limits that a question brings: what is given back, what may be spent more and what
#: may not, what stopping frees, and the whole.
CUT, GROW, REST, FREED, WHOLE = "cut", "grow", "rest", "freed", "whole"
QUESTIONS = (CUT, GROW, REST, FREED, WHOLE)
#: An initiative follows the product that takes at least this share of it (of 10,000).
SERVES = 5_000


def question(problem: Problem, sheet: Assumptions, of: Candidates) -> Problem:
    """What is asked of the problem; then as few changes as possible."""
    asked = _asked(problem, sheet, of)
    goals = (Goal("value", tolerance=sheet.close), Goal("stability"))
    if sheet.spend_at_most is not None:
        asked = _with(asked, Envelope(WHOLE, _accounts(asked), ceiling=sheet.spend_at_most))
    return replace(asked, goals=goals, order="lexicographic")


def _asked(problem: Problem, sheet: Assumptions, of: Candidates) -> Problem:
    if sheet.preset == "cut" and sheet.give_back is not None:
        by = None
        if not of.whole and sheet.by_month is not None:
            by = min(max(-(-(sheet.by_month - of.first) // of.step), 1), of.periods)
        return cut(problem, sheet.give_back, by, entrants=True, key=CUT)
    if sheet.preset == "grow":
        return _grow(problem, sheet, of)
    if sheet.preset == "stop":
        return _stop(problem, sheet, of)
    return fit(problem)


def _grow(problem: Problem, sheet: Assumptions, of: Candidates) -> Problem:
    """So much more than the present plan spends, where it may be spent; nothing more elsewhere."""
    if sheet.more is None:
        return fit(problem)
    limit = _Where(sheet, of)
    inside = tuple(a for a in _accounts(problem) if limit.covers(a))
    outside = tuple(a for a in _accounts(problem) if not limit.covers(a))
    costs = measure.account_cost(problem, present_plan(problem))

    def envelope(key: str, accounts: tuple[str, ...], more: int) -> Envelope:
        bare = Envelope(key, accounts)
        return replace(bare, ceiling=measure.envelope_use(problem, bare, costs) + more)

    asked = _with(fit(problem), envelope(GROW, inside, sheet.more))
    return _with(asked, envelope(REST, outside, 0)) if outside else asked


class _Where:
    """Where more may be spent: a line with what is below it, a funding time."""

    def __init__(self, sheet: Assumptions, of: Candidates) -> None:
        self.line, self.stage = sheet.more_line, sheet.more_stage
        self.lines = of.world.lines

    def covers(self, account: str) -> bool:
        """Whether money of an account is spent there."""
        _entity, line, stage = account.split("|")
        if self.stage and stage != self.stage:
            return False
        seen: set[str] = set()
        at: str | None = line
        while self.line is not None and at != self.line:
            if not at or at in seen or at not in self.lines:
                return False
            seen.add(at)
            at = self.lines[at].parent
        return True


def stopped_by(sheet: Assumptions, of: Candidates) -> frozenset[str]:
    """The initiatives that are stopped: those named, and those that serve the product mostly."""
    found = set(sheet.stopped)
    if sheet.stop_product:
        for uid, shares in of.shares.items():
            total = sum(share for _product, share in shares) or 1
            own = sum(share for product, share in shares if product == sheet.stop_product)
            if own * 10_000 >= SERVES * total:
                found.add(uid)
    return frozenset(found)


def _stop(problem: Problem, sheet: Assumptions, of: Candidates) -> Problem:
    """They are out, and what needs them follows; the others stay where they stand.

    What is freed may serve initiatives that wait, if they may come in; never more.
    """
    known = {item.key: item for item in problem.items}
    gone = stopped_by(sheet, of) & set(known)
    now = present_plan(problem)
    out = followers(problem, gone)
    free = {
        key: replace(known[key], mandatory=False)
        for key in out - gone
        if known[key].mandatory and not _asked_for(key, sheet, of)
    }
    asked = stop(problem.with_items(free), gone)
    left = {key: placed for key, placed in now.items() if key not in out}
    kept = measure.cost(problem, left)
    most = max(kept, measure.cost(problem, now) + of.freed_run(sheet) - sheet.exit_cost)
    return replace(
        _with(asked, Envelope(FREED, _accounts(asked), ceiling=most)),
        max_changes=(sheet.max_changes or 0) + sum(key in now for key in out),
    )


def _asked_for(uid: str, sheet: Assumptions, of: Candidates) -> bool:
    """Whether an initiative has to stay for a reason of its own, not only because it has begun."""
    row = of.world.initiatives[uid]
    return row.mandatory or uid in sheet.mandatory or uid in sheet.pinned


def followers(problem: Problem, gone: frozenset[str]) -> frozenset[str]:
    """What is stopped with all that needs it, near and far."""
    out = set(gone)
    while True:
        more = {
            link.after
            for link in problem.precedences
            if link.required and link.before in out and link.after not in out
        }
        for group in problem.groups:
            if group.kind == "all_or_none" and out & set(group.items):
                more |= set(group.items) - out
        if not more:
            return frozenset(out)
        out |= more


def _accounts(problem: Problem) -> tuple[str, ...]:
    return tuple(sorted({a for item in problem.items for mode in item.modes for a in mode.cost}))


def _with(problem: Problem, envelope: Envelope) -> Problem:
    return replace(problem, envelopes=(*problem.envelopes, envelope))
