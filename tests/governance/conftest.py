"""The house of governance at Thursday's committee, and a database that can be emptied again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from django.db import connection

from portulan.governance import append_only
from tests.governance.house import House, build


@pytest.fixture
def thursday() -> Iterator[time_machine.Traveller]:
    """11 March 2027, ten in the morning in Paris; time stands still until it is moved."""
    with time_machine.travel(datetime(2027, 3, 11, 9, 0, tzinfo=UTC), tick=False) as traveller:
        yield traveller


@pytest.fixture
def house(db: None, thursday: time_machine.Traveller) -> House:
    """The company of ``tests.governance.house``."""
    return build()


def run(statements: tuple[str, ...]) -> None:
    """Execute statements as they are."""
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.fixture
def unlocked_at_end(transactional_db: None) -> Iterator[None]:
    """The register can be emptied after a test that commits: the triggers go, then come back."""
    yield
    run(append_only.REMOVE[connection.vendor])
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {append_only.TABLE}")
    run(append_only.INSTALL[connection.vendor])
