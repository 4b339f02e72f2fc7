"""The pieces of the pages: meaning beside colour, safe text, charts and their tables, values
in place.
"""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.conf import settings
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from portulan.web import charts, navigation, paging
from portulan.web.charts import chart as chart_module
from portulan.web.gallery import samples
from portulan.web.paging import asked_sort, changed, cut
from portulan.web.ui import drawings, marks
from portulan.web.ui.controls import button
from portulan.wording import vocabulary
from tests.web.actors import ENTITLED, company

BAD = '"><script>alert(1)</script>'


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_gallery_shows_every_piece(language: str, theme: str) -> None:
    built = company()
    account = built.accounts[ENTITLED]
    account.language, account.theme = language, theme
    account.save()
    text = built.client(ENTITLED).get("/gallery").content.decode()
    assert f'<html lang="{language}" data-bs-theme="{theme}">' in text
    for code in (*vocabulary.STAGES, *vocabulary.SEVERITIES, *vocabulary.FAMILIES):
        assert re.search(rf"pt-(stage|severity|family)-{code}", text)
    for piece in (
        "pt-button",
        "pt-chip",
        "pt-tabs",
        "pt-segments",
        "pt-panel",
        "pt-rows",
        "pt-table",
        "pt-heat-4",
        "pt-minibar",
        "pt-rankrange",
        "pt-sparkline",
        "pt-progress",
        "pt-empty",
        "pt-explained",
        "pt-change",
        "pt-conflict",
        "pt-inline",
        "pt-dialog",
        "pt-notice-bad",
        "pt-tag-coral",
        "pt-avatar",
        "pt-pager",
        "pt-tooltip",
        "pt-chart",
        "pt-skeleton",
        "pt-menu",
    ):
        assert piece in text


def test_every_stage_and_severity_has_a_shape_of_its_own() -> None:
    shapes = [
        re.sub(r".*?<svg[^>]*>(.*?)</svg>.*", r"\1", str(draw(code, word=False)))
        for draw, table in (
            (marks.stage, vocabulary.STAGES),
            (marks.severity, vocabulary.SEVERITIES),
        )
        for code in table
    ]
    assert all(shapes)
    assert len(set(shapes)) == len(shapes)


def test_a_marker_without_its_word_still_speaks() -> None:
    with override("en"):
        assert "Run" in marks.stage("run", word=False)
        assert "Major" in marks.severity("major", count=2)


@pytest.mark.parametrize(
    "piece",
    [
        lambda: marks.stage(BAD),
        lambda: marks.severity(BAD),
        lambda: marks.verdict(BAD, BAD),
        lambda: marks.person(BAD, BAD, BAD),
        lambda: marks.tag(BAD, BAD, BAD),
        lambda: marks.change(BAD, BAD),
        lambda: marks.icon(BAD, label=BAD),
        lambda: marks.state(BAD, BAD, BAD),
        lambda: button(BAD, url=BAD, reason=BAD),
        lambda: button(BAD, url=BAD, attrs=[("data-x", BAD)]),
        lambda: drawings.heat(1.2, BAD, BAD, BAD),
        lambda: marks.family(BAD, word=True),
        lambda: drawings.sparkline([1, 2], BAD),
        lambda: drawings.progress(1, 2, BAD, BAD),
    ],
)
def test_no_text_escapes_from_its_piece(piece: Any) -> None:
    assert "<script" not in piece()


def test_a_closed_button_says_why_and_stays_reachable() -> None:
    html = button("Fund", reason="Only the PMO may.")
    assert 'aria-disabled="true"' in html
    assert " disabled" not in html.replace("aria-disabled", "")
    key = re.search(r'aria-describedby="([^"]+)"', html)
    assert key
    assert f'id="{key[1]}"' in html


@given(ratio=st.floats(0, 5))
def test_the_shade_of_a_load_rises_with_it(ratio: float) -> None:
    assert drawings.heat_level(ratio) <= drawings.heat_level(ratio + 0.05)


@pytest.mark.parametrize(
    ("ratio", "level"),
    [(0.55, 0), (0.75, 1), (0.9, 2), (1.0, 2), (1.07, 3), (1.1, 3), (1.12, 4), (None, 0)],
)
def test_the_shades_of_the_load_map(ratio: float | None, level: int) -> None:
    assert drawings.heat_level(ratio) == level


@given(
    landing=st.integers(0, 10**9),
    revised=st.integers(0, 10**9),
    scale=st.integers(1, 10**9),
)
def test_bars_never_leave_their_cell(landing: int, revised: int, scale: int) -> None:
    for share in re.findall(
        r'(?:width|x|x1)="([\d.]+)%"', str(drawings.landing_bar(landing, revised, scale))
    ):
        assert 0 <= float(share) <= 100


def test_every_icon_that_the_frame_names_exists() -> None:
    outlines = settings.CHECKOUT / "node_modules/@tabler/icons/icons/outline"
    if not outlines.is_dir():
        pytest.skip("the front-end packages are not installed (make install)")
    used = (
        {entry.icon for entry in navigation.ENTRIES}
        | set(vocabulary.TONES.values())
        | {v[1] for v in vocabulary.VERDICTS.values()}
    )
    for place in (settings.PACKAGE / "web").rglob("*.html"):
        used |= {
            first or second
            for first, second in re.findall(
                r'{% icon "([^"]+)"|symbol="([^"]+)"', place.read_text()
            )
        }
    missing = sorted(name for name in used if not (outlines / f"{name}.svg").is_file())
    assert not missing


def test_the_table_of_a_chart_holds_its_numbers() -> None:
    with override("fr"):
        for chart in samples.sample_charts():
            html = charts.charts_html(chart)
            shown = re.search(r'<script type="application/json">(.*?)</script>', html, re.DOTALL)
            assert shown
            drawn = [
                value for data in json.loads(shown[1])["data"] for value in data.get("values", ())
            ]
            for row in chart.rows:
                figures = [figure for figure in row[1:] if isinstance(figure, (int, float))]
                for figure in figures:
                    assert any(figure in value.values() for value in drawn)
            assert html.count("<tr>") == len(chart.rows) + 1


def test_a_chart_cannot_close_its_script() -> None:
    chart = charts.bars_chart("Title", "Sentence", [(BAD, 1.0)], value_label="k€")
    html = charts.charts_html(chart)
    assert "<script>alert" not in html
    assert html.count("</script>") == 1


def test_the_colours_of_a_printed_chart_are_those_of_the_light_theme() -> None:
    chart = charts.bars_chart("Title", "Sentence", [("A", 1.0)], value_label="k€", tone="coral")
    printed = charts.for_print(charts.vega_json(chart))
    assert "token(" not in printed
    assert charts.light_colours()["coral-fill"] in printed


def test_a_chart_is_compiled_once() -> None:
    chart = charts.bars_chart("Title", "Sentence", [("Once", 7.0)], value_label="k€")
    charts.vega_json(chart)
    before = chart_module._compiled.cache_info().hits
    charts.vega_json(chart)
    assert chart_module._compiled.cache_info().hits == before + 1


@pytest.mark.parametrize("asked", ["0", "-3", "abc", "99999999999999999999", "²", ""])
def test_a_wrong_page_number_gives_a_page(asked: str) -> None:
    page = cut(RequestFactory().get("/", {"page": asked}), list(range(10)), size=4)
    assert page.number == 1
    assert list(page.rows) == [0, 1, 2, 3]


def test_a_list_is_cut_in_pages_that_keep_the_filters() -> None:
    page = cut(RequestFactory().get("/", {"page": "3", "q": "é&a"}), list(range(10)), size=4)
    assert (list(page.rows), page.first, page.last, page.pages) == ([8, 9], 9, 10, 3)
    assert page.url(2) == "?page=2&q=%C3%A9%26a"
    assert page.url(1) == "?q=%C3%A9%26a"


def test_only_allowed_orders_pass() -> None:
    sort = asked_sort(
        RequestFactory().get("/", {"sort": "password__startswith"}), ("name", "k€"), "-name"
    )
    assert (sort.key, sort.descending) == ("name", True)
    assert (
        asked_sort(RequestFactory().get("/", {"sort": "-k€"}), ("name", "k€"), "name").aria("k€")
        == "descending"
    )
    assert paging.Sort("name", False, ("name",), "q=1").url("name") == "?q=1&sort=-name"


def test_a_query_is_changed_without_losing_the_rest() -> None:
    assert changed("a=1&b=2&b=3", {"a": None, "c": "x y"}) == "?b=2&b=3&c=x+y"


def test_templates_have_the_pieces() -> None:
    with override("fr"):
        text = Template(
            "{% load portulan %}{{ 120000000|money }}|{{ 39200|effort }}|"
            "{% period 24324 24333 %}|{% panel title=title %}x{% endpanel %}"
        ).render(Context({"title": "A & B"}))
    assert text.replace("\u00a0", " ").startswith("1,2 M€|392 j\u2011h|T1 – T3 2027|")
    assert "A &amp; B" in text
