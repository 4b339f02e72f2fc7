"""What goes with a dossier and a decision: options, waivers, copies, conditions, referrals."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from portulan.base.models import Record


class DossierOption(Record):
    """One way to decide, put beside the others; its effects are what is simulated."""

    dossier = models.ForeignKey(
        "governance.Dossier", on_delete=models.CASCADE, related_name="options"
    )
    position = models.PositiveSmallIntegerField(default=0)
    #: How it was made: ``proposed``, ``later``, ``nothing``, ``stop``, ``scenario`` or ``own``.
    code = models.CharField(max_length=10, default="own")
    name = models.CharField(max_length=300)
    text = models.TextField(blank=True, default="")
    #: Its own effects; the option ``proposed`` reads those of the lines instead.
    effects = models.JSONField(default=list, blank=True)
    #: What it made of the plan when it was last simulated (``portulan_core.options``).
    figures = models.JSONField(default=dict, blank=True)
    scenario = models.ForeignKey(
        "prioritisation.Scenario", null=True, blank=True, on_delete=models.SET_NULL,
        related_name="+",
    )


class Waiver(Record):
    """Something that a dossier does without, for a reason that somebody vouches for."""

    dossier = models.ForeignKey(
        "governance.Dossier", on_delete=models.CASCADE, related_name="waivers"
    )
    #: What is waived: a code of ``governance.gates.REQUIREMENTS``.
    requirement = models.CharField(max_length=40)
    reason = models.TextField()
    person = models.ForeignKey(
        "organisation.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    on = models.DateField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["dossier", "requirement"], name="waiver_once")
        ]


class FrozenDossier(Record):
    """A dossier as it stood when the committee came to it: content, and its digest."""

    dossier = models.ForeignKey(
        "governance.Dossier", on_delete=models.CASCADE, related_name="frozen"
    )
    at = models.DateTimeField()
    content = models.JSONField()
    #: SHA-256 of the canonical JSON of the content, hexadecimal; the register seals it.
    digest = models.CharField(max_length=64)


class Condition(Record):
    """What a decision asks for before it holds, by whom and until when."""

    class State(models.TextChoices):
        OPEN = "open"
        MET = "met"
        UNMET = "unmet"
        LIFTED = "lifted"

    decision = models.ForeignKey(
        "governance.Decision", on_delete=models.CASCADE, related_name="asked"
    )
    text = models.TextField()
    owner = models.ForeignKey(
        "organisation.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    due_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=6, choices=State.choices, default=State.OPEN)
    settled_on = models.DateField(null=True, blank=True)
    #: The action by which it is followed, in agendas and findings.
    action = models.ForeignKey(
        "governance.ActionItem", null=True, blank=True, on_delete=models.SET_NULL,
        related_name="+",
    )
    note = models.TextField(blank=True, default="")


class Referral(Record):
    """A matter that one committee hands to another: up with its dossier, or down to be done."""

    class Kind(models.TextChoices):
        ESCALATE = "escalate"
        CASCADE = "cascade"

    class State(models.TextChoices):
        WAITING = "waiting"
        ANSWERED = "answered"
        DROPPED = "dropped"

    kind = models.CharField(max_length=8, choices=Kind.choices)
    dossier = models.ForeignKey(
        "governance.Dossier", null=True, blank=True, on_delete=models.CASCADE,
        related_name="referrals",
    )
    decision = models.ForeignKey(
        "governance.Decision", null=True, blank=True, on_delete=models.CASCADE,
        related_name="referrals",
    )
    source = models.ForeignKey(
        "governance.Forum", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    target = models.ForeignKey(
        "governance.Forum", on_delete=models.CASCADE, related_name="referrals"
    )
    subject = models.CharField(max_length=300)
    reason = models.TextField(blank=True, default="")
    on = models.DateField()
    due_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    #: What the committee before had voted on each line, and the reasons.
    history = models.JSONField(default=list, blank=True)
    answer = models.TextField(blank=True, default="")
    answered_on = models.DateField(null=True, blank=True)
    answered_by = models.ForeignKey(
        "governance.Decision", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )


class Contradiction(Record):
    """An earlier decision that a dossier goes against, and what is said of it before closing."""

    class Choice(models.TextChoices):
        SUPERSEDE = "supersede"
        STAND = "stand"

    dossier = models.ForeignKey(
        "governance.Dossier", on_delete=models.CASCADE, related_name="contradictions"
    )
    earlier = models.ForeignKey(
        "governance.Decision", on_delete=models.CASCADE, related_name="contradicted"
    )
    #: The later decision, once it is taken.
    decision = models.ForeignKey(
        "governance.Decision", null=True, blank=True, on_delete=models.CASCADE,
        related_name="supersedes",
    )
    choice = models.CharField(max_length=9, choices=Choice.choices)
    reason = models.TextField()
    person = models.ForeignKey(
        "organisation.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    on = models.DateField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["dossier", "earlier"], name="contradiction_once")
        ]


class LineReview(Record):
    """The verdict of a value review of a whole product line."""

    line = models.ForeignKey("catalogue.Line", on_delete=models.CASCADE, related_name="+")
    on = models.DateField()
    verdict = models.CharField(max_length=10)
    #: Product code → what the facts proposed and how many promises were kept, on that day.
    products = models.JSONField(default=list)
    comment = models.TextField(blank=True, default="")
    dossier = models.ForeignKey(
        "governance.Dossier", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
