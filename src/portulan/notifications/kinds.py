"""The kinds of notification, and how often each is mailed when nobody said otherwise."""

from __future__ import annotations

from dataclasses import dataclass

NOW, DAILY, WEEKLY, NEVER = "now", "daily", "weekly", "never"
CADENCES = (NOW, DAILY, WEEKLY, NEVER)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind: its code, its usual cadence by mail, its icon."""

    code: str
    mail: str
    icon: str


KINDS: dict[str, Kind] = {
    kind.code: kind
    for kind in (
        Kind("mention", NOW, "at"),
        Kind("reply", NOW, "message"),
        Kind("watched", DAILY, "eye"),
        Kind("action", NOW, "checkbox"),
        Kind("overdue", DAILY, "clock"),
        Kind("dossier", NOW, "folder"),
        Kind("meeting", DAILY, "calendar"),
        Kind("pack", NOW, "file-text"),
        Kind("minutes", DAILY, "calendar-check"),
        Kind("score", NOW, "list-numbers"),
        Kind("campaign", NOW, "clipboard-list"),
        Kind("reminder", NOW, "bell"),
        Kind("decision", DAILY, "gavel"),
        Kind("finding", WEEKLY, "alert-triangle"),
    )
}
