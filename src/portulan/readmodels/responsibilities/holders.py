"""Who holds which role, on what, from when to when; and who may do what there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from portulan.base.policy import Activity, Actor, Grant, Override, Scope, check_right, letters_at
from portulan.catalogue.models import Line, LineRole, Product, ProductLine, ProductRole
from portulan.governance.models import Forum, ForumMember
from portulan.organisation.models import Entity, EntityRole, Person, Team
from portulan.organisation.rights import ids_of_path, in_force, whole_matrix
from portulan.portfolio.models import Project, ProjectProduct, ProjectRole
from portulan.readmodels.reader import Reader


@dataclass(frozen=True, slots=True)
class Object:
    """What a role is held on: its kind, code and name, and where it lies."""

    kind: str
    id: int
    code: str
    name: str
    scope: Scope


@dataclass(frozen=True, slots=True)
class Holding:
    """A role that somebody holds; ``deputy`` when it is only in the place of the member."""

    person: int
    role: str
    on: Object
    grant: Grant
    starts: date | None
    ends: date | None
    deputy: bool = False


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person with the roles held on a day."""

    id: int
    code: str
    name: str
    signs_in: bool
    holdings: tuple[Holding, ...]

    def actor(self, letters: Letters) -> Actor:
        """What they may do with these letters."""
        return Actor(
            self.name, person_id=self.id, grants=tuple(h.grant for h in self.holdings),
            matrix=letters.company, overrides=letters.parts,
        )


@dataclass(frozen=True, slots=True)
class Letters:
    """A state of the matrix: of the company, and of its parts."""

    company: Mapping[str, Mapping[str, str]]
    parts: Mapping[str, tuple[Override, ...]] = field(default_factory=dict)

    def at(self, activity: Activity, scope: Scope) -> Mapping[str, str]:
        """Role → letter where ``scope`` lies."""
        return letters_at(Actor("", matrix=self.company, overrides=self.parts), activity, scope)


def letters_now() -> Letters:
    """The matrix as it stands (one query)."""
    return Letters(*whole_matrix())


class Staff:
    """Everybody's roles on a day (ten queries, whatever the number of people).

    With ``day`` ``None`` past and coming roles are there too.
    """

    def __init__(self, day: date | None) -> None:
        self.day = day
        held = in_force(day) if day is not None else Q()
        paths = dict(Entity.objects.values_list("pk", "path"))
        self.entities = {
            pk: Object(
                "entity", pk, code, name,
                Scope(entities=ids_of_path(path) | {pk}, on=("entity", code)),
            )
            for pk, code, name, path in Entity.objects.order_by("path").values_list(
                "pk", "code", "name", "path"
            )
        }
        roots = frozenset(pk for pk, path in paths.items() if path.count("/") <= 2)
        self.roots = roots
        above: dict[int, int | None] = {}
        lines = []
        for pk, code, name, parent in Line.objects.values_list("pk", "code", "name", "parent_id"):
            above[pk] = parent
            lines.append((pk, code, name))

        def climb(found: Iterable[int]) -> frozenset[int]:
            seen: set[int] = set()
            for pk in found:
                at: int | None = pk
                while at is not None and at not in seen:
                    seen.add(at)
                    at = above.get(at)
            return frozenset(seen)

        self.lines = {
            pk: Object(
                "line", pk, code, name, Scope(entities=roots, lines=climb([pk]), on=("line", code))
            )
            for pk, code, name in lines
        }
        on_lines: dict[int, set[int]] = {}
        for product, line in ProductLine.objects.values_list("product_id", "line_id"):
            on_lines.setdefault(product, set()).add(line)
        self.products: dict[int, Object] = {}
        for pk, code, name, entity, team in Product.objects.order_by("folded").values_list(
            "pk", "code", "name", "entity_id", "team_id"
        ):
            covering = self.entities[entity].scope.entities if entity else roots
            scope = Scope(
                entities=covering, lines=climb(on_lines.get(pk, ())), products=frozenset({pk}),
                team=team, on=("product", code),
            )
            self.products[pk] = Object("product", pk, code, name, scope)
        served: dict[int, set[int]] = {}
        for project, product in ProjectProduct.objects.values_list("project_id", "product_id"):
            served.setdefault(project, set()).add(product)
        self.projects: dict[int, Object] = {}
        for pk, code, name, entity in Project.objects.order_by("folded").values_list(
            "pk", "code", "name", "entity_id"
        ):
            mine = [self.products[p].scope for p in served.get(pk, ()) if p in self.products]
            covering = self.entities[entity].scope.entities if entity else frozenset()
            for scope in mine:
                covering |= scope.entities
            scope = Scope(
                entities=covering or roots,
                lines=frozenset(line for s in mine for line in s.lines),
                products=frozenset(p for s in mine for p in s.products),
                project=pk, on=("project", code),
            )
            self.projects[pk] = Object("project", pk, code, name, scope)
        self.forums: dict[int, Object] = {}
        for pk, code, name, entity in Forum.objects.order_by("folded").values_list(
            "pk", "code", "name", "entity_id"
        ):
            covering = self.entities[entity].scope.entities if entity else roots
            self.forums[pk] = Object(
                "forum", pk, code, name, Scope(entities=covering, forum=pk, on=("forum", code))
            )
        self.holdings = tuple(self._holdings(held))
        mine_of: dict[int, list[Holding]] = {}
        for holding in self.holdings:
            mine_of.setdefault(holding.person, []).append(holding)
        self.people: dict[int, Somebody] = {
            pk: Somebody(
                pk, code, name, account is not None and active, tuple(mine_of.get(pk, ()))
            )
            for pk, code, name, account, active in Person.objects.filter(
                Q(active=True) | Q(pk__in=list(mine_of))
            )
            .order_by("folded")
            .values_list("pk", "code", "name", "account_id", "active")
        }

        self.teams = {
            pk: (code, name)
            for pk, code, name in Team.objects.order_by("folded").values_list("pk", "code", "name")
        }

    def _holdings(self, held: Q) -> Iterable[Holding]:
        columns = ("person_id", "role", "starts", "ends")
        for person, role, starts, ends, pk in EntityRole.objects.filter(held).values_list(
            *columns, "entity_id"
        ):
            on = self.entities[pk]
            grant = Grant(role, entity=pk, above=on.scope.entities)
            yield Holding(person, role, on, grant, starts, ends)
        for person, role, starts, ends, pk in LineRole.objects.filter(held).values_list(
            *columns, "line_id"
        ):
            yield Holding(person, role, self.lines[pk], Grant(role, line=pk), starts, ends)
        for person, role, starts, ends, pk in ProductRole.objects.filter(held).values_list(
            *columns, "product_id"
        ):
            yield Holding(person, role, self.products[pk], Grant(role, product=pk), starts, ends)
        for person, role, starts, ends, pk in ProjectRole.objects.filter(held).values_list(
            *columns, "project_id"
        ):
            yield Holding(person, role, self.projects[pk], Grant(role, project=pk), starts, ends)
        for person, deputy, right, starts, ends, pk in ForumMember.objects.filter(
            held
        ).values_list("person_id", "deputy_id", "right", "starts", "ends", "forum_id"):
            role, on = f"forum_{right}", self.forums[pk]
            yield Holding(person, role, on, Grant(role, forum=pk), starts, ends)
            if deputy is not None:
                yield Holding(deputy, role, on, Grant(role, forum=pk), starts, ends, True)

    def covering(self, scope: Scope, roles: Iterable[str] | None = None) -> list[Holding]:
        """The roles that cover an object."""
        wanted = None if roles is None else frozenset(roles)
        return [
            h for h in self.holdings
            if (wanted is None or h.role in wanted) and scope.covered_by(h.grant)
        ]

    def permitted(self, activity: Activity, scope: Scope, letters: Letters) -> list[Somebody]:
        """Who may do an activity on an object, by name."""
        at = letters.at(activity, scope)
        roles = [role for role, letter in at.items() if letter and letter in activity.permits]
        near = {h.person for h in self.covering(scope, roles)}
        return [
            one for pk, one in self.people.items()
            if pk in near and check_right(one.actor(letters), activity, scope) is None
        ]


def staff_of(reader: Reader) -> Staff:
    """Everybody's roles on the reader's day, kept for the present state of the data."""
    return reader.kept("staff", reader.day, lambda: Staff(reader.day))


def staff_ever(reader: Reader) -> Staff:
    """Everybody's roles, past and coming ones too, kept for the present state of the data."""
    return reader.kept("staff_ever", (), lambda: Staff(None))


@dataclass(frozen=True, slots=True)
class Answering:
    """Whether the role that answers comes down to one person: where, how often it does not."""

    role: str
    people: tuple[Somebody, ...]
    kind: str
    objects: int
    nobody: tuple[Object, ...]
    several: tuple[Object, ...]

    @property
    def well(self) -> int:
        """Objects on which exactly one person answers."""
        return self.objects - len(self.nobody) - len(self.several)


#: First part of an activity → the kind of object on which one person should answer for it.
OBJECT_OF = {
    "product": "product", "stage": "product", "initiative": "product", "request": "product",
    "backlog": "product", "indicator": "product", "risk": "product", "value": "product",
    "score": "product",
    "project": "project",
    "meeting": "forum", "vote": "forum", "decision": "forum", "action": "forum",
}
#: These are about the company or an entity, whatever their first part says.
AT_LARGE = ("product.create", "product.read")


def kind_of(activity: Activity) -> str:
    """The kind of object on which somebody answers for an activity; "" for a part of the company.
    """
    if activity.reads or activity.code in AT_LARGE:
        return ""
    return OBJECT_OF.get(activity.code.split(".")[0], "")


def answering(
    staff: Staff, activity: Activity, role: str, within: Scope, *, whole: bool,
    seen: Mapping[str, frozenset[int] | None],
) -> Answering:
    """Who holds, in a part of the company, the role that answers for an activity.

    ``within`` is the place that is looked at (``whole``: the company); ``seen`` the ids that the
    reader may know of by kind, ``None`` for all.
    """
    kind = kind_of(activity)
    table = {"product": staff.products, "project": staff.projects, "forum": staff.forums}.get(kind)
    if table is None:
        if whole and not within.lines and within.team is None:
            holdings = [
                h for h in staff.holdings
                if h.role == role and h.on.kind in ("entity", "forum") and not h.deputy
            ]
            top = [h for h in holdings if h.on.id in staff.roots and h.on.kind == "entity"]
            holdings = top or holdings
        else:
            holdings = [h for h in staff.covering(within, [role]) if not h.deputy]
            deepest = max((len(h.on.scope.entities) for h in holdings), default=0)
            holdings = [h for h in holdings if len(h.on.scope.entities) == deepest]
        people = _people(staff, {h.person for h in holdings})
        here = Object("", 0, "", "", within)
        return Answering(
            role, people, "", 1, () if people else (here,), (here,) if len(people) > 1 else ()
        )
    allowed = seen.get(kind)
    objects = [
        one for one in table.values()
        if (allowed is None or one.id in allowed) and (whole or _inside(one.scope, within))
    ]
    by_object: dict[int, set[int]] = {}
    wide: list[Holding] = []
    for holding in staff.holdings:
        if holding.role != role or holding.deputy:
            continue
        if holding.on.kind == kind:
            by_object.setdefault(holding.on.id, set()).add(holding.person)
        else:
            wide.append(holding)
    nobody, several, everybody = [], [], set()
    for one in objects:
        people_on = by_object.get(one.id) or _nearest(
            [h for h in wide if one.scope.covered_by(h.grant)]
        )
        everybody |= people_on
        if not people_on:
            nobody.append(one)
        elif len(people_on) > 1:
            several.append(one)
    return Answering(
        role, _people(staff, everybody), kind, len(objects), tuple(nobody), tuple(several)
    )


def _nearest(holdings: list[Holding]) -> set[int]:
    """Those whose role is held closest to an object: on a line, else on the deepest entity."""
    lines = {h.person for h in holdings if h.on.kind == "line"}
    if lines:
        return lines
    deepest = max((len(h.on.scope.entities) for h in holdings), default=0)
    return {h.person for h in holdings if len(h.on.scope.entities) == deepest}


def _inside(scope: Scope, place: Scope) -> bool:
    """Whether an object lies in a part of the company."""
    if place.lines:
        return bool(scope.lines & place.lines)
    if place.team is not None:
        return scope.team == place.team
    return place.entities <= scope.entities


def _people(staff: Staff, ids: Iterable[int]) -> tuple[Somebody, ...]:
    wanted = frozenset(ids)
    return tuple(one for pk, one in staff.people.items() if pk in wanted)


def holdings_of(staff: Staff, person: int) -> Sequence[Holding]:
    """The roles of somebody."""
    found = staff.people.get(person)
    return found.holdings if found else ()
