"""``portulan init``, ``serve``, ``worker``: the instance itself."""

from __future__ import annotations

import argparse
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from portulan.base.accounts import any_account
from portulan.base.samples import is_sample
from portulan.base.worker import run_scheduler, run_worker
from portulan.cli.outcome import DONE, REFUSED, Failure
from portulan.cli.supervisor import Child, Supervisor
from portulan.profiles.plan import applied


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands."""
    init = subparsers.add_parser(
        "init",
        help="create or upgrade the database",
        description="Create the database, or bring it to this version. Safe to run again.",
    )
    init.add_argument("--quiet", action="store_true", help="say nothing when all is well")
    init.set_defaults(run=run_init)
    serve = subparsers.add_parser(
        "serve",
        help="serve the pages and run the jobs",
        description=(
            "Serve the pages on PORT (8000), with the worker and the scheduler of jobs. A process "
            "that dies is started again; SIGTERM stops all of them cleanly."
        ),
    )
    serve.add_argument("--port", type=int, help="instead of PORT")
    serve.add_argument("--host", help="instead of PORTULAN_HOST")
    serve.set_defaults(run=run_serve)
    worker = subparsers.add_parser(
        "worker",
        help="run jobs only",
        description="Run jobs until stopped; `portulan serve` already starts one.",
    )
    worker.add_argument("--scheduler", action="store_true", help="enqueue regular jobs instead")
    worker.add_argument("--until-empty", action="store_true", help="end when no job is due")
    worker.set_defaults(run=run_worker_command)


def pending() -> int:
    """How many migrations the database has not had."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def create_or_upgrade() -> int:
    """Bring the database to this version; returns how many migrations that took."""
    Path(settings.HOME).mkdir(parents=True, exist_ok=True)
    count = pending()
    call_command("migrate", interactive=False, verbosity=0)
    return count


def run_init(args: argparse.Namespace) -> int:
    """Create or upgrade."""
    count = create_or_upgrade()
    if args.quiet:
        return DONE
    print(f"Database ready: {describe()}" + (f" ({count} steps)." if count else "."))
    if not any_account():
        print("Nobody can sign in yet: portulan user add EMAIL --name NAME --role pmo")
    if not applied() and not is_sample():
        print(
            "No governance profile yet: portulan profile plan --profile eti (or groupe), or the "
            "six questions at /governance-profile/wizard"
        )
    return DONE


def describe() -> str:
    """The database in a few words, without its password."""
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return str(values["NAME"])
    return f"PostgreSQL {values['NAME']} on {values['HOST'] or 'local socket'}"


def run_serve(args: argparse.Namespace) -> int:
    """Supervise web, worker and scheduler."""
    if pending():
        raise Failure("the database is not at this version: run `portulan init`.", REFUSED)
    return serve(args.port or settings.PORT, args.host)


def serve(port: int, host: str | None = None) -> int:
    """Start the three processes and keep them alive until told to stop."""
    from portulan.environment import value

    connection.close()
    address = host or value("PORTULAN_HOST")
    web = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", address,
        "--port", str(port), "--workers", str(value("PORTULAN_WORKERS")),
        "--respawn-failed-workers", "--workers-kill-timeout", "10", "--blocking-threads", "4",
        "--no-ws", "--log-level", "warning", "portulan.wsgi:application",
    ]  # fmt: skip
    own = [sys.executable, "-m", "portulan.cli", "worker"]
    # The server shares a port with whoever already listens on it: half the requests would go there.
    if Child("web", web, ready=(address, port)).listening():
        raise Failure(f"port {port} is taken: stop what listens there, or set PORT.", REFUSED)
    supervisor = Supervisor(
        [
            Child("web", web, ready=(address, port)),
            Child("worker", own),
            Child("scheduler", [*own, "--scheduler"]),
        ]
    )
    return supervisor.run(lambda: print(f"Portulan answers at {_url(address, port)}", flush=True))


def _url(address: str, port: int) -> str:
    shown = "localhost" if address.startswith(("127.", "0.", "::")) else address
    return f"http://{shown}:{port}/"


def run_worker_command(args: argparse.Namespace) -> int:
    """The worker or the scheduler, until SIGTERM."""
    with _told_to_stop() as stop:
        if args.scheduler:
            run_scheduler(stop)
            return DONE
        started = time.monotonic()
        with nullcontext() if args.until_empty else _searches_made_ready():
            count = run_worker(stop, until_empty=args.until_empty)
        if args.until_empty:
            print(f"{count} jobs in {time.monotonic() - started:.1f} s")
    return DONE


@contextmanager
def _searches_made_ready() -> Iterator[None]:
    """Compile the searches of arbitration beside, so that no first question waits for it."""
    command = [sys.executable, "-m", "portulan_core.arbitrage.ready"]
    if nice := shutil.which("nice"):
        command = [nice, "-n", "19", *command]
    beside = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        beside.terminate()
        beside.wait()


@contextmanager
def _told_to_stop() -> Iterator[threading.Event]:
    """An event that SIGTERM and Ctrl-C set."""
    stop = threading.Event()
    numbers = (signal.SIGTERM, signal.SIGINT)
    previous = {n: signal.signal(n, lambda *_: stop.set()) for n in numbers}
    try:
        yield stop
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
