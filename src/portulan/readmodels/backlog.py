"""The backlog of a product, an initiative, a team or a release: items, where they stand, what ties
them to an objective.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Case, Count, F, IntegerField, Q, Value, When

from portulan.portfolio.activities import INITIATIVE_READ
from portulan.portfolio.models import BacklogItem, Release
from portulan.readmodels.flow import Part, part_items
from portulan.readmodels.reader import Reader

OPEN = ("before", "active", "waiting")
#: What a list may be narrowed to.
FILTERS = ("open", "done", "untied", "all")


@dataclass(frozen=True, slots=True)
class Line:
    """An item of a backlog; names that the reader may not know are empty."""

    code: str
    name: str
    kind: str
    standing: str
    criteria: int
    met: int
    team: tuple[str, str]
    product: tuple[str, str]
    initiative: tuple[str, str]
    release: tuple[str, str]
    opened: datetime | None
    finished: datetime | None


_ORDER = Case(
    *(When(standing=s, then=Value(rank)) for rank, s in
      enumerate(("active", "waiting", "before", "done", "dropped"))),
    output_field=IntegerField(),
)


def listed(reader: Reader, part: Part, which: str, first: int, size: int) -> tuple[list[Line], int]:
    """A page of a backlog, what is in progress first, and how many there are (2 queries)."""
    rows = BacklogItem.objects.filter(part_items(part))
    if which == "open":
        rows = rows.filter(standing__in=OPEN)
    elif which == "done":
        rows = rows.filter(standing=BacklogItem.Standing.DONE)
    elif which == "untied":
        rows = rows.filter(initiative=None, standing__in=OPEN)
    total = rows.count()
    products, initiatives = reader.products(), reader.initiatives(INITIATIVE_READ)
    ordered = rows.annotate(order=_ORDER).order_by(
        "order", F("finished_at").desc(nulls_last=True), "rank", "pk"
    )
    found = []
    for row in ordered.values_list(
        "code", "name", "kind", "standing", "criteria", "opened_at", "finished_at",
        "team__code", "team__name", "product_id", "product__code", "product__name",
        "initiative_id", "initiative__code", "initiative__name", "release__code", "release__name",
    )[first : first + size]:
        seen_product = row[9] is None or products is None or row[9] in products
        seen_work = row[12] is None or initiatives is None or row[12] in initiatives
        seen = seen_product and seen_work
        found.append(
            Line(
                row[0] if seen else "", row[1] if seen else "", row[2], row[3],
                len(row[4]), sum(bool(c[1]) for c in row[4]),
                (row[7] or "", row[8] or ""),
                (row[10] or "", row[11] or "") if seen_product else ("", ""),
                (row[13] or "", row[14] or "") if seen_work else ("", ""),
                (row[15] or "", row[16] or "") if seen else ("", ""), row[5], row[6],
            )
        )
    return found, total


@dataclass(frozen=True, slots=True)
class Alignment:
    """How much of the work is tied: to an objective, to an initiative only, to nothing."""

    objective: int
    initiative: int
    nothing: int

    @property
    def total(self) -> int:
        """All items looked at."""
        return self.objective + self.initiative + self.nothing

    @property
    def tied(self) -> float | None:
        """The share of items tied to an initiative, objective or not."""
        return (self.objective + self.initiative) / self.total if self.total else None


def alignment(part: Part, day: date) -> Alignment:
    """How much of the open work and of what was finished in the last year is tied (one query)."""
    recent = Q(finished_at__isnull=True) | Q(finished_at__date__gte=day - timedelta(days=365))
    found = (
        BacklogItem.objects.filter(part_items(part))
        .exclude(standing=BacklogItem.Standing.DROPPED)
        .filter(recent)
        .aggregate(
            objective=Count("pk", filter=Q(initiative__objective__isnull=False)),
            tied=Count("pk", filter=Q(initiative__isnull=False)),
            whole=Count("pk"),
        )
    )
    return Alignment(
        found["objective"], found["tied"] - found["objective"], found["whole"] - found["tied"]
    )


@dataclass(frozen=True, slots=True)
class Counts:
    """How many items stand where."""

    before: int = 0
    active: int = 0
    waiting: int = 0
    done: int = 0
    dropped: int = 0

    @property
    def left(self) -> int:
        """What is to do or in progress."""
        return self.before + self.active + self.waiting


def counts(part: Part) -> Counts:
    """How many items of a part stand where (one query)."""
    found = BacklogItem.objects.filter(part_items(part)).values_list("standing")
    return Counts(**dict(found.annotate(count=Count("pk")).values_list("standing", "count")))


def releases(product: int) -> list[tuple[Release, int, int]]:
    """The releases of a product, the coming ones first, with items left and all (one query)."""
    left = Q(items__standing__in=("before", "active", "waiting"))
    found = Release.objects.filter(product_id=product).annotate(
        left=Count("items", filter=left), whole=Count("items")
    )
    order = {"planned": 0, "released": 1, "dropped": 2}
    listed = sorted(
        found,
        key=lambda r: (
            order[r.state],
            (r.due_on or date.max).toordinal() * (1 if r.state == "planned" else -1),
        ),
    )
    return [(row, row.left, row.whole) for row in listed]
