"""`portulan serve`: three processes kept alive, and stopped cleanly."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from portulan.cli import supervisor
from portulan.cli.supervisor import Child, Supervisor
from tests.base.other_process import ROOT, environment
from tests.cli.command import portulan

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('on', flush=True);"
    "time.sleep(60)",
]


def wait_for(condition: Callable[[], object], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "never happened"
        time.sleep(0.05)


class Supervised:
    """A supervisor told what to do from a thread, as signals only reach the main one."""

    def __init__(self, *children: Child) -> None:
        self.said: list[str] = []
        self.supervisor = Supervisor(list(children), log=self.said.append)

    def run_while(self, story: Callable[[], None]) -> int:
        errors: list[BaseException] = []

        def tell() -> None:
            try:
                story()
            except BaseException as error:
                errors.append(error)
            finally:
                self.supervisor.stopping = True

        thread = threading.Thread(target=tell)
        thread.start()
        status = self.supervisor.run()
        thread.join()
        if errors:
            raise errors[0]
        return status


def pid(child: Child) -> int:
    return child.process.pid if child.process is not None else 0


def alive(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_dead_process_is_started_again() -> None:
    first, second = Child("first", SLEEP), Child("second", SLEEP)
    run = Supervised(first, second)

    def story() -> None:
        wait_for(lambda: pid(first) and pid(second))
        before, other = pid(first), pid(second)
        os.kill(before, signal.SIGKILL)
        wait_for(lambda: pid(first) not in (0, before))
        assert pid(second) == other

    assert run.run_while(story) == 0
    assert run.said == ["first ended (exit status -9), starting it again"]
    assert not alive(pid(first))
    assert not alive(pid(second))


def test_one_that_does_not_listen_to_reason_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "GRACE", 0.5)
    child = Child("stubborn", STUBBORN)
    run = Supervised(child)

    def story() -> None:
        wait_for(lambda: pid(child))
        time.sleep(1)

    assert run.run_while(story) == 0
    assert not alive(pid(child))


def test_one_that_never_starts_ends_the_whole() -> None:
    child = Child("web", [sys.executable, "-c", "raise SystemExit(3)"], ready=("127.0.0.1", 9))
    other = Child("worker", SLEEP)
    said: list[str] = []
    assert Supervisor([child, other], log=said.append).run() == 1
    assert said[-1] == "web does not start (exit status 3)"
    assert not alive(pid(other))


@pytest.fixture
def port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        number: int = found.getsockname()[1]
        return number


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance with its database."""
    path = tmp_path_factory.mktemp("served")
    assert portulan("init", home=path).returncode == 0
    return path


@pytest.fixture
def served(home: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    """An instance that answers."""
    process = subprocess.Popen(
        [sys.executable, "-m", "portulan.cli", "serve"],
        cwd=ROOT,
        env=environment(home, PORT=str(port), PORTULAN_WORKERS="1"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == f"Portulan answers at http://localhost:{port}/\n"
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=40)


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in", timeout=5) as response:
            status: int = response.status
            return status == 200
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def children(parent: int) -> dict[str, int]:
    """The processes that a process started, by what they do."""
    found = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            stat = (folder / "stat").read_text().rpartition(")")[2].split()
            line = (folder / "cmdline").read_text().replace("\0", " ")
        except OSError:
            continue
        if int(stat[1]) == parent and stat[0] != "Z":
            names = {"granian": "web", "--scheduler": "scheduler"}
            name = next((name for word, name in names.items() if word in line), "worker")
            found[name] = int(folder.name)
    return found


def test_it_serves_heals_and_stops(served: subprocess.Popen[str], port: int) -> None:
    assert answers(port)
    started = children(served.pid)
    assert set(started) == {"web", "worker", "scheduler"}
    os.kill(started["worker"], signal.SIGKILL)
    wait_for(lambda: children(served.pid).get("worker") not in (None, started["worker"]))
    os.kill(started["web"], signal.SIGKILL)
    wait_for(lambda: children(served.pid).get("web") not in (None, started["web"]))
    wait_for(lambda: answers(port))
    last = children(served.pid)
    served.terminate()
    assert served.wait(timeout=30) == 0
    wait_for(lambda: not any(alive(number) for number in last.values()), 5)
    assert not answers(port)


def test_nothing_outlives_a_killed_supervisor(served: subprocess.Popen[str], port: int) -> None:
    started = children(served.pid)
    served.kill()
    wait_for(lambda: not any(alive(number) for number in started.values()))
    wait_for(lambda: not answers(port))
