"""The demonstration goes from the group's profile to the lighter one and back: what the company
adapted stays, and is listed.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from portulan.cli.demo import load
from portulan.cli.sample import PASSWORD
from portulan.organisation.models import MatrixCell, RoleSheet
from tests.browser.conftest import AxeCheck, NewPage
from tests.browser.steps import Somebody


@pytest.fixture
def pmo(emptied_after: None, new_page: NewPage, axe: AxeCheck) -> Somebody:
    load()
    return Somebody(new_page, axe, "claire.aubry@valmore.example", PASSWORD, "en")


def local() -> tuple[int, int]:
    """Letters and sheets that parts of the company settle for themselves."""
    return MatrixCell.objects.exclude(entity=None).count(), RoleSheet.objects.exclude(
        entity=None
    ).count()


@pytest.mark.timeout(300)
def test_both_ways_with_local_adaptations(pmo: Somebody) -> None:
    before = local()
    assert all(before)
    page = pmo.page
    for code in ("eti", "groupe"):
        pmo.to(f"/governance-profile/plan?profile={code}")
        pmo.look()
        pmo.button("Apply this plan").click()
        page.get_by_role("dialog").get_by_role("button", name=pmo.say("Continue")).click()
        page.wait_for_url(re.compile(r"/governance-profile$"))
        expect(page.locator("main")).to_contain_text(pmo.say("Applied"))
        adapted = pmo.panel("Local adaptations")
        expect(adapted).to_contain_text("Valmoré Eau")
        assert local() == before
