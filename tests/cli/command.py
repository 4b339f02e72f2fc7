"""The command line as a user runs it: another process, a home of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.base.other_process import ROOT, environment


def portulan(
    *arguments: str, home: Path, given: str = "", timeout: float = 120, **more: str
) -> subprocess.CompletedProcess[str]:
    """Run ``portulan arguments`` with ``given`` on standard input."""
    return subprocess.run(
        [sys.executable, "-m", "portulan.cli", *arguments],
        cwd=ROOT,
        env=environment(home, **more),
        input=given,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
