"""A worker whose only job is slow on purpose, to be killed: where it waits, lease in seconds."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import django


def effect() -> None:
    """Count one in a setting: what must happen once."""
    from portulan.base.models import Setting

    row, _ = Setting.objects.get_or_create(key="effects", defaults={"value": 0})
    row.value += 1
    row.save()


def slow(where: str) -> Callable[[Any], None]:
    """The job: waits ``before``, ``inside`` or ``after`` the step that writes."""

    def function(context: Any) -> None:
        context.progress(400, "test.before")
        if where == "before":
            time.sleep(60)
        with context.last_step() as give:
            effect()
            give({"attempt": context.job.attempt})
            if where == "inside":
                sys.stdout.write("inside\n")
                sys.stdout.flush()
                time.sleep(60)
        if where == "after":
            time.sleep(60)

    return function


def main() -> None:
    """Run the worker until it is killed or told to stop."""
    django.setup()
    from portulan.base import jobs, worker

    where, lease = sys.argv[1], float(sys.argv[2])
    setattr(jobs, "job_function", lambda kind: slow(where))  # noqa: B010 - not exported
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    worker.run_worker(stop, poll=0.05, lease=timedelta(seconds=lease))


if __name__ == "__main__":
    main()
