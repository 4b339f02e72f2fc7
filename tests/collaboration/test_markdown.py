"""What people write cannot load, run, or pass for a part of the page."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portulan.collaboration.marks import names_in
from portulan.wording.markdown import Named, plain, rendered

CORPUS = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>",
    "[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))", "[x](java\nscript:alert(1))",
    "[x](&#106;avascript:alert(1))", "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox(1))", "![x](http://evil/x.png)", "![x](x \"onerror=alert(1)\")",
    "[x](http://a \"onmouseover=alert(1)\")", "<a href='javascript:alert(1)'>x</a>",
    "<iframe src=//evil></iframe>", "<style>*{display:none}</style>", "<p style='x'>y</p>",
    "<form action=/sign-out method=post><button>x</button></form>", "<base href=//evil>",
    "<div hx-get='/x' hx-trigger='load'>x</div>", "<div data-hx-post='/x'>x</div>",
    "<button data-dialog='pt-confirm'>x</button>", "<meta http-equiv=refresh content='0;//evil'>",
    "<math><mtext></table><mglyph><style><img src=x onerror=alert(1)>",
    "<!--><img src=x onerror=1>",
    "[a]: javascript:alert(1)\n[a]", "<javascript:alert(1)>", "`<img src=x onerror=1>`",
    "```\n<script>alert(1)</script>\n```", "> <object data=x>", "- <embed src=x>",
    "@<img src=x onerror=1>", "#<svg onload=1>", "@who\"><script>", "<input autofocus onfocus=1>",
    "<details open ontoggle=alert(1)>", "\u202e<script>", "<a id=content class=pt-app>x</a>",
]
_TAG = re.compile(r"<\s*/?\s*([a-zA-Z0-9]+)((?:\s+[^<>]*)?)>")
_ALLOWED = {
    "p", "br", "strong", "em", "ul", "ol", "li", "a", "code", "pre", "blockquote", "h4", "h5", "h6",
    "hr", "del",
}


def _harmless(html: str) -> None:
    for tag, rest in _TAG.findall(html):
        assert tag.lower() in _ALLOWED, html
        names = set(re.findall(r"([\w:-]+)\s*=", re.sub(r'"[^"]*"', '""', rest)))
        assert names <= {"href", "rel", "class"}, html
        for address in re.findall(r'href="([^"]*)"', rest):
            scheme = re.match(r"\s*([a-zA-Z][a-zA-Z0-9+.-]*):", address)
            assert scheme is None or scheme[1].lower() in ("http", "https", "mailto"), html
        for kinds in re.findall(r'class="([^"]*)"', rest):
            assert kinds in ("", "pt-mention"), html


@pytest.mark.parametrize("text", CORPUS)
def test_nothing_of_the_corpus_runs(text: str) -> None:
    _harmless(rendered(text))
    _harmless(rendered(text, {"@who": Named(text, "javascript:alert(1)")}))


_PIECES = [*CORPUS, "\n", "\n\n", "> ", "- ", "**", "[", "](", ")", "<", "@who"]


@settings(deadline=None)
@given(st.lists(st.sampled_from(_PIECES), max_size=6))
def test_nothing_of_any_mixture_runs(parts: list[str]) -> None:
    _harmless(rendered("".join(parts), {"@who": Named("<b>", "/people/who")}))


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_rendered(text: str) -> None:
    _harmless(rendered(text))
    assert len(plain(text, 40)) <= 40
    names_in(text)


def test_people_and_objects_become_links_and_code_stays_code() -> None:
    named = {"@zoe": Named("Zoé", "/people/zoe"), "#mob-01": Named("MOB-01", "/products/MOB-01")}
    html = rendered("Merci @zoe. Voir #MOB-01, `#MOB-01`, a@zoe, #autre", named)
    assert html.count("pt-mention") == 2
    assert ">Zoé</a>. Voir" in html and "<code>#MOB-01</code>" in html and "#autre" in html


def test_marks_in_code_and_in_addresses_name_nobody() -> None:
    assert names_in("`@a` ```\n#b\n``` x@c https://d/#e @f.") == ({"f"}, set())
