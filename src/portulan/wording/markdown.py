"""What people write in Markdown as safe HTML, with the people and objects that it names.

The text is read by a parser that knows no HTML, then cleaned by an allow-list: whatever a text
holds, nothing of it loads, runs or talks to the page (no image, no style, no ``hx-`` or ``data-``
attribute, no address but http, https and mailto, and our own).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

from portulan.collaboration.marks import MARK

TAGS = {
    "p", "br", "strong", "em", "ul", "ol", "li", "a", "code", "pre", "blockquote", "h4", "h5", "h6",
    "hr", "del",
}
SCHEMES = {"http", "https", "mailto"}
#: Headings of a text stand below those of the page.
_LOWER = {"h1": "h4", "h2": "h4", "h3": "h5", "h4": "h5", "h5": "h6", "h6": "h6"}
_PIECES = re.compile(rf"(?P<url>https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]])|{MARK.pattern}")


@dataclass(frozen=True, slots=True)
class Named:
    """A person or object that a text names: what to show and where it leads."""

    text: str
    url: str


def rendered(text: str, named: Mapping[str, Named] | None = None) -> SafeString:
    """A text as HTML. ``named``: ``@code`` and ``#code`` in lower case → what they stand for;
    a code that is not there stays the text that was typed.
    """
    parser = _parser()
    tokens = parser.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = _LOWER.get(token.tag, "h6")
        if token.children:
            token.children = _linked(token.children, named or {})
    made = parser.renderer.render(tokens, parser.options, {})
    clean = nh3.clean(
        made, tags=TAGS, attributes={"*": set(), "a": {"href"}}, url_schemes=SCHEMES,
        allowed_classes={"a": {"pt-mention"}}, link_rel="noopener noreferrer nofollow",
    )
    return mark_safe(clean)  # noqa: S308 - cleaned by nh3 on the line above


def plain(text: str, limit: int = 160) -> str:
    """The first words of a text, without its marks, on one line."""
    words: list[str] = []
    for token in _parser().parse(text):
        words.extend(
            child.content for child in token.children or ()
            if child.type in ("text", "code_inline")
        )
    line = " ".join(" ".join(words).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": False, "breaks": True})
    parser.enable("strikethrough")
    parser.disable(["image", "html_inline", "html_block", "reference"], ignoreInvalid=True)
    return parser


def _linked(children: list[Token], named: Mapping[str, Named]) -> list[Token]:
    """Addresses, people and objects in the text become links, save inside a link."""
    found: list[Token] = []
    depth = 0
    for child in children:
        depth += {"link_open": 1, "link_close": -1}.get(child.type, 0)
        if child.type != "text" or depth:
            found.append(child)
            continue
        at = 0
        for match in _PIECES.finditer(child.content):
            if match["url"]:
                label, url, kind = match["url"], match["url"], ""
            else:
                target = named.get(match[0].lower())
                if target is None:
                    continue
                label, url, kind = target.text, target.url, "pt-mention"
            found += [_text(child.content[at : match.start()]), *_link(label, url, kind)]
            at = match.end()
        found.append(_text(child.content[at:]))
    return found


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _link(label: str, url: str, kind: str) -> list[Token]:
    attributes: dict[str, str | int | float] = {"href": url}
    if kind:
        attributes["class"] = kind
    end = Token("link_close", "a", -1)
    return [Token("link_open", "a", 1, attrs=attributes), _text(label), end]
