"""The sheet of a project: what it carries and serves, its dates against the baseline, its money.

A project's money is that of the initiatives it carries, held once: read by initiative or by product
it adds up to the same total, to the cent.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from portulan.compliance.queries import RiskRow, risks_on
from portulan.portfolio.activities import INITIATIVE_READ
from portulan.portfolio.models import Project, ProjectProduct, ProjectRole
from portulan.readmodels import catalog
from portulan.readmodels.book import book, default_year
from portulan.readmodels.reader import Reader
from portulan.readmodels.sheets import parts
from portulan.readmodels.sheets.parts import Decided, Ref, Work
from portulan_core.money import Amounts


@dataclass(frozen=True, slots=True)
class ByProduct:
    """A project's money of the year on one product (``ref`` ``None``: on none, or not shown)."""

    ref: Ref | None
    share: int | None
    money: Amounts | None


@dataclass(frozen=True, slots=True)
class ProjectSheet:
    """A project's page; ``money`` and ``whole`` ``None`` without the right."""

    project: Project
    works: tuple[Work, ...]
    hidden_works: int
    products: tuple[ByProduct, ...]
    money: Amounts | None
    whole: int | None
    year: int
    starts: date | None
    ends: date | None
    people: tuple[tuple[str, str, str], ...]
    decisions: tuple[Decided, ...]
    risks: tuple[RiskRow, ...]

    @property
    def slip(self) -> int | None:
        """Days that the end has moved beyond the baseline (negative: earlier)."""
        end, base = self.project.ends, self.project.baseline_ends
        return (end - base).days if end and base else None

    @property
    def over(self) -> int | None:
        """What the initiatives cost beyond the project's budget."""
        if self.whole is None or self.project.budget is None:
            return None
        return self.whole - self.project.budget


def sheet(reader: Reader, project: Project, *, sees_money: bool) -> ProjectSheet:
    """The sheet of a project that was fetched for the reader (at most 5 queries warm)."""
    known = catalog.initiatives(reader)
    mine = [fact for fact in known.values() if fact.project == project.pk]
    works = parts.works(reader, [fact.id for fact in mine])
    year = default_year(reader)
    seen = reader.initiatives(INITIATIVE_READ)
    found = book(reader, year) if sees_money else None
    money = None
    if found is not None:
        money = sum((found.by_initiative.get(f.id, Amounts()) for f in mine), Amounts())
    people = (
        ProjectRole.objects.filter(project=project, ends=None).order_by("role")
        .values_list("role", "person__code", "person__name")
    )
    return ProjectSheet(
        project=project,
        works=tuple(works),
        hidden_works=sum(seen is not None and fact.id not in seen for fact in mine),
        products=_by_product(reader, project, {fact.id for fact in mine}, sees_money),
        money=money,
        whole=sum(fact.cost for fact in mine) if sees_money else None,
        year=year,
        starts=project.starts,
        ends=project.ends,
        people=tuple(people),
        decisions=tuple(parts.decisions_on(reader, "initiative", [fact.id for fact in mine])),
        risks=tuple(risks_on("project", project.pk)),
    )


def _by_product(
    reader: Reader, project: Project, mine: set[int], sees_money: bool
) -> tuple[ByProduct, ...]:
    """The project's money of the year by product; products that it says it serves come too."""
    declared = dict(
        ProjectProduct.objects.filter(project=project).values_list("product_id", "share")
    )
    amounts: dict[int | None, Amounts] = defaultdict(Amounts)
    if sees_money:
        for piece in book(reader, default_year(reader)).pieces:
            if piece.initiative in mine:
                amounts[piece.product] = amounts[piece.product] + piece.amounts
    facts = catalog.initiatives(reader)
    served = dict.fromkeys(
        [*declared, *(p for pk in mine for p in facts[pk].products), *amounts]
    )
    readable = reader.products()
    products = catalog.products(reader)
    rows: list[ByProduct] = []
    rest = Amounts()
    for pk in served:
        fact = products.get(pk) if pk is not None else None
        if fact is None or (readable is not None and pk not in readable):
            rest = rest + amounts.get(pk, Amounts())
            continue
        rows.append(
            ByProduct(
                Ref("product", fact.code, fact.name), declared.get(fact.id),
                amounts.get(pk, Amounts()) if sees_money else None,
            )
        )
    rows.sort(key=lambda r: (-(r.money.landing if r.money else 0), r.ref.name if r.ref else ""))
    if rest:
        rows.append(ByProduct(None, None, rest))
    return tuple(rows)
