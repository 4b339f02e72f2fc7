"""Products and what they are for: lines, life cycle, objectives and key results."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from portulan.base.models import NamedRecord, Record
from portulan.organisation.models import RoleAssignment


class Axis(models.TextChoices):
    """The ways in which the portfolio is read."""

    SEGMENT = "segment"
    DOMAIN = "domain"
    PLATFORM = "platform"


class Stage(models.TextChoices):
    """The funding times of a product, in order."""

    EXPLORATION = "exploration"
    DEVELOPMENT = "development"
    RUN = "run"
    END_OF_LIFE = "end_of_life"


class Line(NamedRecord):
    """A strategic line on one axis."""

    axis = models.CharField(max_length=10, choices=Axis.choices, default=Axis.SEGMENT)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    description = models.TextField(blank=True, default="")
    position = models.PositiveSmallIntegerField(default=0)


class Product(NamedRecord):
    """The one record of a product, digital or not."""

    class Kind(models.TextChoices):
        DIGITAL = "digital"
        PHYSICAL = "physical"
        SERVICE = "service"
        PLATFORM = "platform"

    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.DIGITAL)
    #: The entity that owns it; ``None`` when the source does not say.
    entity = models.ForeignKey(
        "organisation.Entity", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    team = models.ForeignKey(
        "organisation.Team", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="children"
    )
    successor = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="predecessors"
    )
    summary = models.TextField(blank=True, default="")
    vision = models.TextField(blank=True, default="")
    value_users = models.TextField(blank=True, default="")
    value_business = models.TextField(blank=True, default="")
    users = models.TextField(blank=True, default="")
    markets = models.TextField(blank=True, default="")
    strategy = models.TextField(blank=True, default="")
    constraints_field = models.TextField(blank=True, default="")
    constraints_operations = models.TextField(blank=True, default="")
    team_impacts = models.TextField(blank=True, default="")
    debt = models.TextField(blank=True, default="")
    exit_strategy = models.TextField(blank=True, default="")
    #: Yearly cost of keeping it and one-off cost of stopping it, in minor units.
    stop_cost = models.BigIntegerField(null=True, blank=True)
    personal_data = models.BooleanField(null=True, blank=True)
    #: Facts of the source that have no column of ours (links, technologies, flags…).
    facts = models.JSONField(default=dict, blank=True)
    #: The current stage, derived from the periods at each write, for lists and filters.
    stage = models.CharField(max_length=12, blank=True, default="", db_index=True)

    untracked: ClassVar[frozenset[str]] = NamedRecord.untracked | {"stage"}


class ProductLink(Record):
    """An address of a product: site, repository, statistics, budget…"""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="links")
    kind = models.CharField(max_length=40)
    url = models.URLField(max_length=1000)


class ProductLine(Record):
    """A product's place on a line; one is primary per axis."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="product_lines")
    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="product_lines")
    primary = models.BooleanField(default=True)
    starts = models.DateField(null=True, blank=True)
    ends = models.DateField(null=True, blank=True)


class ProductEntity(Record):
    """An entity's part in a product, with its share in hundredths of a percent."""

    class Part(models.TextChoices):
        OWNER = "owner"
        PAYER = "payer"
        USER = "user"
        LEAD = "lead"
        SPONSOR = "sponsor"

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="parts")
    entity = models.ForeignKey(
        "organisation.Entity", on_delete=models.PROTECT, related_name="+"
    )
    part = models.CharField(max_length=10, choices=Part.choices)
    share = models.PositiveIntegerField(null=True, blank=True)


class StagePeriod(Record):
    """One stage of a product on one market, as the source or a decision gave it."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="stage_periods")
    #: Empty when the source's word has no equivalent.
    stage = models.CharField(max_length=12, blank=True, default="", choices=Stage.choices)
    source_stage = models.CharField(max_length=60, blank=True, default="")
    market = models.CharField(max_length=60, blank=True, default="")
    starts = models.DateField(null=True, blank=True)
    ends = models.DateField(null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    comment = models.TextField(blank=True, default="")


class ProductEvent(Record):
    """Something dated that happened to a product."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=60)
    on = models.DateField(null=True, blank=True)
    comment = models.TextField(blank=True, default="")


class ProductRole(RoleAssignment):
    """A role of a person on a product."""

    person = models.ForeignKey(
        "organisation.Person", on_delete=models.CASCADE, related_name="+"
    )
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="roles")


class LineRole(RoleAssignment):
    """A role of a person on a line covers the products of the line."""

    person = models.ForeignKey(
        "organisation.Person", on_delete=models.CASCADE, related_name="+"
    )
    line = models.ForeignKey(Line, on_delete=models.CASCADE, related_name="roles")


class Objective(NamedRecord):
    """What the company, an entity or a line wants to reach in a cycle."""

    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="children"
    )
    entity = models.ForeignKey(
        "organisation.Entity", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    owner = models.ForeignKey(
        "organisation.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    cycle = models.CharField(max_length=40, blank=True, default="")
    description = models.TextField(blank=True, default="")
    starts = models.DateField(null=True, blank=True)
    ends = models.DateField(null=True, blank=True)


class ObjectiveProduct(Record):
    """A product serves an objective."""

    objective = models.ForeignKey(
        Objective, on_delete=models.CASCADE, related_name="objective_products"
    )
    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, related_name="objective_products"
    )


class ObjectiveConflict(Record):
    """Two objectives that pull apart, declared so that somebody settles it."""

    first = models.ForeignKey(Objective, on_delete=models.CASCADE, related_name="conflicts_first")
    second = models.ForeignKey(
        Objective, on_delete=models.CASCADE, related_name="conflicts_second"
    )
    reason = models.TextField(blank=True, default="")
    resolved = models.BooleanField(default=False)


class KeyResult(Record):
    """A measurable result of an objective; its indicator, if any, is linked in ``evidence``."""

    objective = models.ForeignKey(Objective, on_delete=models.CASCADE, related_name="key_results")
    name = models.CharField(max_length=300)
    unit = models.CharField(max_length=40, blank=True, default="")
    baseline = models.FloatField(null=True, blank=True)
    target = models.FloatField(null=True, blank=True)
    current = models.FloatField(null=True, blank=True)
