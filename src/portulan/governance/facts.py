"""What this app tells the World."""

from __future__ import annotations

from django.utils import timezone

from portulan.base.models import new_uid
from portulan.governance.models import (
    ActionItem,
    AgendaItem,
    AgendaTemplateLine,
    Attendance,
    Condition,
    Contradiction,
    Decision,
    DecisionSubject,
    Dossier,
    DossierLine,
    DossierOption,
    Forum,
    ForumMember,
    FrozenDossier,
    LineReview,
    Meeting,
    MeetingNote,
    Promise,
    Referral,
    ValueReview,
    Vote,
    Waiver,
)
from portulan.snapshot.tables import Column, Table, key, texts

TABLES = (
    Table(
        "forums",
        Forum,
        {
            "code": "code",
            "name": "name",
            "level": "level",
            "entity": key("entity_id", "entities"),
            "threshold": "threshold",
            "kinds": texts("kinds"),
            "quorum": "quorum",
            "active": "active",
        },
    ),
    Table(
        "forum_members",
        ForumMember,
        {
            "forum": key("forum_id", "forums"),
            "person": key("person_id", "people"),
            "right": "right",
            "starts": "starts",
            "ends": "ends",
        },
    ),
    Table(
        "meetings",
        Meeting,
        {
            "forum": key("forum_id", "forums"),
            "on": "on",
            "state": "state",
            "code": Column("code", to_model=lambda code: code or f"M-{new_uid().hex}"),
        },
    ),
    Table(
        "decisions",
        Decision,
        {
            "code": "code",
            "title": "name",
            "kind": "kind",
            "forum": key("forum_id", "forums"),
            "meeting": key("meeting_id", "meetings"),
            "state": "state",
            "verdict": "verdict",
            "decided_on": "decided_on",
            "effective_on": "effective_on",
            "review_on": "review_on",
            "applied": Column(
                "applied_at", to_row=bool, to_model=lambda v: timezone.now() if v else None
            ),
        },
        many={
            "products": (DecisionSubject, "decision_id", "product_id", "products"),
            "initiatives": (DecisionSubject, "decision_id", "initiative_id", "initiatives"),
        },
    ),
    Table(
        "promises",
        Promise,
        {
            "decision": key("decision_id", "decisions"),
            "kind": "kind",
            "due_on": "due_on",
            "product": key("product_id", "products"),
            "initiative": key("initiative_id", "initiatives"),
            "indicator": key("indicator_id", "indicators"),
            "promised": "promised",
            "realised": "realised",
        },
        only=("decision_id",),
    ),
    Table(
        "action_items",
        ActionItem,
        {
            "title": "title",
            "decision": key("decision_id", "decisions"),
            "owner": key("owner_id", "people"),
            "due_on": "due_on",
            "state": "state",
        },
    ),
)

#: What a transfer carries beside the World.
DETAILS = (
    Attendance,
    Dossier,
    DossierLine,
    DossierOption,
    Vote,
    AgendaTemplateLine,
    AgendaItem,
    MeetingNote,
    ValueReview,
    Waiver,
    FrozenDossier,
    Condition,
    Referral,
    Contradiction,
    LineReview,
)
