"""The database that the tests run on behaves as the one in production."""

import pytest
from django.conf import settings
from django.db import connection

from tests.settings import ENGINE


@pytest.mark.django_db
def test_the_engine_that_was_asked_for_is_used() -> None:
    expected = {"sqlite": "sqlite", "postgres": "postgresql"}[ENGINE]
    assert connection.vendor == expected


@pytest.mark.django_db
def test_sqlite_writes_ahead_and_takes_its_lock_at_once() -> None:
    options = settings.DATABASES["default"]["OPTIONS"]
    if connection.vendor == "sqlite":
        assert options["transaction_mode"] == "IMMEDIATE"
        assert options["timeout"] == 20
        with connection.cursor() as cursor:
            assert cursor.execute("PRAGMA journal_mode").fetchone() == ("wal",)
            assert cursor.execute("PRAGMA foreign_keys").fetchone() == (1,)
    else:
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version_num")
            assert int(cursor.fetchone()[0]) >= 150000
