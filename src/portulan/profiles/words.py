"""The words of profiles: topics, fields, kinds of change."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from portulan.profiles.merge import ADD, CHANGE, CONFLICT, LOCAL, REMOVE

Word = str | Promise

TOPIC_WORDS: dict[str, Word] = {
    "roles": pgettext_lazy("topic of a profile", "Roles in use"),
    "sheets": pgettext_lazy("topic of a profile", "Role sheets"),
    "matrix": pgettext_lazy("topic of a profile", "Responsibility matrix"),
    "forums": pgettext_lazy("topic of a profile", "Committees and rituals"),
    "dossiers": pgettext_lazy("topic of a profile", "Decision dossiers"),
    "scoring": pgettext_lazy("topic of a profile", "Scoring"),
    "indicators": pgettext_lazy("topic of a profile", "Indicators"),
    "rules": pgettext_lazy("topic of a profile", "Coherence rules"),
    "adaptable": pgettext_lazy("topic of a profile", "What entities may settle"),
}
FIELDS: dict[str, Word] = {
    "purpose": pgettext_lazy("section of a role sheet", "Purpose"),
    "responsibilities": pgettext_lazy("section of a role sheet", "Responsibilities"),
    "decides": pgettext_lazy("section of a role sheet", "Decides"),
    "not_decides": pgettext_lazy("section of a role sheet", "Does not decide"),
    "works_with": pgettext_lazy("section of a role sheet", "Works with"),
    "skills": pgettext_lazy("section of a role sheet", "Skills and expected levels"),
    "rituals": pgettext_lazy("section of a role sheet", "Rituals"),
    "indicators": pgettext_lazy("section of a role sheet", "Indicators"),
    "career": pgettext_lazy("section of a role sheet", "Career moves"),
    "name": pgettext_lazy("field of a profile", "Name"),
    "note": pgettext_lazy("field of a profile", "Note"),
    "level": pgettext_lazy("field of a profile", "Level"),
    "ritual": pgettext_lazy("field of a profile", "Kind of ritual"),
    "entity": pgettext_lazy("field of a profile", "Entity"),
    "mandate": pgettext_lazy("field of a profile", "Mandate"),
    "kinds": pgettext_lazy("field of a profile", "Kinds of decision"),
    "threshold": pgettext_lazy("field of a profile", "Threshold"),
    "quorum": pgettext_lazy("field of a profile", "Quorum"),
    "quorum_percent": pgettext_lazy("field of a profile", "Quorum in percent"),
    "quorum_chair": pgettext_lazy("field of a profile", "Chair needed"),
    "cadence": pgettext_lazy("field of a profile", "Rhythm"),
    "duration": pgettext_lazy("field of a profile", "Length in minutes"),
    "seats": pgettext_lazy("field of a profile", "Seats by role"),
    "agenda": pgettext_lazy("field of a profile", "Usual agenda"),
    "letters": pgettext_lazy("field of a profile", "Letters"),
    "sections": pgettext_lazy("field of a profile", "Sections asked for"),
    "promises": pgettext_lazy("field of a profile", "Promises asked for"),
    "requirements": pgettext_lazy("field of a profile", "Proofs asked for"),
    "severity": pgettext_lazy("field of a profile", "Severity"),
    "thresholds": pgettext_lazy("field of a profile", "Thresholds"),
    "enabled": pgettext_lazy("field of a profile", "In use"),
    "family_weights": pgettext_lazy("field of a profile", "Weights of the families"),
    "criteria": pgettext_lazy("field of a profile", "Criteria"),
    "family": pgettext_lazy("field of a profile", "Family"),
    "unit": pgettext_lazy("field of a profile", "Unit"),
    "direction": pgettext_lazy("field of a profile", "Good direction"),
    "freshness_days": pgettext_lazy("field of a profile", "Fresh for (days)"),
    "why": pgettext_lazy("field of a profile", "Why"),
    "value": pgettext_lazy("field of a profile", "Value"),
    "label": pgettext_lazy("field of a profile", "Title"),
    "method": pgettext_lazy("field of a profile", "Method"),
    "missing": pgettext_lazy("field of a profile", "Without a score"),
    "code": pgettext_lazy("field of a profile", "Code"),
}
KIND_WORDS: dict[str, Word] = {
    ADD: pgettext_lazy("kind of change", "Added"),
    CHANGE: pgettext_lazy("kind of change", "Changed"),
    REMOVE: pgettext_lazy("kind of change", "Taken out of use"),
    LOCAL: pgettext_lazy("kind of change", "Kept as it is here"),
    CONFLICT: pgettext_lazy("kind of change", "To choose"),
}
RIGHT_WORDS: dict[str, Word] = {
    "chair": pgettext_lazy("right of a seat", "chairs"),
    "votes": pgettext_lazy("right of a seat", "decides"),
    "advises": pgettext_lazy("right of a seat", "advises"),
    "secretary": pgettext_lazy("right of a seat", "secretary"),
}
MARKS = {ADD: "+", CHANGE: "~", REMOVE: "-", LOCAL: "=", CONFLICT: "!"}
