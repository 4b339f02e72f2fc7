"""A decision takes effect on the roadmap; a later one, proposed from its page, takes it back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from playwright.sync_api import expect

from portulan.governance import actions
from portulan.governance.gates import SECTIONS
from portulan.governance.models import Decision, Dossier
from portulan.portfolio.models import Initiative
from tests.browser.conftest import AxeCheck, NewPage
from tests.browser.steps import Somebody
from tests.governance.house import House, build

PASSWORD = "un mot de passe assez long"


@pytest.fixture
def house(emptied_after: None) -> Iterator[House]:
    """The company of the tests of governance, at Thursday's committee; time goes on."""
    with time_machine.travel(datetime(2027, 3, 11, 9, 0, tzinfo=UTC), tick=True):
        yield build()


@pytest.fixture
def pmo(house: House, new_page: NewPage, axe: AxeCheck) -> Somebody:
    account = house.people["pmo"].account
    assert account is not None
    account.set_password(PASSWORD)
    account.save()
    return Somebody(new_page, axe, account.email, PASSWORD, "en")


def placed() -> list[tuple[str, str, int | None]]:
    return list(Initiative.objects.order_by("pk").values_list("code", "state", "start"))


def approve(house: House, dossier: Dossier) -> Decision:
    """The committee sits on the dossier, approves every line and closes."""
    item = house.sitting(dossier)
    for line in item.dossier.lines.all():
        actions.decide_line(house.actors["secretary"], item, line, "approved")
    return actions.close_decision(house.actors["chair"], item)


def test_effects_are_seen_and_undone_by_a_later_decision(house: House, pmo: Somebody) -> None:
    page, told = pmo.page, pmo.panel("What committees changed lately")
    before = placed()
    first = approve(house, house.dossier())
    assert placed() != before
    pmo.to("/portfolio/roadmap")
    expect(told.locator(f"a[href='/decisions/{first.code}']").first).to_be_visible()
    moved = page.locator("tr.rm-row", has_text=Initiative.objects.get(code="I4").name)
    expect(moved).to_have_count(1)

    pmo.to(f"/decisions/{first.code}")
    pmo.button("Propose to go back on it").click()
    page.wait_for_url("**/dossiers/*")
    pmo.look()
    dossier = Dossier.objects.get(code=page.url.rpartition("/")[2])
    if dossier.state == Dossier.State.DRAFT:
        for code in SECTIONS:
            actions.write_section(house.actors["pmo"], dossier, code, "Texte.")
    pmo.to(f"/dossiers/{dossier.code}")
    pmo.button("It is ready").click()
    expect(pmo.button("Write again")).to_be_visible()
    dossier.refresh_from_db()
    second = approve(house, dossier)

    assert placed() == before
    pmo.to(f"/decisions/{first.code}")
    expect(page.locator("main")).to_contain_text(pmo.say("Undone by %(code)s.", code=second.code))
    pmo.to("/portfolio/roadmap")
    expect(moved).to_have_count(0)
