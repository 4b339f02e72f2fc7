"""A real browser before the real server: pages, accessibility, pictures of failures."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import transaction
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from portulan.governance import append_only
from portulan.governance.models import RegisterEntry
from tests.browser.chromium import launch_options

PICTURES = Path(__file__).resolve().parents[2] / "var/tests/pictures"
# Playwright's synchronous interface runs an event loop that Django takes for an asynchronous view.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

FAILED = pytest.StashKey[bool]()
EXPECTED = pytest.StashKey[tuple[str, ...]]()
NewPage = Callable[..., Page]
AxeCheck = Callable[[Page], None]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser of this run."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(**launch_options())
        yield started
        started.close()


@pytest.fixture
def new_page(
    browser: Browser, live_server: LiveServer, request: pytest.FixtureRequest
) -> Iterator[NewPage]:
    """Opens pages of separate people: `new_page(language="fr", dark=False, width=1440)`.

    At the end of the test no page may have met an error: of a script, of the content policy, of
    the console, or a request that left the server.
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_page(
        language: str = "en", dark: bool = False, width: int = 1440, height: int = 900
    ) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            locale={"fr": "fr-FR", "en": "en-GB"}[language],
            timezone_id="Europe/Paris",
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            viewport={"width": width, "height": height},
            accept_downloads=True,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: faults.append(f"script: {error}"))
        page.on(
            "console",
            lambda line: faults.append(f"console: {line.text}") if line.type == "error" else None,
        )
        page.on(
            "request",
            lambda sent: (
                faults.append(f"left the server: {sent.url}") if _leaves(sent.url) else None
            ),
        )
        return page

    def _leaves(url: str) -> bool:
        return url.startswith("http") and not url.startswith(live_server.url)

    yield open_page
    if request.node.stash.get(FAILED, False):
        PICTURES.mkdir(parents=True, exist_ok=True)
        name = re.sub(r"[^\w.-]+", "_", request.node.nodeid.removeprefix("tests/browser/"))
        pages = [page for context in contexts for page in context.pages]
        for number, page in enumerate(pages, start=1):
            page.screenshot(path=PICTURES / f"{name}-{number}.png", full_page=True)
    for context in contexts:
        context.close()
    # What a test expects (a page that is refused) it takes out with `expect_faults`.
    allowed = request.node.stash.get(EXPECTED, ())
    left = [fault for fault in faults if not any(part in fault for part in allowed)]
    assert not left, "the pages met errors:\n" + "\n".join(left)


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """One page, in English, light, 1440 px wide."""
    return new_page()


@pytest.fixture
def expect_faults(request: pytest.FixtureRequest) -> Callable[..., None]:
    """`expect_faults("404")`: errors with these words belong to the test."""

    def expect(*parts: str) -> None:
        stash = request.node.stash
        stash[EXPECTED] = (*stash.get(EXPECTED, ()), *parts)

    return expect


@pytest.fixture
def emptied_after(transactional_db: None) -> Iterator[None]:
    """A database of the test's own, whose register may be emptied with the rest at its end."""
    yield
    with transaction.atomic(), append_only.lifted():
        RegisterEntry.objects.all().delete()


@pytest.fixture(scope="session")
def axe() -> AxeCheck:
    """`axe(page)` fails on any accessibility violation: all rules, the whole page as it stands."""
    checker = Axe()

    def check(page: Page) -> None:
        violations: list[dict[str, Any]] = checker.run(page, options={"preload": False}).response[
            "violations"
        ]
        lines = [
            "{id}: {help}\n".format(**violation) + "    {html}\n    {failureSummary}".format(**node)
            for violation in violations
            for node in violation["nodes"]
        ]
        assert not lines, f"{page.url}: {len(lines)} accessibility violations\n" + "\n".join(lines)

    return check


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Remember that a test failed, for its pictures."""
    report = yield
    if report.when == "call" and report.failed:
        item.stash[FAILED] = True
    return report
