"""Risks, and later the processing register and the DPIA screening."""

from __future__ import annotations

from django.db import models

from portulan.base.models import Record


class Risk(Record):
    """A risk on a product, an initiative or a project (exactly one is set)."""

    class Kind(models.TextChoices):
        DELIVERY = "delivery"
        BUSINESS = "business"
        SECURITY = "security"
        DATA_PROTECTION = "data_protection"
        OBSOLESCENCE = "obsolescence"
        SUPPLIER = "supplier"

    class State(models.TextChoices):
        OPEN = "open"
        ACCEPTED = "accepted"
        CLOSED = "closed"

    product = models.ForeignKey(
        "catalogue.Product", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    initiative = models.ForeignKey(
        "portfolio.Initiative", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    project = models.ForeignKey(
        "portfolio.Project", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    name = models.CharField(max_length=300)
    kind = models.CharField(max_length=16, choices=Kind.choices, default=Kind.DELIVERY)
    #: 1 (rare, light) to 5 (certain, grave).
    likelihood = models.PositiveSmallIntegerField(default=1)
    impact = models.PositiveSmallIntegerField(default=1)
    mitigation = models.TextField(blank=True, default="")
    owner = models.ForeignKey(
        "organisation.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    review_on = models.DateField(null=True, blank=True)
