"""The import pages in a browser: a file dropped, repairs chosen, no violation in any look."""

from __future__ import annotations

from pathlib import Path

import pytest

from portulan.organisation.models import EntityRole
from portulan.portfolio.models import Project
from tests.browser.conftest import AxeCheck, NewPage
from tests.web.actors import ENTITLED, company

TEXT = (
    "Projet;Direction;Coût (k€);Début;Durée (mois);Équipe;Charge (j-h)\n"
    "Alpha;HOME;1.840;2027-01-01;6;;\n"
    "Bêta;HOME;douze;2027-01-01;6;;\n"
    "Gamma;Neuve;12,5;T4 2027;3;BI / Décisionnel;30\n"
)


@pytest.mark.parametrize("look", [("fr", False, 1440), ("en", True, 1440), ("fr", False, 390)])
def test_a_file_is_brought_repaired_and_taken_in(
    emptied_after: None,
    new_page: NewPage,
    axe: AxeCheck,
    tmp_path: Path,
    look: tuple[str, bool, int],
) -> None:
    language, dark, width = look
    built = company()
    EntityRole.objects.create(role="pmo", person=built.people[ENTITLED], entity=built.group)
    account = built.accounts[ENTITLED]
    account.language, account.theme = language, "dark" if dark else "light"
    account.save()
    file = tmp_path / "portefeuille-2027.csv"
    file.write_text(TEXT, encoding="utf-8")
    page = new_page(language=language, dark=dark, width=width)
    page.set_default_timeout(60_000)
    page.goto("/sign-in")
    page.fill("[name=username]", account.email)
    page.fill("[name=password]", "a long enough secret")
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)
    page.goto("/imports")
    axe(page)
    page.set_input_files("[name=file]", file)
    page.click(".imp-drop button[type=submit]")
    page.wait_for_url("**/imports/*-*")
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    row = page.locator("tr", has_text="douze")
    row.locator("[name=value]").fill("12")
    row.locator("button").click()
    row = page.locator("tr", has_text="BI / Décisionnel").first
    row.locator("select").select_option("create")
    row.locator("button").click()
    page.locator("form[action$='/apply'] button").click()
    page.wait_for_selector("form[action$='/undo']")
    axe(page)
    assert Project.objects.count() == 3
