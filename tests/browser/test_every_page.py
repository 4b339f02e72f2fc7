"""Every page that links lead to from the home page of the demonstration, one of each kind: it
answers, meets no error, has no accessibility fault in either theme and language, and fits a phone.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, resolve

from portulan.cli.demo import load
from portulan.cli.sample import PASSWORD
from tests.browser.conftest import AxeCheck, NewPage
from tests.browser.steps import Somebody

CLAIRE = "claire.aubry@valmore.example"
#: Kinds of pages that a walk which finds fewer has not walked.
LEAST = 40
#: Leaving ends the walk; the gallery shows what never comes, and ``test_frame`` looks at it.
LEFT_OUT = {"account:sign_out", "gallery:home"}


@pytest.fixture
def pmo(emptied_after: None, new_page: NewPage, axe: AxeCheck) -> Somebody:
    load()
    return Somebody(new_page, axe, CLAIRE, PASSWORD, "fr")


# Some hundred pages, read twice.
@pytest.mark.timeout(1800)
def test_every_page(pmo: Somebody) -> None:
    faults: list[str] = []
    seen = {}
    for name, address in walk(pmo, faults):
        seen[name] = address
        faults += pmo.faults()
    assert len(seen) >= LEAST, sorted(seen)
    pmo.dress("en", "dark")
    for address in seen.values():
        pmo.to(address)
        faults += pmo.faults(phone=False)
    pmo.dress("fr", "light")
    if faults:
        pytest.fail(f"{len(faults)} pages at fault\n\n" + "\n\n".join(faults), pytrace=False)


def walk(somebody: Somebody, faults: list[str]) -> Iterator[tuple[str, str]]:
    """Opens one page of each kind, as links lead to them: its kind and its address."""
    ahead, met = deque(["/"]), {"/": "home"}
    kinds: set[str] = set()
    while ahead:
        address = ahead.popleft()
        name = kind(address)
        if name is None or name in kinds:
            continue
        kinds.add(name)
        # Asked for first without being shown: a document or a piece of a page is no page.
        answer = somebody.page.request.get(address)
        kept = "text/html" in answer.headers.get("content-type", "") and "<title>" in answer.text()
        if answer.ok and not kept:
            continue
        if answer.status >= 400:
            faults.append(f"{address}: {answer.status}, from {met.get(address)}")
            continue
        somebody.page.goto(address)
        for link in somebody.page.eval_on_selector_all(
            "a[href]", "links => links.map(link => link.getAttribute('href'))"
        ):
            parts = urlsplit(link)
            target = parts._replace(fragment="").geturl()
            document = "." in parts.path.rpartition("/")[2]
            ours = not parts.scheme and not parts.netloc and parts.path.startswith("/")
            if ours and not document:
                met.setdefault(target, address)
                ahead.append(target)
        yield name, address


def kind(address: str) -> str | None:
    """The name of the page at an address; None when it is no page of ours."""
    try:
        found = resolve(urlsplit(address).path)
    except Resolver404:
        return None
    return None if found.view_name in LEFT_OUT else found.view_name
