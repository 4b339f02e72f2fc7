"""Settings come from the environment, and a wrong value says what is expected."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from pytest_django.fixtures import Settings

from portulan import environment


@pytest.mark.parametrize(
    ("name", "raw", "expected"),
    [
        ("PORT", "8123", 8123),
        ("PORT", "", 8000),
        ("PORTULAN_DEBUG", "Yes", True),
        ("PORTULAN_DEBUG", "off", False),
        ("PORTULAN_ALLOWED_HOSTS", "a.example, b.example,", ["a.example", "b.example"]),
        ("PORTULAN_HOME", "/srv/portulan", Path("/srv/portulan")),
        ("PORTULAN_LANGUAGE", "en", "en"),
    ],
)
def test_values_are_typed(name: str, raw: str, expected: object) -> None:
    assert environment.value(name, {name: raw}) == expected


@pytest.mark.parametrize(
    ("name", "raw", "expected"),
    [
        ("PORT", "http", "a whole number"),
        ("PORTULAN_DEBUG", "perhaps", "true or false"),
        ("PORTULAN_LANGUAGE", "de", "one of fr, en"),
    ],
)
def test_a_wrong_value_says_what_is_expected(name: str, raw: str, expected: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=f"{name}='{raw}': expected {expected}"):
        environment.value(name, {name: raw})


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("", {"NAME": "/srv/home/portulan.sqlite3"}),
        ("sqlite:////data/my%20file.db", {"NAME": "/data/my file.db"}),
        (
            "postgresql://ann:p%40ss@db.example:5433/portulan?sslmode=require",
            {
                "NAME": "portulan",
                "USER": "ann",
                "PASSWORD": "p@ss",
                "HOST": "db.example",
                "PORT": "5433",
                "OPTIONS": {"sslmode": "require"},
            },
        ),
        ("postgresql://ann@/portulan?host=/run/pg", {"HOST": "/run/pg", "OPTIONS": {}}),
    ],
)
def test_database_addresses(url: str, expected: dict[str, Any]) -> None:
    found = environment.database(url, Path("/srv/home"))
    assert {key: found[key] for key in expected} == expected


def test_a_relative_sqlite_file_is_relative_to_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = environment.database("sqlite:///a/b.db", tmp_path)
    assert found["NAME"] == str(tmp_path / "a/b.db")


@pytest.mark.parametrize("url", ["mysql://a/b", "postgresql://db.example/", "sqlite://"])
def test_a_wrong_database_address_is_refused(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL"):
        environment.database(url, Path("/srv/home"))


def test_the_key_is_made_once_and_private(tmp_path: Path) -> None:
    home = tmp_path / "new"
    first = environment.secret_key(home)
    assert len(first) > 60
    assert environment.secret_key(home) == first
    assert stat.S_IMODE((home / "secret_key").stat().st_mode) == 0o600
    assert [path.name for path in home.iterdir()] == ["secret_key"]


def read_settings(tmp_path: Path, **variables: str) -> dict[str, Any]:
    """The settings a process of its own would have."""
    code = (
        "import json; from portulan import settings as s; "
        "print(json.dumps({k: getattr(s, k) for k in dir(s) if k.isupper()}, default=str))"
    )
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("PORTULAN", "DATABASE"))}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=clean | {"PORTULAN_HOME": str(tmp_path)} | variables,
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_plain_start_is_safe(tmp_path: Path) -> None:
    found = read_settings(tmp_path)
    assert found["DEBUG"] is False
    assert found["DATABASES"]["default"]["ATOMIC_REQUESTS"] is False
    assert found["PASSWORD_HASHERS"][0].endswith("Argon2PasswordHasher")
    assert found["SESSION_COOKIE_SECURE"] is False
    assert "synchronous=FULL" in found["DATABASES"]["default"]["OPTIONS"]["init_command"]


def test_an_https_address_protects_cookies(tmp_path: Path) -> None:
    found = read_settings(tmp_path, PORTULAN_BASE_URL="https://portulan.example")
    assert "portulan.example" in found["ALLOWED_HOSTS"]
    assert found["CSRF_TRUSTED_ORIGINS"] == ["https://portulan.example"]
    assert found["SESSION_COOKIE_SECURE"] is found["CSRF_COOKIE_SECURE"] is True
    assert found["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert found["SECURE_HSTS_SECONDS"] > 0


def test_static_files_are_collected_with_names_by_content(
    tmp_path: Path, settings: Settings
) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "portulan.web.staticfiles.ManifestStorage"}
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    assert (tmp_path / "staticfiles.json").is_file()
    assert list((tmp_path / "vendor/htmx").glob("htmx.min.*.js"))
