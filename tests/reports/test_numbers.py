"""The numbers of each format are those of the queries that the pages show."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation

from portulan.governance import access, queries
from portulan.governance.impact import impact
from portulan.governance.models import Dossier
from portulan.governance.queries.briefing import line_effects
from portulan.readmodels.load import load_map
from portulan.readmodels.money import budget
from portulan.readmodels.reader import Reader
from portulan.readmodels.roadmap import roadmap
from portulan.readmodels.view import View
from portulan.reports import making, portfolio
from portulan.reports.making import Wanted
from portulan.wording import formats
from tests.governance.house import House
from tests.reports import reading
from tests.reports.conftest import decided

LANGUAGES = pytest.mark.parametrize("language", ["fr", "en"])


def made(house: House, kind: str, form: str, language: str, code: str = "") -> bytes:
    return making.make(house.actors["pmo"], Wanted(kind, form, code, language)).content


@LANGUAGES
def test_the_budget_of_the_pack_is_that_of_its_page(
    house: House, dossier: Dossier, language: str
) -> None:
    found = budget(Reader(house.actors["pmo"]))
    assert found is not None and found.total.landing
    data = made(house, "committee_pack", "pptx", language, house.meeting.code)
    with translation.override(language):
        title = next(t for t in reading.charts(data) if "2027" in t and "k€" in t)
        series = reading.charts(data)[title]
        landing = {"fr": "Atterrissage", "en": "Landing"}[language]
        envelope = {"fr": "Enveloppe révisée", "en": "Revised envelope"}[language]
        for row in found.by_line:
            if row.kind == "unallocated":
                continue
            name = row.name or {"fr": "Sans ligne", "en": "Without a line"}[language]
            assert round(series[landing][name] * 100_000) == row.landing
            drawn = series[envelope][name]
            assert (None if drawn is None else round(drawn * 100_000)) == row.revised
        line = {"fr": "Ligne", "en": "Line"}[language]
        total = reading.table_with(data, line, landing)[-1]
        assert total[1:4] == [
            formats.thousands(found.total.revised),
            formats.thousands(found.total.landing),
            formats.thousands_signed(found.total.variance),
        ]
        spoken = reading.plain(reading.texts(data))
        assert reading.plain(formats.money(found.total.landing)) in spoken


@LANGUAGES
def test_a_workbook_holds_the_cents_of_the_page(house: House, language: str) -> None:
    found = budget(Reader(house.actors["pmo"]))
    assert found is not None
    data = made(house, "budget", "xlsx", language)
    label = {"fr": "Ligne", "en": "Line"}[language]
    landing = {"fr": "Atterrissage", "en": "Landing"}[language]
    voted = {"fr": "Voté", "en": "Voted"}[language]
    header, *rows = reading.rows_under(data, label, landing, voted)
    at = header.index(landing)
    shown = [round(row[at] * 100_000) for row in rows if isinstance(row[at], (int, float))]
    assert shown == [row.landing for row in found.by_line] + [found.total.landing]


@LANGUAGES
def test_the_load_is_that_of_the_heat_map(house: House, language: str) -> None:
    reader = Reader(house.actors["pmo"])
    found = load_map(reader)
    assert found.worst is not None and (found.worst.cell.ratio or 0) > 1
    (row,) = found.rows
    data = made(house, "committee_pack", "pptx", language, house.meeting.code)
    label = {"fr": "Charge", "en": "Load"}[language]
    series = next(s for s in reading.charts(data).values() if label in s)[label]
    assert series[row.team.name] == row.cells[found.worst.cell.quarter].ratio
    with translation.override(language):
        team = {"fr": "Équipe", "en": "Team"}[language]
        (_head, shown) = reading.table_with(data, team)
        assert shown == [row.team.name, *(formats.percent(c.ratio) for c in row.cells)]
        page = reading.pdf_text(made(house, "committee_pack", "pdf", language, house.meeting.code))
        assert reading.plain(formats.percent(found.worst.cell.ratio)) in page
    book = made(house, "budget", "xlsx", language)
    header, *rows = reading.rows_under(book, {"fr": "Équipe", "en": "Team"}[language])
    shown = dict(zip([r.team.name for r in found.rows], rows, strict=False))[row.team.name]
    assert shown[0] == row.team.name
    for cell, value in zip(row.cells, shown[1 : len(header)], strict=True):
        # A spreadsheet keeps fifteen digits.
        assert value == (None if cell.ratio is None else pytest.approx(cell.ratio, rel=1e-14))


@LANGUAGES
def test_the_effect_of_a_dossier_is_that_of_the_sitting(
    house: House, dossier: Dossier, language: str
) -> None:
    page = queries.dossier_page(access.dossier_for(house.actors["pmo"], dossier.code))
    lines = line_effects(page.lines)
    found = impact(lines, [uid for uid, _effects in lines])
    before, after = found.landing
    assert before != after
    data = made(house, "committee_pack", "pptx", language, house.meeting.code)
    today = {"fr": "Aujourd’hui", "en": "Today"}[language]
    effect = {"fr": "Effet", "en": "Effect"}[language]
    with translation.override(language):
        rows = reading.table_with(data, effect, today)
        assert rows[1][1:] == [
            formats.money(before), formats.money(after), formats.money_signed(after - before)
        ]
        assert found.peak is not None
        peak, then = found.peak
        load = next(row for row in rows if row[0].startswith(peak.team))
        assert load[1:3] == [formats.percent(peak.ratio), formats.percent(then)]
        shown = reading.table_with(data, {"fr": "N°", "en": "No."}[language],
                                   {"fr": "Changement", "en": "Change"}[language])
        amounts = {row[1].split("\n")[0]: row[4] for row in shown[1:]}
        for line in page.lines:
            assert amounts[line.title] == formats.thousands_signed(line.amount)
        text = reading.pdf_text(made(house, "committee_pack", "pdf", language, house.meeting.code))
        for amount in (before, after):
            assert reading.plain(formats.money(amount)) in text
    book = made(house, "committee_pack", "xlsx", language, house.meeting.code)
    _head, landing, *_rest = reading.rows_under(book, effect, today)
    assert [round(value * 100) for value in landing[1:4]] == [before, after, after - before]


@LANGUAGES
def test_a_record_says_verdicts_votes_effects_and_seals(
    house: House, dossier: Dossier, language: str
) -> None:
    house.meeting.items.all().delete()
    decision = decided(house, dossier)
    page = queries.decision_page(access.decision_for(house.actors["pmo"], decision.code))
    data = made(house, "decision_record", "pptx", language, decision.code)
    verdicts = {"fr": {"approved": "Approuvée", "deferred": "Reportée"},
                "en": {"approved": "Approved", "deferred": "Deferred"}}[language]
    shown = reading.table_with(data, {"fr": "Pour", "en": "For"}[language],
                               {"fr": "Verdict", "en": "Verdict"}[language])
    by_title = {row[1]: row for row in shown[1:]}
    for line in page.lines:
        assert by_title[line.title][4] == verdicts[line.verdict]
    said = reading.plain(reading.texts(data))
    assert "Réestimer avant juin" in said and "Le comité approuve deux lignes." in said
    with translation.override(language):
        assert reading.plain(formats.day(date(2028, 1, 1))) in said
    for form, text in (("pdf", reading.pdf_text), ("xlsx", lambda d: str(reading.cells(d)))):
        content = text(made(house, "decision_record", form, language, decision.code))
        for entry in page.entries:
            assert entry.seal in content.replace(" ", "")
    for entry in page.entries:
        assert entry.seal in said.replace(" ", "")
    effects = reading.table_with(data, {"fr": "Avant", "en": "Before"}[language])
    assert len(effects) == 1 + len(page.effects)
    whole = made(house, "meeting_record", "pdf", language, house.meeting.code)
    assert decision.code in reading.pdf_text(whole)


@LANGUAGES
def test_the_roadmap_holds_every_bar_of_its_page(house: House, language: str) -> None:
    found = roadmap(Reader(house.actors["pmo"]), View(group="line"))
    bars = [bar for group in found.table.groups for bar in group.rows]
    assert len(bars) == 3
    data = made(house, "roadmap", "pptx", language)
    rows = {row[0]: row for row in reading.table_with(data, "Initiative")[1:]}
    with translation.override(language):
        for bar in bars:
            assert rows[bar.row.name][-1] == formats.thousands(bar.row.cost)
    filled = {
        (shape.table.cell(at, 0).text, column)
        for slide in reading.deck(data).slides for shape in slide.shapes if shape.has_table
        for at, row in enumerate(shape.table.rows) for column, cell in enumerate(row.cells)
        if cell._tc.tcPr is not None and cell._tc.tcPr.find(
            "{http://schemas.openxmlformats.org/drawingml/2006/main}solidFill") is not None
    }
    quarters = [found.first + 3 * at for at in range(found.months // 3)]
    assert filled == {
        (bar.row.name, 2 + at)
        for bar in bars for at, quarter in enumerate(quarters)
        if bar.start < quarter + 3 and bar.end > quarter
    }


def test_a_roadmap_too_long_for_slides_says_so_and_is_whole_in_the_workbook(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(portfolio, "MOST", 2)
    data = made(house, "roadmap", "pptx", "en")
    assert len([r for r in reading.table_with(data, "Initiative")[1:] if r[1]]) == 2
    assert "The first 2 of 3" in reading.texts(data)
    names = reading.cells(made(house, "roadmap", "xlsx", "en"))
    assert {i.name for i in house.initiatives.values() if i.state == "planned"} <= set(names)


@LANGUAGES
def test_the_pack_opens_with_its_conclusion(
    house: House, dossier: Dossier, language: str
) -> None:
    found = budget(Reader(house.actors["pmo"]))
    assert found is not None and found.headline.over is not None
    data = made(house, "committee_pack", "pptx", language, house.meeting.code)
    cover, first = list(reading.deck(data).slides)[:2]
    with translation.override(language):
        over = formats.money(abs(found.headline.over))
    assert over in first.shapes.title.text_frame.text
    assert any(over in s.text_frame.text for s in cover.shapes if s.has_text_frame)
    assert "Plan 2027 révisé" in reading.texts(data)
    assert "Écrire la procédure" in reading.texts(data), "overdue actions"
