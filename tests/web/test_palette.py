"""The command palette finds pages, objects and commands; accents and order of words do not
count.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.http import HttpRequest

from portulan.web import plugs
from portulan.web.palette.find import matches
from portulan.web.plugs import Hit
from tests.web.actors import ENTITLED, company


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("equipe", "Équipe Data", True),
        ("dat equ", "Équipe Data", True),
        ("coe", "Cœur", True),
        ("ata", "Équipe Data", False),
        ("mob-01", "MOB-01", True),
    ],
)
def test_words_are_found_by_their_beginning(query: str, text: str, found: bool) -> None:
    assert matches(query, text) is found


@pytest.fixture
def products() -> Iterator[list[str]]:
    asked: list[str] = []

    def search(request: HttpRequest, folded: str, limit: int) -> list[Hit]:
        asked.append(folded)
        return [
            Hit("Products", f"Carène {n}", f"/products/{n}", "<b>HAB</b>", "stack-2")
            for n in range(limit + 5)
        ]

    plugs.search("test", search)
    yield asked
    del plugs._searches["test"]


@pytest.mark.django_db
def test_objects_come_first_folded_limited_and_escaped(products: list[str]) -> None:
    text = company().client(ENTITLED).get("/palette", {"q": " CARÈNE "}).content.decode()
    assert products == ["carene"]
    assert text.count('role="option"') == 6
    assert "<b>HAB</b>" not in text


@pytest.mark.django_db
def test_without_text_it_shows_pages_and_commands(products: list[str]) -> None:
    text = company().client(ENTITLED).get("/palette").content.decode()
    assert products == []
    assert "My account" in text
    assert 'action="/sign-out"' in text


@pytest.mark.django_db
def test_nothing_found_says_what_to_try() -> None:
    text = company().client(ENTITLED).get("/palette", {"q": "zzz<i>"}).content.decode()
    assert "Nothing for" in text
    assert "<i>" not in text
