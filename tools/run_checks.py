"""Runs every check and says at the end which ones failed.

python tools/run_checks.py [CHECK…]
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYTHON = sys.executable
BIN = Path(PYTHON).parent
CHECKS: dict[str, tuple[str, list[str]]] = {
    "style": (
        "names, imports, bans, docstrings",
        [f"{BIN}/ruff", "check", "--quiet", "--output-format=concise", "."],
    ),
    "types": ("types, look-ups of the database", [f"{BIN}/mypy"]),
    "floors": ("who may import whom", [f"{BIN}/lint-imports"]),
    "relations": ("keys between floors", [PYTHON, "tools/check_relations.py"]),
    "modules": ("length, names, raw SQL, inline code", [PYTHON, "tools/check_modules.py"]),
    "templates": ("templates", [f"{BIN}/djlint", "src/portulan", "--lint", "--quiet"]),
    "migrations": (
        "migrations say what the models say",
        [PYTHON, "-m", "portulan.manage", "makemigrations", "--check", "--dry-run"],
    ),
    "django": (
        "Django's own checks",
        [PYTHON, "-m", "portulan.manage", "check", "--fail-level", "WARNING"],
    ),
    "messages": ("translations", [PYTHON, "tools/messages.py", "check"]),
    "reference": (
        "generated pages of the documentation",
        [PYTHON, "tools/reference.py", "--check"],
    ),
}


def main(names: list[str]) -> int:
    """Run the checks; status 1 when one failed."""
    unknown = [name for name in names if name not in CHECKS]
    if unknown:
        print(
            f"unknown check {', '.join(unknown)}; the checks are {', '.join(CHECKS)}",
            file=sys.stderr,
        )
        return 2
    failed: list[str] = []
    with tempfile.TemporaryDirectory(prefix="portulan-checks-") as home:
        environment = os.environ | {
            "PORTULAN_HOME": home,
            "DATABASE_URL": "",
            "SECRET_KEY": "for-checks-only",
        }
        for name in names or CHECKS:
            meaning, command = CHECKS[name]
            start = time.monotonic()
            done = subprocess.run(
                command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
            )
            print(
                f"{'FAILED' if done.returncode else 'ok':7} {name:11} {meaning} "
                f"({time.monotonic() - start:.1f} s)"
            )
            if done.returncode:
                failed.append(name)
                print(done.stdout + done.stderr, flush=True)
    print(f"{len(failed)} failed: {', '.join(failed)}" if failed else "All checks passed.")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
