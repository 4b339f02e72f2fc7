"""The main thread on real portfolios: the State's Panorama of June 2017 comes in as a CSV, a tenth
is given back, a committee decides line by line, and the plan, the budget and the pack say so.

What the pages say is compared with plain arithmetic on the CSV.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from portulan.base.models import Change
from portulan.base.policy import system_actor
from portulan.organisation.accounts import give_access
from portulan.wording import formats
from tests.browser.conftest import AxeCheck, NewPage
from tests.browser.steps import Somebody, run_jobs
from tests.reports import reading
from tests.shared_data import shared_data

EMAIL, PASSWORD, NAME = "pmo@example.org", "une phrase assez longue", "Ana Roche"


@dataclass(frozen=True)
class Panorama:
    """The file: names and costs in cents, read without Portulan."""

    path: Path
    costs: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.costs.values())


def cents(millions: str) -> int:
    """A cost of the file; those that it does not know are written "en cours"."""
    try:
        return int(Decimal(millions.strip().replace(",", ".")) * 100_000_000)
    except InvalidOperation:
        return 0


@pytest.fixture
def panorama() -> Panorama:
    path = shared_data("govport") / "edition_2017-06-30.csv"
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["Nom du projet"].strip()]
    costs = {row["Nom du projet"].strip(): cents(row["Coût estimé"]) for row in rows}
    assert len(costs) == len(rows) == 61
    return Panorama(path, costs)


@pytest.fixture
def pmo(emptied_after: None, new_page: NewPage, axe: AxeCheck) -> Somebody:
    """The only account of an instance that holds nothing."""
    give_access(system_actor("journey"), email=EMAIL, name=NAME, role="pmo", password=PASSWORD)
    return Somebody(new_page, axe, EMAIL, PASSWORD, "fr")


# Two dozen pages, each read in two languages and two themes.
@pytest.mark.timeout(900)
def test_from_the_csv_to_the_pack(pmo: Somebody, panorama: Panorama, tmp_path: Path) -> None:
    pmo.look()  # the control tower of an instance that holds nothing
    take_in(pmo, panorama)
    limit = panorama.total - panorama.total // 10
    out = give_back(pmo, panorama, limit)
    complete_dossier(pmo, out)
    meeting = set_up_committee(pmo)
    decision, refused = decide(pmo, meeting, out, tmp_path)
    read_register(pmo, decision, out, refused, tmp_path)
    see_the_plan(pmo, panorama, decision, out, refused)


def take_in(pmo: Somebody, panorama: Panorama) -> None:
    """The file through the page: 61 to create, nothing to repair; the same again writes nothing."""
    page = pmo.page
    bring(pmo, panorama.path)
    counts = page.locator(".imp-counts")
    expect(counts).to_contain_text("61" + pmo.say("to create"))
    pmo.look()
    pmo.button("Import").click()
    expect(counts).to_contain_text("61" + pmo.say("created"))
    changes = Change.objects.count()

    bring(pmo, panorama.path)
    expect(counts).to_contain_text("0" + pmo.say("to create"))
    expect(counts).to_contain_text("0" + pmo.say("to update"))
    expect(counts).to_contain_text("61" + pmo.say("unchanged"))
    pmo.button("Confirm: nothing to write").click()
    expect(page.locator("main")).to_contain_text(
        pmo.say("All of this was in the portfolio already: nothing was written.")
    )
    assert Change.objects.count() == changes
    pmo.to("/imports")
    pmo.look()


def bring(pmo: Somebody, path: Path) -> None:
    """Upload a file and read it."""
    pmo.to("/imports")
    pmo.page.set_input_files("#id_file", path)
    pmo.button("Read the file").click()
    pmo.page.wait_for_url("**/imports/*-*")


def give_back(pmo: Somebody, panorama: Panorama, limit: int) -> dict[str, int]:
    """An envelope a tenth under the total, least damage: what leaves the plan, with its cost."""
    page = pmo.page
    pmo.to("/scenarios/new?preset=cut")
    costed = sum(1 for cost in panorama.costs.values() if cost)
    expect(page.locator(".pt-lead")).to_contain_text(f" {costed} ")
    expect(page.locator(".pt-lead")).to_contain_text(pmo.shown(formats.money, panorama.total))
    page.fill("[name=envelope]", str(limit // 100_000))
    page.check("[name=basis][value=whole]")
    pmo.look()
    page.fill("[name=envelope]", str(limit // 100_000))
    page.check("[name=basis][value=whole]")
    pmo.button("Compute").click()
    expect(page.locator("#to-progress")).to_be_visible()
    # The demonstration's own jobs may wait too (notices to send, say).
    assert set(run_jobs()) == {"done"}
    differences = pmo.panel("Differences")
    expect(differences).to_be_visible()
    expect(page.locator("#to-progress")).to_have_count(0)
    pmo.look()
    names = differences.locator("tbody th > a").all_inner_texts()
    # A page shows one space where the file has two.
    written = {" ".join(name.split()): name for name in panorama.costs}
    out = {written[name]: panorama.costs[written[name]] for name in names}
    left = panorama.total - sum(out.values())
    assert left <= limit, "the envelope is not held"
    assert left >= limit - panorama.total // 50, "more is given back than was asked for"
    assert 2 <= len(out) <= 5
    expect(differences.locator("tfoot")).to_contain_text(
        pmo.shown(formats.thousands, sum(out.values()))
    )
    return out


def complete_dossier(pmo: Somebody, out: dict[str, int]) -> None:
    """The scenario's dossier, completed as its gate asks, and said to be ready."""
    page = pmo.page
    pmo.button("Take to the committee").click()
    page.wait_for_url("**/dossiers/*")
    lines = pmo.panel("Lines to decide")
    expect(lines.locator("tbody tr")).to_have_count(len(out))
    expect(pmo.button("It is ready")).to_be_disabled()
    pmo.look()
    for section in page.locator(".gov-section").all():
        if section.locator(".gov-text").inner_text() == pmo.say("Still to be written."):
            section.locator(".pt-inline-edit").click()
            section.locator("textarea").fill("Écrit pour la séance, avec les ministères.")
            pmo.button("Save", section).click()
            expect(section.locator(".gov-text")).to_contain_text("les ministères")
    page.reload()
    gate = pmo.panel("Before the committee")
    expect(gate.locator("li")).to_have_count(1)
    promise(pmo, "Rendre un dixième de l’enveloppe", sum(out.values()))
    expect(gate).to_contain_text(pmo.say("Nothing is missing."))
    pmo.button("It is ready").click()
    expect(pmo.button("Write again")).to_be_visible()
    pmo.look()


def promise(pmo: Somebody, title: str, amount: int) -> None:
    """A promise of cost, to be checked in half a year."""
    page = pmo.page
    pmo.button("Add a promise").click()
    form = page.get_by_role("dialog")
    pmo.axe(page)
    form.locator("[name=kind]").select_option("cost")
    form.locator("[name=title]").fill(title)
    form.locator("[name=promised]").fill(str(amount // 100_000))
    due = timezone.localdate() + timedelta(days=180)
    form.locator("[name=due_on]").fill(due.isoformat())
    pmo.button("Add", form).click()
    expect(pmo.panel("Promises")).to_contain_text(title)


def set_up_committee(pmo: Somebody) -> str:
    """A portfolio committee with one seat, its sitting of today; the sitting's code."""
    page = pmo.page
    pmo.to("/forums")
    pmo.look()
    pmo.button("New committee").click()
    page.fill("[name=name]", "Comité de portefeuille de l’État")
    page.locator("[name=level]").select_option("portfolio")
    page.fill("[name=quorum]", "1")
    pmo.look()
    page.fill("[name=name]", "Comité de portefeuille de l’État")
    page.locator("[name=level]").select_option("portfolio")
    page.fill("[name=quorum]", "1")
    pmo.button("Save").click()
    pmo.button("Give a seat").click()
    seat = page.get_by_role("dialog")
    seat.locator("[name=person]").select_option(label=NAME)
    seat.locator("[name=right]").select_option("chair")
    pmo.button("Give the seat", seat).click()
    expect(pmo.panel("Members")).to_contain_text(NAME)
    pmo.button("Plan a sitting").click()
    plan = page.get_by_role("dialog")
    plan.locator("[name=on]").fill(timezone.localdate().isoformat())
    pmo.button("Plan the sitting", plan).click()
    page.wait_for_url("**/meetings/*")
    return page.url.rpartition("/")[2]


def decide(pmo: Somebody, meeting: str, out: dict[str, int], folder: Path) -> tuple[str, str]:
    """The pack, then the sitting: one line refused with its condition, the others approved.

    Returns the decision's code, and the name of the line that was refused.
    """
    page = pmo.page
    pmo.to(f"/meetings/{meeting}")
    candidates = page.locator("#candidates")
    candidates.get_by_role("checkbox").check()
    pmo.button("Add what is ticked", candidates).click()
    expect(pmo.panel("Agenda").locator("li")).to_have_count(1)
    pmo.look()
    pack = pmo.handed_out(folder)
    same_numbers(pmo, pack, {name: -cost for name, cost in out.items()})
    pmo.button("Open the sitting").click()
    page.wait_for_url("**/sit")
    pmo.button("All present", page.locator("#sit-left")).click()
    expect(page.locator("#sit-lead")).to_contain_text(pmo.say("quorum reached"))
    page.locator("#sit-left .pt-agenda button").click()
    lines = page.locator(".gov-lines tbody tr")
    expect(lines).to_have_count(len(out))
    refused = lines.nth(0).locator("th").inner_text()
    refused = next(name for name in out if refused.startswith(name))
    for number in range(len(out)):
        # The next line comes up by itself once the one before has its verdict.
        expect(lines.nth(number)).to_have_attribute("aria-current", "true")
        pmo.button("Everybody else for", page.locator("#sit-votes")).click()
        verdict = page.locator("#sit-votes form")
        if number == 0:
            pmo.look()
            verdict.locator("[name=condition]").fill("Un audit avant l’été.")
            pmo.button("Refuse", verdict).click()
        else:
            pmo.button("Approve", verdict).click()
    word = pmo.say_count("%(n)s approved", "%(n)s approved", len(out) - 1, n=len(out) - 1)
    expect(page.locator("#sit-main .pt-statement")).to_contain_text(word)
    pmo.button("Write it from the verdicts", page.locator("#sit-text")).click()
    expect(page.locator("#sit-text textarea")).not_to_have_value("")
    page.locator("#sit-text details.gov-close summary").click()
    page.locator("#sit-text [name=effective_on]").fill(timezone.localdate().isoformat())
    pmo.button("Decide, apply and seal", page.locator("#sit-text")).click()
    link = page.locator("#sit-main .pt-substatement a")
    expect(link).to_be_visible()
    decision = str(link.get_attribute("href")).rpartition("/")[2]
    pmo.to(f"/meetings/{meeting}")
    pmo.button("Close and keep the minutes").click()
    expect(pmo.panel("Minutes")).to_contain_text(decision)
    pmo.look()
    return decision, refused


def read_register(
    pmo: Somebody, decision: str, out: dict[str, int], refused: str, folder: Path
) -> None:
    """The decision in the register: what was granted, the condition of what was refused; and its
    record, which says the same.
    """
    page = pmo.page
    pmo.to("/decisions")
    pmo.look()
    page.locator(f"main a[href='/decisions/{decision}']").click()
    page.wait_for_url(f"**/decisions/{decision}")
    pmo.look()
    lines = pmo.panel("Lines")
    row = lines.locator("tbody tr").filter(has_text=refused)
    expect(row).to_contain_text("Un audit avant l’été.")
    approved = sum(cost for name, cost in out.items() if name != refused)
    expect(lines).to_contain_text(
        pmo.say(
            "%(granted)s granted of %(asked)s",
            granted=pmo.shown(formats.money, approved),
            asked=pmo.shown(formats.money, sum(out.values())),
        )
    )
    record = pmo.handed_out(folder)
    same_numbers(pmo, record, {name: -cost for name, cost in out.items()})
    granted = pmo.shown(formats.money, approved)
    assert reading.plain(granted) in reading.plain(reading.texts(record["pptx"]))
    assert reading.plain(granted) in reading.pdf_text(record["pdf"])
    assert approved // 100 in reading.cells(record["xlsx"])


def see_the_plan(
    pmo: Somebody, panorama: Panorama, decision: str, out: dict[str, int], refused: str
) -> None:
    """The plan without what was approved; roadmap and budget tell it, with the decision."""
    page = pmo.page
    stopped = [name for name in out if name != refused]
    left = panorama.total - sum(out[name] for name in stopped)
    pmo.to("/scenarios/new?preset=cut")
    expect(page.locator(".pt-lead")).to_contain_text(pmo.shown(formats.money, left))
    for address in ("/portfolio/roadmap", "/load"):
        pmo.to(address)
        told = pmo.panel("What committees changed lately")
        for name in stopped:
            expect(told).to_contain_text(name)
        expect(told).not_to_contain_text(refused)
        expect(told.locator(f"a[href='/decisions/{decision}']")).to_have_count(len(stopped))
        pmo.look()


def _once(text: object) -> str:
    """A text whose spaces are single, as pages and slides show it."""
    return " ".join(str(text).split())


def same_numbers(pmo: Somebody, documents: dict[str, bytes], amounts: dict[str, int]) -> None:
    """Each document holds these amounts (cents by name), read back from the file."""
    slides = [row for table in reading.tables(documents["pptx"]) for row in table]
    pages = reading.pdf_text(documents["pdf"])
    book = reading.workbook(documents["xlsx"])
    cells = [row for sheet in book for row in sheet.iter_rows(values_only=True)]
    for raw, amount in amounts.items():
        name = _once(raw)
        written = reading.plain(pmo.shown(formats.thousands_signed, amount))
        assert any(
            name in map(_once, row) and written in [reading.plain(text) for text in row]
            for row in slides
        ), f"slides: {name} {written}"
        assert written in pages, f"PDF: {name} {written}"
        assert any(
            name in map(_once, row) and amount / 100_000 in row for row in cells
        ), f"Excel: {name}"
