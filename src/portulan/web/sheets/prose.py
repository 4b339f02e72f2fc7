"""Texts of people and of sources as safe HTML: paragraphs as typed, Markdown where it came so."""

from __future__ import annotations

from functools import lru_cache

import nh3
from django.template.defaultfilters import linebreaksbr
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt

from portulan.wording import formats

#: What a source's text may hold; nothing that loads, runs or looks like the page's own frame.
TAGS = {
    "p", "br", "strong", "em", "ul", "ol", "li", "a", "code", "pre", "blockquote", "h4", "h5", "h6",
    "hr", "del",
}
#: Headings of the source stand below those of the page.
_LOWER = {"h1": "h4", "h2": "h4", "h3": "h5", "h4": "h5", "h5": "h6", "h6": "h6"}


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": False})
    parser.enable("strikethrough")

    return parser


def markdown(text: str) -> SafeString:
    """A source's Markdown as HTML: headings lowered, links checked, images left out."""
    tokens = _parser().parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = _LOWER.get(token.tag, "h6")
    made = _parser().renderer.render(tokens, _parser().options, {})
    clean = nh3.clean(
        made, tags=TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )
    return mark_safe(clean)  # noqa: S308 - cleaned by nh3 on the line above


def typed(text: str) -> SafeString:
    """A text as it was typed: paragraphs and lines, escaped; an invitation when it is empty."""
    if not text.strip():
        return format_html('<span class="pt-dim">{}</span>', _("To be filled in"))
    return SafeString(linebreaksbr(text.strip()))


def short(value: object) -> SafeString | str:
    """A short value, an en dash when there is none."""
    if value in (None, ""):
        return format_html('<span class="pt-dim">{}</span>', formats.NOTHING)
    return str(value)
