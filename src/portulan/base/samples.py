"""Sample data: an instance that holds it says so, and nothing else is ever mixed with it."""

from __future__ import annotations

from portulan.base.models import Change, Setting

SAMPLE = "sample_data"


def is_sample() -> bool:
    """Whether this instance holds sample data."""
    return Setting.objects.filter(key=SAMPLE).exists()


def sample_version() -> str:
    """Which sample data this instance holds, or ""."""
    row = Setting.objects.filter(key=SAMPLE).first()
    return str(row.value) if row is not None else ""


def holds_data() -> bool:
    """Whether anything was ever recorded here."""
    return Change.objects.exists()


def mark_sample(version: str) -> None:
    """Say that this instance holds sample data."""
    Setting.objects.update_or_create(key=SAMPLE, defaults={"value": version})
