"""Runs what is in the queue in this process, inside the test's own transaction."""

from __future__ import annotations

from portulan.base.jobs import JobContext, claim, run


def run_jobs() -> list[str]:
    """Run every job that is due; the states they ended in."""
    states = []
    while (job := claim("test")) is not None:
        states.append(run(JobContext(job, "test")))
    return states
