"""Every address answers each actor as the table says; an address that the table forgets fails."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from portulan.web.security import PUBLIC_ROUTES, SELF_AUTHENTICATED
from tests.web.actors import ACTORS, SIGNED_OUT, Company, company
from tests.web.permissions import ROWS, SIGN_IN, Given, Row


def _routes(patterns: list[Any], prefix: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from _routes(pattern.url_patterns, space)
        elif isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name or '?' + str(pattern.pattern)}"


def _pages() -> set[str]:
    """Every route but those of the areas that authenticate by themselves (they have their own
    table).
    """
    every = _routes(get_resolver().url_patterns)
    return {name for name in every if name.split(":")[0].split("-")[0] not in SELF_AUTHENTICATED}


def test_every_route_has_its_row() -> None:
    missing = sorted(_pages() - {row.route for row in ROWS})
    assert not missing, f"add rows to tests/web/permissions.py for: {', '.join(missing)}"


def test_every_row_names_a_route() -> None:
    gone = sorted({row.route for row in ROWS} - _pages())
    assert not gone, f"no such route any more: {', '.join(gone)}"


def test_only_the_public_routes_answer_without_signing_in() -> None:
    """No row may let a signed-out reader in, but for the allow-list; nothing else is public."""
    open_to_all = {row.route for row in ROWS if row.answers[0] != SIGN_IN}
    assert open_to_all <= PUBLIC_ROUTES


def _names(row: Row) -> str:
    return f"{row.method} {row.route}"


_SEEN: Counter[str] = Counter()


def _case(row: Row) -> str:
    _SEEN[_names(row)] += 1
    rank = _SEEN[_names(row)]
    return _names(row) if rank == 1 else f"{_names(row)} ({rank})"


def _given(given: Given, built: Company) -> Mapping[str, Any]:
    return given(built) if callable(given) else given


@pytest.mark.django_db
@pytest.mark.parametrize("row", ROWS, ids=_case)
@pytest.mark.parametrize("actor", ACTORS)
def test_answer(row: Row, actor: str) -> None:
    built = company()
    address = reverse(row.route, kwargs=dict(_given(row.kwargs, built)) or None)
    data = _given(row.data, built)
    client = built.client(actor)
    if row.query:
        address += f"?{row.query}"
    response = (
        client.generic(row.method, address)
        if row.method not in ("GET", "POST")
        else (client.post(address, data) if row.method == "POST" else client.get(address))
    )
    expected = row.answers[ACTORS.index(actor)]
    if expected == SIGN_IN:
        assert actor == SIGNED_OUT
        assert response.status_code == 302
        assert response.headers["Location"].split("?")[0] == reverse("account:sign_in")
    else:
        assert response.status_code == expected
