"""Who gets what answer from each address: written by hand, one row per route and method.

A route that is not here fails ``test_permissions.py``. A row::

    Row("catalogue:product", "GET", (SIGN_IN, 404, 200, 200), kwargs=product)

gives the answers to, in this order: who is signed out, who works in another entity, who has no
right, who is allowed. ``SIGN_IN`` is the redirect to the sign-in page. ``kwargs`` (a dict, or a
function of the ``Company`` that builds what the address needs and returns them) and ``data`` (the
same, for the form). Areas keep their rows in ``tests/web/<area>_permissions.py`` as ``ROWS``: they
are read too.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.web.actors import Company

#: Redirect to the sign-in page.
SIGN_IN = -1
Answers = tuple[int, int, int, int]
Given = Mapping[str, Any] | Callable[[Company], Mapping[str, Any]]


@dataclass(frozen=True)
class Row:
    """One route, one method, four answers."""

    route: str
    method: str
    answers: Answers
    kwargs: Given = field(default_factory=dict)
    data: Given = field(default_factory=dict)
    query: str = ""


EVERYBODY: Answers = (200, 200, 200, 200)
SIGNED_IN: Answers = (SIGN_IN, 200, 200, 200)
MOVES_ON: Answers = (SIGN_IN, 302, 302, 302)

_BASE: tuple[Row, ...] = (
    Row("account:sign_in", "GET", (200, 302, 302, 302)),
    Row("account:sign_in", "POST", (422, 302, 302, 302)),
    Row("account:sign_out", "GET", (SIGN_IN, 405, 405, 405)),
    Row("account:sign_out", "POST", MOVES_ON),
    Row("account:profile", "GET", SIGNED_IN),
    Row("account:profile", "POST", MOVES_ON, data={"language": "en", "theme": ""}),
    Row("account:password", "POST", (SIGN_IN, 422, 422, 422)),
    Row("account:language", "GET", (405, 405, 405, 405)),
    Row("account:language", "POST", (302, 302, 302, 302), data={"language": "fr"}),
    Row("account:theme", "GET", (405, 405, 405, 405)),
    Row("account:theme", "POST", (302, 302, 302, 302), data={"theme": "dark"}),
    Row("palette:search", "GET", SIGNED_IN, query="q=a"),
    Row("palette:search", "POST", (SIGN_IN, 405, 405, 405)),
    Row("gallery:home", "GET", SIGNED_IN),
    Row("gallery:present", "GET", SIGNED_IN),
    Row("gallery:error", "GET", (SIGN_IN, 404, 404, 404), kwargs={"status": 404}),
    Row("gallery:inline", "GET", SIGNED_IN, kwargs={"name": "capacity"}),
    Row(
        "gallery:inline",
        "POST",
        SIGNED_IN,
        kwargs={"name": "capacity"},
        data={"value": "281", "revision": "3"},
    ),
)


def _from_areas() -> tuple[Row, ...]:
    here = Path(__file__).resolve().parent
    names = sorted(
        m.name
        for m in pkgutil.iter_modules([str(here)])
        if m.name.endswith("_permissions") and m.name != "test_permissions"
    )
    found: list[Row] = []
    for name in names:
        found.extend(importlib.import_module(f"tests.web.{name}").ROWS)
    return tuple(found)


ROWS: tuple[Row, ...] = _BASE + _from_areas()
