"""What the journeys share: people at their browsers, and what every page met must hold."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.translation import gettext, ngettext, pgettext
from playwright.sync_api import Download, Locator, Page, ViewportSize, expect

from portulan.base.jobs import JobContext, claim, run
from portulan.base.models import Account
from tests.browser.conftest import AxeCheck, NewPage

#: Milliseconds: a page may be the first that the server compiles, on a busy machine.
PATIENCE = 30_000
DESK = ViewportSize(width=1440, height=900)
PHONE = ViewportSize(width=390, height=844)


def run_jobs() -> list[str]:
    """Run what is in the queue, as the worker would; the states the jobs ended in."""
    states = []
    while (job := claim("journey")) is not None:
        states.append(run(JobContext(job, "journey")))
    return states


class Somebody:
    """Somebody signed in, who works in one language and reads the words of the pages in it."""

    def __init__(
        self, new_page: NewPage, axe: AxeCheck, email: str, password: str, language: str
    ) -> None:
        self.account = Account.objects.get(email=email)
        self.language = language
        self.axe = axe
        self.page: Page = new_page(language=language)
        self.page.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        self._prefer(language, "light")
        self.page.goto("/sign-in")
        self.page.fill("[name=username]", email)
        self.page.fill("[name=password]", password)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(lambda url: "/sign-in" not in url)

    # -- words of the pages ---------------------------------------------------------------

    def say(self, text: str, context: str = "", **params: Any) -> str:
        """A text of the sources in this person's language."""
        with translation.override(self.language):
            found = pgettext(context, text) if context else gettext(text)
        return found % params if params else found

    def say_count(self, one: str, many: str, count: int, **params: Any) -> str:
        """The same for a text with a number."""
        with translation.override(self.language):
            return ngettext(one, many, count) % params

    def shown(self, format_: Callable[..., object], *values: Any) -> str:
        """A figure as this person reads it."""
        with translation.override(self.language):
            return str(format_(*values))

    # -- gestures ---------------------------------------------------------------------------

    def button(self, text: str, within: Locator | None = None, context: str = "") -> Locator:
        """The button or link with this text of the sources."""
        place = within or self.page.locator("main")
        name = self.say(text, context)
        return place.get_by_role("button", name=name, exact=True).or_(
            place.get_by_role("link", name=name, exact=True)
        )

    def panel(self, text: str, context: str = "") -> Locator:
        """The panel with this title."""
        name = self.say(text, context)
        return self.page.get_by_role("region", name=name, exact=True)

    def to(self, address: str) -> None:
        """Go to an address, which must answer."""
        answer = self.page.goto(address)
        assert answer is not None
        assert answer.status < 400, f"{address}: {answer.status}"

    def download(self, click: Locator, folder: Path) -> Path:
        """What a click downloads."""
        with self.page.expect_download() as waiting:
            click.click()
        download: Download = waiting.value
        path = folder / download.suggested_filename
        download.save_as(path)
        return path

    def handed_out(self, folder: Path) -> dict[str, bytes]:
        """The documents of this page, by form."""
        menu = self.page.locator("main details.pt-menu", has=self.page.locator("a[href*='.pptx']"))
        found = {}
        for form in ("pptx", "xlsx", "pdf"):
            if menu.get_attribute("open") is None:
                menu.locator("summary").click()
            path = self.download(menu.locator(f"a[href*='.{form}']").first, folder)
            assert path.suffix == f".{form}"
            found[form] = path.read_bytes()
        return found

    # -- what a page must hold ----------------------------------------------------------------

    def look(self, phone: bool = True) -> None:
        """This page as it stands has no accessibility fault, and on a phone nothing scrolls
        sideways. ``test_every_page`` looks at pages in the other language and theme.
        """
        self.settle()
        self.axe(self.page)
        if phone:
            self.page.set_viewport_size(PHONE)
            self.settle()
            self.fits()
            self.page.set_viewport_size(DESK)

    def faults(self, phone: bool = True) -> list[str]:
        """What ``look`` would fail on, as texts."""
        try:
            self.look(phone)
        except AssertionError as fault:
            return [str(fault).partition("\nassert ")[0]]
        return []

    def dress(self, language: str, theme: str) -> None:
        """Read pages in this language and theme from now on."""
        self._prefer(language, theme)

    def fits(self) -> None:
        """Nothing scrolls sideways."""
        wide = self.page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert wide[0] <= wide[1], f"{self.page.url}: {wide[0]} px in a window of {wide[1]}"

    def settle(self) -> None:
        """What the page asks for once it is there has come, and its charts are drawn."""
        for coming in (".htmx-request, .pt-skeleton", "[data-chart]:not([data-drawn])"):
            expect(self.page.locator(coming)).to_have_count(0)

    def _prefer(self, language: str, theme: str) -> None:
        Account.objects.filter(pk=self.account.pk).update(language=language, theme=theme)
