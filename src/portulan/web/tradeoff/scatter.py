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
    marks = format_html_join(
        "", "{}", ((_mark(dot, across.at(dot.x), up.at(dot.y)),) for dot in dots)
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


def _mark(dot: Dot, x: float, y: float) -> SafeString:
    drawn = format_html(_SHAPES[dot.shape], f"{x:.1f}", f"{y:.1f}", _path(dot.shape, x, y))
    ring = (
        format_html('<circle class="to-ring" cx="{}" cy="{}" r="11"/>', f"{x:.1f}", f"{y:.1f}")
        if dot.selected
        else ""
    )
    label = ""
    if dot.label:
        end = x > (LEFT + RIGHT) * 0.68
        label = format_html(
            '<text class="pt-text-b {}" x="{}" y="{}">{}</text>',
            "pt-end" if end else "", f"{x - 12 if end else x + 12:.1f}", f"{y + 4:.1f}", dot.label,
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
