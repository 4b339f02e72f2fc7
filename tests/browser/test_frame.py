"""The frame of the pages in a real browser: every piece without accessibility fault, keyboard,
themes, charts.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from portulan.base.models import Account
from portulan.organisation.models import Entity, EntityRole, Person
from tests.browser.conftest import AxeCheck, NewPage

SECRET = "une phrase assez longue"


@pytest.fixture
def account(transactional_db: None) -> Account:
    made = Account.objects.create_account(
        "maelle@example.org", SECRET, name="Maëlle Quéré", language="en"
    )
    entity = Entity(code="GRP", name="Groupe Armorance", level="group")
    entity.refresh_derived()
    entity.save()
    person = Person(code="MQ", name="Maëlle Quéré", account=made, entity=entity)
    person.refresh_derived()
    person.save()
    EntityRole.objects.create(role="pmo", person=person, entity=entity)
    return made


def sign_in(
    page: Page, account: Account, language: str = "en", theme: str = "", then: str = "/account"
) -> None:
    account.language, account.theme = language, theme
    account.save()
    page.goto(f"/sign-in?next={then}")
    page.fill("[name=username]", account.email)
    page.fill("[name=password]", SECRET)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_every_piece_is_accessible(
    new_page: NewPage, account: Account, axe: AxeCheck, language: str, theme: str, width: int
) -> None:
    page = new_page(language=language, dark=theme == "dark", width=width)
    page.goto("/sign-in")
    axe(page)
    sign_in(page, account, language, theme, then="/gallery")
    expect(page.locator("[data-chart][data-drawn] svg")).to_have_count(4)
    assert page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )
    axe(page)
    page.keyboard.press("Control+k")
    expect(page.locator("#pt-palette-results [role=option]").first).to_be_visible()
    axe(page)
    page.keyboard.press("Escape")
    page.goto("/gallery/present")
    axe(page)
    page.goto("/account")
    axe(page)


def test_nothing_scrolls_sideways_at_four_hundred_percent(
    new_page: NewPage, account: Account
) -> None:
    page = new_page(width=320, height=256)
    sign_in(page, account, then="/gallery")
    expect(page.locator("[data-chart][data-drawn] svg")).to_have_count(4)
    assert page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )


def test_the_palette_works_by_keyboard_alone(page: Page, account: Account) -> None:
    sign_in(page, account, then="/gallery/present")
    page.keyboard.press("Control+k")
    page.keyboard.type("mon acc")
    page.keyboard.press("Control+a")
    page.keyboard.type("account")
    expect(page.locator("#pt-palette-results [aria-selected=true]")).to_have_text("My account")
    page.keyboard.press("Enter")
    page.wait_for_url("**/account")


def test_the_theme_follows_the_computer_until_one_chooses(
    new_page: NewPage, account: Account, live_server: LiveServer
) -> None:
    page = new_page(dark=True)
    sign_in(page, account, theme="")
    assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"
    page.click(".pt-top form[data-theme-form] button")
    assert page.evaluate("document.documentElement.dataset.bsTheme") == "light"
    page.wait_for_load_state("networkidle")
    page.reload()
    assert page.evaluate("document.documentElement.dataset.bsTheme") == "light"
    account.refresh_from_db()
    assert account.theme == "light"


def test_a_value_is_edited_in_place_by_keyboard(
    page: Page, account: Account, expect_faults: Callable[..., None]
) -> None:
    expect_faults("422")
    sign_in(page, account, then="/gallery")
    place = page.locator("#inline-capacity")
    place.locator(".pt-inline-edit").focus()
    page.keyboard.press("Enter")
    field = place.locator("input[name=value]")
    expect(field).to_be_focused()
    page.keyboard.press("Escape")
    expect(field).to_have_count(0)
    expect(place.locator(".pt-inline-edit")).to_be_focused()
    page.keyboard.press("Enter")
    field.fill("beaucoup")
    page.keyboard.press("Enter")
    expect(place.locator(".pt-error")).to_be_visible()
    field.fill("281")
    page.keyboard.press("Enter")
    expect(place.locator(".pt-inline-value")).to_be_visible()
    expect(page.locator(".pt-toast")).to_contain_text("saved")


def test_a_conflict_shows_both_values(
    page: Page, account: Account, expect_faults: Callable[..., None]
) -> None:
    expect_faults("409")
    sign_in(page, account, then="/gallery")
    place = page.locator("#inline-capacity")
    place.locator(".pt-inline-edit").click()
    place.locator("input[name=value]").fill("295")
    page.keyboard.press("Enter")
    expect(place.locator(".pt-conflict")).to_contain_text("295")
    place.get_by_role("button", name="Keep theirs").click()
    expect(place.locator(".pt-inline-value")).to_be_visible()


def test_help_opens_and_closes_by_keyboard(page: Page, account: Account) -> None:
    sign_in(page, account, then="/account")
    page.locator("main").click(position={"x": 2, "y": 2})
    page.keyboard.press("?")
    expect(page.locator("#pt-help")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#pt-help")).to_be_hidden()


def test_a_closed_button_says_why_on_focus(page: Page, account: Account) -> None:
    sign_in(page, account, then="/gallery")
    closed = page.locator(".pt-reason button").first
    closed.focus()
    expect(page.locator(".pt-tooltip").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".pt-tooltip").first).to_be_hidden()


def test_a_risky_button_asks_first(page: Page, account: Account) -> None:
    sign_in(page, account, then="/gallery")
    page.evaluate("""() => {
      const form = document.createElement('form');
      form.action = '/account'; form.dataset.confirm = 'Sure?';
      form.innerHTML = '<button id="risky">Go</button>';
      document.querySelector('main').append(form);
    }""")
    page.click("#risky")
    expect(page.locator("#pt-confirm")).to_contain_text("Sure?")
    page.keyboard.press("Escape")
    assert page.url.endswith("/gallery")
    page.click("#risky")
    page.click("[data-confirm-yes]")
    page.wait_for_url("**/account?")


def test_the_menu_of_a_phone_opens_and_closes(
    new_page: NewPage, account: Account, axe: AxeCheck
) -> None:
    page = new_page(width=390, height=844)
    sign_in(page, account, then="/account")
    page.click(".pt-mobilebar button")
    expect(page.locator("#pt-side .pt-me")).to_be_visible()
    page.wait_for_timeout(300)
    axe(page)
    page.keyboard.press("Escape")
    expect(page.locator("#pt-side .pt-me")).to_be_hidden()
