"""Tables of committees and rituals: mandate, seats, rhythm, sittings, agendas, calendar feeds.

``portulan.governance.models`` gives them their place in the app; import them from there.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from portulan.base.models import NamedRecord, Record


class Forum(NamedRecord):
    """A committee or a ritual: mandate, threshold, quorum, rhythm.

    A ritual (``level`` is ``ritual``) notes what was decided and learned among its members; it
    takes no decision of the register.
    """

    class Level(models.TextChoices):
        STRATEGIC = "strategic"
        PORTFOLIO = "portfolio"
        OPERATIONAL = "operational"
        ARCHITECTURE = "architecture"
        RITUAL = "ritual"

    class Ritual(models.TextChoices):
        PORTFOLIO_REVIEW = "portfolio_review"
        DISCOVERY_WORKSHOP = "discovery_workshop"
        PROJECT_PRODUCT_SYNC = "project_product_sync"
        INTER_PRODUCT_SYNC = "inter_product_sync"
        BUSINESS_DIALOGUE = "business_dialogue"

    class OnHoliday(models.TextChoices):
        NEXT = "next"
        PREVIOUS = "previous"
        SKIP = "skip"
        KEEP = "keep"

    level = models.CharField(max_length=12, choices=Level.choices, default=Level.PORTFOLIO)
    #: Which ritual it is; "" for a committee.
    ritual = models.CharField(max_length=24, choices=Ritual.choices, blank=True, default="")
    entity = models.ForeignKey(
        "organisation.Entity", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    lines = models.ManyToManyField("catalogue.Line", blank=True, related_name="+")
    mandate = models.TextField(blank=True, default="")
    #: Kinds of decision that it may take; empty: any.
    kinds = models.JSONField(default=list, blank=True)
    #: The largest amount it may decide, in minor units; ``None``: any.
    threshold = models.BigIntegerField(null=True, blank=True)
    #: Seats with a right to decide that must be taken; 0: see ``quorum_percent``.
    quorum = models.PositiveSmallIntegerField(default=0)
    #: Share of the seats with a right to decide that must be taken, in percent, rounded up.
    quorum_percent = models.PositiveSmallIntegerField(default=0)
    #: The quorum asks for the chair, in person or by deputy.
    quorum_chair = models.BooleanField(default=False)
    #: RFC 5545 recurrence rule.
    cadence = models.CharField(max_length=200, blank=True, default="")
    #: The day from which the recurrence rule counts ("every second week").
    cadence_from = models.DateField(null=True, blank=True)
    #: What becomes of a sitting that falls on a day nobody works.
    on_holiday = models.CharField(max_length=8, choices=OnHoliday.choices, default=OnHoliday.NEXT)
    #: The usual hour (in ``time_zone``), length in minutes and place of a sitting.
    starts_at = models.TimeField(null=True, blank=True)
    duration = models.PositiveSmallIntegerField(default=90)
    place = models.CharField(max_length=200, blank=True, default="")
    #: IANA name; "": that of the entity's country, else of the company.
    time_zone = models.CharField(max_length=64, blank=True, default="")
    active = models.BooleanField(default=True)


class ForumMember(Record):
    """A person's seat in a forum."""

    class Right(models.TextChoices):
        CHAIR = "chair"
        VOTES = "votes"
        ADVISES = "advises"
        SECRETARY = "secretary"

    forum = models.ForeignKey(Forum, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey("organisation.Person", on_delete=models.CASCADE, related_name="+")
    right = models.CharField(max_length=10, choices=Right.choices, default=Right.VOTES)
    deputy = models.ForeignKey(
        "organisation.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    starts = models.DateField(null=True, blank=True)
    ends = models.DateField(null=True, blank=True)


class AgendaTemplateLine(Record):
    """A point that every sitting of a forum starts from."""

    forum = models.ForeignKey(Forum, on_delete=models.CASCADE, related_name="template")
    position = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(max_length=300)
    purpose = models.CharField(max_length=300, blank=True, default="")
    kind = models.CharField(max_length=20, default="information")
    minutes = models.PositiveSmallIntegerField(default=10)
    #: Who brings the point: a role or a name, as people say it.
    who = models.CharField(max_length=120, blank=True, default="")


class Meeting(Record):
    """One sitting of a forum, or a written consultation of its members."""

    class State(models.TextChoices):
        PLANNED = "planned"
        OPEN = "open"
        CLOSED = "closed"
        CANCELLED = "cancelled"

    class Form(models.TextChoices):
        SITTING = "sitting"
        CONSULTATION = "consultation"

    code = models.CharField(max_length=120, unique=True)
    forum = models.ForeignKey(Forum, on_delete=models.CASCADE, related_name="meetings")
    form = models.CharField(max_length=12, choices=Form.choices, default=Form.SITTING)
    on = models.DateField()
    #: In the forum's time zone.
    at = models.TimeField(null=True, blank=True)
    #: Minutes; ``None``: the forum's usual length.
    duration = models.PositiveSmallIntegerField(null=True, blank=True)
    #: Last day to answer a written consultation.
    until = models.DateField(null=True, blank=True)
    #: The day that the rhythm gave, whatever day the sitting was moved to since.
    planned_for = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    place = models.CharField(max_length=200, blank=True, default="")
    minutes = models.TextField(blank=True, default="")
    #: When the pre-read pack went out to the members, and when they were last reminded.
    sent_at = models.DateTimeField(null=True, blank=True)
    reminded_on = models.DateField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    #: Who signed the minutes.
    signed_by = models.ForeignKey(
        "organisation.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    #: Item being treated, for the sitting page.
    current_item = models.ForeignKey(
        "AgendaItem", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    #: Grows with whatever the sitting page shows; screens ask for what is newer.
    tick = models.PositiveIntegerField(default=0)
    #: Grows when the day, the hour, the length or the place changes: calendars follow it.
    sequence = models.PositiveIntegerField(default=0)
    #: What makes the register's commitment to the minutes impossible to guess.
    salt = models.CharField(max_length=64, blank=True, default="", editable=False)

    untracked: ClassVar[frozenset[str]] = Record.untracked | {"tick", "salt"}


class Attendance(Record):
    """Who sat, in person or by deputy."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendances")
    person = models.ForeignKey("organisation.Person", on_delete=models.CASCADE, related_name="+")
    present = models.BooleanField(default=True)
    #: The member is represented by the deputy.
    deputised = models.BooleanField(default=False)
    #: Who represents the member at this sitting, when it is not the usual deputy.
    deputy = models.ForeignKey(
        "organisation.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )


class AgendaItem(Record):
    """A point on a meeting's agenda."""

    class State(models.TextChoices):
        PLANNED = "planned"
        OPEN = "open"
        CLOSED = "closed"

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(max_length=300)
    kind = models.CharField(max_length=20, default="information")
    purpose = models.CharField(max_length=300, blank=True, default="")
    #: Who brings the point: a role or a name.
    who = models.CharField(max_length=120, blank=True, default="")
    minutes_planned = models.PositiveSmallIntegerField(default=10)
    dossier = models.ForeignKey(
        "Dossier", null=True, blank=True, on_delete=models.SET_NULL, related_name="items"
    )
    product = models.ForeignKey(
        "catalogue.Product", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    #: The initiative scored together.
    initiative = models.ForeignKey(
        "portfolio.Initiative", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    #: The line of the template that it comes from.
    template = models.ForeignKey(
        AgendaTemplateLine, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    state = models.CharField(max_length=8, choices=State.choices, default=State.PLANNED)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    #: The clock stands still since then; seconds that it stood still before.
    paused_at = models.DateTimeField(null=True, blank=True)
    paused_seconds = models.PositiveIntegerField(default=0)
    #: Line being voted, for the sitting page.
    current_line = models.ForeignKey(
        "DossierLine", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    notes = models.TextField(blank=True, default="")
    #: What was learned, for the rituals.
    learned = models.TextField(blank=True, default="")
    #: The decision as the secretary types it.
    decision_text = models.TextField(blank=True, default="")


class MeetingNote(Record):
    """A correction of minutes that are signed: it is added, nothing is changed."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="corrections")
    author = models.ForeignKey(
        "organisation.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField()
    text = models.TextField()


class CalendarFeed(Record):
    """An address that a person's calendar program reads; only a digest of its secret is kept."""

    person = models.ForeignKey(
        "organisation.Person", on_delete=models.CASCADE, related_name="+"
    )
    #: One forum only; ``None``: every sitting that the person may read and has a seat in.
    forum = models.ForeignKey(
        Forum, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    untracked: ClassVar[frozenset[str]] = Record.untracked | {"digest"}
