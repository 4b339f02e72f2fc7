"""Resolves the versions of all Python packages into `requirements/*.lock`, with hashes and without
addresses.

Each lock holds the smaller ones: `runtime` < `test` < `check`, and `uv` holds the installer alone.
Run it by `make lock`; `--upgrade` takes newer versions, otherwise the present ones are kept where
they still fit.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCKS: dict[str, tuple[list[str], str | None]] = {
    "runtime": (["build"], None),
    "test": (["build", "test"], "runtime"),
    "check": (["build", "test", "check"], "test"),
}
OPTIONS = [
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--no-emit-package=portulan-core",
    "--no-header",
    "--no-annotate",
    "--quiet",
]


def compile_lock(name: str, source: list[str], constraint: str | None, extra: list[str]) -> None:
    """Write one lock."""
    constraints = ["-c", f"requirements/{constraint}.lock"] if constraint else []
    command = [".venv/bin/uv", "pip", "compile", *source, *OPTIONS, *constraints, *extra]
    subprocess.run([*command, "-o", f"requirements/{name}.lock"], cwd=ROOT, check=True)
    print(f"requirements/{name}.lock")


def main(arguments: list[str]) -> None:
    """Write all locks, the smaller ones first."""
    for name, (groups, constraint) in LOCKS.items():
        options = [f"--group={group}" for group in groups]
        compile_lock(name, ["pyproject.toml", *options], constraint, arguments)
    draft = ROOT / "requirements/uv.in"
    draft.write_text("uv\n")
    try:
        compile_lock("uv", ["requirements/uv.in"], "runtime", arguments)
    finally:
        draft.unlink()


if __name__ == "__main__":
    main(sys.argv[1:])
