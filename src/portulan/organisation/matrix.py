"""Reads of the responsibility matrix: its parts, its letters, where they come from, its rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from portulan.base.manifest import activities
from portulan.base.models import HistoryRow
from portulan.base.policy import (
    LETTERS,
    MUST_NOT,
    Activity,
    NotFoundForActor,
    Override,
    Refusal,
    Scope,
    letters_in,
)
from portulan.organisation.models import Entity, MatrixCell, Team
from portulan.organisation.rights import entities_with_ancestors, root_ids, whole_matrix
from portulan.organisation.roles import ROLES, SEATS
from portulan.organisation.standards import standard

#: What parts of the company may settle for themselves, unless its standard says less.
PLACES = ("entity", "line", "team")
#: Never settled below the company: whoever holds these could give themselves everything else.
GUARDED = ("matrix.edit", "people.edit", "settings.edit")
CHOICES = (*LETTERS, MUST_NOT, "")


@dataclass(frozen=True, slots=True)
class Place:
    """The company (``kind`` ""), or the part of it whose letters are asked for.

    ``key`` is stable: ``entity:<uid>``, ``team:<uid>``, ``line:<id>``. Lines belong to a higher
    app, which gives their code and name.
    """

    kind: str = ""
    id: int | None = None
    key: str = ""
    code: str = ""
    name: str = ""
    above: frozenset[int] = frozenset()
    scope: Scope = field(default_factory=Scope)

    @property
    def part(self) -> Override:
        """The place as a part of the company, without a letter."""
        return Override(
            "", "", "",
            entity=self.id if self.kind == "entity" else None,
            line=self.id if self.kind == "line" else None,
            team=self.id if self.kind == "team" else None,
            above=self.above,
        )


def company() -> Place:
    """The whole company."""
    return Place(scope=Scope(entities=root_ids()))


def entity_place(entity: Entity) -> Place:
    """An entity and everything below it."""
    above = entities_with_ancestors(entity)
    scope = Scope(entities=above, on=("entity", entity.code))
    key = f"entity:{entity.uid}"
    return Place("entity", entity.pk, key, entity.code, entity.name, above, scope)


def team_place(team: Team) -> Place:
    """The products of a team."""
    above = entities_with_ancestors(team.entity) if team.entity else root_ids()
    scope = Scope(entities=above, team=team.pk, on=("team", team.code))
    return Place("team", team.pk, f"team:{team.uid}", team.code, team.name, scope=scope)


def line_place(pk: int, code: str = "", name: str = "") -> Place:
    """A line of products."""
    scope = Scope(
        entities=root_ids(), lines=frozenset({pk}), on=("line", code) if code else None
    )
    return Place("line", pk, f"line:{pk}", code, name, scope=scope)


def place_of(key: str) -> Place:
    """The place with this key.

    Raises:
        NotFoundForActor: there is no such part.
    """
    kind, _, name = key.partition(":")
    if not key:
        return company()
    if kind == "line" and name.isdecimal():
        return line_place(int(name))
    try:
        uid = UUID(name)
    except ValueError:
        raise NotFoundForActor("place", key) from None
    if kind == "entity":
        entity = Entity.objects.filter(uid=uid).first()
        if entity is not None:
            return entity_place(entity)
    if kind == "team":
        team = Team.objects.select_related("entity").filter(uid=uid).first()
        if team is not None:
            return team_place(team)
    raise NotFoundForActor("place", key)


def entity_place_of(code: str) -> Place:
    """The entity with this code as a place.

    Raises:
        NotFoundForActor: there is none.
    """
    entity = Entity.objects.filter(code=code).first()
    if entity is None:
        raise NotFoundForActor("entity", code)
    return entity_place(entity)


def team_place_of(code: str) -> Place:
    """The team with this code as a place.

    Raises:
        NotFoundForActor: there is none.
    """
    team = Team.objects.select_related("entity").filter(code=code).first()
    if team is None:
        raise NotFoundForActor("team", code)
    return team_place(team)


def adaptable() -> tuple[str, ...]:
    """The kinds of parts that may have letters of their own (the company's standard says)."""
    said = standard("adaptable").get("matrix")
    if isinstance(said, list):
        return tuple(kind for kind in PLACES if kind in said)
    return () if said is False else PLACES


@dataclass(frozen=True, slots=True)
class Letter:
    """A cell: the letter in force, the one it would have without its own, and whether it has."""

    role: str
    letter: str
    inherited: str
    own: bool
    uid: UUID | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """An activity with its letters in one place; ``app`` declares it."""

    activity: Activity
    app: str
    letters: Mapping[str, Letter]

    @property
    def answers(self) -> tuple[str, ...]:
        """The roles that answer for it: exactly one, unless something is wrong."""
        return tuple(role for role, cell in self.letters.items() if cell.letter == "A")

    @property
    def own(self) -> dict[str, str]:
        """The letters that this place sets itself."""
        return {role: cell.letter for role, cell in self.letters.items() if cell.own}


def _apps() -> dict[str, str]:
    from portulan.base.manifest import manifests

    return {a.code: manifest.app for manifest in manifests() for a in manifest.activities}


def every_role() -> tuple[str, ...]:
    """Every role that may hold a letter: those given to people, then the seats of committees."""
    return (*ROLES, *SEATS)


def rows(
    place: Place | None = None,
    only: Iterable[str] | None = None,
    known: tuple[Mapping[str, Mapping[str, str]], Mapping[str, tuple[Override, ...]]] | None = None,
) -> list[Row]:
    """The matrix as it stands in one place (two queries, one with the letters ``known``)."""
    place = place or company()
    wanted = None if only is None else set(only)
    own_cells: dict[str, dict[str, MatrixCell]] = {}
    for cell in _cells(place):
        own_cells.setdefault(cell.activity, {})[cell.role] = cell
    matrix, overrides = known or whole_matrix()
    apps = _apps()
    found = []
    for code, activity in activities().items():
        if wanted is not None and code not in wanted:
            continue
        base = matrix[code] if place.kind else activity.letters
        others = tuple(
            o for o in overrides.get(code, ()) if place.kind and o.place != place.part.place
        )
        inherited = letters_in(base, others, place.part)
        mine = own_cells.get(code, {})
        letters = {}
        for role in every_role():
            set_here = mine.get(role)
            above = inherited.get(role, "")
            letters[role] = Letter(
                role, set_here.letter if set_here else above, above, set_here is not None,
                set_here.uid if set_here else None,
            )
        found.append(Row(activity, apps[code], letters))
    return found


def _cells(place: Place) -> Iterable[MatrixCell]:
    key = f"{place.kind}:{place.id}" if place.kind else ""
    return MatrixCell.objects.filter(place=key)


def own_letters(activity: str, place: Place) -> dict[str, str]:
    """The letters that a place sets itself for an activity."""
    cells = _cells(place)
    return {cell.role: cell.letter for cell in cells if cell.activity == activity}


@dataclass(frozen=True, slots=True)
class Origin:
    """Who set a letter, when, because of what."""

    actor: str
    at: datetime
    note: str
    decision: UUID | None


def origins(cells: Iterable[UUID]) -> dict[UUID, Origin]:
    """Who set each of these cells last (one query)."""
    found = HistoryRow.objects.filter(
        model=MatrixCell._meta.label_lower, record_uid__in=list(cells)
    ).select_related("change")
    return {
        row.record_uid: Origin(
            row.change.actor, row.change.at, row.change.note,
            row.change.cause_uid if row.change.cause_type == "decision" else None,
        )
        for row in found.order_by("pk")
    }


def check_row(
    activity: str, place: Place, own: Mapping[str, str], allowed: tuple[str, ...] | None = None
) -> Refusal | None:
    """Why these letters may not be the own ones of a place, or ``None``.

    Whatever the part of the company, exactly one role answers for an activity.
    """
    known = activities().get(activity)
    if known is None:
        return Refusal("matrix.unknown_activity", {"found": activity})
    for role, letter in own.items():
        if role not in every_role():
            return Refusal("role.unknown", {"found": role})
        if letter not in CHOICES:
            return Refusal("matrix.letter", {"found": letter})
        if letter == MUST_NOT and known.reads:
            return Refusal("matrix.reading_open", {"activity": activity, "role": role})
    if place.kind and own:
        if known.reads or activity in GUARDED:
            return Refusal("matrix.whole_company", {"activity": activity})
        if place.kind not in (adaptable() if allowed is None else allowed):
            return Refusal("matrix.not_adaptable", {"kind": place.kind})
    matrix, overrides = whole_matrix()
    return check_letters(known, matrix[activity], overrides.get(activity, ()), place, own)


def check_letters(
    activity: Activity,
    letters: Mapping[str, str],
    overrides: tuple[Override, ...],
    place: Place,
    own: Mapping[str, str],
) -> Refusal | None:
    """Why an activity would not have exactly one A everywhere with these own letters of a place.

    ``letters`` are those of the whole company, ``overrides`` those of its parts.
    """
    if place.kind:
        kept = [o for o in overrides if o.place != place.part.place]
        mine = [
            Override(
                activity.code, role, letter, place.part.entity, place.part.line, place.part.team,
                place.above,
            )
            for role, letter in own.items()
        ]
        overrides = tuple(sorted([*kept, *mine], key=lambda o: (o.rank, o.role)))
    else:
        letters = {
            role: letter for role, letter in {**activity.letters, **own}.items() if letter
        }
    refusal = _one_answer(activity.code, letters, "")
    if refusal is not None:
        return refusal
    for part in {o.place: o for o in overrides}.values():
        kind = "entity" if part.entity else "line" if part.line else "team"
        here = part.place == place.part.place
        refusal = _one_answer(
            activity.code, letters_in(letters, overrides, part), "" if here else kind
        )
        if refusal is not None:
            return refusal
    return None


def _one_answer(activity: str, letters: Mapping[str, str], below: str) -> Refusal | None:
    found = tuple(role for role, letter in letters.items() if letter == "A")
    if len(found) == 1:
        return None
    code = "matrix.no_answer" if not found else "matrix.several_answers"
    if below:
        code += "_below"
    return Refusal(code, {"activity": activity, "kind": below}, found)


@dataclass(frozen=True, slots=True)
class Source:
    """Where the letter of a role comes from: ``kind`` "shipped", "company", or that of a part."""

    role: str
    letter: str
    shipped: str
    kind: str = "shipped"
    place: int | None = None
    cell: UUID | None = None


def sources(activity: Activity, scope: Scope) -> dict[str, Source]:
    """Role → its letter where ``scope`` lies, and which cell says so (two queries)."""
    own = whole_matrix()[1].get(activity.code, ())
    part = next((override for override in own if override.covers(scope)), None)
    found = {
        role: Source(role, activity.letters.get(role, ""), activity.letters.get(role, ""))
        for role in every_role()
    }
    cells = [
        cell
        for cell in MatrixCell.objects.filter(activity=activity.code)
        if not cell.place
        or (
            part is not None
            and (
                (cell.entity_id is not None and cell.entity_id in part.above)
                or (cell.entity_id, cell.line_id, cell.team_id) == part.place
            )
        )
    ]
    depth = {o.entity: len(o.above) for o in own if o.entity is not None}
    cells.sort(key=lambda cell: (bool(cell.place), depth.get(cell.entity_id or 0, 0)))
    for cell in cells:
        if cell.role in found:
            kind = cell.place.partition(":")[0] or "company"
            place = cell.team_id or cell.line_id or cell.entity_id
            found[cell.role] = Source(
                cell.role, cell.letter, activity.letters.get(cell.role, ""), kind, place, cell.uid
            )
    return found
