"""Sample data: an instance that holds it says so, and nothing else is ever mixed with it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

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


def tell_acts(acts: Iterable[tuple[int, str, str, datetime]]) -> None:
    """Give the made-up people a past: account, name, activity and time of what they did."""
    Change.objects.bulk_create(
        [
            Change(at=at, account_id=account, actor=name, activity=activity)
            for account, name, activity, at in acts
        ],
        batch_size=500,
    )


def mark_sample(version: str) -> None:
    """Say that this instance holds sample data."""
    Setting.objects.update_or_create(key=SAMPLE, defaults={"value": version})
