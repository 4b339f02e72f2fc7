"""A bar of the roadmap dragged to another month, taken back, and left alone with Escape."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from portulan.cli.demo import load
from portulan.cli.sample import PASSWORD
from portulan.portfolio.models import Initiative
from tests.browser.conftest import AxeCheck, NewPage
from tests.browser.steps import Somebody


@pytest.fixture
def pmo(emptied_after: None, new_page: NewPage, axe: AxeCheck) -> Somebody:
    load()
    return Somebody(new_page, axe, "claire.aubry@valmore.example", PASSWORD, "en")


def test_a_bar_is_dragged_to_another_month(pmo: Somebody) -> None:
    page = pmo.page
    pmo.to("/portfolio/roadmap?zoom=year")
    row = page.locator("tr[data-start]").first
    bar = row.locator(".rm-time a")
    code = (bar.get_attribute("href") or "").rpartition("/")[2]
    before = Initiative.objects.get(code=code).start
    assert before is not None
    months = int(page.locator("[data-months]").get_attribute("data-months") or 0)
    track, box = row.locator(".rm-time > svg").bounding_box(), bar.locator("rect").bounding_box()
    assert track is not None and box is not None
    x, y = box["x"] + min(10, box["width"] / 2), box["y"] + box["height"] / 2

    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 3.1 * track["width"] / months, y, steps=5)
    expect(page.locator(".rm-held")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".rm-held")).to_have_count(0)
    page.mouse.up()
    assert Initiative.objects.get(code=code).start == before

    pmo.to("/portfolio/roadmap?zoom=year")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 3.1 * track["width"] / months, y, steps=5)
    page.mouse.up()
    toast = page.locator(".pt-toast")
    expect(toast).to_be_visible()
    assert Initiative.objects.get(code=code).start == before + 3
    with page.expect_response(lambda answer: answer.url.endswith("/undo")):
        toast.get_by_role("button", name="Undo").click()
    assert Initiative.objects.get(code=code).start == before
