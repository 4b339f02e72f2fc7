"""What no write brings: late actions, sittings to come, what collections ask, new findings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from portulan.campaigns.queries import calls
from portulan.coherence import queries as coherence
from portulan.notifications import sources
from portulan.notifications.models import Product, Setting
from portulan.notifications.notice import Notice

MARK = "notifications.findings"
#: Hour from which a day's findings are looked at.
FROM = 6
SEVERITIES = ("blocking", "major")


def of_the_day(now: datetime) -> Iterator[Notice]:
    """Notices that no write brings; findings are looked at once a day."""
    local = timezone.localtime(now)
    today = local.date()
    yield from sources.of_the_day(today)
    for call in calls(today):
        params = {"campaign": call.campaign, "title": call.title, "due": call.due.isoformat()}
        yield Notice(call.person, call.kind, call.key, None, params)
    mark = Setting.objects.filter(key=MARK).first()
    known = mark.value if mark is not None and isinstance(mark.value, dict) else None
    if local.hour < FROM or (known is not None and known.get("on") == today.isoformat()):
        return
    listed = [
        item for item in coherence.checked(today).listed
        if item.exception is None and item.finding.severity.code in SEVERITIES
        and item.subject.type == "product"
    ]
    keys = [f"{item.finding.code}:{item.subject.uid}" for item in listed]
    if known is not None:
        before = set(known.get("keys", ()))
        fresh = [item for item, key in zip(listed, keys, strict=True) if key not in before]
        products = dict(
            Product.objects.filter(uid__in=[item.subject.uid for item in fresh])
            .values_list("uid", "pk")
        )
        people = sources.answering(products.values(), today)
        for item in fresh:
            uid = UUID(item.subject.uid)
            for person in people.get(products.get(uid, 0), ()):
                yield Notice(
                    person, "finding", f"finding:{item.finding.code}:{uid}:{today}",
                    ("product", uid), {"rule": item.finding.code},
                )
    Setting.objects.update_or_create(
        key=MARK, defaults={"value": {"on": today.isoformat(), "keys": keys}}
    )
