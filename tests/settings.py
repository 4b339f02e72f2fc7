"""Settings of the tests: Portulan's own, in a temporary home, on the engine that is asked for.

`PORTULAN_TEST_DATABASE` is `sqlite` (default) or `postgres`. For PostgreSQL,
`PORTULAN_TEST_POSTGRES_URL` names a server where databases may be created; without it the packaged
one is started, and stopped at the end. Nothing of the developer's own environment is read.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from portulan import environment
from tests import postgres

ENGINE = os.environ.get("PORTULAN_TEST_DATABASE", "sqlite")
if ENGINE not in ("sqlite", "postgres"):
    raise RuntimeError(f"PORTULAN_TEST_DATABASE={ENGINE!r}: expected sqlite or postgres.")
for _setting in environment.SETTINGS:
    os.environ.pop(_setting.name, None)
_home = Path(tempfile.mkdtemp(prefix="portulan-tests-"))
atexit.register(shutil.rmtree, _home, ignore_errors=True)
os.environ |= {
    "PORTULAN_HOME": str(_home),
    "SECRET_KEY": "for-tests-only",
    "PORTULAN_LOG_LEVEL": "WARNING",
}
if ENGINE == "postgres":
    os.environ["DATABASE_URL"] = postgres.url()

from portulan.settings import *  # noqa: E402, F403 - the environment had to be set before
from portulan.settings import DATABASES, STORAGES, TEMPLATES  # noqa: E402

# Several runs may share one server: the name of the test database is this process's own.
DATABASES["default"]["TEST"] = {
    "NAME": f"test_portulan_{os.getpid()}" if ENGINE == "postgres" else str(_home / "test.sqlite3")
}
DATABASES["default"]["CONN_MAX_AGE"] = 0
if ENGINE == "sqlite":
    # Same locking as in production; what a power cut would lose does not matter here.
    DATABASES["default"]["OPTIONS"]["init_command"] = environment.SQLITE_START.replace(
        "FULL", "OFF"
    )


class UndefinedVariable(Exception):
    """A template names a variable that its context does not have."""


class _Refuse(str):
    def __contains__(self, item: object) -> bool:
        return item == "%s"

    def __mod__(self, variable: object) -> str:
        raise UndefinedVariable(f"undefined variable in a template: {variable}")


TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = _Refuse("undefined: %s")
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]
