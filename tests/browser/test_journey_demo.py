"""A week of a portfolio on the demonstration: the PMO, a product manager and a committee member see
it, mend it, score it, make it fit, decide it line by line, hand it out and look back.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from portulan.cli.demo import load
from portulan.cli.sample import PASSWORD
from portulan.wording import vocabulary
from tests.browser.conftest import AxeCheck, NewPage
from tests.browser.steps import Somebody, run_jobs
from tests.reports import reading

CLAIRE, KARIM, ANNE = (
    f"{name}@valmore.example" for name in ("claire.aubry", "karim.delmas", "anne.texier")
)
#: A product of Karim's.
PRODUCT = "ESPCLI"
FORUM = "CPF"


@pytest.fixture
def demo(emptied_after: None) -> None:
    """What `portulan demo load` loads, today."""
    load()


@pytest.fixture
def pmo(demo: None, new_page: NewPage, axe: AxeCheck) -> Somebody:
    return Somebody(new_page, axe, CLAIRE, PASSWORD, "fr")


@pytest.fixture
def manager(demo: None, new_page: NewPage, axe: AxeCheck) -> Somebody:
    return Somebody(new_page, axe, KARIM, PASSWORD, "en")


@pytest.fixture
def chair(demo: None, new_page: NewPage, axe: AxeCheck) -> Somebody:
    return Somebody(new_page, axe, ANNE, PASSWORD, "fr")


# Two dozen pages, each read in two languages and two themes.
@pytest.mark.timeout(900)
def test_a_week_of_the_portfolio(
    pmo: Somebody,
    manager: Somebody,
    chair: Somebody,
    tmp_path: Path,
    expect_faults: Callable[..., None],
) -> None:
    expect_faults("409")  # the conflict of the product sheet
    start_the_day(pmo, manager, chair)
    see(pmo)
    mend(pmo, manager)
    score(manager, pmo)
    dossier, names = make_it_fit(pmo)
    meeting, decision, verdicts = decide(pmo, chair, dossier, names)
    see_it_decided(pmo, decision, verdicts)
    hand_out(pmo, meeting, decision, verdicts, tmp_path)
    look_back(pmo)


def start_the_day(pmo: Somebody, manager: Somebody, chair: Somebody) -> None:
    """Each control tower tells its reader what awaits them, and what changed."""
    for somebody in (pmo, manager, chair):
        somebody.to("/")
        awaiting = somebody.panel("What awaits me")
        expect(awaiting.locator("li").first).to_be_visible()
    expect(pmo.page.locator(".pt-told > li").nth(2)).to_be_visible()
    expect(pmo.panel("Findings that matter").locator("ul > li")).to_have_count(10)
    pmo.look()


def see(pmo: Somebody) -> None:
    """The portfolio as table, board and roadmap; a view kept; load and budget in words."""
    page = pmo.page
    pmo.to("/portfolio?stage=run&sort=-cost")
    rows = page.locator("main table tbody th[scope=row]")
    expect(rows.first).to_be_visible()
    pmo.look()
    pmo.button("Keep this view").click()
    box = page.get_by_role("dialog")
    pmo.axe(page)
    box.locator("[name=name]").fill("En exploitation, par coût")
    pmo.button("Keep", box).click()
    kept = page.locator("#pt-side").get_by_role("link", name="En exploitation, par coût")
    pmo.to("/portfolio")
    kept.click()
    page.wait_for_url("**stage=run**")
    for address in ("/portfolio/board", "/portfolio/roadmap"):
        pmo.to(address)
        pmo.look()
    pmo.to("/load")
    plain = pmo.panel("In plain words")
    expect(plain.locator("li").first).to_be_visible()
    pmo.look()


def mend(pmo: Somebody, manager: Somebody) -> None:
    """A value that two people change at once; a finding accepted as an exception."""
    page = manager.page
    manager.to(f"/products/{PRODUCT}")
    manager.look()
    pmo.to(f"/products/{PRODUCT}")
    for somebody, text in (
        (manager, "Tout le contrat, à soi."),
        (pmo, "Le contrat, à toute heure."),
    ):
        place = somebody.page.locator("#inline-product-summary")
        place.locator(".pt-inline-edit").click()
        place.locator("[name=value]").fill(text)
    pmo.button("Save", pmo.page.locator("#inline-product-summary")).click()
    expect(pmo.page.locator("#inline-product-summary .pt-inline-value")).to_contain_text(
        "à toute heure"
    )
    place = page.locator("#inline-product-summary")
    manager.button("Save", place).click()
    conflict = place.locator(".pt-conflict")
    expect(conflict).to_contain_text("Tout le contrat, à soi.")
    expect(conflict).to_contain_text("Le contrat, à toute heure.")
    expect(conflict).to_contain_text("Claire Aubry")
    manager.axe(page)
    manager.button("Put mine", place).click()
    expect(place.locator(".pt-inline-value")).to_contain_text("à soi")

    pmo.to("/coherence")
    pmo.look()
    page = pmo.page
    first = pmo.panel("Ten findings that matter").locator("a.pt-row-title").first
    count = page.locator("#all-findings ~ span").first.inner_text()
    first.click()
    page.wait_for_url("**/coherence/*/*")
    finding = page.url
    pmo.look()
    page.locator("[name=reason]").fill("Convenu au comité : repris au prochain trimestre.")
    pmo.button("Accept").click()
    pmo.to(finding)
    expect(pmo.panel("Accepted as an exception")).to_contain_text("Convenu au comité")
    pmo.to("/coherence")
    expect(page.locator("#all-findings ~ span").first).not_to_have_text(count)


def score(manager: Somebody, pmo: Somebody) -> None:
    """Marks by keyboard; the ranking says in a sentence what it can and cannot tell."""
    page = manager.page
    manager.to("/prioritisation/grid")
    manager.look()
    marks = page.locator("[data-mark]")
    marks.first.focus()
    old = marks.nth(0).input_value()
    new = "2" if old == "5" else "5"
    page.keyboard.type(new)
    page.keyboard.press("ArrowRight")
    expect(marks.nth(1)).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(marks.nth(0)).to_be_focused()
    expect(marks.nth(0)).to_have_value(new)
    page.keyboard.press("Space")
    box = page.get_by_role("dialog")
    expect(box).to_be_visible()
    manager.axe(page)
    page.keyboard.press("Escape")
    manager.to("/prioritisation/grid")
    expect(marks.nth(0)).to_have_value(new)
    pmo.to("/prioritisation")
    expect(pmo.page.locator(".pt-lead")).not_to_be_empty()
    pmo.look()


def make_it_fit(pmo: Somebody) -> tuple[str, list[str]]:
    """The plan made to fit; its dossier, completed: code and names of its lines."""
    page = pmo.page
    pmo.to("/scenarios/new?preset=fit")
    pmo.button("Compute").click()
    expect(page.locator("#to-progress")).to_be_visible()
    # The demonstration's own jobs may wait too (notices to send, say).
    assert set(run_jobs()) == {"done"}
    expect(pmo.panel("Differences")).to_be_visible()
    pmo.look()
    pmo.button("Take to the committee").click()
    page.wait_for_url("**/dossiers/*")
    pmo.look()
    names = pmo.panel("Lines to decide").locator("tbody th > a").all_inner_texts()
    for section in page.locator(".gov-section").all():
        if section.locator(".gov-text").inner_text() == pmo.say("Still to be written."):
            section.locator(".pt-inline-edit").click()
            section.locator("textarea").fill("Préparé avec les responsables des lignes.")
            pmo.button("Save", section).click()
            expect(section.locator(".gov-text")).to_contain_text("responsables")
    pmo.button("Add a promise").click()
    form = page.get_by_role("dialog")
    form.locator("[name=kind]").select_option("cost")
    form.locator("[name=title]").fill("Tenir l’enveloppe de l’exercice")
    form.locator("[name=promised]").fill("11 700")
    form.locator("[name=due_on]").fill((timezone.localdate() + timedelta(days=90)).isoformat())
    pmo.button("Add", form).click()
    pmo.button("It is ready").click()
    expect(pmo.button("Write again")).to_be_visible()
    return page.url.rpartition("/")[2], names


def decide(
    pmo: Somebody, chair: Somebody, dossier: str, names: list[str]
) -> tuple[str, str, dict[str, str]]:
    """Thursday's committee, on two screens: the codes of meeting and decision, verdict by line."""
    page, lines = pmo.page, len(names)
    pmo.to("/governance")
    pmo.look()
    pmo.to(f"/forums/{FORUM}")
    pmo.look()
    pmo.panel("Coming sittings").get_by_role("link").first.click()
    page.wait_for_url("**/meetings/*")
    meeting = page.url.rpartition("/")[2]
    candidates = page.locator("#candidates")
    candidates.locator(f"[value='{dossier}']").check()
    pmo.button("Add what is ticked", candidates).click()
    expect(pmo.panel("Agenda")).to_contain_text(dossier)
    pmo.look()
    pmo.button("Open the sitting").click()
    page.wait_for_url("**/sit")
    chair.to(f"/meetings/{meeting}/sit")
    pmo.button("All present", page.locator("#sit-left")).click()
    expect(chair.page.locator("#sit-lead")).to_contain_text(chair.say("quorum reached"))
    page.locator("#sit-left .pt-agenda button").last.click()
    rows = page.locator(".gov-lines tbody tr")
    expect(rows).to_have_count(lines)
    # The last line is refused with a condition, the two before are deferred, the others approved.
    verdicts = ["approved"] * (lines - 3) + ["deferred", "deferred", "refused"]
    own = chair.page.locator("#sit-votes").get_by_role(
        "button", name=chair.say("%(name)s: for", name="Anne Texier"), exact=True
    )
    for number, verdict in enumerate(verdicts):
        expect(rows.nth(number)).to_have_attribute("aria-current", "true")
        if number == 0:
            own.click()
            expect(page.locator("#sit-votes .pt-for")).to_contain_text("Anne Texier")
            pmo.look()
        pmo.button("Everybody else for", page.locator("#sit-votes")).click()
        expect(page.locator("#sit-votes .pt-for")).not_to_have_count(0)
        form = page.locator("#sit-votes form")
        if verdict == "deferred":
            later = timezone.localdate() + timedelta(days=120)
            form.locator("[name=deferred_to]").fill(later.isoformat())
            pmo.button("Defer", form).click()
        elif verdict == "refused":
            form.locator("[name=condition]").fill("Revenir avec deux devis.")
            pmo.button("Refuse", form).click()
        else:
            pmo.button("Approve", form).click()
    said = chair.page.locator("#sit-main .pt-statement")
    approved = lines - 3
    expect(said).to_contain_text(
        chair.say_count("%(n)s approved", "%(n)s approved", approved, n=approved)
    )
    expect(said).to_contain_text(chair.say_count("%(n)s deferred", "%(n)s deferred", 2, n=2))
    pmo.button("Write it from the verdicts", page.locator("#sit-text")).click()
    expect(page.locator("#sit-text [data-seen]")).to_have_count(0)
    page.locator("#sit-text details.gov-close summary").click()
    page.locator("#sit-text [name=effective_on]").fill(timezone.localdate().isoformat())
    pmo.button("Decide, apply and seal", page.locator("#sit-text")).click()
    link = chair.page.locator("#sit-main .pt-substatement a")
    expect(link).to_be_visible()
    decision = str(link.get_attribute("href")).rpartition("/")[2]
    pmo.to(f"/decisions/{decision}")
    expect(pmo.panel("Lines").locator("tbody tr")).to_have_count(lines)
    return meeting, decision, dict(zip(names, verdicts, strict=True))


def see_it_decided(pmo: Somebody, decision: str, verdicts: dict[str, str]) -> None:
    """Roadmap, budget and control tower tell what the committee changed, with the decision."""
    told = pmo.panel("What committees changed lately")
    for address in ("/portfolio/roadmap", "/load"):
        pmo.to(address)
        expect(told.locator(f"a[href='/decisions/{decision}']").first).to_be_visible()
        for name, verdict in verdicts.items():
            if verdict != "approved":
                expect(told).not_to_contain_text(name)
    pmo.look()
    pmo.to("/")
    expect(pmo.page.locator(f".pt-told a[href='/decisions/{decision}']").first).to_be_visible()


def hand_out(
    pmo: Somebody, meeting: str, decision: str, verdicts: dict[str, str], folder: Path
) -> None:
    """The pack of the committee and the record of its decision."""
    pmo.to("/documents")
    pmo.look()
    pmo.to(f"/meetings/{meeting}")
    pack = pmo.handed_out(folder)
    for name in verdicts:
        assert reading.plain(name) in reading.plain(reading.texts(pack["pptx"]))
        assert reading.plain(name) in reading.pdf_text(pack["pdf"])
    pmo.to(f"/decisions/{decision}")
    record = pmo.handed_out(folder)
    rows = [row for table in reading.tables(record["pptx"]) for row in table]
    for name, verdict in verdicts.items():
        said = pmo.shown(lambda code: vocabulary.VERDICTS[code][2], verdict)
        assert any(name in row and said in row for row in rows), f"{name}: {said}"


def look_back(pmo: Somebody) -> None:
    """A value review: promises against measures, a verdict with its reason, the next dossier."""
    page = pmo.page
    pmo.to("/reviews")
    pmo.look()
    pmo.panel("Reviews due").get_by_role("link").first.click()
    page.wait_for_url("**/reviews/*")
    expect(pmo.panel("Promised and realised").locator("th[scope=row]").last).to_be_visible()
    pmo.look()
    page.locator("[name=verdict][value=continue]").check()
    page.locator("[name=comment]").fill("L’usage monte : on continue jusqu’à la prochaine revue.")
    pmo.button("Record the review").click()
    reviews = pmo.panel("Reviews")
    expect(reviews).to_contain_text("L’usage monte")
    pmo.button("Write the dossier", reviews).first.click()
    page.wait_for_url("**/dossiers/*")
    expect(page.locator("main")).to_contain_text("L’usage monte")
    pmo.look()
