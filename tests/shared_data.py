"""Where the real data sets are, for the tests that read them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def shared_data(name: str) -> Path:
    """A folder of real data; the test is skipped, saying why, where there is none."""
    folder = Path(os.environ.get("SHARED_DATA") or ROOT.parent / "shared" / "data") / name
    if not folder.is_dir():
        pytest.skip(f"real data: {name} is neither in SHARED_DATA nor beside the project")
    return folder
