"""The blocks of a tutorial run one after the other, as a reader would paste them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, blocks

TUTORIALS = sorted((ROOT / "docs/tutorials").glob("*.md"))


def test_there_is_a_tutorial() -> None:
    assert TUTORIALS


@pytest.mark.parametrize("page", TUTORIALS, ids=lambda page: page.stem)
def test_a_tutorial_runs_and_needs_the_core_alone(page: Path, tmp_path: Path) -> None:
    parts = blocks(page, "python")
    assert parts
    only_the_core = "import sys\nsys.modules['django'] = sys.modules['portulan'] = None\n"
    script = tmp_path / "tutorial.py"
    script.write_text(only_the_core + "\n".join(parts), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(script)],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout
