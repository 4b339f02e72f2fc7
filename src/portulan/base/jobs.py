"""Long work: enqueued once, run under a lease, resumed when its worker dies, stopped when asked.

A job's function takes a ``JobContext`` and returns a JSON value. It must be safe to start again:
what it writes belongs in ``context.last_step()``, where the writes and the end of the job are one
transaction, so that they happen once whatever kills the worker.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, OperationalError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from portulan.base.manifest import job_function
from portulan.base.models import Account, Job

#: How long a worker may be silent before its job goes to another.
LEASE = timedelta(seconds=30)
#: Least time between two looks at whether the job was cancelled.
LOOK_EVERY = 0.5
#: Wait before the next attempt after the database was not to be reached, times the attempt.
BACK_OFF = timedelta(seconds=5)
ERROR_LENGTH = 8_000


class LeaseLost(Exception):
    """Another worker has the job now: this one must stop without a trace."""


class Stopped(Exception):
    """The job was asked to stop and did."""


@dataclass(frozen=True, slots=True)
class JobStatus:
    """Where a job stands, for a page: ``progress`` 0..1000, ``status`` a code with parameters."""

    uid: UUID
    kind: str
    state: str
    progress: int
    status: Mapping[str, Any]
    result: Any
    error: str
    cancel_requested: bool
    account_id: int | None
    created_at: datetime
    finished_at: datetime | None

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in (Job.State.DONE, Job.State.FAILED, Job.State.CANCELLED)


def enqueue(
    kind: str,
    params: Mapping[str, Any] | None = None,
    *,
    account_id: int | None = None,
    key: str = "",
    run_after: datetime | None = None,
    max_attempts: int = 3,
) -> Job:
    """Put a job in the queue; the same non-empty ``key`` again gives the job already there.

    Raises:
        KeyError: no app declares this kind of job.
    """
    job_function(kind)
    values = {
        "params": dict(params or {}),
        "account_id": account_id,
        "run_after": run_after or timezone.now(),
        "max_attempts": max_attempts,
    }
    if not key:
        return Job.objects.create(kind=kind, **values)
    known = Job.objects.filter(kind=kind, idempotency_key=key).first()
    if known is not None:
        return known
    try:
        with transaction.atomic():
            return Job.objects.create(kind=kind, idempotency_key=key, **values)
    except IntegrityError:
        return Job.objects.get(kind=kind, idempotency_key=key)


def cancel(uid: UUID | str) -> bool:
    """Ask a job to stop: at once when it waits, at its next look when it runs.

    Returns whether there was something to stop.
    """
    now = timezone.now()
    waiting = Job.objects.filter(uid=uid, state=Job.State.QUEUED).update(
        state=Job.State.CANCELLED, cancel_requested=True, finished_at=now
    )
    if waiting:
        return True
    running = Job.objects.filter(uid=uid, state=Job.State.RUNNING)
    return running.update(cancel_requested=True) > 0


def status_of(uid: UUID | str) -> JobStatus | None:
    """Where a job stands, or ``None`` when there is no such job."""
    job = Job.objects.filter(uid=uid).first()
    if job is None:
        return None
    return JobStatus(
        uid=job.uid,
        kind=job.kind,
        state=job.state,
        progress=job.progress,
        status=job.status,
        result=job.result,
        error=job.error,
        cancel_requested=job.cancel_requested,
        account_id=job.account_id,
        created_at=job.created_at,
        finished_at=job.finished_at,
    )


def claim(worker: str, lease: timedelta = LEASE) -> Job | None:
    """Take the next job that is due, or one whose worker has been silent beyond its lease.

    A compare-and-swap on state and attempt: of several workers, on either database, one wins.
    """
    now = timezone.now()
    due = Q(state=Job.State.QUEUED, run_after__lte=now)
    lost = Q(state=Job.State.RUNNING, lease_until__lt=now)
    for job in Job.objects.filter(due | lost).order_by("run_after", "pk")[:20]:
        same = Job.objects.filter(
            pk=job.pk, state=job.state, attempt=job.attempt, lease_until=job.lease_until
        )
        if job.state == Job.State.RUNNING and job.cancel_requested:
            same.update(state=Job.State.CANCELLED, finished_at=now, lease_until=None)
        elif job.attempt >= job.max_attempts:
            same.update(
                state=Job.State.FAILED,
                finished_at=now,
                lease_until=None,
                error=job.error or f"The worker stopped without an answer, {job.attempt} times.",
            )
        elif same.update(
            state=Job.State.RUNNING,
            worker=worker,
            attempt=F("attempt") + 1,
            lease_until=now + lease,
            progress=0,
            status={},
        ):
            job.refresh_from_db()
            return job
    return None


@dataclass
class JobContext:
    """What a job's function is given."""

    job: Job
    worker: str = ""
    lease: timedelta = LEASE
    #: Whether the process that runs the job is being stopped.
    closing: Callable[[], bool] = field(default=lambda: False)
    _looked: float = 0.0
    _asked: bool = False
    _finished: bool = False

    @property
    def uid(self) -> UUID:
        """The job's public identifier, for instance as the cause of a change."""
        return self.job.uid

    @property
    def params(self) -> Mapping[str, Any]:
        """What the job was enqueued with."""
        params: Mapping[str, Any] = self.job.params
        return params

    @property
    def account(self) -> Account | None:
        """Who asked for it, if somebody did."""
        return self.job.account

    @property
    def finished(self) -> bool:
        """Whether ``last_step`` ended the job."""
        return self._finished

    def progress(self, permille: int, code: str = "", **params: Any) -> None:
        """Say where the job stands (0..1000), and keep its lease.

        Raises:
            LeaseLost: another worker has the job.
        """
        if not self._mine().update(
            progress=max(0, min(1000, permille)),
            status={"code": code, **params} if code else {},
            lease_until=timezone.now() + self.lease,
        ):
            raise LeaseLost(str(self.uid))

    def extend(self) -> bool:
        """Keep the lease; tells whether the job is still ours."""
        return self._mine().update(lease_until=timezone.now() + self.lease) > 0

    def should_stop(self) -> bool:
        """Whether somebody cancelled the job, or its process is closing. Cheap to ask often."""
        if self._asked or self.closing():
            return True
        now = time.monotonic()
        if now - self._looked >= LOOK_EVERY:
            self._looked = now
            found = self._mine().values_list("cancel_requested", flat=True).first()
            self._asked = found is None or found
        return self._asked

    def stop_if_asked(self) -> None:
        """Leave the job's function when it was asked to stop.

        Raises:
            Stopped: it was.
        """
        if self.should_stop():
            raise Stopped(str(self.uid))

    @contextmanager
    def last_step(self) -> Iterator[Callable[[Any], None]]:
        """The job's writes and its end, in one transaction: they happen together, and once.

        Yields a function to give the result to.

        Raises:
            LeaseLost: another worker has the job; nothing of the block stays.
        """
        kept: list[Any] = [None]

        def give(result: Any) -> None:
            kept[0] = result

        with transaction.atomic():
            if self._mine().select_for_update().first() is None:
                raise LeaseLost(str(self.uid))
            yield give
            self._end(Job.State.DONE, progress=1000, result=kept[0])
        self._finished = True

    def _mine(self) -> QuerySet[Job]:
        return Job.objects.filter(
            pk=self.job.pk,
            state=Job.State.RUNNING,
            worker=self.worker,
            attempt=self.job.attempt,
        )

    def _end(self, state: str, **values: Any) -> bool:
        return (
            self._mine().update(
                state=state, finished_at=timezone.now(), lease_until=None, **values
            )
            > 0
        )


def run(context: JobContext) -> str:
    """Run a claimed job to its end and return the state it got.

    An error is kept with the job. A database that cannot be reached, and a process that closes,
    put the job back into the queue; a lost lease leaves no trace.
    """
    job = context.job
    try:
        result = job_function(job.kind)(context)
    except LeaseLost:
        return "lost"
    except Stopped:
        result = None
    except OperationalError as error:
        if job.attempt < job.max_attempts:
            return _back(context, timezone.now() + BACK_OFF * job.attempt, job.attempt)
        return _failed(context, error)
    except Exception as error:
        return _failed(context, error)
    if context.finished:
        return Job.State.DONE
    cancelled = context._mine().filter(cancel_requested=True).exists()
    if cancelled:
        context._end(Job.State.CANCELLED, result=result)
        return Job.State.CANCELLED
    if context.closing() and result is None:
        return _back(context, timezone.now(), job.attempt - 1)
    if not context._end(Job.State.DONE, progress=1000, result=result):
        return "lost"
    return Job.State.DONE


def _failed(context: JobContext, error: Exception) -> str:
    lines = "".join(traceback.format_exception(error))
    text = f"{type(error).__name__}: {error}\n\n{lines}".replace("\x00", "")
    context._end(Job.State.FAILED, error=text[:ERROR_LENGTH])
    return Job.State.FAILED


def _back(context: JobContext, when: datetime, attempt: int) -> str:
    context._mine().update(
        state=Job.State.QUEUED, run_after=when, lease_until=None, attempt=max(0, attempt), worker=""
    )
    return Job.State.QUEUED
