"""The sheet of assumptions as a form: read from the page, and shown back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from portulan.base.policy import Invalid, Refusal
from portulan.prioritisation.assumptions import Assumptions, Limit, check
from portulan.prioritisation.queries.scenarios import Ground
from portulan.web.tradeoff import guardrails, words
from portulan.web.tradeoff.asked import asked_of, asked_shown
from portulan.web.tradeoff.typed import amount, initiative, is_share, share, thousands, whole
from portulan.wording import vocabulary
from portulan.wording.formats import day, number, quarter
from portulan_core.model import World
from portulan_core.periods import fiscal_year, fiscal_year_start, last_day

#: How much of the best value may be given up for fewer changes, in basis points, as proposed.
CLOSENESS = (0, 50, 200, 500)


#: Seconds of search that one may ask for.
SEARCHES = (15, 60, 180, 600)
#: A percentage gives whole thousands, in minor units.
ROUND = 100_000
#: What the plan spends by the date of a cut, of which a percentage may be asked.
Spent = Callable[[Assumptions], int]


def read(
    post: QueryDict, before: Assumptions, ground: Ground, world: World, spent: Spent
) -> Assumptions:
    """The sheet as the form says it, all of it checked.

    Raises:
        Invalid: every field that cannot be taken.
    """
    errors: dict[str, Refusal] = {}

    def attempt(name: str, function: Any, *args: Any) -> Any:
        try:
            return function(*args)
        except Invalid as error:
            errors.update(error.errors)
            return None

    preset = post.get("preset", before.preset)
    basis = post.get("basis", before.basis)
    envelopes = attempt("envelopes", _envelopes, post, before)
    added = attempt("envelopes", _added, post, world, basis)
    capacities = attempt("capacities", _capacities, post, before, world)
    by = post.get("by_month", "")
    reduced = attempt("reduced", _reduced, post, before, world)
    floors = attempt("floors", guardrails.read, post, before, world)
    pinned = attempt("pinned", _locked, post, world)
    sheet = replace(
        before,
        preset=preset,
        basis=basis,
        first=ground.first,
        periods=ground.periods,
        axis=before.axis or ground.axis,
        envelopes=tuple(envelopes or ()) + tuple(added or ()),
        capacities=tuple(capacities or ()),
        hold_capacity=bool(post.get("hold_capacity")),
        stop_started=bool(post.get("stop_started")),
        dependencies=bool(post.get("dependencies")),
        entrants=bool(post.get("entrants")),
        max_changes=attempt("max_changes", whole, post.get("max_changes", ""), "max_changes"),
        give_back=None,
        seconds=_seconds(post, before),
        floors=tuple(floors or ()),
        by_month=int(by) if by.isdigit() and preset == "cut" and basis == "years" else None,
        reduced=tuple(reduced or ()),
        close=_close(post, before),
        **_totals(post, before, attempt),
    )
    if preset in ("grow", "stop"):
        sheet = replace(sheet, **attempt(preset, asked_of(preset), post, before, world) or {})
    if preset == "cut":
        text = post.get("give_back", "")
        sheet = replace(sheet, give_back=attempt("give_back", _back, text, sheet, spent))
    for uid, how in pinned or ():
        sheet = sheet.lock(uid, how)
    step = 3
    if sheet.by_month is not None and (sheet.by_month - sheet.first) % 3:
        step = 1
    if step != sheet.step:
        sheet = replace(sheet, step=step, periods=ground.periods * 3 // step)
    if not errors:
        check(sheet)
    if errors:
        raise Invalid(errors)
    return sheet


def _back(text: str, sheet: Assumptions, spent: Spent) -> int | None:
    """What is to be given back: an amount, or a percentage of what the plan spends by then."""
    if not is_share(text):
        return amount(text, "give_back")
    part = share(text, "give_back")
    if part is None:
        return None
    return -(-spent(sheet) * part // (10_000 * ROUND)) * ROUND


def _seconds(post: QueryDict, before: Assumptions) -> int:
    """How long the search may last: one of the times proposed, or what it was."""
    text = post.get("seconds", "")
    return int(text) if text.isdigit() and int(text) in SEARCHES else before.seconds


def _close(post: QueryDict, before: Assumptions) -> int:
    """How much value may be given up for fewer changes: one of those proposed, or what it was."""
    text = post.get("close", "")
    return int(text) if text.isdigit() and int(text) in CLOSENESS else before.close


def _totals(post: QueryDict, before: Assumptions, attempt: Any) -> dict[str, Any]:
    """Limits on the whole, as a point of the frontier has: emptied, they are lifted."""
    found: dict[str, Any] = {}
    if before.spend_at_most is not None:
        found["spend_at_most"] = attempt(
            "spend_at_most", amount, post.get("spend_at_most", ""), "spend_at_most"
        )
    if before.risk_at_most is not None:
        typed = attempt("risk_at_most", whole, post.get("risk_at_most", ""), "risk_at_most")
        found["risk_at_most"] = None if typed is None else typed * 100
    return found


def _envelopes(post: QueryDict, before: Assumptions) -> list[Limit]:
    found = []
    for place, limit in enumerate(before.envelopes):
        text = post.get(f"envelope-{place}")
        if text is None:
            continue
        value = amount(text, f"envelope-{place}")
        if value is not None:
            found.append(replace(limit, amount=value))
    return found


def _added(post: QueryDict, world: World, basis: str) -> list[Limit]:
    value = amount(post.get("envelope-new", ""), "envelope-new")
    if value is None:
        return []
    year = post.get("envelope-new-year", "")
    line = post.get("envelope-new-line", "")
    stage = post.get("envelope-new-stage", "")
    if (line and line not in world.lines) or (stage and stage not in vocabulary.STAGES):
        raise Invalid({"envelope-new": Refusal("assumptions.unknown", {"text": line or stage})})
    return [
        Limit(
            value,
            int(year) if year.isdigit() and basis == "years" else None,
            line or None,
            stage,
        )
    ]


def _capacities(post: QueryDict, before: Assumptions, world: World) -> list[tuple[str, int, int]]:
    found = {}
    for place, (team, month, _days) in enumerate(before.capacities):
        days = whole(post.get(f"capacity-{place}", ""), f"capacity-{place}")
        if days is not None:
            found[team, month] = days * 100
    days = whole(post.get("capacity-new", ""), "capacity-new")
    asked, quarter_of = post.get("capacity-new-team", ""), post.get("capacity-new-month", "")
    if days is not None:
        if asked not in world.teams or not quarter_of.isdigit():
            raise Invalid({"capacity-new": Refusal("assumptions.unknown", {"text": asked})})
        found[asked, int(quarter_of)] = days * 100
    return [(team, month, given) for (team, month), given in found.items()]


def _reduced(post: QueryDict, before: Assumptions, world: World) -> list[tuple[str, int, int]]:
    gone = set(post.getlist("unreduce"))
    found = [row for row in before.reduced if row[0] not in gone]
    text = post.get("reduced-new", "").strip()
    if text:
        uid = initiative(text, world, "reduced-new")
        cost = whole(post.get("reduced-new-cost", ""), "reduced-new")
        value = whole(post.get("reduced-new-value", ""), "reduced-new")
        found = [row for row in found if row[0] != uid]
        found.append((uid, 70 if cost is None else cost, 80 if value is None else value))
    return found


def _locked(post: QueryDict, world: World) -> list[tuple[str, str]]:
    found = [(uid, "free") for uid in post.getlist("free")]
    text = post.get("lock-new", "").strip()
    if text:
        found.append((initiative(text, world, "lock-new"), post.get("lock-new-how", "pin")))
    return found


def first_answers(
    post: QueryDict, first: Assumptions, ground: Ground, world: World, spent: Spent
) -> Assumptions:
    """The answers to the first questions: how much, by when, on what basis, or which envelope.

    Raises:
        Invalid: what cannot be taken.
    """
    basis = post.get("basis", first.basis)
    made = replace(first, basis=basis) if basis in ("years", "whole") else first
    if basis != first.basis:
        envelopes = () if basis == "whole" or made.preset == "cut" else ground.envelopes
        made = replace(made, stop_started=basis == "whole", envelopes=envelopes)
    total = amount(post.get("envelope", ""), "envelope")
    if total is not None:
        limit = Limit(total)
        others = tuple(e for e in made.envelopes if e.key != limit.key)
        made = replace(made, envelopes=(*others, limit))
    if made.preset in ("grow", "stop"):
        return check(replace(made, **asked_of(made.preset)(post, made, world)))
    if made.preset == "cut":
        by = post.get("by_month", "")
        by_month = int(by) if by.isdigit() and made.basis == "years" else None
        made = check(replace(made, by_month=by_month))
        back = _back(post.get("give_back", ""), made, spent)
        if not back and total is None:
            raise Invalid({"give_back": Refusal("assumptions.how_much")})
        made = replace(made, give_back=back)
    return check(made)


def usual_date(ground: Ground) -> int:
    """The month after the end of the present fiscal year: by when one usually gives back."""
    present = fiscal_year(ground.first, ground.first_month)
    return fiscal_year_start(present + 1, ground.first_month)


def dates(ground: Ground) -> list[tuple[int, str, str]]:
    """The ends of quarters of the horizon: month after, day, quarter."""
    months = [ground.first + 3 * n for n in range(ground.periods)]
    return [
        (month + 3, day(last_day(month + 2)), quarter(month, ground.first_month))
        for month in months
    ]


def quarters(ground: Ground) -> list[tuple[int, str]]:
    """The quarters of the horizon: first month, words."""
    months = [ground.first + 3 * n for n in range(ground.periods)]
    return [(month, quarter(month, ground.first_month)) for month in months]


def lists(world: World) -> dict[str, list[str]]:
    """What may be named in a form: products, and initiatives that are not over."""
    return {
        "products": asked_shown(Assumptions(), world)["products"],
        "initiatives": _named(world),
    }


def _named(world: World) -> list[str]:
    return sorted(
        f"{row.code} · {row.name}"
        for row in world.initiatives.values()
        if row.state in ("planned", "in_progress", "proposed", "deferred")
    )[:2_000]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the sheet: the name of its field, its words, its value as typed."""

    field: str
    label: str
    value: str
    note: str = ""


def shown(
    sheet: Assumptions, ground: Ground, world: World, used: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """What the sheet's template shows."""
    first = ground.first_month
    shown_quarters = quarters(ground)
    names = {uid: (row.code, row.name) for uid, row in world.initiatives.items()}
    limits = [
        Line(
            f"envelope-{place}",
            words.limit(_parts(limit, world)),
            thousands(limit.amount),
            _("from the budget") if limit.source else "",
        )
        for place, limit in enumerate(sheet.envelopes)
    ]
    capacities = [
        Line(
            f"capacity-{place}",
            _("%(team)s, %(when)s")
            % {
                "team": world.teams[team].name if team in world.teams else team,
                "when": quarter(month, first),
            },
            number(days // 100),
        )
        for place, (team, month, days) in enumerate(sheet.capacities)
    ]
    return {
        "sheet": sheet,
        "ground": ground,
        "give_back": thousands(sheet.give_back),
        "limits": limits,
        "capacities": capacities,
        "years": sorted({fiscal_year(month, first) for month, _words in shown_quarters}),
        "lines": sorted(
            (
                (row.uid, row.name)
                for row in world.lines.values()
                if not sheet.axis or row.axis == sheet.axis
            ),
            key=lambda pair: pair[1],
        ),
        "stages": [(code, str(word)) for code, word in vocabulary.STAGES.items()],
        "dates": dates(ground),
        "quarters": shown_quarters,
        "locks": [
            (uid, how, *names.get(uid, (uid, uid)))
            for how, uids in (
                ("pin", sheet.pinned),
                ("mandatory", sheet.mandatory),
                ("exclude", sheet.excluded),
            )
            for uid in uids
        ],
        "reduced": [
            (uid, names.get(uid, (uid, uid))[1], cost, value) for uid, cost, value in sheet.reduced
        ],
        "floors": guardrails.lines(sheet, world),
        "floor_of": guardrails.kinds(),
        "searches": [(n, words.lasting(n), n == sheet.seconds) for n in SEARCHES]
        + ([] if sheet.seconds in SEARCHES else [(sheet.seconds, words.lasting(sheet.seconds), 1)]),
        "closeness": [(bp, words.closeness(bp), bp == sheet.close) for bp in CLOSENESS]
        + ([] if sheet.close in CLOSENESS else [(sheet.close, words.closeness(sheet.close), True)]),
        "spend_at_most": thousands(sheet.spend_at_most),
        "risk_at_most": "" if sheet.risk_at_most is None else number(sheet.risk_at_most // 100),
        **asked_shown(sheet, world),
        "initiatives": _named(world),
    }


def _parts(limit: Limit, world: World) -> dict[str, Any]:
    line = world.lines.get(limit.line or "")
    entity = world.entities.get(limit.entity or "")
    return {
        "envelope": limit.key,
        "year": limit.year,
        "line": line.name if line else "",
        "stage": limit.stage,
        "entity": entity.name if entity and entity.parent else "",
    }
