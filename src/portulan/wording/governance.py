"""The words of governance codes, and effects said in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from portulan.wording import formats, vocabulary

Word = str | Promise

LEVELS: dict[str, Word] = {
    "strategic": pgettext_lazy("level of a committee", "Strategic"),
    "portfolio": pgettext_lazy("level of a committee", "Portfolio"),
    "operational": pgettext_lazy("level of a committee", "Operational"),
    "architecture": pgettext_lazy("level of a committee", "Design and architecture"),
    "ritual": pgettext_lazy("level of a committee", "Ritual"),
}
RIGHTS: dict[str, Word] = {
    "chair": pgettext_lazy("seat", "Chairs"),
    "votes": pgettext_lazy("seat", "Decides"),
    "advises": pgettext_lazy("seat", "Advises"),
    "secretary": pgettext_lazy("seat", "Secretary"),
}
KINDS: dict[str, Word] = {
    "launch_discovery": pgettext_lazy("kind of decision", "Launch discovery"),
    "launch_development": pgettext_lazy("kind of decision", "Launch development"),
    "go_to_run": pgettext_lazy("kind of decision", "Go to run"),
    "launch": pgettext_lazy("kind of decision", "Launch"),
    "reinforce": pgettext_lazy("kind of decision", "Reinforce"),
    "continue": pgettext_lazy("kind of decision", "Continue"),
    "pivot": pgettext_lazy("kind of decision", "Pivot"),
    "stop": pgettext_lazy("kind of decision", "Stop"),
    "fund": pgettext_lazy("kind of decision", "Fund"),
    "change_stage": pgettext_lazy("kind of decision", "Change the stage"),
    "adopt_scenario": pgettext_lazy("kind of decision", "Adopt a plan"),
    "change_standard": pgettext_lazy("kind of decision", "Change a standard"),
    "waive": pgettext_lazy("kind of decision", "Grant a waiver"),
    "escalate": pgettext_lazy("kind of decision", "Escalate"),
    "cascade": pgettext_lazy("kind of decision", "Cascade"),
}
SECTIONS: dict[str, Word] = {
    "context": pgettext_lazy("section of a dossier", "Context"),
    "vision": pgettext_lazy("section of a dossier", "Product vision"),
    "objectives": pgettext_lazy("section of a dossier", "Objectives"),
    "options": pgettext_lazy("section of a dossier", "Options"),
    "risks": pgettext_lazy("section of a dossier", "Risks"),
    "impact": pgettext_lazy("section of a dossier", "Impact on the portfolio"),
    "rollout": pgettext_lazy("section of a dossier", "Development and rollout"),
    "indicators": pgettext_lazy("section of a dossier", "Success indicators"),
}
REQUIREMENTS: dict[str, Word] = {
    "usage": gettext_lazy("Usage data"),
    "evidence": gettext_lazy("Evidence"),
    "options": gettext_lazy("Options compared"),
    "risk": gettext_lazy("Risks assessed"),
    "dpia": gettext_lazy("Impact on personal data"),
}
CONDITION_STATES: dict[str, tuple[str, Word]] = {
    "open": ("warn", pgettext_lazy("state of a condition", "To be met")),
    "met": ("good", pgettext_lazy("state of a condition", "Met")),
    "unmet": ("bad", pgettext_lazy("state of a condition", "Not met")),
    "lifted": ("neutral", pgettext_lazy("state of a condition", "Lifted")),
}
REFERRAL_STATES: dict[str, tuple[str, Word]] = {
    "waiting": ("warn", pgettext_lazy("state of a referral", "Awaits an answer")),
    "answered": ("good", pgettext_lazy("state of a referral", "Answered")),
    "dropped": ("neutral", pgettext_lazy("state of a referral", "Taken back")),
}
DOSSIER_STATES: dict[str, tuple[str, Word]] = {
    "draft": ("neutral", pgettext_lazy("state of a dossier", "Being written")),
    "ready": ("good", pgettext_lazy("state of a dossier", "Ready")),
    "frozen": ("warn", pgettext_lazy("state of a dossier", "Before the committee")),
    "decided": ("good", pgettext_lazy("state of a dossier", "Decided")),
    "withdrawn": ("neutral", pgettext_lazy("state of a dossier", "Withdrawn")),
}
MEETING_STATES: dict[str, tuple[str, Word]] = {
    "planned": ("neutral", pgettext_lazy("state of a meeting", "Planned")),
    "open": ("good", pgettext_lazy("state of a meeting", "Sitting")),
    "closed": ("neutral", pgettext_lazy("state of a meeting", "Closed")),
    "cancelled": ("bad", pgettext_lazy("state of a meeting", "Called off")),
}
DECISION_STATES: dict[str, tuple[str, Word]] = {
    "decided": ("warn", pgettext_lazy("state of a decision", "Decided")),
    "applied": ("good", pgettext_lazy("state of a decision", "Applied")),
    "reverted": ("neutral", pgettext_lazy("state of a decision", "Undone")),
    "superseded": ("neutral", pgettext_lazy("state of a decision", "Replaced")),
}
EFFECT_STATES: dict[str, tuple[str, Word]] = {
    "applied": ("good", pgettext_lazy("state of an effect", "Applied")),
    "waiting": ("neutral", pgettext_lazy("state of an effect", "Waiting for its day")),
    "moved": ("warn", pgettext_lazy("state of an effect", "Changed again since")),
    "undone": ("neutral", pgettext_lazy("state of an effect", "Undone")),
    "gone": ("bad", pgettext_lazy("state of an effect", "No longer there")),
}
CHANGES: dict[str, tuple[str, Word]] = {
    "in": ("circle-plus", pgettext_lazy("change of the plan", "Enters the plan")),
    "out": ("circle-minus", pgettext_lazy("change of the plan", "Leaves the plan")),
    "moved": ("arrows-exchange", pgettext_lazy("change of the plan", "Moves")),
    "resized": ("resize", pgettext_lazy("change of the plan", "Changes size")),
    "keep": ("circle-check", pgettext_lazy("change of the plan", "Goes on")),
    "stage": ("arrow-right", pgettext_lazy("change of the plan", "Changes stage")),
    "envelope": ("wallet", pgettext_lazy("change of the plan", "Envelope")),
    "capacity": ("users", pgettext_lazy("change of the plan", "Capacity")),
    "matrix": ("table", pgettext_lazy("change of the plan", "Responsibilities")),
}
PROMISES: dict[str, Word] = {
    "indicator": pgettext_lazy("kind of promise", "Indicator"),
    "benefit": pgettext_lazy("kind of promise", "Benefit"),
    "cost": pgettext_lazy("kind of promise", "Cost"),
    "date": pgettext_lazy("kind of promise", "Date"),
}
BENEFITS: dict[str, Word] = {
    "revenue": gettext_lazy("Revenue"),
    "margin": gettext_lazy("Margin"),
    "saving": gettext_lazy("Saving"),
    "user_time": gettext_lazy("Users’ time"),
}
ITEMS: dict[str, tuple[str, Word]] = {
    "information": ("info-circle", pgettext_lazy("agenda item", "Information")),
    "decision": ("gavel", pgettext_lazy("agenda item", "Decision")),
    "review": ("chart-line", pgettext_lazy("agenda item", "Value review")),
    "actions": ("checkbox", pgettext_lazy("agenda item", "Actions")),
    "discussion": ("messages", pgettext_lazy("agenda item", "Discussion")),
    "scoring": ("stars", pgettext_lazy("agenda item", "Scoring together")),
    "escalation": ("arrow-up", pgettext_lazy("agenda item", "Escalation")),
}
INITIATIVE_STATES: dict[str, Word] = {
    "idea": pgettext_lazy("state of an initiative", "Idea"),
    "proposed": pgettext_lazy("state of an initiative", "Proposed"),
    "planned": pgettext_lazy("state of an initiative", "Planned"),
    "in_progress": pgettext_lazy("state of an initiative", "In progress"),
    "done": pgettext_lazy("state of an initiative", "Done"),
    "deferred": pgettext_lazy("state of an initiative", "Deferred"),
    "refused": pgettext_lazy("state of an initiative", "Refused"),
    "stopped": pgettext_lazy("state of an initiative", "Stopped"),
}
FILTERS: dict[str, Word] = {
    "whole": gettext_lazy("Approved"),
    "partial": gettext_lazy("Approved in part"),
    "conditional": gettext_lazy("Approved on condition"),
    "deferred": gettext_lazy("Deferred"),
    "refused": gettext_lazy("Refused"),
}


def kind(code: str) -> str:
    """The word of a kind of decision."""
    return vocabulary.word(KINDS, code)


def section(code: str) -> str:
    """The title of a section."""
    return vocabulary.word(SECTIONS, code)


def toned(table: dict[str, tuple[str, Word]], code: str) -> tuple[str, str]:
    """Tone (or icon) and word of a code."""
    tone, text = table.get(code, ("neutral", code))
    return tone, str(text)


@dataclass(frozen=True, slots=True)
class Said:
    """An effect in words: what changes, from what, to what."""

    label: str
    before: str
    after: str


def effect(type_: str, before: Any, after: Any) -> Said:
    """An effect's values as readers write them."""
    if type_ == "initiative.place":
        return Said(_("Start"), _month(before), _month(after))
    if type_ == "initiative.state":
        return Said(
            _("State"),
            vocabulary.word(INITIATIVE_STATES, str(before)),
            vocabulary.word(INITIATIVE_STATES, str(after)),
        )
    if type_ == "initiative.resize":
        return Said(_("Size"), _size(before), _size(after))
    if type_ == "envelope.amount":
        return Said(_("Envelope"), formats.money(before), formats.money(after))
    if type_ == "capacity.days":
        return Said(_("Capacity"), formats.effort(before), formats.effort(after))
    if type_ == "product.stage":
        return Said(_("Stage"), _stage(before), _stage(after))
    if type_ == "matrix.set":
        return Said(_("Letters"), _letters(before), _letters(after))
    return Said(type_, str(before), str(after))


def _letters(value: Any) -> str:
    if not isinstance(value, dict) or not value:
        return _("inherited")
    return ", ".join(
        f"{vocabulary.role(role)} {letter or formats.NOTHING}"
        for role, letter in sorted(value.items())
    )


def _month(value: Any) -> str:
    return _("not placed") if value is None else formats.month_short(int(value))


def _size(value: Any) -> str:
    if not isinstance(value, dict):
        return formats.NOTHING
    cost = sum(value.get("capex", ())) + sum(value.get("opex", ()))
    return _("%(cost)s over %(months)s months") % {
        "cost": formats.money(cost),
        "months": value.get("months"),
    }


def _stage(value: Any) -> str:
    if not isinstance(value, dict):
        return formats.NOTHING
    word = vocabulary.word(vocabulary.STAGES, value.get("stage") or "")
    starts = value.get("starts")
    if starts:
        return _("%(stage)s from %(day)s") % {
            "stage": word,
            "day": formats.day(date.fromisoformat(starts)),
        }
    return word


#: Outcome of a promise → tone and word.
OUTCOMES: dict[str, tuple[str, Word]] = {
    "kept": ("good", pgettext_lazy("outcome of a promise", "Kept")),
    "partly": ("warn", pgettext_lazy("outcome of a promise", "Kept in part")),
    "missed": ("bad", pgettext_lazy("outcome of a promise", "Missed")),
    "pending": ("neutral", pgettext_lazy("outcome of a promise", "Not due yet")),
    "unmeasured": ("neutral", pgettext_lazy("outcome of a promise", "Nothing measured")),
}
