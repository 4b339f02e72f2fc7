"""Notifications in words, for the pages and the mails."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from portulan.notifications.kinds import DAILY, NEVER, NOW, WEEKLY
from portulan.wording import formats

Word = str | Promise
KINDS: dict[str, Word] = {
    "mention": gettext_lazy("Somebody names me"),
    "reply": gettext_lazy("An answer in a thread of mine"),
    "watched": gettext_lazy("What I follow: comments and changes"),
    "action": gettext_lazy("An action is given to me"),
    "overdue": gettext_lazy("An action of mine is late"),
    "dossier": gettext_lazy("A dossier is mine to complete"),
    "meeting": gettext_lazy("A sitting is called or moved"),
    "pack": gettext_lazy("The papers of a sitting are ready"),
    "minutes": gettext_lazy("The minutes of a sitting are closed"),
    "score": gettext_lazy("Marks are asked of me"),
    "campaign": gettext_lazy("A collection asks something of me"),
    "reminder": gettext_lazy("Reminder of a collection"),
    "decision": gettext_lazy("A decision on a product that I answer for"),
    "finding": gettext_lazy("A new finding on a product that I answer for"),
}
CADENCES: dict[str, Word] = {
    NOW: pgettext_lazy("mail", "At once"),
    DAILY: pgettext_lazy("mail", "Once a day"),
    WEEKLY: pgettext_lazy("mail", "Once a week"),
    NEVER: pgettext_lazy("mail", "Never"),
}


def _day(text: object) -> str:
    return formats.day(date.fromisoformat(text)) if isinstance(text, str) and text else ""


def sentence(kind: str, params: Mapping[str, Any], name: str = "") -> str:
    """What happened, in one sentence; ``name`` is what it is about."""
    by = str(params.get("by") or _("Somebody"))
    title, due = str(params.get("title", "")), _day(params.get("due"))
    if kind == "mention":
        return _("%(by)s names you about %(name)s") % {"by": by, "name": name}
    if kind == "reply":
        return _("%(by)s answers about %(name)s") % {"by": by, "name": name}
    if kind == "watched":
        if params.get("what") == "comment":
            return _("%(by)s says something about %(name)s") % {"by": by, "name": name}
        return _("%(by)s changed %(name)s") % {"by": by, "name": name}
    if kind == "action":
        return _("An action for you: %(title)s") % {"title": title}
    if kind == "overdue":
        return _("Late since %(day)s: %(title)s") % {"day": due, "title": title}
    if kind == "dossier":
        return _("Dossier for you to complete: %(name)s") % {"name": name}
    if kind == "meeting":
        if params.get("until"):
            return _("%(name)s asks for your answer in writing, until %(day)s") % {
                "name": name, "day": _day(params["until"]),
            }
        words = {"name": name, "day": _day(params.get("on"))}
        if params.get("moved"):
            return _("%(name)s is moved to %(day)s") % words
        return _("%(name)s sits on %(day)s") % words
    if kind == "pack":
        return _("The papers of %(name)s are ready") % {"name": name}
    if kind == "minutes":
        return _("The minutes of %(name)s are closed") % {"name": name}
    if kind == "decision":
        words = {"product": str(params.get("product", "")), "name": name}
        return _("Decision on %(product)s: %(name)s") % words
    if kind == "finding":
        return _("New finding %(rule)s on %(name)s") % {
            "rule": str(params.get("rule", "")), "name": name,
        }
    if kind == "score":
        return _("Your marks are asked: %(title)s") % {"title": title}
    if kind == "reminder":
        return _("Still to be filled in: %(title)s") % {"title": title}
    if kind == "campaign":
        return _("You are asked to fill in: %(title)s") % {"title": title}
    return name or title


def note(kind: str, params: Mapping[str, Any]) -> str:
    """What to add below the sentence, "" for nothing."""
    if params.get("text"):
        return str(params["text"])
    due = _day(params.get("due"))
    if kind in ("action", "campaign", "reminder", "score") and due:
        return _("for %(day)s") % {"day": due}
    return ""
