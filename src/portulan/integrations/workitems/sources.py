"""Sources of work items after their import: what their states mean can be settled anew.

Items keep the states as the source gave them, so that nothing is imported again: flow is measured
from the new meaning at once, and what is derived of each item follows in the same transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from portulan.base import jobs
from portulan.base.bulk import Prepared, Stale, uncollected
from portulan.base.changes import recording
from portulan.base.jobs import JobContext, JobStatus, status_of
from portulan.base.models import Change, HistoryRow
from portulan.base.policy import (
    ANYWHERE,
    Actor,
    Conflict,
    Invalid,
    NotFoundForActor,
    Refusal,
    Refused,
    require,
    system_actor,
)
from portulan.base.undo import execute, prepare
from portulan.integrations.activities import IMPORT_RUN
from portulan.integrations.workitems.actions import must
from portulan.integrations.workitems.mapping import CATEGORIES
from portulan.integrations.workitems.taking import Around
from portulan.organisation.rights import actor_for
from portulan.portfolio import work_intake, worklog

KIND = "workitems.states"
#: Items up to which a new meaning is written at once.
AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Source:
    """A source with how many items it holds."""

    record: Any
    items: int


def sources(actor: Actor) -> list[Source]:
    """The sources that were imported, by name (one query).

    Raises:
        Refused: no right to import.
    """
    require(actor, IMPORT_RUN, ANYWHERE)
    return [Source(record, count) for record, count in worklog.imported_sources()]


def source_for(actor: Actor, code: str) -> Source:
    """One source.

    Raises:
        Refused: no right to import; NotFoundForActor: no such source.
    """
    for source in sources(actor):
        if source.record.code == code:
            return source
    raise NotFoundForActor("work source", code)


def check_states(states: Mapping[str, str]) -> Refusal | None:
    """Why states cannot mean this, or ``None``."""
    if any(kind not in CATEGORIES for kind in states.values()):
        return Refusal("invalid")
    return None if "done" in states.values() else Refusal("work.no_done")


def settle(
    actor: Actor, source: Source, wanted: Mapping[str, str], revision: int
) -> JobStatus | None:
    """Give states of a source another meaning: at once, or by the job returned when it is large.

    Raises:
        Refused: no right to import for the whole company.
        Invalid: no such meaning, or none means done.
        Conflict: somebody changed the source meanwhile.
    """
    record = source.record
    require(actor, IMPORT_RUN, ANYWHERE)
    states = {name: wanted.get(name, kind) for name, kind in record.states}
    must(check_states(states))
    if record.revision != revision:
        raise Conflict("work source", record.code, {"revision": (revision, record.revision)})
    if source.items <= AT_ONCE:
        write(actor, record, states)
        return None
    job = jobs.enqueue(
        KIND, {"source": record.code, "states": states, "revision": revision},
        account_id=actor.account_id,
    )  # fmt: skip
    return status_of(job.uid)


def settled(record: Any) -> Change | None:
    """The change that gave the states of a source their meaning, when nothing touched the source
    since (one query); ``None`` when the meaning is that of its import.
    """
    rows = HistoryRow.objects.filter(model=record._meta.label_lower, record_uid=record.uid)
    last = (
        rows.exclude(change__undone_by__isnull=False)
        .exclude(change__in=Change.objects.exclude(undone_by=None).values("undone_by"))
        .select_related("change")
        .order_by("-pk")
        .first()
    )
    if last is None or last.operation != HistoryRow.Operation.UPDATE:
        return None
    return last.change if set(last.columns) == {"states"} and not last.change.cause_type else None


def take_back(actor: Actor, source: Source) -> JobStatus | None:
    """Give states the meaning that they had before: at once, or by the job returned.

    Raises:
        Refused: no right to import for the whole company.
        Invalid: nothing to take back.
    """
    require(actor, IMPORT_RUN, ANYWHERE)
    must(None if settled(source.record) else Refusal("work.nothing_settled"))
    if source.items <= AT_ONCE:
        write_back(actor, source.record)
        return None
    job = jobs.enqueue(
        KIND, {"source": source.record.code, "back": True}, account_id=actor.account_id
    )
    return status_of(job.uid)


@uncollected()
def write_back(actor: Actor, record: Any, around: Around = nullcontext) -> None:
    """Take the last meaning of states back with what followed from it, in one transaction.

    Raises:
        Invalid: nothing to take back; Conflict: somebody wrote meanwhile.
    """
    change = settled(record)
    if change is None:
        raise Invalid({"states": Refusal("work.nothing_settled")})
    ready = prepare(change)
    row = change.rows.get(record_uid=record.uid)
    record.states = row.columns["states"][0]
    ready.prepared.derive(work_intake.stale(record), work_intake.DERIVED)
    try:
        with (
            ready.prepared.staged(),
            around(),
            recording(actor, IMPORT_RUN.code, note=record.name) as recorder,
        ):
            execute(recorder, ready)
    except Stale as error:
        raise Conflict("work source", record.code, {}) from error


@uncollected()
def write(
    actor: Actor, record: Any, states: Mapping[str, str], around: Around = nullcontext
) -> None:
    """Write the meaning of states with what follows from it, in one short transaction.

    Raises:
        Conflict: somebody changed the source meanwhile.
    """
    prepared = Prepared()
    pairs = [[name, states[name]] for name, _ in record.states]
    prepared.update([(record, {"states": pairs})], None)
    prepared.derive(work_intake.stale(record), work_intake.DERIVED)
    with (
        prepared.staged(),
        around(),
        recording(actor, IMPORT_RUN.code, note=record.name) as recorder,
    ):
        prepared.execute(recorder)


def run(context: JobContext) -> Any:
    """The job ``workitems.states``."""
    actor = actor_for(context.account) if context.account else system_actor(KIND)
    context.progress(100, "preparing")
    try:
        source = source_for(actor, str(context.params["source"]))
        if context.params.get("back"):
            write_back(actor, source.record, context.last_step)
            return {}
        if source.record.revision != context.params["revision"]:
            return {"problem": "work.moved"}
        write(actor, source.record, context.params["states"], context.last_step)
    except (Refused, Invalid, Conflict, NotFoundForActor):
        return {"problem": "work.moved"}
    return {}


def job_of(uid: str) -> JobStatus | None:
    """The job of this identifier, if it gives states a meaning."""
    found = status_of(uid)
    return found if found is not None and found.kind == KIND else None
