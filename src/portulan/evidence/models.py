"""What is measured: indicators, their measures, and the key results they feed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from portulan.base.models import NamedRecord, Record


class Indicator(NamedRecord):
    """A measured quantity of a product, with its target and who vouches for it."""

    class Family(models.TextChoices):
        USAGE = "usage"
        BUSINESS = "business"
        QUALITY = "quality"
        FLOW = "flow"

    class Direction(models.TextChoices):
        UP = "up"
        DOWN = "down"

    product = models.ForeignKey(
        "catalogue.Product", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    family = models.CharField(max_length=10, choices=Family.choices, default=Family.USAGE)
    unit = models.CharField(max_length=40, blank=True, default="")
    direction = models.CharField(max_length=4, choices=Direction.choices, default=Direction.UP)
    target = models.FloatField(null=True, blank=True)
    owner = models.ForeignKey(
        "organisation.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    source = models.CharField(max_length=200, blank=True, default="")
    #: Measured from the product's work items by this code (``portfolio.flow.MEASURES``), if any.
    flow_measure = models.CharField(max_length=20, blank=True, default="", editable=False)
    #: Days after which the last measure is stale.
    freshness_days = models.PositiveSmallIntegerField(null=True, blank=True)
    #: The last measure, derived at each write for lists.
    last_on = models.DateField(null=True, blank=True)
    last_value = models.FloatField(null=True, blank=True)

    untracked: ClassVar[frozenset[str]] = NamedRecord.untracked | {"last_on", "last_value"}


class Measure(Record):
    """One value of an indicator on a day."""

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="measures")
    on = models.DateField()
    value = models.FloatField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["indicator", "on"], name="measure_indicator_on")
        ]


class KeyResultIndicator(Record):
    """A key result reads its current value from an indicator."""

    key_result = models.ForeignKey(
        "catalogue.KeyResult", on_delete=models.CASCADE, related_name="+"
    )
    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="key_results")
