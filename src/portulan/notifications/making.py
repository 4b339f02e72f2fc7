"""The job that makes notifications of what was written, after it was committed.

It looks a little further back than it did last time, as transactions commit in any order; the key
of a notification makes it one. Nobody is told what they may not read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from portulan.base.jobs import JobContext
from portulan.base.policy import Actor
from portulan.base.subjects import Subject
from portulan.notifications import sources
from portulan.notifications.days import of_the_day
from portulan.notifications.models import HistoryRow, Notification, Person, Preference, Setting
from portulan.notifications.notice import Notice
from portulan.organisation.rights import actor_for
from portulan.readmodels import subjects

MARK = "notifications.seen_until"
OVERLAP = timedelta(minutes=10)
#: Rows of the history looked at in one go; a larger change (an import) is no news for anybody.
BATCH = 4_000


def make(context: JobContext) -> dict[str, int]:
    """Tell people what happened since the last time; returns how many were told something."""
    return {"told": run(timezone.now())}


def run(now: datetime) -> int:
    """The same, for a moment. The first time looks at the last minutes only."""
    mark = Setting.objects.filter(key=MARK).first()
    since = parse_datetime(mark.value) if mark is not None and mark.value else None
    rows = _rows((since or now) - OVERLAP)
    told = tell([*sources.from_rows(rows), *of_the_day(now)])
    sources.acted(rows)
    Setting.objects.update_or_create(key=MARK, defaults={"value": now.isoformat()})
    return told


def _rows(since: datetime) -> list[HistoryRow]:
    """Rows written since, oldest first; facts taken in from elsewhere are no news."""
    rows = list(
        HistoryRow.objects.filter(change__at__gte=since, effective_on__isnull=False)
        .exclude(change__activity="world.import")
        .select_related("change").order_by("-pk")[:BATCH]
    )
    rows.reverse()
    return rows


def tell(notices: Iterable[Notice]) -> int:
    """Keep notices for people who sign in and may read what they are about, each once."""
    wanted = list({(n.person, n.key): n for n in notices}.values())
    wanted = _new(wanted)
    if not wanted:
        return 0
    people = {
        p.pk: p for p in Person.objects.filter(
            pk__in={n.person for n in wanted}, account__is_active=True
        ).select_related("account")
    }
    hidden = {
        person: set(kinds) for person, kinds in Preference.objects.filter(
            person_id__in=list(people)
        ).values_list("person_id", "hidden")
    }
    kept: list[Notice] = []
    for pk, person in people.items():
        own = [n for n in wanted if n.person == pk and n.kind not in hidden.get(pk, ())]
        if not own or person.account is None:
            continue
        seen = readable(actor_for(person.account), [n.subject for n in own])
        kept += [n for n in own if n.subject is None or n.subject[1] in seen]
    Notification.objects.bulk_create(
        [
            Notification(
                person_id=n.person, kind=n.kind, key=n.key, params=dict(n.params),
                subject_kind=n.subject[0] if n.subject else "",
                subject_uid=n.subject[1] if n.subject else None,
            )
            for n in kept
        ],
        ignore_conflicts=True, batch_size=500,
    )
    sources.follow_mentions(kept)
    return len(kept)


def _new(wanted: Sequence[Notice]) -> list[Notice]:
    known = set(
        Notification.objects.filter(
            person_id__in={n.person for n in wanted}, key__in={n.key for n in wanted}
        ).values_list("person_id", "key")
    ) if wanted else set()
    return [n for n in wanted if (n.person, n.key) not in known]


def readable(
    actor: Actor, wanted: Iterable[tuple[str, UUID] | None]
) -> dict[UUID, Subject]:
    """Those of these objects that somebody may read now."""
    by_kind: dict[str, set[UUID]] = {}
    for pair in wanted:
        if pair is not None:
            by_kind.setdefault(pair[0], set()).add(pair[1])
    return subjects.readable(actor, by_kind) if by_kind else {}


def forget(context: JobContext) -> dict[str, Any]:
    """Delete what was read long ago."""
    limit = timezone.now() - timedelta(days=180)
    count, _ = Notification.objects.filter(at__lt=limit).delete()
    return {"forgotten": count}
