"""The address of every kind of object: by code, the same in all languages and places."""

from __future__ import annotations

from urllib.parse import quote

#: Kind of object → first part of its address.
FOLDERS = {
    "product": "products",
    "initiative": "initiatives",
    "project": "projects",
    "team": "teams",
    "person": "people",
    "line": "lines",
    "entity": "entities",
    "objective": "objectives",
    "indicator": "indicators",
    "request": "requests",
    "forum": "forums",
    "meeting": "meetings",
    "dossier": "dossiers",
    "decision": "decisions",
    "scenario": "scenarios",
}


def address(kind: str, code: str) -> str:
    """Where the page of an object is: ``address("product", "MOB-01")`` → ``/products/MOB-01``.

    Raises:
        KeyError: a kind that has no page of its own.
    """
    return f"/{FOLDERS[kind]}/{quote(code, safe='')}"
