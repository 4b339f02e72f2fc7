"""Taking a file of work items in, and back: everything in one short transaction, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from django.utils import timezone

from portulan.base.bulk import Stale, uncollected
from portulan.base.changes import Cause, recording
from portulan.base.models import Change
from portulan.base.policy import (
    ANYWHERE,
    Actor,
    Invalid,
    Refusal,
    Refused,
    check_right,
    require,
)
from portulan.base.undo import execute, prepare
from portulan.integrations.activities import IMPORT_RUN
from portulan.integrations.models import ImportBatch
from portulan.integrations.workitems.actions import check_changeable, must, replan
from portulan.integrations.workitems.mapping import Reading
from portulan.portfolio import work_intake, worklog

UNDO_DAYS = 30
ATTEMPTS = 5
State = ImportBatch.State
#: What a transaction lies in, such as the last step of a job.
Around = Callable[[], AbstractContextManager[Any]]
#: Told where it stands: per mille, a code, rows so far and in all.
Tell = Callable[[int, str, int, int], None]


def _quiet(_permille: int, _code: str, _done: int = 0, _asked: int = 0) -> None:
    return None


def check_apply(batch: ImportBatch) -> Refusal | None:
    """Why a batch cannot be taken in now, or ``None``."""
    refusal = check_changeable(batch)
    if refusal is not None:
        return refusal
    lacking = _lacking(batch.mapping)
    if lacking:
        return Refusal(f"work.needs_{lacking}")
    if not batch.plan.get("items"):
        return Refusal("work.empty")
    if batch.plan.get("unknown"):
        kind, code = batch.plan["unknown"][0]
        return Refusal(f"work.unknown_{kind}", {"code": code})
    states = batch.mapping.get("states", {})
    if batch.mapping.get("form") != "spans" and "done" not in states.values():
        return Refusal("work.no_done")
    return None


def _lacking(mapping: dict[str, Any]) -> str:
    """What no column of a table gives and its form needs; "" when nothing lacks."""
    columns = mapping.get("columns", {})
    needed = {"transitions": ("key", "state", "at"), "spans": ("key",), "stages": ("key",)}
    form = mapping.get("form", "")
    for name in needed.get(form, ()):
        if name not in columns:
            return name
    if form == "spans" and not {"created", "started"} & columns.keys():
        return "created"
    return "stages" if form == "stages" and not mapping.get("stages") else ""


def check_undo(batch: ImportBatch) -> Refusal | None:
    """Why a batch cannot be taken back, or ``None`` (what changed since is found when trying)."""
    if batch.state != State.APPLIED or batch.applied_at is None or batch.change_id is None:
        return Refusal("import.not_applied")
    if (timezone.now() - batch.applied_at).days > UNDO_DAYS:
        return Refusal("import.too_late", {"days": UNDO_DAYS})
    return None


@uncollected()
def apply(
    actor: Actor, batch: ImportBatch, *, around: Around = nullcontext, tell: Tell = _quiet
) -> ImportBatch:
    """Take a batch in: everything in one transaction, or nothing.

    Raises:
        Refused: no right to import where the items would lie.
        Invalid: something must be settled first, or the batch is closed.
        Conflict: a record moved on in this very moment; nothing is written.
    """
    require(actor, IMPORT_RUN, ANYWHERE)
    must(check_changeable(batch))
    tell(20, "reading", 0, 0)
    plan = replan(batch, Reading.from_json(batch.mapping), same=bool(batch.plan.get("items")))
    must(check_apply(batch))
    for scope in worklog.scopes(plan.compared):
        refusal = check_right(actor, IMPORT_RUN, scope)
        if refusal is not None:
            raise Refused(refusal)
    tell(400, "preparing", 0, 0)

    def done(change: Change | None) -> None:
        batch.change = change
        batch.state, batch.applied_at, batch.content = State.APPLIED, timezone.now(), None
        batch.save()

    work_intake.take_in(
        actor,
        plan.compared,
        IMPORT_RUN.code,
        Cause("import", batch.uid),
        batch.file_name,
        around=around,
        done=done,
        tell=lambda rows, whole: tell(600 + 350 * rows // max(1, whole), "laying", rows, whole),
    )
    return batch


def _told(batch: ImportBatch, error: Invalid) -> Refusal:
    """Why an import cannot be taken back: what changed since, in plain parameters."""
    refusal = next(iter(error.errors.values()))
    found = refusal.params.get("obstacles", ())
    if not found:
        return refusal
    name = str(batch.mapping.get("source", batch.source))
    for obstacle in found:
        if obstacle.model == "portfolio.worksource" and obstacle.code == "changed":
            return Refusal("work.source_changed", {"source": name, "by": obstacle.by})
    first = found[0]
    code = "work.items_used" if first.code == "used" else "work.items_changed"
    return Refusal(code, {"name": first.name, "by": first.by, "count": len(found)})


@uncollected()
def undo(
    actor: Actor, batch: ImportBatch, *, around: Around = nullcontext, tell: Tell = _quiet
) -> None:
    """Take a whole batch back.

    Raises:
        Refused: no right to import.
        Invalid: not applied, too late, or something changed since (the refusal lists what).
    """
    require(actor, IMPORT_RUN, ANYWHERE)
    must(check_undo(batch))
    change = batch.change
    if change is None:
        return
    for attempt in range(ATTEMPTS):
        tell(20, "preparing", 0, 0)
        try:
            ready = prepare(change)
        except Invalid as error:
            raise Invalid({"batch": _told(batch, error)}) from error
        try:
            with (
                ready.prepared.staged(
                    lambda rows, whole: tell(
                        600 + 350 * rows // max(1, whole), "laying", rows, whole
                    )
                ),
                around(),
                recording(
                    actor, IMPORT_RUN.code, cause=Cause("import", batch.uid), note=batch.file_name
                ) as recorder,
            ):
                execute(recorder, ready)
                batch.state = State.UNDONE
                batch.save(update_fields=["state"])
            break
        except Stale:
            if attempt == ATTEMPTS - 1:
                raise
    work_intake.refresh_source(batch.mapping.get("source", batch.source))
