"""The areas of the pages: each is a package beside this module, with its addresses and its plugs.

An area has ``urls.py`` (with ``app_name`` and ``urlpatterns``) and may have ``plugs.py``,
``templates/<area>/``, ``static/<area>/`` and ``locale/``. Nothing else needs to name it.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from functools import lru_cache
from pathlib import Path

_HERE = Path(__file__).resolve().parent
_NOT_AREAS = {"charts", "templatetags", "ui"}


@lru_cache(maxsize=1)
def names() -> tuple[str, ...]:
    """The areas, in alphabetical order."""
    found = (m.name for m in pkgutil.iter_modules([str(_HERE)]) if m.ispkg)
    return tuple(sorted(name for name in found if name not in _NOT_AREAS))


def modules(kind: str) -> tuple[str, ...]:
    """The dotted paths of every area's module called ``kind``, where there is one."""
    paths = (f"portulan.web.{name}.{kind}" for name in names())
    return tuple(path for path in paths if importlib.util.find_spec(path) is not None)


def load(kind: str) -> None:
    """Import every area's module called ``kind``."""
    for path in modules(kind):
        importlib.import_module(path)
