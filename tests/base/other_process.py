"""Another process on the database of the running test, with Portulan's own settings."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from django.db import connection

ROOT = Path(__file__).resolve().parents[2]


def database_url() -> str:
    """The address of the database that the test uses."""
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{values['NAME']}"
    user = quote(values["USER"]) + (f":{quote(values['PASSWORD'])}" if values["PASSWORD"] else "")
    port = f":{values['PORT']}" if values["PORT"] else ""
    host = values["HOST"] or ""
    if host.startswith("/"):
        query = "?" + urlencode({"host": host})
        return f"postgresql://{user}@{port}/{quote(values['NAME'])}{query}"
    return f"postgresql://{user}@{host}{port}/{quote(values['NAME'])}"


def environment(home: Path, **more: str) -> dict[str, str]:
    """The environment of a process of the instance at ``home``."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PORTULAN_", "DJANGO_", "DATABASE_URL"))
    }
    return kept | {
        "PORTULAN_HOME": str(home),
        "SECRET_KEY": "for-tests-only",
        "DJANGO_SETTINGS_MODULE": "portulan.settings",
        "PORTULAN_LOG_LEVEL": "WARNING",
        "PYTHONPATH": str(ROOT),
        **more,
    }


def start(module: str, *arguments: str, home: Path, **more: Any) -> subprocess.Popen[str]:
    """Start ``python -m module arguments`` on the test's database."""
    return subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env=environment(home, DATABASE_URL=database_url(), **more),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
