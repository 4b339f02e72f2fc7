"""What a change of the matrix would give to people and take from them, before it is applied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portulan.base.manifest import activities
from portulan.base.policy import Override, check_right
from portulan.organisation.matrix import Place
from portulan.organisation.responsibilities import Asked
from portulan.readmodels.responsibilities.holders import Letters, Object, Somebody, Staff


@dataclass(frozen=True, slots=True)
class Moved:
    """Somebody who gains or loses a right, and on what."""

    person: Somebody
    on: tuple[Object, ...]


@dataclass(frozen=True, slots=True)
class Effectively:
    """What a change of one activity does: letters by role, who gains, who loses."""

    activity: str
    cells: tuple[tuple[str, str, str], ...]
    gains: tuple[Moved, ...]
    losses: tuple[Moved, ...]


def after(letters: Letters, place: Place, changes: Sequence[Asked]) -> Letters:
    """The matrix as it would be."""
    company = dict(letters.company)
    parts = dict(letters.parts)
    known = activities()
    for change in changes:
        code = change.activity
        if code not in known:
            continue
        if place.kind:
            part = place.part
            kept = [o for o in parts.get(code, ()) if o.place != part.place]
            mine = [
                Override(code, role, letter, part.entity, part.line, part.team, place.above)
                for role, letter in change.after.items()
            ]
            parts[code] = tuple(sorted([*kept, *mine], key=lambda o: (o.rank, o.role)))
        else:
            merged = {**known[code].letters, **change.after}
            company[code] = {role: letter for role, letter in merged.items() if letter}
    return Letters(company, parts)


def gains(
    staff: Staff, letters: Letters, place: Place, changes: Sequence[Asked]
) -> list[Effectively]:
    """Who gains and who loses what, by activity (no query: the staff is there)."""
    would = after(letters, place, changes)
    found = []
    for change in changes:
        activity = activities().get(change.activity)
        if activity is None:
            continue
        old = letters.at(activity, place.scope)
        new = would.at(activity, place.scope)
        roles = sorted(r for r in {*old, *new} if old.get(r, "") != new.get(r, ""))
        cells = tuple((role, old.get(role, ""), new.get(role, "")) for role in roles)
        concerned = frozenset(roles)
        gained, lost = [], []
        for person in staff.people.values():
            if not any(h.role in concerned for h in person.holdings):
                continue
            before, later = person.actor(letters), person.actor(would)
            plus, minus = [], []
            for on in _points(staff, place, person):
                could = check_right(before, activity, on.scope) is None
                can = check_right(later, activity, on.scope) is None
                if can and not could:
                    plus.append(on)
                elif could and not can:
                    minus.append(on)
            if plus:
                gained.append(Moved(person, tuple(plus)))
            if minus:
                lost.append(Moved(person, tuple(minus)))
        found.append(Effectively(activity.code, cells, tuple(gained), tuple(lost)))
    return found


def _points(staff: Staff, place: Place, person: Somebody) -> list[Object]:
    """Where to look: what the person's roles are held on, and the part that is changed."""
    points = {(h.on.kind, h.on.id): h.on for h in person.holdings}
    if place.kind and any(place.scope.covered_by(h.grant) for h in person.holdings):
        table = {"entity": staff.entities, "line": staff.lines}.get(place.kind, {})
        here = table.get(place.id or 0) or Object(
            place.kind, place.id or 0, place.code, place.name, place.scope
        )
        points[(here.kind, here.id)] = here
    return list(points.values())
