"""What happens to objects: comments, changes and decisions in one stream, latest first.

Everything is asked for under the reader's rights of today; money only for who may read it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.utils import timezone

from portulan.base.models import HistoryRow
from portulan.base.policy import Actor
from portulan.base.subjects import Subject
from portulan.collaboration.models import Comment
from portulan.collaboration.queries.discussion import said_on, watched
from portulan.governance.models import DecisionSubject
from portulan.portfolio.activities import BUDGET_READ
from portulan.readmodels import subjects
from portulan.readmodels.reader import Reader
from portulan.readmodels.sheets.history import (
    MONEY,
    PARTS_OF,
    SILENT,
    Changed,
    history,
    part_uids,
)
from portulan.readmodels.sheets.parts import readable_decisions

#: Columns that are long structures, or that another page tells better.
_UNTOLD = SILENT | {
    "effects", "sections", "problem", "result", "assumptions", "placements", "salt", "account_id",
    "minutes", "current_item_id", "opened_at", "closed_at", "folded", "email",
}


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing: ``kind`` is ``comment``, ``change`` or ``decision``."""

    kind: str
    at: datetime
    actor: str
    subject: Subject
    text: str = ""
    comment: UUID | None = None
    changed: tuple[Changed, ...] = ()
    more: int = 0
    decision: str = ""
    verdict: str = ""
    activity: str = ""


def on_object(actor: Actor, subject: Subject, limit: int = 40) -> list[Happened]:
    """What happened to an object that was found for the actor (a constant number of queries)."""
    reader = Reader(actor)
    found = _comments({subject.uid: subject}, limit)
    if subject.kind in PARTS_OF:
        record = subjects.record(subject)
        found += [
            Happened(
                "change", e.at, e.actor, subject, changed=e.changed, more=e.more,
                decision=e.decision, activity=e.activity,
            )
            for e in history(
                reader, subject.kind, record, part_uids(subject.kind, record),
                sees_money=_sees_money(reader, subject), limit=limit,
            )
        ]
    else:
        found += _changes(reader, {subject.uid: subject}, limit)
    found += _decisions(reader, {subject.uid: subject}, limit)
    return _latest(found, limit)


def on_watched(actor: Actor, limit: int = 60) -> list[Happened]:
    """What happened to the objects that the actor follows and may read today."""
    seen = watched(actor)
    if not seen:
        return []
    reader = Reader(actor)
    found = _comments(seen, limit) + _changes(reader, seen, limit)
    return _latest(found + _decisions(reader, seen, limit), limit)


def _sees_money(reader: Reader, subject: Subject) -> bool:
    """Whether the reader may know the amounts of this very object."""
    if subject.kind == "product":
        may = reader.products(BUDGET_READ)
    elif subject.kind == "initiative":
        may = reader.initiatives(BUDGET_READ)
    else:
        return reader.reach(BUDGET_READ).everywhere
    return may is None or subject.pk in may


def _latest(found: Iterable[Happened], limit: int) -> list[Happened]:
    return sorted(found, key=lambda item: item.at, reverse=True)[:limit]


def _comments(seen: Mapping[UUID, Subject], limit: int) -> list[Happened]:
    rows: Sequence[Comment] = said_on(seen, limit)
    return [
        Happened(
            "comment", row.at, row.author.name if row.author else "", seen[row.subject_uid],
            text=row.text, comment=row.uid,
        )
        for row in rows
    ]


def _changes(reader: Reader, seen: Mapping[UUID, Subject], limit: int) -> list[Happened]:
    """Changes of the objects' own columns; what was taken in from elsewhere is no news."""
    rows = (
        HistoryRow.objects.filter(
            record_uid__in=list(seen), model__in={s.model for s in seen.values()},
            effective_on__isnull=False, change__undone_by=None,
        )
        .select_related("change").order_by("-pk")[: limit * 3]
    )
    found = []
    for row in rows:
        changed = tuple(_told(row, _sees_money(reader, seen[row.record_uid])))
        if changed:
            found.append(
                Happened(
                    "change", row.change.at, row.change.actor, seen[row.record_uid],
                    changed=changed[:6], more=max(0, len(changed) - 6),
                    activity=row.change.activity,
                )
            )
    return found[:limit]


def _told(row: HistoryRow, money: bool) -> Iterable[Changed]:
    if row.operation != HistoryRow.Operation.UPDATE:
        yield Changed(row.model, row.operation, "", None, None)
        return
    for name, (old, new) in row.columns.items():
        if name in _UNTOLD or name.endswith("_id") or (name in MONEY and not money):
            continue
        if _plain(old) and _plain(new):
            yield Changed(row.model, row.operation, name, old, new)


def _plain(value: Any) -> bool:
    return value is None or (isinstance(value, (str, int, float)) and len(str(value)) <= 200)


def _decisions(reader: Reader, seen: Mapping[UUID, Subject], limit: int) -> list[Happened]:
    """Decisions on products and initiatives, on the day they were taken."""
    found: list[Happened] = []
    for kind in ("product", "initiative"):
        of_kind = {s.pk: s for s in seen.values() if s.kind == kind}
        if not of_kind:
            continue
        may = readable_decisions(reader)
        rows = (
            DecisionSubject.objects.filter(**{f"{kind}_id__in": list(of_kind)})
            .exclude(decision__decided_on=None).select_related("decision__forum")
            .order_by("-decision__decided_on", "-pk")[:limit]
        )
        for row in rows:
            decision = row.decision
            if decision.pk not in may or decision.decided_on is None:
                continue
            at = decision.recorded_at or timezone.make_aware(
                datetime.combine(decision.decided_on, time(12))
            )
            found.append(
                Happened(
                    "decision", at, decision.forum.name if decision.forum else "",
                    of_kind[getattr(row, f"{kind}_id")], text=decision.name,
                    decision=decision.code, verdict=row.verdict or decision.verdict,
                )
            )
    return found
