"""A pytest plugin for the tests of the core: Django and the rest of Portulan are out of reach."""

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

FORBIDDEN = ("django", "portulan", "psycopg", "openpyxl", "typst")


class _Forbidding(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Refuse the forbidden packages, leave the others to the next finder."""
        if fullname.partition(".")[0] in FORBIDDEN:
            raise ModuleNotFoundError(f"{fullname} is out of reach of the core", name=fullname)
        return None


sys.meta_path.insert(0, _Forbidding())
