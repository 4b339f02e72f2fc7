"""How much room a text takes, estimated: slides are laid out without the reader's fonts at hand.

Widths are those of common sans-serif letters, rounded up, so that what is said to fit does.
"""

from __future__ import annotations

import math
import unicodedata

#: Points between two lines, by point of size.
LEADING = 1.22
_NARROW = frozenset("iljI.,;:'’!|()[]·\u00a0\u202f ")
_SLIM = frozenset("ftr-‑/\\\"“”«»*°")
_WIDE = frozenset("mwMW@%€…—Œœ")


def width(text: str, size: float) -> float:
    """The width of a text on one line, in points."""
    return size * sum(map(_letter, text))


def _letter(letter: str) -> float:
    if letter in _NARROW:
        return 0.30
    if letter in _SLIM:
        return 0.40
    if letter in _WIDE:
        return 0.92
    if unicodedata.combining(letter):
        return 0.0
    if ord(letter) > 0x2E7F or unicodedata.east_asian_width(letter) in "WF":
        return 1.15
    if letter.isupper():
        return 0.72
    return 0.61 if letter.isdigit() else 0.585


def lines(text: str, room: float, size: float) -> int:
    """On how many lines a text stands in a column of so many points, at least one."""
    return sum(_paragraph(part, room, size) for part in text.split("\n")) or 1


def _paragraph(text: str, room: float, size: float) -> int:
    count, at = 1, 0.0
    space = width(" ", size)
    for word in text.split(" "):
        long = width(word, size)
        if at and at + space + long > room:
            count, at = count + 1, 0.0
        if long > room:
            more = math.ceil(long / max(room, size)) - 1
            count, at = count + more, long - more * room
        else:
            at += long + (space if at else 0.0)
    return count


def height(text: str, room: float, size: float) -> float:
    """How high a text stands in a column of so many points."""
    return lines(text, room, size) * size * LEADING


def cut(text: str, room: float, size: float, most: int) -> str:
    """The text, or its beginning with an ellipsis when it takes more than ``most`` lines."""
    if lines(text, room, size) <= most:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if lines(text[:middle] + "…", room, size) <= most:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + "…"
