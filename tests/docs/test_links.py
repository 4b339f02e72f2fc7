"""Links lead somewhere, both guides have the same pages, pictures stay light."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.pages import ROOT, anchors, links, pages

GUIDES = ROOT / "docs/user"
HEAVIEST = 300_000


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    lost = []
    for link in links(page):
        if "://" in link or link.startswith("mailto:"):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        if not target.exists():
            lost.append(f"{link}: no such file")
        elif anchor and anchor not in anchors(target):
            lost.append(f"{link}: no such heading; there are {', '.join(sorted(anchors(target)))}")
    assert lost == []


def test_both_guides_have_the_same_pages() -> None:
    french, english = (
        {path.name for path in (GUIDES / language).glob("*.md")} for language in ("fr", "en")
    )
    assert french == english


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_first_page_of_a_guide_leads_to_all_others(language: str) -> None:
    index = GUIDES / language / "index.md"
    linked = {link.partition("#")[0] for link in links(index)}
    missing = {path.name for path in index.parent.glob("*.md")} - linked - {index.name}
    assert missing == set()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_how_to_in_one_language_is_in_the_other(language: str) -> None:
    other = {"fr": "en", "en": "fr"}[language]
    for path in (ROOT / "docs/how-to").glob(f"*.{language}.md"):
        assert path.with_name(path.name.replace(f".{language}.md", f".{other}.md")).is_file()


def test_every_page_of_the_docs_is_linked_from_another() -> None:
    linked = {
        (page.parent / link.partition("#")[0]).resolve()
        for page in pages()
        for link in links(page)
        if "://" not in link and link.partition("#")[0]
    }
    alone = [
        page.relative_to(ROOT).as_posix()
        for page in pages()
        if page.is_relative_to(ROOT / "docs") and page not in linked and page.parent not in linked
    ]
    assert alone == []


def test_pictures_are_used_and_light() -> None:
    shown = {
        (page.parent / link).resolve()
        for page in pages()
        for link in links(page)
        if link[-4:] == ".png"
    }
    for picture in (ROOT / "docs/images").glob("*.png"):
        assert picture in shown, f"{picture.name} is shown nowhere"
        assert picture.stat().st_size < HEAVIEST, f"{picture.name} is too heavy"
