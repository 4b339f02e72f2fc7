"""The sheet of a person: roles, teams, what they have to do; and the projects a reader may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from portulan.catalogue.models import LineRole, ProductRole
from portulan.governance.queries.links import Task, actions_due
from portulan.organisation.models import EntityRole, Membership, Person, Team
from portulan.organisation.rights import in_force
from portulan.portfolio.activities import PROJECT_READ
from portulan.portfolio.models import Project, ProjectProduct, ProjectRole
from portulan.readmodels import catalog
from portulan.readmodels.reader import Reader
from portulan.readmodels.sheets.parts import Ref


@dataclass(frozen=True, slots=True)
class RoleOn:
    """A role that a person holds, and on what."""

    role: str
    on: Ref | None
    fraction: int | None
    starts: date | None
    ends: date | None
    now: bool


@dataclass(frozen=True, slots=True)
class PersonSheet:
    """A person's page."""

    person: Person
    roles: tuple[RoleOn, ...]
    past: tuple[RoleOn, ...]
    teams: tuple[tuple[Ref, int], ...]
    manages: tuple[Ref, ...]
    tasks: tuple[Task, ...]
    signs_in: bool
    load: int


def person_sheet(reader: Reader, person: Person, *, tasks: bool) -> PersonSheet:
    """The page of a person that was fetched for the reader (at most 8 queries warm).

    ``tasks``: whether the reader may see what the person has to do.
    """
    known, seen = catalog.products(reader), reader.products()
    projects = readable_projects(reader)
    day = reader.day
    roles: list[RoleOn] = []
    for kind, role, fraction, starts, ends, pk in reader.kept(
        "person_roles", person.pk, lambda: _held(person)
    ):
        now = (starts is None or starts <= day) and (ends is None or ends >= day)
        on: Ref | None = None
        if kind == "entity" and pk in reader.entities:
            on = Ref("entity", reader.entities[pk].code, reader.entities[pk].name)
        elif kind == "line" and pk in reader.lines:
            on = Ref("line", reader.lines[pk].code, reader.lines[pk].name)
        elif kind == "product" and pk in known and (seen is None or pk in seen):
            on = Ref("product", known[pk].code, known[pk].name)
        elif kind == "project" and pk in projects:
            on = projects[pk]
        if on is not None:
            roles.append(RoleOn(role, on, fraction, starts, ends, now))
    members = (
        Membership.objects.filter(in_force(day), person=person)
        .values_list("team__code", "team__name", "fraction")
    )
    managed = Team.objects.filter(manager=person).order_by("folded").values_list("code", "name")
    roles.sort(key=lambda r: (not r.now, r.role, r.on.name if r.on else ""))
    return PersonSheet(
        person,
        tuple(r for r in roles if r.now),
        tuple(r for r in roles if not r.now),
        tuple((Ref("team", code, name), fraction) for code, name, fraction in members),
        tuple(Ref("team", code, name) for code, name in managed),
        tuple(actions_due(person.pk, day)) if tasks else (),
        person.account_id is not None,
        sum(r.fraction or 0 for r in roles if r.now),
    )


_Held = tuple[str, str, int | None, date | None, date | None, int]


def _held(person: Person) -> list[_Held]:
    """The roles of a person on everything (four queries)."""
    found: list[_Held] = []
    for kind, model in (
        ("entity", EntityRole), ("line", LineRole), ("product", ProductRole),
        ("project", ProjectRole),
    ):
        rows = model._default_manager.filter(person=person).values_list(
            "role", "fraction", "starts", "ends", f"{kind}_id"
        )
        found.extend((kind, *row) for row in rows)
    return found


def readable_projects(reader: Reader) -> dict[int, Ref]:
    """The projects that the reader may see: theirs by entity, by product served, or by role."""
    rows: tuple[tuple[int, str, str, int | None], ...] = reader.kept(
        "projects", (),
        lambda: tuple(
            Project.objects.order_by("folded").values_list("pk", "code", "name", "entity_id")
        ),
    )
    served = reader.kept("project_products", (), _project_products)
    reach = reader.reach(PROJECT_READ)
    products = reader.products(PROJECT_READ)
    found: dict[int, Ref] = {}
    for pk, code, name, entity in rows:
        mine = served.get(pk, ())
        nowhere = entity is None and not mine
        if reach.exact:
            if pk in reach.projects:
                found[pk] = Ref("project", code, name)
        elif (
            reach.everywhere or entity in reach.entities or pk in reach.projects
            or (nowhere and reach.root)
            or any(products is None or p in products for p in mine)
        ):
            found[pk] = Ref("project", code, name)
    return found


def _project_products() -> dict[int, tuple[int, ...]]:
    found: dict[int, list[int]] = {}
    for project, product in ProjectProduct.objects.values_list("project_id", "product_id"):
        found.setdefault(project, []).append(product)
    return {pk: tuple(products) for pk, products in found.items()}
