"""The browser tests themselves: they see errors and accessibility faults."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests.browser.conftest import AxeCheck

GOOD = '<html lang="en"><head><title>T</title></head><body><main><h1>T</h1></main></body></html>'


def test_a_good_page_has_no_violation(page: Page, axe: AxeCheck) -> None:
    page.set_content(GOOD)
    axe(page)


@pytest.mark.parametrize(
    ("fault", "rule"),
    [
        ('<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">', "image-alt"),
        ("<input>", "label"),
        ('<p style="color:#ccc;background:#fff">pale</p>', "color-contrast"),
    ],
)
def test_a_fault_is_a_violation(page: Page, axe: AxeCheck, fault: str, rule: str) -> None:
    page.set_content(GOOD.replace("</main>", f"{fault}</main>"))
    with pytest.raises(AssertionError, match=rule):
        axe(page)


def test_the_front_end_files_are_served_and_run(
    page: Page, live_server: LiveServer, expect_faults: Callable[..., None]
) -> None:
    expect_faults("404")  # the icon of a page that has none
    page.goto("/static/vendor/htmx/htmx.min.js")
    page.set_content(GOOD)
    for name in ("htmx/htmx.min.js", "vega/vega.min.js"):
        page.add_script_tag(url=f"/static/vendor/{name}")
    assert page.evaluate("htmx.version").startswith("2.")
    address = "/static/vendor/vega/vega-interpreter.js"
    kind = page.evaluate(f"import('{address}').then(m => typeof m.expressionInterpreter)")
    assert kind == "object"
