"""Money, work and time: budgets, costs, initiatives, projects, capacity, dependencies, requests."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from portulan.base.models import NamedRecord, Record
from portulan.catalogue.models import Stage
from portulan.organisation.models import RoleAssignment
from portulan.portfolio.backlog import BacklogItem, Release, WorkSource

__all__ = [
    "BacklogItem",
    "Baseline",
    "Benefit",
    "Capacity",
    "CostLine",
    "Dependency",
    "Envelope",
    "Initiative",
    "InitiativeProduct",
    "ProductDependency",
    "Project",
    "ProjectProduct",
    "ProjectRole",
    "Release",
    "Request",
    "WorkSource",
]


class Envelope(Record):
    """Money of one fiscal year and version; without line or funding time it covers all of them."""

    class Version(models.TextChoices):
        VOTED = "voted"
        REVISED = "revised"
        FORECAST = "forecast"

    entity = models.ForeignKey(
        "organisation.Entity", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    line = models.ForeignKey(
        "catalogue.Line", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    stage = models.CharField(max_length=12, blank=True, default="", choices=Stage.choices)
    fiscal_year = models.PositiveSmallIntegerField()
    version = models.CharField(max_length=8, choices=Version.choices)
    #: Minor units of the entity's currency.
    amount = models.BigIntegerField()
    vouched_by = models.CharField(max_length=200, blank=True, default="")
    vouched_on = models.DateField(null=True, blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["fiscal_year", "version"])]


class Project(NamedRecord):
    """A project: scope, baseline and current dates, budget; it carries initiatives."""

    class Status(models.TextChoices):
        GREEN = "green"
        AMBER = "amber"
        RED = "red"

    class State(models.TextChoices):
        PROPOSED = "proposed"
        RUNNING = "running"
        DONE = "done"
        STOPPED = "stopped"
        CONVERTED = "converted"

    entity = models.ForeignKey(
        "organisation.Entity", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    manager = models.ForeignKey(
        "organisation.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    description = models.TextField(blank=True, default="")
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    status = models.CharField(max_length=5, choices=Status.choices, default=Status.GREEN)
    status_text = models.TextField(blank=True, default="")
    #: The source's own word for where the project stands.
    phase = models.CharField(max_length=100, blank=True, default="")
    baseline_starts = models.DateField(null=True, blank=True)
    baseline_ends = models.DateField(null=True, blank=True)
    starts = models.DateField(null=True, blank=True)
    ends = models.DateField(null=True, blank=True)
    #: Minor units; ``None`` while it is not framed.
    budget = models.BigIntegerField(null=True, blank=True)
    facts = models.JSONField(default=dict, blank=True)
    #: The product that it became.
    product = models.ForeignKey(
        "catalogue.Product", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )


class ProjectProduct(Record):
    """The share of a project that serves a product, in hundredths of a percent."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="project_products")
    product = models.ForeignKey(
        "catalogue.Product", on_delete=models.CASCADE, related_name="+"
    )
    share = models.PositiveIntegerField(default=10_000)


class ProjectRole(RoleAssignment):
    """A role of a person on a project."""

    person = models.ForeignKey(
        "organisation.Person", on_delete=models.CASCADE, related_name="+"
    )
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="roles")


class Initiative(NamedRecord):
    """Work with a purpose, its cost and effort held once, by month from its start."""

    class State(models.TextChoices):
        IDEA = "idea"
        PROPOSED = "proposed"
        PLANNED = "planned"
        IN_PROGRESS = "in_progress"
        DONE = "done"
        DEFERRED = "deferred"
        REFUSED = "refused"
        STOPPED = "stopped"

    class Size(models.TextChoices):
        XS = "XS"
        S = "S"
        M = "M"
        L = "L"
        XL = "XL"

    entity = models.ForeignKey(
        "organisation.Entity", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    project = models.ForeignKey(
        Project, null=True, blank=True, on_delete=models.SET_NULL, related_name="initiatives"
    )
    owner = models.ForeignKey(
        "organisation.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    objective = models.ForeignKey(
        "catalogue.Objective", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    state = models.CharField(max_length=12, choices=State.choices, default=State.IDEA)
    #: The funding time that pays for it.
    stage = models.CharField(max_length=12, choices=Stage.choices, default=Stage.DEVELOPMENT)
    problem = models.TextField(blank=True, default="")
    expected_value = models.TextField(blank=True, default="")
    #: Month ordinal of the start in the present plan; ``None``: not placed.
    start = models.IntegerField(null=True, blank=True)
    months = models.PositiveSmallIntegerField(default=1)
    earliest = models.IntegerField(null=True, blank=True)
    latest = models.IntegerField(null=True, blank=True)
    mandatory = models.BooleanField(default=False)
    mandatory_reason = models.CharField(max_length=300, blank=True, default="")
    size = models.CharField(max_length=2, blank=True, default="", choices=Size.choices)
    #: Minor units by month from the start; shorter than ``months`` means zeros after.
    costs_capex = models.JSONField(default=list, blank=True)
    costs_opex = models.JSONField(default=list, blank=True)
    #: ``{team uid: [hundredths of person-days by month from the start]}``.
    efforts = models.JSONField(default=dict, blank=True)
    estimate_author = models.ForeignKey(
        "organisation.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    estimate_on = models.DateField(null=True, blank=True)
    #: The estimate's range around the cost, in percent (10: ±10 %).
    estimate_range = models.PositiveSmallIntegerField(null=True, blank=True)
    facts = models.JSONField(default=dict, blank=True)
    #: Whole cost and effort, derived at each write for sorting and sums.
    cost = models.BigIntegerField(default=0, editable=False)
    effort = models.BigIntegerField(default=0, editable=False)

    untracked: ClassVar[frozenset[str]] = NamedRecord.untracked | {"cost", "effort"}

    def refresh_derived(self) -> None:
        super().refresh_derived()
        self.cost = sum(self.costs_capex) + sum(self.costs_opex)
        self.effort = sum(sum(days) for days in self.efforts.values())

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["state", "start"])]


class InitiativeProduct(Record):
    """The share of an initiative that serves a product, in hundredths of a percent."""

    initiative = models.ForeignKey(
        Initiative, on_delete=models.CASCADE, related_name="initiative_products"
    )
    product = models.ForeignKey(
        "catalogue.Product", on_delete=models.CASCADE, related_name="+"
    )
    share = models.PositiveIntegerField(default=10_000)


class Benefit(Record):
    """What an initiative is expected to bring in a year."""

    class Kind(models.TextChoices):
        REVENUE = "revenue"
        MARGIN = "margin"
        SAVING = "saving"
        USER_TIME = "user_time"

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="benefits")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    year = models.PositiveSmallIntegerField()
    #: Minor units; hours for ``user_time``.
    amount = models.BigIntegerField()
    owner = models.ForeignKey(
        "organisation.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    validated = models.BooleanField(default=False)


class CostLine(Record):
    """Money of a product or initiative in a month: planned outside initiatives, engaged, spent."""

    class Kind(models.TextChoices):
        PLAN = "plan"
        COMMITMENT = "commitment"
        ACTUAL = "actual"

    class Nature(models.TextChoices):
        OPEX = "opex"
        CAPEX = "capex"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    product = models.ForeignKey(
        "catalogue.Product", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    initiative = models.ForeignKey(
        Initiative, null=True, blank=True, on_delete=models.CASCADE, related_name="cost_lines"
    )
    stage = models.CharField(max_length=12, choices=Stage.choices, default=Stage.RUN)
    nature = models.CharField(max_length=5, choices=Nature.choices, default=Nature.OPEX)
    category = models.CharField(max_length=40, blank=True, default="")
    supplier = models.CharField(max_length=120, blank=True, default="")
    month = models.IntegerField()
    amount = models.BigIntegerField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["month", "kind"])]


class Capacity(Record):
    """What a team can give in a month, in hundredths of person-days, before its run load."""

    team = models.ForeignKey(
        "organisation.Team", on_delete=models.CASCADE, related_name="+"
    )
    month = models.IntegerField()
    days = models.IntegerField()
    run_load = models.IntegerField(default=0)
    #: What ``days`` was computed from, when it was: FTE in hundredths, focus in percent.
    fte = models.PositiveIntegerField(null=True, blank=True)
    focus = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["team", "month"], name="capacity_team_month")
        ]


class Dependency(Record):
    """The successor starts ``lag`` months after the predecessor's end, at the earliest."""

    class Kind(models.TextChoices):
        FINISH_START = "finish_start"
        NEEDS = "needs"

    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.FINISH_START)
    predecessor = models.ForeignKey(
        Initiative, on_delete=models.CASCADE, related_name="successors"
    )
    successor = models.ForeignKey(
        Initiative, on_delete=models.CASCADE, related_name="predecessors"
    )
    lag = models.SmallIntegerField(default=0)
    note = models.CharField(max_length=300, blank=True, default="")


class ProductDependency(Record):
    """A product cannot work without another (a platform, a shared service)."""

    product = models.ForeignKey("catalogue.Product", on_delete=models.CASCADE, related_name="+")
    needs = models.ForeignKey("catalogue.Product", on_delete=models.CASCADE, related_name="+")
    note = models.CharField(max_length=300, blank=True, default="")


class Request(NamedRecord):
    """Something asked by business or seen by tech; it always gets an answer."""

    class Source(models.TextChoices):
        BUSINESS = "business"
        TECH = "tech"
        USER = "user"

    class State(models.TextChoices):
        NEW = "new"
        STUDIED = "studied"
        ACCEPTED = "accepted"
        REFUSED = "refused"

    product = models.ForeignKey(
        "catalogue.Product", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    initiative = models.ForeignKey(
        Initiative, null=True, blank=True, on_delete=models.SET_NULL, related_name="requests"
    )
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.BUSINESS)
    asked_by = models.ForeignKey(
        "organisation.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_on = models.DateField(null=True, blank=True)
    answered_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.NEW)
    need = models.TextField(blank=True, default="")
    answer = models.TextField(blank=True, default="")


class Baseline(NamedRecord):
    """Where every initiative stood on a day: ``{initiative uid: [start, months, cost]}``."""

    taken_on = models.DateField()
    placements = models.JSONField(default=dict)
