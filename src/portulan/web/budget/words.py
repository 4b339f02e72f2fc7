"""What load and budget say in plain words: the page and the control tower say the same."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portulan.readmodels.load import Asker, CellDetail, CellFact, LoadMap
from portulan.readmodels.money import Budget, BudgetRow, Part
from portulan.web.portfolio.words import joined
from portulan.wording import formats, vocabulary


@dataclass(frozen=True, slots=True)
class Plain:
    """A sentence with its severity."""

    severity: str
    bold: str
    text: str
    url: str = ""


def load_sentence(found: CellFact | None, first_month: int) -> str:
    """"Team Data at 140 % in Q3 2027", or that every team holds."""
    if found is None:
        return _("No team is overloaded")
    if found.cell.ratio is None:
        return _("%(team)s has no capacity in %(quarter)s") % {
            "team": found.team.name, "quarter": formats.quarter(found.cell.month, first_month),
        }
    return _("%(team)s at %(ratio)s in %(quarter)s") % {
        "team": found.team.name,
        "ratio": formats.percent(found.cell.ratio),
        "quarter": formats.quarter(found.cell.month, first_month),
    }


def budget_sentence(found: Budget | None) -> str:
    """"€1.2M over the envelope", or what is left in it."""
    if found is None:
        return ""
    over = found.headline.over
    if over is None:
        return _("no envelope for %(year)s") % {"year": found.year}
    amount = formats.money(abs(over), found.currency)
    if over > 0:
        return _("%(amount)s over the envelope") % {"amount": amount}
    return _("%(amount)s under the envelope") % {"amount": amount}


def part_name(part: Part) -> str:
    """The name of a part of the overrun, as the beginning of a sentence."""
    if part.kind == "stage":
        return vocabulary.word(vocabulary.STAGES, part.code)
    return part.name or _("Products without a line")


def part_sentence(found: Budget | None) -> str:
    """Which funding time (else which lines) carries the overrun."""
    if found is None or not found.headline.over or found.headline.over <= 0:
        return ""
    head, currency = found.headline, found.currency
    over = head.over or 0
    if head.stage is not None and head.stage.amount >= over / 2:
        return _("%(amount)s of it in %(part)s.") % {
            "part": part_name(head.stage).lower(),
            "amount": formats.money(min(head.stage.amount, over), currency),
        }
    if head.lines:
        names = [part_name(line) for line in head.lines[:2]]
        return ngettext(
            "%(lines)s goes furthest beyond its envelope.",
            "%(lines)s go furthest beyond their envelopes.",
            len(names),
        ) % {"lines": joined(names)}
    return ""


def lead(load: LoadMap, found: Budget | None) -> SafeString:
    """The page's conclusion."""
    parts = []
    if load.rows:
        parts.append(load_sentence(load.worst, load.first_month))
    if found is not None and not found.empty:
        parts.append(budget_sentence(found))
    if not parts:
        return SafeString("")
    text = " ; ".join(parts) if formats.french() else "; ".join(parts)
    return format_html("<b>{}.</b> {}", text[:1].upper() + text[1:], part_sentence(found))


def relief(askers: tuple[Asker, ...]) -> str:
    """What would bring a cell back under its capacity."""
    if not askers:
        return ""
    names = joined([asker.name for asker in askers])
    days = sum(asker.days for asker in askers)
    return _("Without %(names)s it gives back %(days)s.") % {
        "names": names, "days": formats.effort(days)
    }


def plain(load: LoadMap, worst: CellDetail | None, found: Budget | None) -> list[Plain]:
    """What matters first, one sentence each: worst cells, lines beyond, a team that waits."""
    said: list[Plain] = []
    seen: set[str] = set()
    for item in load.over:
        if item.team.code in seen or len(said) >= 3:
            continue
        seen.add(item.team.code)
        beyond = _("%(days)s too many.") % {"days": formats.effort(item.cell.overrun)}
        more = ""
        if worst and (worst.team.code, worst.cell.month) == (item.team.code, item.cell.month):
            more = relief(worst.relief)
        others = [o for o in load.over if o.team.code == item.team.code and o is not item]
        if others and not more:
            more = _("Also %(quarters)s.") % {
                "quarters": joined([
                    formats.quarter(o.cell.month, load.first_month) for o in others[:3]
                ])
            }
        severity = "blocking" if (item.cell.ratio or 9) > 1.25 else (
            "major" if (item.cell.ratio or 9) > 1.1 else "minor"
        )
        said.append(
            Plain(severity, load_sentence(item, load.first_month) + ".", f"{beyond} {more}".strip())
        )
    if found is not None and found.headline.over is not None:
        for part in found.headline.lines[:2]:
            row = next((r for r in found.by_line if r.code == part.code), None)
            ratio = formats.percent_signed(row.ratio) if row and row.ratio is not None else ""
            said.append(
                Plain(
                    "blocking" if row and (row.ratio or 0) > 0.15 else "major",
                    _("%(line)s: %(amount)s beyond its envelope.") % {
                        "line": part_name(part),
                        "amount": formats.money(part.amount, found.currency),
                    },
                    ratio,
                )
            )
    if load.slack is not None and len(said) < 6:
        cell = load.slack.cell
        said.append(
            Plain(
                "info",
                load_sentence(load.slack, load.first_month) + ".",
                _("%(days)s free.") % {"days": formats.effort(cell.spare)},
            )
        )
    return said


def row_name(row: BudgetRow) -> str:
    """The words of a row of the budget."""
    if row.kind == "stage":
        return vocabulary.word(vocabulary.STAGES, row.code)
    return {
        "no_line": _("Without a line"),
        "unallocated": _("Not allocated"),
        "total": _("Total"),
    }.get(row.kind, row.name)
