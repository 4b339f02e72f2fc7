"""The words of skills: families, levels, kinds of steps, states of a seat; the tabs."""

from __future__ import annotations

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from portulan.base.policy import Actor, check_right
from portulan.organisation.activities import TRAINING_EDIT
from portulan.web.plugs import Link

Word = str | Promise

FAMILIES: dict[str, Word] = {
    "product": pgettext_lazy("family of skills", "Product"),
    "discovery": pgettext_lazy("family of skills", "Discovery and users"),
    "delivery": pgettext_lazy("family of skills", "Delivery and technology"),
    "data": pgettext_lazy("family of skills", "Data and measure"),
    "business": pgettext_lazy("family of skills", "Business and finance"),
    "governance": pgettext_lazy("family of skills", "Governance and portfolio"),
    "leadership": pgettext_lazy("family of skills", "Leadership and collaboration"),
}
LEVELS: dict[int, Word] = {
    1: pgettext_lazy("level of a skill", "has notions"),
    2: pgettext_lazy("level of a skill", "practises"),
    3: pgettext_lazy("level of a skill", "masters"),
    4: pgettext_lazy("level of a skill", "is the one to turn to"),
}
KINDS: dict[str, Word] = {
    "training": pgettext_lazy("step of a plan", "Training"),
    "coaching": pgettext_lazy("step of a plan", "Coaching"),
    "practice": pgettext_lazy("step of a plan", "Practice"),
}
STATES: dict[str, tuple[str, Word]] = {
    "asked": ("neutral", pgettext_lazy("seat in a session", "Asked for")),
    "accepted": ("good", pgettext_lazy("seat in a session", "Accepted")),
    "declined": ("bad", pgettext_lazy("seat in a session", "Declined")),
    "attended": ("good", pgettext_lazy("seat in a session", "Attended")),
    "absent": ("warn", pgettext_lazy("seat in a session", "Absent")),
}
SENTENCES: dict[str, Word] = {
    "skill.level": gettext_lazy("“%(found)s” is no level: 1 to 4, or nothing."),
    "skill.agree_manager": gettext_lazy("A level is agreed by one's manager, not by oneself."),
    "skill.own_coach": gettext_lazy("One does not coach oneself."),
    "skill.ends_before": gettext_lazy("It ends before it starts."),
    "skill.session_closed": gettext_lazy("This session is over or cancelled."),
    "skill.asked": gettext_lazy("A seat is asked for already."),
    "skill.full": gettext_lazy("No seat is left."),
    "skill.not_begun": gettext_lazy("Attendance is said once the session has begun."),
    "person.above_self": gettext_lazy("Somebody would be above themselves."),
}


def name(french: str, english: str) -> str:
    """The name of a skill in the reader's language."""
    return english if english and not (get_language() or "fr").startswith("fr") else french


def faces(who: Actor, current: str) -> list[Link]:
    """The pages of skills and careers."""
    pages = [
        ("home", _("My skills"), "user"), ("careers", _("Career map"), "route"),
        ("trainings", _("Trainings"), "school"), ("catalogue", _("Skill catalogue"), "list"),
    ]
    if check_right(who, TRAINING_EDIT) is None:
        pages.append(("overview", _("Overview"), "chart-bar"))
    return [
        Link(label, reverse(f"skills:{page}"), icon, current=page == current)
        for page, label, icon in pages
    ]
