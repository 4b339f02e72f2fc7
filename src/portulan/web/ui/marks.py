"""Markers: every meaning has a shape or a word beside its colour."""

from __future__ import annotations

import re
from collections.abc import Mapping
from zlib import crc32

from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import pgettext

from portulan.wording import vocabulary
from portulan.wording.formats import NOTHING
from portulan.wording.formats import number as format_number

_ICON_NAME = re.compile(r"^[a-z0-9-]+$")
_STAGE_SHAPES: dict[str, SafeString] = {
    "exploration": mark_safe('<path d="M6 .8 11.2 6 6 11.2.8 6Z" stroke-width="1.6"/>'),
    "development": mark_safe(
        '<path d="M6 1.2 11.2 10.6H.8Z" stroke-width="1.6" stroke-linejoin="round"/>'
    ),
    "run": mark_safe('<circle cx="6" cy="6" r="5.2" fill="currentColor" stroke="none"/>'),
    "end_of_life": mark_safe('<rect x="1.2" y="1.2" width="9.6" height="9.6" stroke-width="1.6"/>'),
}
_SEVERITY_SHAPES: dict[str, SafeString] = {
    "blocking": mark_safe(
        '<path d="M3.7.4h4.6l3.3 3.3v4.6l-3.3 3.3H3.7L.4 8.3V3.7Z" fill="currentColor" '
        'stroke="none"/>'
        '<path d="M6 3v3.6M6 8.3v.6" class="pt-shape-cut" stroke-width="1.5" '
        'stroke-linecap="round"/>'
    ),
    "major": mark_safe(
        '<path d="M.4 1.4h11.2L6 11.4Z" fill="currentColor" stroke-linejoin="round" '
        'stroke-width=".8"/>'
    ),
    "minor": mark_safe(
        '<rect x=".5" y="4" width="11" height="4" rx="1" fill="currentColor" stroke="none"/>'
    ),
    "info": mark_safe(
        '<circle cx="6" cy="6" r="4.8" stroke-width="1.5"/><circle cx="6" cy="6" r="1.4" '
        'fill="currentColor" stroke="none"/>'
    ),
}
SEVERITY_ORDER = ("blocking", "major", "minor", "info")


def icon(name: str, size: str = "", label: str = "") -> SafeString:
    """A Tabler icon by name; ``size`` "s" or "l"; with ``label`` it speaks, else it is
    decoration.
    """
    if not _ICON_NAME.match(name):
        return SafeString("")
    css = f"pt-icon pt-icon-{size}" if size else "pt-icon"
    href = f"{static('vendor/icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}"><use href="{}"/></svg>', css, label, href
        )
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}"/></svg>', css, href)


def _shape(shapes: Mapping[str, SafeString], code: str) -> SafeString:
    return format_html(
        '<svg class="pt-shape" viewBox="0 0 12 12" aria-hidden="true">{}</svg>',
        shapes.get(code, ""),
    )


def _spoken(text: str, shown: bool, tag: str = "span") -> SafeString:
    if shown:
        return format_html("<{0}>{1}</{0}>", mark_safe(tag), text)  # noqa: S308 - a constant of this module
    return format_html('<span class="pt-hidden">{}</span>', text)


def stage(code: str | None, word: bool = True) -> SafeString:
    """The stage of a product: ◇ exploration, △ development, ● run, ▢ end of life."""
    if not code:
        return format_html('<span class="pt-dim">{}</span>', NOTHING)
    css = code if code in vocabulary.STAGES else "end_of_life"
    text = vocabulary.word(vocabulary.STAGES, code)
    return format_html(
        '<span class="pt-stage pt-stage-{}">{}{}</span>',
        css,
        _shape(_STAGE_SHAPES, code),
        _spoken(text, word),
    )


def severity(code: str, word: bool = True, count: int | None = None) -> SafeString:
    """A severity; with ``count``, how many there are of it (the word is then for screen
    readers).
    """
    css = code if code in vocabulary.SEVERITIES else "info"
    text = vocabulary.word(vocabulary.SEVERITIES, code)
    tail: SafeString = _spoken(text, word and count is None, "b")
    if count is not None:
        tail = format_html('{}<span class="pt-num">{}</span>', tail, format_number(count))
    return format_html(
        '<span class="pt-severity pt-severity-{}">{}{}</span>',
        css,
        _shape(_SEVERITY_SHAPES, css),
        tail,
    )


def severities(counts: Mapping[str, int]) -> SafeString:
    """The findings of a thing by severity: "⬣ 1 ▼ 2", or "none"."""
    shown = [(severity(code, count=counts[code]),) for code in SEVERITY_ORDER if counts.get(code)]
    if not shown:
        return format_html('<span class="pt-dim">{}</span>', pgettext("findings", "none"))
    return format_html('<span class="pt-severities">{}</span>', format_html_join("", "{}", shown))


def verdict(code: str, detail: str = "") -> SafeString:
    """What was decided, with its icon and word."""
    tone, symbol, text = vocabulary.VERDICTS.get(code, ("neutral", "circle-dashed", code))
    tail = format_html(' <span class="pt-nowrap">{}</span>', detail) if detail else ""
    return format_html(
        '<span class="pt-verdict pt-verdict-{}">{}{}{}</span>', tone, icon(symbol), str(text), tail
    )


def state(text: str, tone: str = "neutral", symbol: str = "") -> SafeString:
    """The state of a thing: ``tone`` good, warn, bad or neutral gives icon and colour,
    ``text`` the word.
    """
    known = tone if tone in vocabulary.TONES else "neutral"
    return format_html(
        '<span class="pt-state pt-tone-{}">{}<span>{}</span></span>',
        known,
        icon(symbol or vocabulary.TONES[known]),
        text,
    )


def family(code: str, word: bool = False) -> SafeString:
    """A family of criteria: its framed letter, with or without its name."""
    letter, name = vocabulary.FAMILIES.get(code, (code[:1].upper(), code))
    css = code if code in vocabulary.FAMILIES else "business"
    if word:
        return format_html(
            '<span class="pt-family-name"><span class="pt-family pt-family-{}" '
            'aria-hidden="true">{}</span>{}</span>',
            css,
            str(letter),
            str(name),
        )
    return format_html(
        '<abbr class="pt-family pt-family-{}" title="{}">{}</abbr>', css, str(name), str(letter)
    )


def initials(name: str) -> str:
    """Two letters for a name: "Anne-Laure Petit" → "AP", "DSI" → "DS"."""
    words = [part for part in re.split(r"[\s]+", name.strip()) if part]
    if not words:
        return "?"
    return (words[0][:1] + words[-1][:1] if len(words) > 1 else words[0][:2]).upper()


def avatar(name: str, large: bool = False) -> SafeString:
    """The initials of a person in a disc; the name must stand beside it."""
    tone = crc32(name.encode()) % 5
    css = "pt-avatar" + (f" pt-avatar-{tone}" if tone else "") + (" pt-avatar-l" if large else "")
    return format_html('<span class="{}" aria-hidden="true">{}</span>', css, initials(name))


def person(
    name: str | None, url: str = "", detail: str = "", large: bool = False, brief: str = ""
) -> SafeString:
    """A person: initials, name (or ``brief`` for it), and under it what she does."""
    if not name:
        return format_html('<span class="pt-dim">{}</span>', NOTHING)
    said = brief or name
    shown = format_html('<a href="{}">{}</a>', url, said) if url else format_html("{}", said)
    under = format_html("<small>{}</small>", detail) if detail else ""
    return format_html(
        '<span class="pt-person">{}<span>{}{}</span></span>', avatar(name, large), shown, under
    )


def tag(text: str, tone: str = "", symbol: str = "") -> SafeString:
    """A label: ``tone`` is teal, brass, coral, moss, primary, violet, blue, green or nothing
    (grey).
    """
    css = f"pt-tag pt-tag-{tone}" if re.fullmatch(r"[a-z]+", tone) else "pt-tag"
    return format_html(
        '<span class="{}">{}{}</span>', css, icon(symbol, "s") if symbol else "", text
    )


def change(old: object, new: object) -> SafeString:
    """A change: the old value struck through, then the new one; read aloud as "was …, now …"."""
    return format_html(
        '<span class="pt-change"><span class="pt-hidden">{} </span><del>{}</del> <span '
        'class="pt-hidden">{} </span><ins>{}</ins></span>',
        pgettext("read aloud", "was"),
        NOTHING if old in (None, "") else old,
        pgettext("read aloud", "now"),
        NOTHING if new in (None, "") else new,
    )


def big_change(old: object, new: object, unit: str = "") -> SafeString:
    """A change in large: "13,2 → 11,7 M€"."""
    return format_html(
        '<span class="pt-bigchange pt-num"><span class="pt-hidden">{} </span><span '
        'class="pt-old">{} '
        '<span aria-hidden="true">→</span></span> <span class="pt-hidden">{} </span>{} '
        "<small>{}</small></span>",
        pgettext("read aloud", "was"),
        old,
        pgettext("read aloud", "now"),
        new,
        unit,
    )


def difference(text: str, bad: bool | None = None) -> SafeString:
    """A figure said to be bad (coral), good (moss) or neither; its sign carries the meaning too."""
    if bad is None:
        return format_html("{}", text)
    return format_html('<span class="{}">{}</span>', "pt-bad" if bad else "pt-good", text)
