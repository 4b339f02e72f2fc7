"""Accept a finding as an exception, end an exception, record the day's counts."""

from __future__ import annotations

import time
from collections import Counter
from datetime import date
from uuid import UUID

from django.utils import timezone

from portulan.base.changes import recording
from portulan.base.jobs import JobContext
from portulan.base.policy import Actor, Invalid, NotFoundForActor, Refusal, require
from portulan.coherence.manifest import FINDING_ACCEPT
from portulan.coherence.models import CheckRun, FindingException
from portulan.coherence.queries import checked, covers_whole, visible

LONGEST = 366


def accept(
    actor: Actor, rule: str, subject_uid: str, reason: str, expires_on: date | None
) -> FindingException:
    """Accept one present finding for a reason, until a day at most a year away.

    Raises:
        Refused: the right ``finding.accept`` is missing.
        NotFoundForActor: no such finding today, or none that the actor may see.
        Invalid: no reason, or a day that is past or too far.
    """
    require(actor, FINDING_ACCEPT)
    today = timezone.localdate()
    errors: dict[str, Refusal] = {}
    if len(reason.strip()) < 5:
        errors["reason"] = Refusal("required")
    if expires_on is None:
        errors["expires_on"] = Refusal("required")
    elif not today < expires_on or (expires_on - today).days > LONGEST:
        errors["expires_on"] = Refusal("exception.date", {"days": LONGEST})
    if errors:
        raise Invalid(errors)
    found = next(
        (
            item
            for item in visible(actor, checked(today).listed)
            if item.finding.code == rule and item.finding.subject == subject_uid
        ),
        None,
    )
    if found is None:
        raise NotFoundForActor("finding", f"{rule} {subject_uid}")
    with recording(actor, FINDING_ACCEPT.code, note=rule) as recorder:
        if found.exception is not None:
            recorder.update(found.exception, reason=reason.strip(), expires_on=expires_on)
            return found.exception
        return recorder.create(
            FindingException(
                rule=rule,
                subject_type=found.finding.subject_type,
                subject_uid=UUID(subject_uid),
                reason=reason.strip(),
                accepted_by_id=actor.person_id,
                accepted_on=today,
                expires_on=expires_on,
            )
        )


def end_exception(actor: Actor, uid: str) -> None:
    """Take an exception back: the finding counts again.

    Raises:
        Refused: the right is missing.
        NotFoundForActor: no such exception.
    """
    exception = FindingException.objects.filter(uid=uid).first()
    if exception is None or not _may_see(actor, exception):
        raise NotFoundForActor("exception", uid)
    require(actor, FINDING_ACCEPT)
    with recording(actor, FINDING_ACCEPT.code, note=exception.rule) as recorder:
        recorder.delete(exception)


def _may_see(actor: Actor, exception: FindingException) -> bool:
    """Whether the finding is among those seen; one that is gone asks for a role on the whole."""
    place = (exception.rule, str(exception.subject_uid))
    listed = checked().listed
    if any((i.finding.code, i.finding.subject) == place for i in visible(actor, listed)):
        return True
    gone = not any((i.finding.code, i.finding.subject) == place for i in listed)
    return gone and (actor.system or covers_whole(actor))


def record_run(day: date | None = None) -> CheckRun:
    """Keep the counts of a day by rule, for the trend; the same day again replaces them."""
    day = day or timezone.localdate()
    begun = time.perf_counter()
    counts = Counter(
        item.finding.code for item in checked(day).listed if item.exception is None
    )
    severities = Counter(
        item.finding.severity.code for item in checked(day).listed if item.exception is None
    )
    run, _ = CheckRun.objects.update_or_create(
        on=day,
        defaults={
            "counts": {"rules": dict(counts), "severities": dict(severities)},
            "seconds": time.perf_counter() - begun,
        },
    )
    return run


def run_daily(context: JobContext) -> dict[str, int]:
    """The daily job: record the counts."""
    return {"findings": sum(record_run().counts["rules"].values())}
