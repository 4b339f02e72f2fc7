"""Where notifications come from: what was written lately, and what a new day brings.

A source is asked about the same rows more than once; the key of a notice makes it one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from portulan.collaboration.actions.watching import follow_all
from portulan.notifications.models import (
    ActionItem,
    Comment,
    Decision,
    DecisionSubject,
    Dossier,
    ForumMember,
    HistoryRow,
    Meeting,
    Person,
    ProductRole,
    Watch,
)
from portulan.notifications.notice import Notice
from portulan.organisation.rights import in_force
from portulan.readmodels.subjects import KIND_OF
from portulan.wording.markdown import plain

#: A change that touches more objects than this is not somebody at work on one of them.
AT_WORK = 5
#: Days ahead from which the seats of a committee are told that it sits.
AHEAD = timedelta(days=10)
#: Roles that answer for a product.
ANSWERING = ("product_manager", "product_owner", "head_of_product", "sponsor", "business")


def from_rows(rows: Sequence[HistoryRow]) -> Iterator[Notice]:
    """What rows of the history ask to be told (a constant number of queries)."""
    actors = _actors(rows)
    yield from (
        *_comments(rows), *_watched(rows, actors), *_actions(rows), *_dossiers(rows),
        *_meetings(rows), *_decisions(rows),
    )


def acted(rows: Sequence[HistoryRow]) -> None:
    """Whoever works on an object follows it from then on."""
    actors = _actors(rows)
    touched: dict[int, list[tuple[int, str, UUID]]] = {}
    for row in rows:
        person, kind = actors.get(row.change.account_id or 0), KIND_OF.get(row.model)
        if person is not None and kind is not None and row.operation != "delete":
            touched.setdefault(row.change_id, []).append((person, kind, row.record_uid))
    pairs = {pair for found in touched.values() if len(found) <= AT_WORK for pair in found}
    if pairs:
        follow_all(sorted(pairs, key=lambda pair: (pair[0], str(pair[2]))))


def follow_mentions(told: Iterable[Notice]) -> None:
    """Whoever is named follows what is talked about from then on."""
    pairs = [(n.person, *n.subject) for n in told if n.kind == "mention" and n.subject]
    if pairs:
        follow_all(pairs)


def of_the_day(today: date) -> Iterator[Notice]:
    """Actions that are late; the sittings of the days to come, each told once."""
    soon = Meeting.objects.filter(
        state=Meeting.State.PLANNED, on__gte=today, on__lte=today + AHEAD
    ).only("uid", "on", "forum_id")
    seats = _seats(soon)
    for meeting in soon:
        for person in seats.get(meeting.forum_id, ()):
            yield Notice(
                person, "meeting", f"meeting:{meeting.uid}:{meeting.on}",
                ("meeting", meeting.uid), {"on": meeting.on.isoformat()},
            )
    late = ActionItem.objects.filter(
        state=ActionItem.State.OPEN, due_on__lt=today, owner__isnull=False
    )
    for uid, owner, title, due in late.values_list("uid", "owner_id", "title", "due_on"):
        yield Notice(
            owner or 0, "overdue", f"overdue:{uid}:{due}", None,
            {"title": title, "due": due.isoformat() if due else ""},
        )


def answering(products: Iterable[int], today: date) -> dict[int, set[int]]:
    """Product → the people who answer for it."""
    found: dict[int, set[int]] = {}
    for product, person in ProductRole.objects.filter(
        in_force(today), product_id__in=list(products), role__in=ANSWERING
    ).values_list("product_id", "person_id"):
        found.setdefault(product, set()).add(person)
    return found


def _actors(rows: Sequence[HistoryRow]) -> dict[int, int]:
    """Account → person of whoever wrote these rows."""
    accounts = {row.change.account_id for row in rows if row.change.account_id}
    if not accounts:
        return {}
    return {
        account: pk
        for account, pk in Person.objects.filter(account_id__in=accounts).values_list(
            "account_id", "pk"
        )
        if account is not None
    }


def _of(rows: Sequence[HistoryRow], model: str, *columns: str) -> dict[UUID, HistoryRow]:
    """The rows of a model that created a record or touched one of these columns, by uid."""
    return {
        row.record_uid: row for row in rows
        if row.model == model and row.operation != "delete"
        and (row.operation == "create" or any(name in row.columns for name in columns))
    }


def _mine(row: HistoryRow, person: int | None, actors: dict[int, int]) -> bool:
    return person is not None and actors.get(row.change.account_id or 0) == person


def _comments(rows: Sequence[HistoryRow]) -> Iterator[Notice]:
    written = _of(rows, "collaboration.comment", "text")
    if not written:
        return
    comments = list(
        Comment.objects.filter(uid__in=list(written), deleted_at=None)
        .select_related("author", "parent").prefetch_related("mentions", "parent__answers")
    )
    watching: dict[UUID, set[int]] = {}
    for uid, person in Watch.objects.filter(
        subject_uid__in=[c.subject_uid for c in comments], muted=False
    ).values_list("subject_uid", "person_id"):
        watching.setdefault(uid, set()).add(person)
    for comment in comments:
        subject = (comment.subject_kind, comment.subject_uid)
        params: dict[str, Any] = {
            "comment": str(comment.uid), "by": comment.author.name if comment.author else "",
            "text": plain(comment.text, 200),
        }
        done = {comment.author_id}
        for mention in comment.mentions.all():
            if mention.person_id is not None and mention.person_id not in done:
                done.add(mention.person_id)
                yield Notice(
                    mention.person_id, "mention", f"mention:{comment.uid}", subject, params
                )
        if written[comment.uid].operation != "create":
            continue
        if comment.parent is not None:
            thread = [comment.parent, *comment.parent.answers.all()]
            for author in {c.author_id for c in thread} - done:
                if author is not None:
                    done.add(author)
                    yield Notice(author, "reply", f"comment:{comment.uid}", subject, params)
        for person in watching.get(comment.subject_uid, set()) - done:
            yield Notice(
                person, "watched", f"comment:{comment.uid}", subject, {**params, "what": "comment"}
            )


def _watched(rows: Sequence[HistoryRow], actors: dict[int, int]) -> Iterator[Notice]:
    """Changes of what somebody follows: one notice a day for an object."""
    changed = {
        row.record_uid: row for row in rows if row.model in KIND_OF and row.operation == "update"
    }
    if not changed:
        return
    for uid, kind, person in Watch.objects.filter(
        subject_uid__in=list(changed), muted=False
    ).values_list("subject_uid", "subject_kind", "person_id"):
        row = changed[uid]
        if not _mine(row, person, actors):
            yield Notice(
                person, "watched", f"changed:{uid}:{row.change.at.date()}", (kind, uid),
                {"by": row.change.actor, "what": "change"},
            )


def _actions(rows: Sequence[HistoryRow]) -> Iterator[Notice]:
    written = _of(rows, "governance.actionitem", "owner_id")
    actors = _actors(rows)
    found = ActionItem.objects.filter(
        uid__in=list(written), state=ActionItem.State.OPEN, owner__isnull=False
    )
    for action in found if written else ():
        row = written[action.uid]
        if action.owner_id is not None and not _mine(row, action.owner_id, actors):
            yield Notice(
                action.owner_id, "action", f"action:{action.uid}:{action.owner_id}", None,
                {
                    "title": action.title, "by": row.change.actor,
                    "due": action.due_on.isoformat() if action.due_on else "",
                },
            )


def _dossiers(rows: Sequence[HistoryRow]) -> Iterator[Notice]:
    written = _of(rows, "governance.dossier", "owner_id")
    actors = _actors(rows)
    found = Dossier.objects.filter(
        uid__in=list(written), state=Dossier.State.DRAFT, owner__isnull=False
    )
    for dossier in found if written else ():
        if dossier.owner_id is not None and not _mine(
            written[dossier.uid], dossier.owner_id, actors
        ):
            yield Notice(
                dossier.owner_id, "dossier", f"dossier:{dossier.uid}:{dossier.owner_id}",
                ("dossier", dossier.uid), {"by": written[dossier.uid].change.actor},
            )


def _seats(meetings: Iterable[Meeting]) -> dict[int, set[int]]:
    """Committee → the people who sit in it today, deputies included (one query)."""
    found: dict[int, set[int]] = {}
    for forum, person, deputy in ForumMember.objects.filter(
        in_force(timezone.localdate()), forum_id__in={m.forum_id for m in meetings}
    ).values_list("forum_id", "person_id", "deputy_id"):
        found.setdefault(forum, set()).update({person} | ({deputy} if deputy else set()))
    return found


def _meetings(rows: Sequence[HistoryRow]) -> Iterator[Notice]:
    """Moved, asking for answers in writing, the pack sent, the minutes closed: for the seats."""
    written = _of(rows, "governance.meeting", "on", "state", "sent_at", "reminded_on")
    if not written:
        return
    actors = _actors(rows)
    meetings = list(Meeting.objects.filter(uid__in=list(written)))
    seats = _seats(meetings)
    for meeting in meetings:
        row = written[meeting.uid]
        told: list[tuple[str, str]] = []
        if meeting.state == Meeting.State.PLANNED and "on" in row.columns and (
            row.operation == "update" and meeting.on <= timezone.localdate() + 3 * AHEAD
        ):
            told.append(("meeting", f"meeting:{meeting.uid}:{meeting.on}"))
        if (row.columns.get("sent_at") or [None, None])[1]:
            told.append(("pack", f"pack:{meeting.uid}:{row.columns['sent_at'][1]}"))
        asks = meeting.form == Meeting.Form.CONSULTATION and meeting.state == Meeting.State.OPEN
        if asks and ("state" in row.columns or "reminded_on" in row.columns):
            told.append(("meeting", f"answer:{meeting.uid}:{meeting.reminded_on or ''}"))
        if (row.columns.get("state") or [None, None])[1] == Meeting.State.CLOSED:
            told.append(("minutes", f"minutes:{meeting.uid}"))
        for kind, key in told:
            for person in seats.get(meeting.forum_id, ()):
                if not _mine(row, person, actors):
                    yield Notice(
                        person, kind, key, ("meeting", meeting.uid),
                        {
                            "on": meeting.on.isoformat(),
                            "moved": kind == "meeting" and not asks,
                            "until": meeting.until.isoformat() if asks and meeting.until else "",
                        },
                    )


def _decisions(rows: Sequence[HistoryRow]) -> Iterator[Notice]:
    """Decided: for whoever answers for a product that it is about."""
    written = _of(rows, "governance.decision", "state")
    decided = {
        d.pk: d for d in Decision.objects.filter(uid__in=list(written)).exclude(
            state=Decision.State.DRAFT
        )
    } if written else {}
    if not decided:
        return
    subjects = list(
        DecisionSubject.objects.filter(decision_id__in=list(decided), product__isnull=False)
        .values_list("decision_id", "product_id", "product__name")
    )
    products = {product for _, product, _ in subjects if product}
    people = answering(products, timezone.localdate())
    for pk, product, name in subjects:
        decision = decided[pk]
        for person in people.get(product or 0, ()):
            yield Notice(
                person, "decision", f"decision:{decision.uid}", ("decision", decision.uid),
                {"product": name, "verdict": decision.verdict},
            )
