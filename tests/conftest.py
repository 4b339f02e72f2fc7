"""What every test may use, and what none may do."""

from collections.abc import Iterator

import pytest
from django.utils import translation

from tests.settings import ENGINE


def pytest_report_header(config: pytest.Config) -> str:
    """Say which database this run uses."""
    return f"portulan: database {ENGINE}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests of one engine are left out of the other's suite (deselected, not skipped)."""
    if ENGINE == "postgres":
        return
    left_out = [item for item in items if item.get_closest_marker("postgres")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    """Each test starts in English, the language of the sources; no choice leaks into the next."""
    with translation.override("en"):
        yield
