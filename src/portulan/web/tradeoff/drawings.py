"""The small drawings of a scenario: two plans against a limit, and how far from the best."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portulan.web.tradeoff.words import points


def pair(before: float, after: float, limit: float | None = None) -> SafeString:
    """The present plan over the scenario, and the limit as a line; the figures stand above it."""
    top = max(before, after, limit or 0) or 1.0

    def share(value: float) -> str:
        return f"{max(0.0, min(100.0, 96 * value / top)):.2f}"

    line = (
        format_html(
            '<line class="pt-stroke-coral" x1="{0}%" x2="{0}%" y1="0" y2="22" stroke-width="2"/>',
            share(limit),
        )
        if limit is not None
        else ""
    )
    return format_html(
        '<svg class="to-pair" aria-hidden="true"><rect class="pt-fill-grey-line" x="0.5" y="3" '
        'width="{}%" height="7"/><rect class="pt-fill-primary" x="0" y="12" width="{}%" '
        'height="7"/>{}</svg>',
        share(before), share(after), line,
    )


def dots(rows: Sequence[tuple[str, int, bool]], bound: float | None) -> SafeString:
    """Plans on one scale of value, and the line that no plan passes.

    ``rows``: words, hundredths of a point, whether it is this scenario.
    """
    if not rows:
        return SafeString("")
    values = [value for _label, value, _own in rows] + ([bound] if bound is not None else [])
    low, high = min(values), max(values)
    spread = (high - low) or max(1.0, abs(high) * 0.02)
    low, high = low - 0.12 * spread, high + 0.12 * spread
    left, right, step = 214.0, 424.0, 30

    def x(value: float) -> float:
        return left + (right - left) * (value - low) / (high - low)

    height = 24 + step * len(rows)
    marks = []
    for place, (label, value, own) in enumerate(rows):
        y = 32 + step * place
        anchor, shift = ("pt-end", -9.0) if x(value) > (left + right) / 2 else ("", 9.0)
        marks.append(
            format_html(
                '<line class="pt-stroke-line" x1="{}" x2="{}" y1="{}" y2="{}"/>'
                '<text class="{}" x="0" y="{}">{}</text><circle class="{}" cx="{}" cy="{}" r="5"/>'
                '<text class="pt-text-b {}" x="{}" y="{}">{}</text>',
                f"{left:.0f}", f"{right:.0f}", y, y,
                "pt-text-b" if own else "pt-text", y + 4, _short(label),
                "pt-fill-primary" if own else "pt-fill-grey", f"{x(value):.1f}", y,
                anchor, f"{x(value) + shift:.1f}", y - 8, points(value),
            )
        )
    line: SafeString | str = ""
    if bound is not None:
        line = format_html(
            '<line class="pt-stroke-teal" x1="{0}" x2="{0}" y1="12" y2="{1}" stroke-width="2"/>'
            '<text class="pt-text-b pt-end" x="{2}" y="9">{3}</text>',
            f"{x(bound):.1f}", height, f"{min(x(bound) + 14, right + 12):.1f}", points(bound, 1),
        )
    return format_html(
        '<svg class="to-dots" viewBox="0 0 440 {}" role="img" aria-label="{}">{}{}</svg>',
        height + 4, _("Value of each plan, in points; the same figures stand in the table below."),
        format_html_join("", "{}", ((mark,) for mark in marks)), line,
    )


def _short(label: str, most: int = 32) -> str:
    return label if len(label) <= most else label[: most - 1].rstrip() + "…"


def gain(value: float, most: float) -> SafeString:
    """A bar from the right whose length is what more of a limit brings."""
    share = 0.0 if most <= 0 else 100.0 * max(0.0, value) / most
    return format_html(
        '<svg class="to-gain" aria-hidden="true"><rect class="pt-fill-{}" x="{}%" width="{}%" '
        'height="10"/></svg>',
        "coral" if share > 30 else "brass", f"{100 - share:.1f}", f"{share:.1f}",
    )
