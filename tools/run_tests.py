"""Runs the suites one after the other: core, SQLite, PostgreSQL, browser.

    python tools/run_tests.py [SUITE…] [-- ARGUMENTS OF PYTEST]

A suite that cannot start (no server, no browser, no test found) has failed. `PORTULAN_TEST_WORKERS`
is the number of processes of the database suites (default: one per processor, at most 4).
"""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WORKERS = os.environ.get("PORTULAN_TEST_WORKERS") or str(min(os.cpu_count() or 1, 4))
PARALLEL = ["-n", WORKERS, "--dist", "loadfile"]
# suite → (what it is, arguments of pytest, database)
SUITES: dict[str, tuple[str, list[str], str]] = {
    "core": (
        "the core, with Django out of reach",
        ["-p", "tools.without_django", "-p", "no:django", "core/tests"],
        "",
    ),
    "sqlite": ("everything on SQLite", [*PARALLEL, "--ignore=tests/browser", "tests"], "sqlite"),
    "postgres": (
        "everything on PostgreSQL",
        [*PARALLEL, "--ignore=tests/browser", "tests"],
        "postgres",
    ),
    "browser": ("pages in a real browser", ["tests/browser"], "sqlite"),
}


def run(name: str, extra: list[str]) -> tuple[int, str]:
    """Run one suite; its status and its closing line."""
    meaning, arguments, database = SUITES[name]
    print(f"\n==> tests: {meaning}", flush=True)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    if database:
        environment["PORTULAN_TEST_DATABASE"] = database
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", "-q", *arguments, *extra],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    last = ""
    for line in process.stdout or ():
        print(line, end="", flush=True)
        last = line.strip() or last
    return process.wait(), last


def main(arguments: list[str]) -> int:
    """Run the suites; status 1 when one failed."""
    names, extra = arguments, []
    if "--" in arguments:
        cut = arguments.index("--")
        names, extra = arguments[:cut], arguments[cut + 1 :]
    unknown = [name for name in names if name not in SUITES]
    if unknown:
        print(
            f"unknown suite {', '.join(unknown)}; the suites are {', '.join(SUITES)}",
            file=sys.stderr,
        )
        return 2
    start = time.monotonic()
    results = {name: run(name, extra) for name in names or SUITES}
    print(f"\n==> {time.monotonic() - start:.0f} s")
    for name, (status, line) in results.items():
        print(f"{'passed' if status == 0 else 'FAILED':7} {name:9} {line}")
    return int(any(status for status, _ in results.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
