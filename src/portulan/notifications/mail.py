"""The job that sends notifications by mail: at once, or gathered by day or week.

What is about to be sent is read again under the rights of its reader at that moment. A mail names
what it tells; it carries a signed link that stops such mails, as mail programs expect.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from portulan.base.jobs import JobContext
from portulan.notifications import words
from portulan.notifications.actions import token
from portulan.notifications.kinds import DAILY, NOW, WEEKLY
from portulan.notifications.models import Notification, Person, Preference
from portulan.notifications.queries import Row, preferences, rows_of
from portulan.organisation.rights import actor_for

log = structlog.get_logger(__name__)
#: A weekly mail comes on Mondays; notifications older than this are no longer mailed.
MONDAY, TOO_OLD = 0, timedelta(days=14)
MOST = 60


def send(context: JobContext) -> dict[str, int]:
    """Send what is due; returns how many mails went out and how many could not."""
    return run(timezone.now())


def run(now: datetime) -> dict[str, int]:
    """The same, for a moment."""
    waiting = Notification.objects.filter(mailed_at=None)
    waiting.filter(at__lt=now - TOO_OLD).update(mailed_at=now)
    ids = list(waiting.order_by().values_list("person_id", flat=True).distinct())
    counts = {"sent": 0, "failed": 0}
    for person in Person.objects.filter(
        pk__in=ids, account__is_active=True
    ).select_related("account"):
        try:
            counts["sent"] += _send_to(person, now)
        except OSError:
            # The server of mails does not answer: the next round tries again.
            log.exception("mail.failed", person=str(person.uid))
            counts["failed"] += 1
    return counts


@transaction.atomic
def _send_to(person: Person, now: datetime) -> int:
    """One mail to a person with all that is due, claimed before it is sent: two workers never
    send the same.
    """
    kept, _made = Preference.objects.get_or_create(person=person)
    kept = Preference.objects.select_for_update().get(pk=kept.pk)
    asked = preferences(person.pk)
    local = timezone.localtime(now)
    if asked.quiet_until is not None and local.date() <= asked.quiet_until:
        return 0
    cadences = {NOW}
    if local.hour >= settings.DIGEST_HOUR and kept.daily_on != local.date():
        cadences.add(DAILY)
        if local.weekday() == MONDAY and kept.weekly_on != local.date():
            cadences.add(WEEKLY)
    waiting = Notification.objects.select_for_update().filter(person=person, mailed_at=None)
    due = [n for n in waiting.order_by("at", "pk") if asked.mail.get(n.kind) in cadences]
    dead = [n.pk for n in waiting if asked.mail.get(n.kind) not in (NOW, DAILY, WEEKLY)]
    Notification.objects.filter(pk__in=[*dead, *(n.pk for n in due)]).update(mailed_at=now)
    if DAILY in cadences and due:
        kept.daily_on = local.date()
    if WEEKLY in cadences and due:
        kept.weekly_on = local.date()
    kept.save(update_fields=["daily_on", "weekly_on"])
    address = person.account.email if person.account else ""
    unread = [n for n in due if n.read_at is None]
    if not unread or not address or person.account is None:
        return 0
    rows = rows_of(actor_for(person.account), unread)
    if not rows:
        return 0
    with override(person.account.language):
        compose(person, address, rows).send()
    return 1


def compose(person: Person, address: str, rows: Sequence[Row]) -> EmailMultiAlternatives:
    """The mail that tells these notifications, in the language in force."""
    lines = [
        (
            words.sentence(row.kind, row.params, row.subject.name if row.subject else ""),
            words.note(row.kind, row.params),
            f"{settings.BASE_URL}/notifications/{row.uid}",
        )
        for row in rows[:MOST]
    ]
    if len(lines) == 1:
        subject = lines[0][0]
    else:
        subject = ngettext(
            "%(count)s thing new for you", "%(count)s things new for you", len(rows)
        ) % {"count": len(rows)}
    more = len(rows) - len(lines)
    rest = (
        ngettext("and %(count)s more", "and %(count)s more", more) % {"count": more} if more else ""
    )
    kinds = {row.kind for row in rows}
    stop_kind = token(person, kinds.pop() if len(kinds) == 1 else "")
    stop = f"{settings.BASE_URL}/notifications/unsubscribe/{stop_kind}"
    choose = f"{settings.BASE_URL}/notifications/preferences"
    feet = [
        _("Choose what is sent to you: %(url)s") % {"url": choose},
        _("No longer receive these mails: %(url)s") % {"url": stop},
    ]
    text = [_("Hello %(name)s,") % {"name": person.name}, ""]
    for title, note, url in lines:
        text += [f"• {title}", *([f"  {note}"] if note else []), f"  {url}", ""]
    text += [rest, "", "-- ", *feet]
    items = "".join(
        f'<li><a href="{escape(url)}">{escape(title)}</a>'
        f"{'<br>' + escape(note) if note else ''}</li>"
        for title, note, url in lines
    )
    html = (
        f"<p>{escape(text[0])}</p><ul>{items}</ul><p>{escape(rest)}</p><hr>"
        f'<p><small><a href="{escape(choose)}">{escape(_("Choose what is sent to you"))}</a> · '
        f'<a href="{escape(stop)}">{escape(_("No longer receive these mails"))}</a></small></p>'
    )
    mark = hashlib.sha256(" ".join(str(row.uid) for row in rows).encode()).hexdigest()[:32]
    mail = EmailMultiAlternatives(
        subject=" ".join(f"[Portulan] {subject}".split())[:180],
        body="\n".join(text), to=[address],
        headers={
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
            "Message-ID": f"<{mark}@{urlsplit(settings.BASE_URL).hostname or 'portulan'}>",
        },
    )
    mail.attach_alternative(html, "text/html")
    return mail
