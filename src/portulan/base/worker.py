"""The processes that run jobs: the worker takes them, the scheduler enqueues the regular ones."""

from __future__ import annotations

import os
import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import structlog
from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from portulan.base.jobs import LEASE, JobContext, claim, enqueue, run
from portulan.base.manifest import manifests
from portulan.base.models import Job, Schedule

log = structlog.get_logger(__name__)

#: Finished jobs are forgotten after this.
KEEP = timedelta(days=30)


def worker_name() -> str:
    """A name that no other worker has: host, process, chance."""
    return f"{socket.gethostname()[:50]}:{os.getpid()}:{secrets.token_hex(4)}"


def run_worker(
    stop: threading.Event,
    *,
    poll: float = 0.5,
    lease: timedelta = LEASE,
    until_empty: bool = False,
) -> int:
    """Run jobs until ``stop`` is set (or, with ``until_empty``, none is due); returns how many."""
    name = worker_name()
    done = 0
    while not stop.is_set():
        try:
            close_old_connections()
            job = claim(name, lease)
        except DatabaseError:
            log.exception("worker.database")
            stop.wait(max(poll, 2.0))
            continue
        if job is None:
            if until_empty:
                break
            stop.wait(poll)
            continue
        context = JobContext(job, name, lease, stop.is_set)
        with _kept_alive(context):
            state = run(context)
        done += 1
        log.info("job.end", kind=job.kind, job=str(job.uid), attempt=job.attempt, state=state)
    return done


@contextmanager
def _kept_alive(context: JobContext) -> Iterator[None]:
    """Extend the lease from a thread while the job's function is busy."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(context.lease.total_seconds() / 3):
            try:
                if not context.extend():
                    break
            except DatabaseError:
                log.exception("worker.heartbeat")
            finally:
                connection.close()

    thread = threading.Thread(target=beat, name="job-heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(timeout=5)


def sync_schedules(now: datetime) -> None:
    """Make the table of schedules say what the apps declare."""
    declared = {kind: every for m in manifests() for kind, every in m.schedules.items()}
    Schedule.objects.exclude(kind__in=declared).delete()
    for kind, every in declared.items():
        row, made = Schedule.objects.get_or_create(
            kind=kind, defaults={"every_seconds": every, "next_at": now}
        )
        if not made and row.every_seconds != every:
            row.every_seconds = every
            row.next_at = min(row.next_at, now + timedelta(seconds=every))
            row.save(update_fields=["every_seconds", "next_at"])


def enqueue_due(now: datetime) -> int:
    """Enqueue what is due, once even when several schedulers look; returns how many.

    Rounds that were missed while nothing ran are not made up for: the next one counts.
    """
    count = 0
    for row in Schedule.objects.filter(next_at__lte=now):
        step = timedelta(seconds=row.every_seconds)
        following = row.next_at + step * (1 + (now - row.next_at) // step)
        if Schedule.objects.filter(pk=row.pk, next_at=row.next_at).update(next_at=following):
            try:
                enqueue(row.kind, row.params, key=f"at:{row.next_at.isoformat()}")
            except (KeyError, ImportError, AttributeError):
                log.exception("scheduler.kind", kind=row.kind)
                continue
            count += 1
    return count


def forget_old(now: datetime) -> int:
    """Delete jobs that ended long ago; returns how many."""
    deleted, _ = Job.objects.filter(finished_at__lt=now - KEEP).delete()
    return deleted


def run_scheduler(stop: threading.Event, *, poll: float = 5.0) -> None:
    """Enqueue regular jobs until ``stop`` is set."""
    synced = False
    while not stop.is_set():
        try:
            close_old_connections()
            now = timezone.now()
            if not synced:
                sync_schedules(now)
                synced = True
            enqueue_due(now)
            forget_old(now)
        except DatabaseError:
            log.exception("scheduler.database")
        stop.wait(poll)
