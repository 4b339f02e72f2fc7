"""The sentences that documents share with the pages: load, budget, promises, lists of names."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portulan.base.text import fold
from portulan.readmodels.load import CellFact, LoadMap
from portulan.readmodels.money import Budget, BudgetRow, Part
from portulan.wording import formats, vocabulary

CROWDED = 0.9


def capital(text: str) -> str:
    """The text with its first letter in capital."""
    return text[:1].upper() + text[1:]


def joined(names: Sequence[str]) -> str:
    """Names in a sentence: "A", "A and B", "A, B and C"."""
    if len(names) < 2:
        return "".join(names)
    return _("%(first)s and %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}


def clauses(parts: Sequence[str]) -> str:
    """Short conclusions in one sentence."""
    kept = [part for part in parts if part]
    return capital((" ; " if formats.french() else "; ").join(kept))


def arrow(before: str, after: str) -> str:
    """From a value to another."""
    return f"{before} → {after}"


def load(found: CellFact | None, first_month: int) -> str:
    """"Team Data at 140 % in Q1 2027", or that no team is overloaded."""
    if found is None:
        return _("No team is overloaded")
    quarter = formats.quarter(found.cell.month, first_month)
    if found.cell.ratio is None:
        return _("%(team)s has no capacity in %(quarter)s") % {
            "team": found.team.name, "quarter": quarter,
        }
    return _("%(team)s at %(ratio)s in %(quarter)s") % {
        "team": found.team.name, "ratio": formats.percent(found.cell.ratio), "quarter": quarter,
    }


def budget(found: Budget | None) -> str:
    """"€1.2M over the envelope", or what is left in it; "" for who sees no budget."""
    if found is None or found.empty:
        return ""
    over = found.headline.over
    if over is None:
        return _("no envelope for %(year)s") % {"year": found.year}
    amount = formats.money(abs(over), found.currency)
    if over > 0:
        return _("%(amount)s over the envelope") % {"amount": amount}
    return _("%(amount)s under the envelope") % {"amount": amount}


def part(found: Part) -> str:
    """The name of a part of the overrun."""
    if found.kind == "stage":
        return vocabulary.word(vocabulary.STAGES, found.code)
    return found.name or _("Products without a line")


def carried(found: Budget) -> str:
    """Which lines carry the overrun, by how much."""
    over, lines = found.headline.over or 0, found.headline.lines[:3]
    if over <= 0 or not lines:
        return clauses([budget(found)])
    told = [
        _("%(line)s (%(amount)s)") % {
            "line": part(line), "amount": formats.money_signed(line.amount, found.currency),
        }
        for line in lines
    ]
    return _("%(amount)s over the envelope, first of all %(lines)s") % {
        "amount": formats.money(over, found.currency), "lines": joined(told),
    }


def overloads(found: LoadMap) -> str:
    """Which teams have too much to do, and how many person-days too many the worst has."""
    if not found.over:
        return _("Every team holds its load")
    worst = found.over[0]
    head = load(worst, found.first_month)
    head += _(": %(days)s too many") % {"days": formats.effort(worst.cell.overrun)}
    others = len({item.team.code for item in found.over} - {worst.team.code})
    if not others:
        return head
    return head + ngettext(
        "; %(count)s other team beyond its capacity",
        "; %(count)s other teams beyond their capacity",
        others,
    ) % {"count": formats.number(others)}


def row_name(row: BudgetRow) -> str:
    """The words of a row of the budget."""
    if row.kind == "stage":
        return vocabulary.word(vocabulary.STAGES, row.code)
    return {
        "no_line": _("Without a line"),
        "unallocated": _("Not allocated"),
        "total": _("Total"),
    }.get(row.kind, row.name)


def tone_of_ratio(ratio: float | None, demand: int = 0) -> str:
    """The tone of a load."""
    if ratio is None:
        return "bad" if demand else ""
    return "bad" if ratio > 1 else "warn" if ratio > CROWDED else ""


def slug(*parts: str) -> str:
    """A file name that every system takes: plain letters, figures and hyphens."""
    text = fold(" ".join(parts))
    kept = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in text)
    return "-".join(word for word in kept.split("-") if word)[:100] or "portulan"
