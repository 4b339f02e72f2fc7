"""Every product and initiative in light columns, read once for a state of the data.

Lists filter, group and sort these; only the rows of a page are read in full. Nothing here is
filtered by rights: the callers do that with the ids that the reader may see.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q

from portulan.catalogue.models import Product, ProductLine, ProductRole
from portulan.organisation.models import Person
from portulan.portfolio.models import Initiative, InitiativeProduct
from portulan.readmodels.reader import Reader

#: Roles that answer for a product, first choice first.
OWNERS = ("product_manager", "head_of_product", "product_owner")


@dataclass(frozen=True, slots=True)
class ProductFact:
    """A product's light columns."""

    id: int
    uid: str
    code: str
    name: str
    folded: str
    stage: str
    kind: str
    entity: int | None
    team: int | None


@dataclass(frozen=True, slots=True)
class InitiativeFact:
    """An initiative's light columns; ``products`` by share, the largest first."""

    id: int
    uid: str
    code: str
    name: str
    folded: str
    state: str
    stage: str
    start: int | None
    months: int
    mandatory: bool
    entity: int | None
    project: int | None
    owner: int | None
    cost: int
    effort: int
    products: tuple[int, ...]

    @property
    def end(self) -> int | None:
        """The month after the last one."""
        return None if self.start is None else self.start + self.months


@dataclass(frozen=True, slots=True)
class PersonFact:
    """A person's name."""

    id: int
    code: str
    name: str
    folded: str


def products(reader: Reader) -> Mapping[int, ProductFact]:
    """Every product by id, by name."""
    return reader.kept("products", (), _products)


def _products() -> dict[int, ProductFact]:
    rows = Product.objects.order_by("folded", "pk").values_list(
        "pk", "uid", "code", "name", "folded", "stage", "kind", "entity_id", "team_id"
    )
    return {row[0]: ProductFact(row[0], str(row[1]), *row[2:]) for row in rows.iterator(5000)}


def initiatives(reader: Reader) -> Mapping[int, InitiativeFact]:
    """Every initiative by id, by name."""
    return reader.kept("initiatives", (), _initiatives)


def _initiatives() -> dict[int, InitiativeFact]:
    served: dict[int, list[int]] = {}
    for initiative, product in (
        InitiativeProduct.objects.order_by("-share", "pk")
        .values_list("initiative_id", "product_id")
        .iterator(5000)
    ):
        served.setdefault(initiative, []).append(product)
    rows = Initiative.objects.order_by("folded", "pk").values_list(
        "pk", "uid", "code", "name", "folded", "state", "stage", "start", "months", "mandatory",
        "entity_id", "project_id", "owner_id", "cost", "effort",
    )
    return {
        row[0]: InitiativeFact(
            row[0], str(row[1]), *row[2:], products=tuple(served.get(row[0], ()))
        )
        for row in rows.iterator(5000)
    }


def people(reader: Reader) -> Mapping[int, PersonFact]:
    """Every person by id."""
    return reader.kept("people", (), _people)


def _people() -> dict[int, PersonFact]:
    rows = Person.objects.order_by("folded").values_list("pk", "code", "name", "folded")
    return {row[0]: PersonFact(*row) for row in rows.iterator(5000)}


def owners(reader: Reader) -> Mapping[int, int]:
    """Product → the person who answers for it today."""
    return reader.kept("owners", reader.day, lambda: _owners(reader))


def _owners(reader: Reader) -> dict[int, int]:
    in_force = (Q(starts=None) | Q(starts__lte=reader.day)) & (
        Q(ends=None) | Q(ends__gte=reader.day)
    )
    found: dict[int, tuple[int, int]] = {}
    for product, person, role in ProductRole.objects.filter(in_force, role__in=OWNERS).order_by(
        "pk"
    ).values_list("product_id", "person_id", "role"):
        rank = OWNERS.index(role)
        if product not in found or rank < found[product][0]:
            found[product] = (rank, person)
    return {product: person for product, (_, person) in found.items()}


def lines_of(reader: Reader) -> Mapping[int, frozenset[int]]:
    """Product → every line it is on, with those above."""
    return reader.kept("lines_of", reader.day, lambda: _lines_of(reader))


def _lines_of(reader: Reader) -> dict[int, frozenset[int]]:
    in_force = (Q(starts=None) | Q(starts__lte=reader.day)) & (
        Q(ends=None) | Q(ends__gte=reader.day)
    )
    found: dict[int, set[int]] = {}
    for product, line in ProductLine.objects.filter(in_force).values_list("product_id", "line_id"):
        at: int | None = line
        held = found.setdefault(product, set())
        while at is not None and at not in held and at in reader.lines:
            held.add(at)
            at = reader.lines[at].parent
    return {product: frozenset(held) for product, held in found.items()}
