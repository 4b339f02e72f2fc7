"""Long work: once per key, under a lease, with progress and cancel, and errors that stay."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from portulan.base import jobs, worker
from portulan.base.models import Job, Schedule, Setting
from tests.base import other_process
from tests.base.slow_worker import effect, slow

pytestmark = pytest.mark.django_db(transaction=True)

Functions = dict[str, Callable[[jobs.JobContext], Any]]


@pytest.fixture
def functions(monkeypatch: pytest.MonkeyPatch) -> Functions:
    """Kinds of job of this test."""
    kinds: Functions = {}
    monkeypatch.setattr(jobs, "job_function", lambda kind: kinds[kind])
    return kinds


@pytest.fixture
def work() -> Callable[..., int]:
    """Run every job that is due, here."""
    return lambda **more: worker.run_worker(threading.Event(), until_empty=True, **more)


def test_a_job_runs_and_keeps_its_result(functions: Functions, work: Callable[..., int]) -> None:
    def double(context: jobs.JobContext) -> Any:
        context.progress(500, "half", done=1, whole=2)
        status = jobs.status_of(context.uid)
        assert status is not None
        assert (status.progress, status.status) == (500, {"code": "half", "done": 1, "whole": 2})
        return {"twice": context.params["n"] * 2}

    functions["double"] = double
    job = jobs.enqueue("double", {"n": 21})
    assert work() == 1
    status = jobs.status_of(job.uid)
    assert status is not None
    assert (status.state, status.progress, status.result) == ("done", 1000, {"twice": 42})
    assert status.finished
    assert work() == 0


def test_an_unknown_kind_is_refused_at_once(functions: Functions) -> None:
    with pytest.raises(KeyError):
        jobs.enqueue("nothing")
    assert not Job.objects.exists()


def test_the_same_key_gives_the_same_job(functions: Functions, work: Callable[..., int]) -> None:
    ran = []
    functions["once"] = lambda context: ran.append(1)
    functions["other"] = lambda context: ran.append(2)
    first = jobs.enqueue("once", key="import-7")
    assert jobs.enqueue("once", key="import-7").pk == first.pk
    assert jobs.enqueue("other", key="import-7").pk != first.pk
    work()
    assert jobs.enqueue("once", key="import-7").state == Job.State.DONE
    assert sorted(ran) == [1, 2]


def test_jobs_without_a_key_are_all_run(functions: Functions, work: Callable[..., int]) -> None:
    functions["free"] = lambda context: None
    assert jobs.enqueue("free").pk != jobs.enqueue("free").pk
    assert work() == 2


def test_a_job_waits_for_its_time(functions: Functions, work: Callable[..., int]) -> None:
    functions["later"] = lambda context: None
    jobs.enqueue("later", run_after=timezone.now() + timedelta(hours=1))
    assert work() == 0


def test_an_error_is_kept_and_not_tried_again(
    functions: Functions, work: Callable[..., int]
) -> None:
    def wrong(context: jobs.JobContext) -> None:
        raise ValueError("line 12: expected a date")

    functions["wrong"] = wrong
    job = jobs.enqueue("wrong")
    assert work() == 1
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert job.error.startswith("ValueError: line 12: expected a date\n")
    assert "in wrong" in job.error
    assert work() == 0


def test_a_database_out_of_reach_is_tried_again_later(
    functions: Functions, work: Callable[..., int]
) -> None:
    def away(context: jobs.JobContext) -> None:
        raise OperationalError("server closed the connection")

    functions["away"] = away
    job = jobs.enqueue("away", max_attempts=2)
    assert work() == 1
    job.refresh_from_db()
    assert (job.state, job.attempt) == (Job.State.QUEUED, 1)
    assert job.run_after > timezone.now()
    Job.objects.update(run_after=timezone.now())
    work()
    job.refresh_from_db()
    assert (job.state, job.attempt) == (Job.State.FAILED, 2)


def test_a_waiting_job_is_cancelled_at_once(
    functions: Functions, work: Callable[..., int]
) -> None:
    functions["free"] = lambda context: None
    job = jobs.enqueue("free")
    assert jobs.cancel(job.uid)
    assert work() == 0
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED
    assert not jobs.cancel(job.uid)


def test_a_running_job_stops_when_it_looks(
    functions: Functions, work: Callable[..., int]
) -> None:
    rounds = []

    def long(context: jobs.JobContext) -> Any:
        for number in range(1_000):
            rounds.append(number)
            if number == 3:
                assert jobs.cancel(context.uid)
                context._looked = 0.0
            if context.should_stop():
                return {"rounds": number}
        raise AssertionError("never stopped")

    functions["long"] = long
    job = jobs.enqueue("long")
    work()
    job.refresh_from_db()
    assert (job.state, job.result) == (Job.State.CANCELLED, {"rounds": 3})
    assert rounds == [0, 1, 2, 3]


def test_stop_if_asked_leaves_the_function(
    functions: Functions, work: Callable[..., int]
) -> None:
    def long(context: jobs.JobContext) -> None:
        jobs.cancel(context.uid)
        context.stop_if_asked()
        raise AssertionError("went on")

    functions["long"] = long
    job = jobs.enqueue("long")
    work()
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED


def test_a_closing_process_gives_its_job_back(functions: Functions) -> None:
    stop = threading.Event()

    def long(context: jobs.JobContext) -> None:
        stop.set()
        context.stop_if_asked()

    functions["long"] = long
    job = jobs.enqueue("long", max_attempts=1)
    worker.run_worker(stop)
    job.refresh_from_db()
    assert (job.state, job.attempt, job.worker) == (Job.State.QUEUED, 0, "")


def test_a_silent_worker_loses_its_job_and_leaves_no_trace(
    functions: Functions, work: Callable[..., int]
) -> None:
    functions["slow"] = slow("never")
    job = jobs.enqueue("slow")
    first = jobs.claim("first", timedelta(seconds=-1))
    assert first is not None
    context = jobs.JobContext(first, "first")
    assert work() == 1
    with pytest.raises(jobs.LeaseLost):
        context.progress(900)
    with pytest.raises(jobs.LeaseLost), context.last_step():
        effect()
    assert context.should_stop()
    assert jobs.run(context) == "lost"
    job.refresh_from_db()
    assert (job.state, job.attempt) == (Job.State.DONE, 2)
    assert Setting.objects.get(key="effects").value == 1


def test_attempts_are_bounded(functions: Functions) -> None:
    functions["slow"] = slow("never")
    job = jobs.enqueue("slow", max_attempts=2)
    assert jobs.claim("a", timedelta(seconds=-1)) is not None
    assert jobs.claim("b", timedelta(seconds=-1)) is not None
    assert jobs.claim("c", timedelta(seconds=-1)) is None
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert "2 times" in job.error


def test_a_cancelled_job_whose_worker_died_is_not_run_again(functions: Functions) -> None:
    functions["slow"] = slow("never")
    job = jobs.enqueue("slow")
    assert jobs.claim("a", timedelta(seconds=-1)) is not None
    jobs.cancel(job.uid)
    assert jobs.claim("b") is None
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED


def test_a_failed_last_step_leaves_nothing(
    functions: Functions, work: Callable[..., int]
) -> None:
    def half(context: jobs.JobContext) -> None:
        with context.last_step():
            effect()
            raise ValueError("after the write")

    functions["half"] = half
    job = jobs.enqueue("half")
    work()
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert not Setting.objects.filter(key="effects").exists()


def test_of_many_workers_each_job_is_claimed_by_one(functions: Functions) -> None:
    functions["free"] = lambda context: None
    for _ in range(12):
        jobs.enqueue("free")
    claimed: list[int] = []

    def take(name: str) -> None:
        misses = 0
        while misses < 3:
            job = jobs.claim(name)
            if job is None:
                misses += 1
                time.sleep(0.01)
            else:
                claimed.append(job.pk)
        connection.close()

    threads = [threading.Thread(target=take, args=(f"w{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(claimed) == len(set(claimed)) == 12


def test_the_lease_is_kept_while_the_function_is_busy(
    functions: Functions, work: Callable[..., int]
) -> None:
    leases = []

    def busy(context: jobs.JobContext) -> None:
        for _ in range(3):
            time.sleep(0.35)
            leases.append(Job.objects.get().lease_until)
            assert jobs.claim("thief") is None

    functions["busy"] = busy
    jobs.enqueue("busy")
    work(lease=timedelta(seconds=0.6))
    assert leases[0] < leases[-1]
    assert Job.objects.get().state == Job.State.DONE


@pytest.mark.parametrize("where", ["before", "inside", "after"])
def test_a_killed_worker_loses_nothing_and_the_effect_happens_once(
    where: str, functions: Functions, work: Callable[..., int], tmp_path: Path
) -> None:
    functions["slow"] = slow("never")
    job = jobs.enqueue("slow")
    process = other_process.start("tests.base.slow_worker", where, "1", home=tmp_path)
    try:
        if where == "inside":
            assert process.stdout is not None
            assert process.stdout.readline() == "inside\n"
        else:
            wanted = Job.State.RUNNING if where == "before" else Job.State.DONE
            deadline = time.monotonic() + 30
            while True:
                job.refresh_from_db()
                if job.state == wanted and job.progress >= 400:
                    break
                assert process.poll() is None, process.communicate()[0]
                assert time.monotonic() < deadline
                time.sleep(0.05)
    finally:
        process.kill()
        process.communicate()
    started = time.monotonic()
    while work() == 0 and where != "after":
        assert time.monotonic() - started < 20
        time.sleep(0.1)
    job.refresh_from_db()
    assert job.state == Job.State.DONE
    assert job.attempt == (1 if where == "after" else 2)
    assert Setting.objects.get(key="effects").value == 1


def test_schedules_follow_the_apps_and_enqueue_once(
    functions: Functions, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Declares:
        schedules = {"daily": 86_400}

    functions["daily"] = lambda context: None
    monkeypatch.setattr(worker, "manifests", lambda: (Declares(),))
    now = timezone.now()
    Schedule.objects.create(kind="gone", every_seconds=5, next_at=now)
    worker.sync_schedules(now)
    worker.sync_schedules(now)
    assert list(Schedule.objects.values_list("kind", "every_seconds")) == [("daily", 86_400)]
    assert worker.enqueue_due(now) == 1
    assert worker.enqueue_due(now) == 0
    assert worker.enqueue_due(now + timedelta(days=10, hours=1)) == 1
    assert worker.enqueue_due(now + timedelta(days=10, hours=2)) == 0
    assert Job.objects.count() == 2


def test_old_jobs_are_forgotten_and_recent_ones_kept(
    functions: Functions, work: Callable[..., int]
) -> None:
    functions["free"] = lambda context: None
    jobs.enqueue("free")
    jobs.enqueue("free")
    work()
    first = Job.objects.first()
    assert first is not None
    Job.objects.filter(pk=first.pk).update(finished_at=timezone.now() - timedelta(days=31))
    assert worker.forget_old(timezone.now()) == 1
    assert Job.objects.count() == 1
