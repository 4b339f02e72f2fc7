"""The portfolio in one look: load, envelope, ties, promises, in words with small drawings."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portulan.governance import queries as governance
from portulan.governance.queries import DueRow
from portulan.portfolio.manifest import INITIATIVE_READ
from portulan.prioritisation.queries import ranking
from portulan.readmodels import catalog
from portulan.readmodels.load import LoadMap, LoadRow, load_map
from portulan.readmodels.money import Budget, budget
from portulan.readmodels.reader import Reader
from portulan.web.budget import words
from portulan.web.portfolio.asked import optional
from portulan.web.ui.drawings import heat_level
from portulan.wording import formats

BARS = 4


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile: sentence, note, drawing (a template), what it draws, and where to go."""

    kind: str
    title: SafeString
    note: str
    drawing: tuple[object, ...]
    url: str
    action: str
    spoken: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A quarter of the overloaded team: heights in the drawing's own units."""

    x: int
    y: str
    height: str
    tone: str
    ratio: str
    quarter: str
    strong: bool
    capacity_y: str


@dataclass(frozen=True, slots=True)
class Over:
    """A line beyond its envelope."""

    y: int
    width: str
    name: str
    amount: str


@dataclass(frozen=True, slots=True)
class Span:
    """The ranks of a tied initiative."""

    y: int
    x: str
    width: str
    name: str
    ranks: str


@dataclass(frozen=True, slots=True)
class Dots:
    """The promises of a product that came due."""

    y: int
    name: str
    marks: tuple[tuple[int, str], ...]
    text: str


def tiles(request: HttpRequest, reader: Reader) -> list[Tile]:
    """The four tiles; one that has nothing to say says the next thing to do."""
    load = load_map(reader, quarters=4)
    found = budget(reader)
    return [_load(load), _budget(found), _ties(reader), _promises(reader)]


def _load(load: LoadMap) -> Tile:
    url = optional("load:home")
    row: LoadRow | None
    if not load.rows:
        return Tile("load", format_html("{}", _("Load not known yet")),
                    _("Give the teams their capacity."), (), optional("imports:home"),
                    _("Take in capacities"), "")
    if load.worst is None:
        row = max(load.rows, key=lambda r: max((c.ratio or 0) for c in r.cells))
        title = format_html("{}", _("Every team holds"))
        note = _("The fullest: %(team)s.") % {"team": row.team.name}
    else:
        worst = load.worst
        row = next(r for r in load.rows if r.team.code == worst.team.code)
        pattern = _("%(team)s at %(ratio)s in %(quarter)s")
        ratio = formats.percent(worst.cell.ratio) if worst.cell.ratio else formats.NOTHING
        title = format_html(
            pattern.replace("%(team)s", "{team}").replace("%(ratio)s", "{ratio}")
            .replace("%(quarter)s", "{quarter}"),
            team=worst.team.name,
            ratio=format_html('<em class="pt-bad">{}</em>', ratio),
            quarter=formats.quarter_short(worst.cell.month, load.first_month),
        )
        note = _("%(demand)s asked for %(capacity)s of capacity.") % {
            "demand": formats.effort(worst.cell.demand),
            "capacity": formats.effort_number(worst.cell.capacity),
        }
    most = max([1.0, *((c.ratio or 0) for c in row.cells)])
    bars = []
    for index, cell in enumerate(row.cells[:BARS]):
        height = 44 * (cell.ratio or 0) / most
        level = heat_level(cell.ratio)
        bars.append(
            Bar(
                10 + 46 * index, f"{52 - height:.1f}", f"{height:.1f}",
                {3: "brass", 4: "coral"}.get(level, "teal"), formats.percent(cell.ratio),
                formats.quarter_short(cell.month, load.first_month), level >= 3,
                f"{52 - 44 / most:.1f}",
            )
        )
    spoken = ", ".join(f"{b.quarter} {b.ratio}" for b in bars)
    return Tile("load", title, note, tuple(bars), url, _("See the load"), spoken)


def _budget(found: Budget | None) -> Tile:
    url = optional("load:home") + "#budget"
    if found is None:
        return Tile("budget", format_html("{}", _("Budgets are not yours to see")),
                    _("A role on your entity or products gives the right."), (), "", "", "")
    over = found.headline.over
    if over is None:
        return Tile("budget", format_html("{}", _("No envelope for %(year)s") % {
            "year": found.year}), _("Landing %(amount)s.") % {
                "amount": formats.money(found.headline.landing, found.currency)}, (),
            optional("imports:home"), _("Take in budgets"), "")
    amount = formats.money(abs(over), found.currency)
    if over > 0:
        title = format_html(
            _("%(amount)s over the envelope").replace("%(amount)s", "{}"),
            format_html('<em class="pt-bad">{}</em>', amount),
        )
    else:
        title = format_html("{}", _("%(amount)s under the envelope") % {"amount": amount})
    note = _("Landing %(landing)s for %(revised)s revised in %(year)s.") % {
        "landing": formats.money(found.headline.landing, found.currency),
        "revised": formats.money(found.headline.envelope, found.currency),
        "year": found.year,
    }
    lines = found.headline.lines[:BARS]
    most = max((line.amount for line in lines), default=1)
    bars = tuple(
        Over(12 + 19 * index, f"{max(1.0, 96 * line.amount / most):.1f}", words.part_name(line),
             formats.money_signed(line.amount, found.currency))
        for index, line in enumerate(lines)
    )
    cut = optional("tradeoff:new")
    spoken = ", ".join(f"{b.name} {b.amount}" for b in bars)
    if cut and over > 0:
        return Tile("budget", title, note, bars,
                    f"{cut}?preset=cut&year={found.year}&amount={over}",
                    _("Look for the best cut"), spoken)
    return Tile("budget", title, note, bars, url, _("See the budget"), spoken)


def _ties(reader: Reader) -> Tile:
    url = optional("prioritisation:ranking") or optional("prioritisation:home")
    standing = ranking.standing()
    if standing is None or standing.ranges.items < 2:
        return Tile("ties", format_html("{}", _("Nothing is ranked yet")),
                    _("Score initiatives on the five families."), (),
                    optional("prioritisation:home"), _("Score") if url else "", "")
    visible = reader.initiatives(INITIATIVE_READ)
    known = catalog.initiatives(reader)
    group = next(
        (g for g in standing.ranges.groups
         if len([i for i in g.items if _seen(standing.ids[i], visible)]) > 1), None
    )
    if group is None:
        leader = standing.ids[int(standing.ranges.order[0])]
        name = known[leader].name if leader in known and _seen(leader, visible) else ""
        share = formats.percent(float(standing.ranges.first[int(standing.ranges.order[0])]))
        return Tile("ties", format_html("{}", _("No tie at the top")),
                    _("%(name)s stays first in %(share)s of plausible weightings.") % {
                        "name": name, "share": share} if name else "", (), url,
                    _("See the ranking"), "")
    items = [i for i in group.items if _seen(standing.ids[i], visible)]
    count = len(items)
    title = format_html(
        ngettext("{} initiative ties", "{} initiatives tie", count),
        format_html("<em>{}</em>", _number(count)),
    )
    low = min(int(standing.ranges.low[i]) for i in items)
    high = max(int(standing.ranges.high[i]) for i in items)
    note = _("Ranks %(low)s to %(high)s depending on the weights.") % {"low": low, "high": high}
    step = 96 / max(1, high - low + 1)
    spans = tuple(
        Span(
            16 + 19 * index,
            f"{120 + (int(standing.ranges.low[i]) - low) * step:.1f}",
            f"{(int(standing.ranges.high[i]) - int(standing.ranges.low[i]) + 1) * step:.1f}",
            known[standing.ids[i]].name if standing.ids[i] in known else "",
            f"{int(standing.ranges.low[i])}–{int(standing.ranges.high[i])}",
        )
        for index, i in enumerate(items[:BARS])
    )
    spoken = ", ".join(f"{s.name} {s.ranks}" for s in spans)
    return Tile("ties", title, note, spans, url, _("Settle between them"), spoken)


def _seen(pk: int, visible: frozenset[int] | None) -> bool:
    return visible is None or pk in visible


def _number(count: int) -> str:
    """Small numbers in words, as in a sentence."""
    small = {2: _("Two"), 3: _("Three"), 4: _("Four"), 5: _("Five"), 6: _("Six")}
    return small.get(count, formats.number(count))


def reviews_due(reader: Reader) -> list[DueRow]:
    """The products that the reader sees and whose promises came due since their last review."""
    rows = reader.kept_own("promises", lambda: governance.due(reader.actor, reader.day))
    visible = reader.products()
    seen = {f.code for pk, f in catalog.products(reader).items()
            if visible is None or pk in visible}
    return [row for row in rows if row.due and row.code in seen]


#: Outcome of a promise → tone of its mark.
OUTCOMES = {"kept": "moss", "partly": "brass", "missed": "coral", "unmeasured": "grey"}


def _promises(reader: Reader) -> Tile:
    url = optional("reviews:home")
    due = reviews_due(reader)
    if not due:
        return Tile("promises", format_html("{}", _("No promise has come due")),
                    _("Each dossier says what it promises and when: it will show here."), (),
                    url, _("Open the value reviews") if url else "", "")
    whole = sum(row.due for row in due)
    kept = sum(row.outcomes.get("kept", 0) for row in due)
    title = format_html(
        ngettext("{} promise of {} kept", "{} promises of {} kept", kept).replace(
            "{}", "<em>{}</em>", 1),
        kept, whole,
    )
    note = ngettext(
        "Due since the last review, one product.", "Due since the last review, %(count)s products.",
        len(due),
    ) % {"count": len(due)}
    shown = sorted(due, key=lambda r: (-r.due, r.name))[:BARS]
    rows = []
    for index, row in enumerate(shown):
        marks = [tone for code, tone in OUTCOMES.items() for _i in range(row.outcomes.get(code, 0))]
        said = ", ".join(
            f"{formats.number(count)} {outcome(code)}" for code, count in row.outcomes.items()
        )
        rows.append(
            Dots(16 + 19 * index, row.name,
                 tuple((126 + 16 * i, tone) for i, tone in enumerate(marks[:7])), said)
        )
    spoken = "; ".join(f"{r.name}: {r.text}" for r in rows)
    return Tile("promises", title, note, tuple(rows), url, _("Open the value reviews"), spoken)


def outcome(code: str) -> str:
    """The word of a promise's outcome."""
    return {
        "kept": _("kept"), "partly": _("kept in part"), "missed": _("missed"),
        "pending": _("not due yet"), "unmeasured": _("not measured"),
    }.get(code, code)
