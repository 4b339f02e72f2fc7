"""The drawings of the studies: the frontier with its points, value by number of changes, shares."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

LEFT, RIGHT, TOP, BOTTOM = 62.0, 700.0, 18.0, 272.0
WIDTH, HEIGHT = 720, 320


@dataclass(frozen=True, slots=True)
class Dot:
    """A point: where, its words, its shape ("circle", "square", "triangle", "ring", "diamond"),
    the page that a click leads to, whether it is the one looked at."""

    x: float
    y: float
    words: str
    shape: str = "circle"
    url: str = ""
    selected: bool = False
    label: str = ""


class _Scale:
    """Values to places, with round marks."""

    def __init__(self, values: Sequence[float], low: float, high: float) -> None:
        least, most = min(values), max(values)
        room = (most - least) * 0.08 or max(1.0, abs(most) * 0.05)
        self.least, self.most = least - room, most + room
        self.low, self.high = low, high

    def at(self, value: float) -> float:
        """The place of a value."""
        return self.low + (self.high - self.low) * (value - self.least) / (self.most - self.least)

    def marks(self, count: int = 5) -> list[float]:
        """Round values inside the scale."""
        rough = (self.most - self.least) / count
        power = 10.0 ** len(str(int(rough))) / 10 if rough >= 1 else 0.1
        step = next((m * power for m in (1, 2, 2.5, 5, 10) if m * power >= rough), 10 * power)
        first = -(-self.least // step) * step
        found: list[float] = []
        while first <= self.most and len(found) < 12:
            found.append(first)
            first += step
        return found


def scatter(
    dots: Sequence[Dot],
    lines: Mapping[str, Sequence[tuple[float, float]]],
    *,
    x_words: str,
    y_words: str,
    write_x: Callable[[float], str],
    write_y: Callable[[float], str],
    described: str,
) -> SafeString:
    """Points on two axes, some joined by lines; each point is a link when it leads somewhere."""
    if not dots:
        return SafeString("")
    xs, ys = [dot.x for dot in dots], [dot.y for dot in dots]
    across, up = _Scale(xs, LEFT, RIGHT - 14), _Scale(ys, BOTTOM, TOP)
    grid = format_html_join(
        "",
        '<line class="pt-stroke-line" x1="{}" x2="{}" y1="{}" y2="{}"/>'
        '<text class="pt-text-3 pt-end" x="{}" y="{}">{}</text>',
        (
            (LEFT, RIGHT, f"{up.at(v):.1f}", f"{up.at(v):.1f}", LEFT - 8, f"{up.at(v) + 4:.1f}",
             write_y(v))
            for v in up.marks()
        ),
    )
    grid += format_html_join(
        "",
        '<text class="pt-text-3 pt-middle" x="{}" y="{}">{}</text>',
        ((f"{across.at(v):.1f}", BOTTOM + 18, write_x(v)) for v in across.marks(6)),
    )
    paths = format_html_join(
        "",
        '<polyline class="to-line {}" points="{}"/>',
        (
            (tone, " ".join(f"{across.at(x):.1f},{up.at(y):.1f}" for x, y in points))
            for tone, points in lines.items()
            if len(points) > 1
        ),
    )
    places = [(across.at(dot.x), up.at(dot.y)) for dot in dots]
    labels = _labels(dots, places)
    marks = format_html_join(
        "", "{}", (
            (_mark(dot, *place, label),) for dot, place, label in
            zip(dots, places, labels, strict=True)
        ),
    )
    words = format_html(
        '<text class="pt-text-3 pt-end" x="{}" y="{}">{}</text>'
        '<text class="pt-text-3" x="0" y="10">{}</text>',
        RIGHT, BOTTOM + 38, x_words, y_words,
    )
    return format_html(
        '<div class="to-scroll" tabindex="0" role="group" aria-label="{2}"><svg class="to-scatter" '
        'viewBox="0 0 {0} {1}" role="group" aria-label="{2}">{3}{4}{5}{6}</svg></div>',
        WIDTH, HEIGHT, described, grid, paths, words, marks,
    )


#: Half of the height of a label, and what a letter of it takes.
_TALL, _LETTER = 8.0, 7.0


def _labels(
    dots: Sequence[Dot], places: Sequence[tuple[float, float]]
) -> list[tuple[float, float, bool]]:
    """Where the label of each dot stands (x, y, ends there): beside it, off dots and labels."""
    taken = [(x - 9, y - 9, x + 9, y + 9) for x, y in places]
    found: list[tuple[float, float, bool]] = []
    for dot, (x, y) in zip(dots, places, strict=True):
        end = x > (LEFT + RIGHT) * 0.68
        best, least = (x - 12 if end else x + 12, y, end), float("inf")
        if dot.label:
            wide = len(dot.label) * _LETTER
            own = (x - 9, y - 9, x + 9, y + 9)
            for at_end in (end, not end):
                for lower in (0.0, 18.0, -18.0, 32.0, -32.0, 46.0):
                    at = x - 12 if at_end else x + 12
                    box = (at - wide if at_end else at, y + lower - _TALL,
                           at if at_end else at + wide, y + lower + _TALL)
                    if box[0] < LEFT or box[2] > WIDTH or box[1] < 0 or box[3] > BOTTOM:
                        continue
                    over = sum(_overlap(box, other) for other in taken if other != own)
                    if over < least:
                        best, least = (at, y + lower, at_end), over
            at, level, at_end = best
            taken.append((at - wide if at_end else at, level - _TALL,
                          at if at_end else at + wide, level + _TALL))
        found.append(best)
    return found


def _overlap(one: Sequence[float], other: Sequence[float]) -> float:
    wide = min(one[2], other[2]) - max(one[0], other[0])
    tall = min(one[3], other[3]) - max(one[1], other[1])
    return max(0.0, wide) * max(0.0, tall)


def _mark(dot: Dot, x: float, y: float, place: tuple[float, float, bool]) -> SafeString:
    drawn = format_html(_SHAPES[dot.shape], f"{x:.1f}", f"{y:.1f}", _path(dot.shape, x, y))
    ring = (
        format_html('<circle class="to-ring" cx="{}" cy="{}" r="11"/>', f"{x:.1f}", f"{y:.1f}")
        if dot.selected
        else ""
    )
    label = ""
    if dot.label:
        at, level, end = place
        label = format_html(
            '<text class="pt-text-b {}" x="{}" y="{}">{}</text>',
            "pt-end" if end else "", f"{at:.1f}", f"{level + 4:.1f}", dot.label,
        )
    inner = format_html("<title>{}</title>{}{}{}", dot.words, ring, drawn, label)
    if dot.url:
        return format_html('<a href="{}" aria-label="{}">{}</a>', dot.url, dot.words, inner)
    return format_html("<g>{}</g>", inner)


_SHAPES = {
    "circle": '<circle class="pt-fill-primary" cx="{0}" cy="{1}" r="6"/>',
    "square": '<path class="pt-fill-teal" d="{2}"/>',
    "triangle": '<path class="pt-fill-brass" d="{2}"/>',
    "diamond": '<path class="pt-fill-coral" d="{2}"/>',
    "ring": '<circle class="to-now" cx="{0}" cy="{1}" r="6"/>',
}


def _path(shape: str, x: float, y: float) -> str:
    if shape == "square":
        return f"M{x - 5:.1f} {y - 5:.1f}h10v10h-10z"
    if shape == "triangle":
        return f"M{x:.1f} {y - 6.5:.1f}l6.5 11.5h-13z"
    return f"M{x:.1f} {y - 8:.1f}l8 8l-8 8l-8 -8z"


def interval(share: float, low: float, high: float) -> SafeString:
    """A share of draws with the interval of its estimate: a bar, and a line over it."""
    return format_html(
        '<svg class="to-share" aria-hidden="true"><rect class="pt-fill-soft" width="100%" '
        'height="8" y="3"/><rect class="pt-fill-primary" width="{}%" height="8" y="3"/>'
        '<line class="pt-stroke-ink" x1="{}%" x2="{}%" y1="7" y2="7" stroke-width="2"/></svg>',
        f"{100 * share:.1f}", f"{100 * low:.1f}", f"{100 * high:.1f}",
    )


def loss(value: float, most: float) -> SafeString:
    """A bar of what something costs, against the dearest."""
    share = 0.0 if most <= 0 else 100 * max(0.0, value) / most
    return format_html(
        '<svg class="to-share" aria-hidden="true"><rect class="pt-fill-coral" width="{}%" '
        'height="8" y="3"/></svg>',
        f"{share:.1f}",
    )
