"""Small drawings inside tables and panels: geometry attributes and classes, never a style."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portulan.wording.formats import percent

TONES = (
    "primary",
    "teal",
    "brass",
    "coral",
    "moss",
    "violet",
    "blue",
    "green",
    "grey",
    "business",
    "user",
    "vision",
    "feasibility",
    "risk",
)
#: Load at which each shade of heat starts: under 75 %, to 89, to 100, to 110, above.
HEAT_LIMITS = (0.75, 0.90, 1.0, 1.10)


def _tone(name: str) -> str:
    return name if name in TONES else "primary"


def _clip(value: float, low: float = 0.0, high: float = 100.0) -> str:
    return f"{min(max(value, low), high):.2f}"


def progress(
    value: float | None, maximum: float = 100, label: str = "", tone: str = "primary"
) -> SafeString:
    """A bar of progress: ``value`` of ``maximum``; ``label`` is read aloud."""
    share = 0.0 if not value or not maximum else 100.0 * float(value) / float(maximum)
    return format_html(
        '<svg class="pt-progress" role="progressbar" aria-label="{}" aria-valuemin="0" '
        'aria-valuemax="100" '
        'aria-valuenow="{}"><rect class="pt-fill-{}" width="{}%" height="100%" rx="3"/></svg>',
        label or pgettext("read aloud", "progress"),
        f"{min(max(share, 0), 100):.0f}",
        _tone(tone),
        _clip(share),
    )


def share_bar(value: float | None, maximum: float = 1, tone: str = "primary") -> SafeString:
    """A bar beside a figure that says the same; decoration for who hears the page."""
    share = 0.0 if not value or not maximum else 100.0 * float(value) / float(maximum)
    return format_html(
        '<svg class="pt-progress" aria-hidden="true"><rect class="pt-fill-{}" width="{}%" '
        'height="100%" rx="3"/></svg>',
        _tone(tone),
        _clip(share),
    )


def landing_bar(landing: float | None, revised: float | None, scale: float) -> SafeString:
    """Landing against the revised budget: what goes beyond is coral, the line is the budget.

    All three in the same unit; ``scale`` is the right end, the same for all rows of a table.
    """
    land, limit, end = float(landing or 0), float(revised or 0), float(scale) or 1.0
    inside, beyond = min(land, limit), max(0.0, land - limit)
    label = _("landing at %(share)s of the revised budget") % {
        "share": percent(land / limit) if limit else "–"
    }
    parts = [("pt-fill-primary", 0.0, inside)]
    if beyond:
        parts.append(("pt-fill-coral", limit, beyond))
    bars = format_html_join(
        "",
        '<rect class="{}" x="{}%" y="4" width="{}%" height="6"/>',
        ((css, _clip(100 * x / end), _clip(100 * w / end)) for css, x, w in parts),
    )
    mark = _clip(100 * limit / end)
    line = format_html(
        '<line class="pt-stroke-ink" x1="{0}%" x2="{0}%" y1="1" y2="13" stroke-width="1.6"/>', mark
    )
    return format_html(
        '<svg class="pt-minibar" role="img" aria-label="{}">{}{}</svg>', label, bars, line
    )


def budget_bar(
    actual: float | None,
    committed: float | None,
    landing: float | None,
    revised: float | None,
    voted: float | None,
    scale: float,
) -> SafeString:
    """A budget line: actual in commitment in landing, beyond the revised budget in coral;
    lines: revised, voted.
    """
    end = float(scale) or 1.0
    used, engaged, land, limit = (float(v or 0) for v in (actual, committed, landing, revised))
    parts = [("pt-fill-soft", 0.0, min(land, limit), 4, 6), ("pt-fill-primary", 0.0, engaged, 4, 6)]
    parts.append(("pt-fill-ink", 0.0, used, 4, 6))
    if land > limit:
        parts.append(("pt-fill-coral", limit, land - limit, 2, 10))
    bars = format_html_join(
        "",
        '<rect class="{}" x="{}%" y="{}" width="{}%" height="{}"/>',
        (
            (css, _clip(100 * x / end), y, _clip(100 * w / end), h)
            for css, x, w, y, h in parts
            if w > 0
        ),
    )
    lines = format_html(
        '<line class="pt-stroke-ink" x1="{0}%" x2="{0}%" y1="0" y2="14" stroke-width="2"/>',
        _clip(100 * limit / end),
    )
    if voted is not None and voted != revised:
        lines += format_html(
            '<line class="pt-stroke-grey pt-dashed" x1="{0}%" x2="{0}%" y1="1" y2="13" '
            'stroke-width="1.6"/>',
            _clip(100 * float(voted) / end),
        )
    label = _("landing at %(share)s of the revised budget") % {
        "share": percent(land / limit) if limit else "–"
    }
    return format_html(
        '<svg class="pt-minibar pt-minibar-l" role="img" aria-label="{}">{}{}</svg>',
        label,
        bars,
        lines,
    )


def rank_range(low: int | None, high: int | None, of: int) -> SafeString:
    """The ranks that a thing holds in most plausible weightings, among ``of``."""
    if low is None or high is None or of < 1:
        return SafeString("")
    slot = 100 / max(of, 1)
    label = _("rank %(low)s to %(high)s of %(of)s") % {"low": low, "high": high, "of": of}
    return format_html(
        '<svg class="pt-rankrange" role="img" aria-label="{}"><line class="pt-stroke-strong" '
        'x1="0" x2="100%" y1="7" y2="7"/>'
        '<rect class="pt-fill-primary" x="{}%" y="4" width="{}%" height="6" rx="3"/></svg>',
        label,
        _clip((low - 1) * slot),
        _clip((high - low + 1) * slot),
    )


def sparkline(values: Sequence[float | None], label: str = "") -> SafeString:
    """The trend of a few values; gaps (``None``) are skipped; the last known one is marked."""
    known = [(i, float(v)) for i, v in enumerate(values) if v is not None]
    if len(known) < 2:
        return SafeString("")
    low, high = min(v for _i, v in known), max(v for _i, v in known)
    width, height, span = 78.0, 22.0, (high - low) or 1.0
    step = (width - 8) / max(len(values) - 1, 1)
    points = [(4 + i * step, height - 4 - (v - low) / span * (height - 8)) for i, v in known]
    if high == low:
        points = [(x, height / 2) for x, _y in points]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return format_html(
        '<svg class="pt-sparkline" viewBox="0 0 78 22" role="img" aria-label="{}"><polyline '
        'points="{}"/>'
        '<circle class="pt-fill-primary" cx="{}" cy="{}" r="2.6"/></svg>',
        label or pgettext("read aloud", "trend"),
        path,
        f"{points[-1][0]:.1f}",
        f"{points[-1][1]:.1f}",
    )


def heat_level(ratio: float | None) -> int:
    """The shade of a load: 0 (under 75 %) to 4 (over 110 %)."""
    if ratio is None:
        return 0
    whole = round(float(ratio), 4)
    return sum(
        (
            whole >= HEAT_LIMITS[0],
            whole >= HEAT_LIMITS[1],
            whole > HEAT_LIMITS[2],
            whole > HEAT_LIMITS[3],
        )
    )


def heat(
    ratio: float | None,
    detail: str = "",
    url: str = "",
    text: str = "",
    level: int | None = None,
    selected: bool = False,
) -> SafeString:
    """A cell of a heat map: percentage, detail under it, △ over 100 % and ▲ over 110 %."""
    shade = heat_level(ratio) if level is None else min(max(level, 0), 4)
    mark = {3: " △", 4: " ▲"}.get(shade, "")
    spoken = {3: pgettext("load", "over"), 4: pgettext("load", "far over")}.get(shade, "")
    main = text or percent(ratio)
    sign = (
        format_html(
            '<span aria-hidden="true">{}</span><span class="pt-hidden"> {}</span>', mark, spoken
        )
        if mark
        else ""
    )
    under = format_html("<small>{}</small>", detail) if detail else ""
    css = f"pt-heat-box pt-heat-{shade}" + (" is-selected" if selected else "")
    if url:
        here = ' aria-current="true"' if selected else ""
        return format_html(
            '<a class="{}" href="{}"{}><b>{}{}</b>{}</a>',
            css,
            url,
            SafeString(here),
            main,
            sign,
            under,
        )
    return format_html('<span class="{}"><b>{}{}</b>{}</span>', css, main, sign, under)


def squares(codes: Sequence[str]) -> SafeString:
    """One block per decided line, in its tone: the shape of a committee's work at a glance."""
    width = 100 / max(len(codes), 1)
    return format_html(
        '<svg class="pt-squares" width="100%" height="10" aria-hidden="true">{}</svg>',
        format_html_join(
            "",
            '<rect class="pt-fill-{}" x="{}%" width="{}%" height="10" rx="2"/>',
            (
                (_tone(code), f"{i * width:.3f}", f"{width - 0.5:.3f}")
                for i, code in enumerate(codes)
            ),
        ),
    )
