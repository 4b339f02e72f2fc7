"""Options of a dossier in words: their first texts, and the table that puts them side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from portulan.coherence.words import message
from portulan.governance.simulating import Simulated
from portulan.governance.templates import template_of
from portulan.web.governance import words
from portulan.wording import formats, vocabulary
from portulan_core.coherence import Finding


def about(kind: str) -> str:
    """What a template is for, in one sentence."""
    texts = {
        "launch_discovery": _(
            "A little time and money to learn whether there is a problem worth solving, with what "
            "is to be learned and by when."
        ),
        "launch_development": _(
            "The problem is shown and a solution was tried: money, teams and dates to build it."
        ),
        "go_to_run": _(
            "The product is in use: who runs it, what it costs each year, what level of quality it "
            "keeps."
        ),
        "continue": _("Results are what was expected: go on at the same pace."),
        "reinforce": _("Results are better than expected: more money, more people."),
        "pivot": _(
            "Results are not there, the problem is: change the solution, and say what is dropped."
        ),
        "stop": _(
            "The product no longer brings what it costs: end it, with the cost of stopping and "
            "what becomes of its users and data."
        ),
        "fund": _("Money for work that is ready, against dated promises."),
        "change_standard": _(
            "A rule of the company changes: responsibilities, rituals, templates, thresholds."
        ),
        "waive": _("An exception to a standard, for a time and a reason."),
    }
    return texts.get(kind, "")


def first_options(kind: str, proposed: str = "") -> dict[str, tuple[str, str]]:
    """The options that a template begins with: code → name and text."""
    said = {
        "proposed": (
            proposed or words.kind(kind),
            _("What this dossier proposes, line by line."),
        ),
        "later": (_("The same, six months later"), _("Every date and start waits six months.")),
        "nothing": (_("Change nothing"), _("The plan stays as it is.")),
        "stop": (_("Stop here"), _("The product ends; what is learned is kept.")),
    }
    return {code: said[code] for code in template_of(kind).options if code in said}


def lines_of_options(options: Mapping[str, tuple[str, str]]) -> list[str]:
    """The options as the section tells them."""
    colon = f"{formats.NBSP}: " if formats.french() else ": "
    return [
        f"{n}. **{name}**{colon}{text[:1].lower()}{text[1:]}"
        for n, (name, text) in enumerate(options.values(), start=1)
    ]


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of an option: as read, how it differs from today, and in which direction."""

    text: str
    change: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """A row of the comparison."""

    label: str
    cells: tuple[Cell, ...]


def table(found: Sequence[Mapping[str, Any]], money: bool) -> list[Measure]:
    """The figures of today's plan (first) and of each option, row by row."""
    rows: list[Measure] = []
    if money:
        rows += [
            _row(_("Value in a full year"), found, "value", formats.money, better=1),
            _row(_("Cost of the plan"), found, "cost", formats.money, better=-1),
        ]
        for n, (year, _amount) in enumerate(found[0]["landings"]):
            rows.append(_landing(year, n, found))
        rows.append(
            Measure(_("Envelopes exceeded"), tuple(_over(figures) for figures in found))
        )
    rows += [
        _row(_("Initiatives in the plan"), found, "initiatives", formats.number),
        _row(_("Work planned"), found, "effort", formats.effort, better=-1),
        Measure(_("Most loaded team"), tuple(_peak(figures) for figures in found)),
        _row(_("Teams over capacity, by quarter"), found, "overloaded", formats.number, better=-1),
        Measure(_("Findings"), tuple(_findings(figures) for figures in found)),
        Measure(_("Products by stage"), tuple(_stages(f, found[0]) for f in found)),
    ]
    if any(figures.get("hours") for figures in found):
        rows.insert(
            1 if money else 0,
            _row(_("Users’ time gained in a year"), found, "hours", _hours, better=1),
        )
    return rows


def _hours(value: int) -> str:
    return f"{formats.number(value)}{formats.NBSP}h"


def _row(
    label: str, found: Sequence[Mapping[str, Any]], name: str, write: Any, better: int = 0
) -> Measure:
    now = int(found[0].get(name) or 0)
    cells = []
    for n, figures in enumerate(found):
        value = int(figures.get(name) or 0)
        cells.append(_cell(write(value), value - now if n else 0, write, better))
    return Measure(label, tuple(cells))


def _cell(text: str, gap: int, write: Any, better: int) -> Cell:
    if not gap:
        return Cell(text)
    sign = "+" if gap > 0 else "−"
    tone = "" if not better else "good" if gap * better > 0 else "bad"
    return Cell(text, f"{sign}{formats.NBSP}{write(abs(gap))}", tone)


def _landing(year: int, n: int, found: Sequence[Mapping[str, Any]]) -> Measure:
    now = found[0]["landings"][n][1]
    return Measure(
        _("Landing %(year)s") % {"year": year},
        tuple(
            _cell(
                formats.money(figures["landings"][n][1]),
                figures["landings"][n][1] - now,
                formats.money,
                -1,
            )
            for figures in found
        ),
    )


def _over(figures: Mapping[str, Any]) -> Cell:
    over = figures.get("over") or []
    if not figures.get("voted"):
        return Cell(_("none voted"))
    if not over:
        return Cell(_("none"), tone="good")
    total = sum(amount for _year, amount in over)
    text = ngettext("%(n)s, by %(amount)s", "%(n)s, by %(amount)s", len(over))
    return Cell(text % {"n": len(over), "amount": formats.money(total)}, tone="bad")


def _peak(figures: Mapping[str, Any]) -> Cell:
    if figures.get("load") is None:
        return Cell(formats.NOTHING)
    ratio = figures["load"] / 1000
    text = _("%(team)s, %(quarter)s: %(ratio)s") % {
        "team": figures["team"],
        "quarter": formats.quarter_short(figures["month"]),
        "ratio": formats.percent(ratio),
    }
    return Cell(text, tone="bad" if ratio > 1 else "")


def _findings(figures: Mapping[str, Any]) -> Cell:
    counts = figures.get("findings") or {}
    grave = int(counts.get("blocking", 0)) + int(counts.get("major", 0))
    total = sum(int(n) for n in counts.values())
    text = ngettext(
        "%(total)s, of which %(grave)s grave", "%(total)s, of which %(grave)s grave", total
    ) % {"total": formats.number(total), "grave": formats.number(grave)}
    appeared, settled = figures.get("appeared", 0), figures.get("settled", 0)
    parts = []
    if appeared:
        parts.append(ngettext("%(n)s comes", "%(n)s come", appeared) % {"n": appeared})
    if settled:
        parts.append(ngettext("%(n)s settled", "%(n)s settled", settled) % {"n": settled})
    return Cell(text, ", ".join(parts), "bad" if appeared > settled else "good" if settled else "")


def _stages(figures: Mapping[str, Any], now: Mapping[str, Any]) -> Cell:
    stages = figures.get("stages") or {}
    before = now.get("stages") or {}
    moved = [
        f"{vocabulary.word(vocabulary.STAGES, code)} {count - before.get(code, 0):+d}"
        for code, count in stages.items()
        if count != before.get(code, 0)
    ]
    text = " · ".join(formats.number(count) for count in stages.values())
    return Cell(text, ", ".join(moved))


def plain(simulated: Simulated) -> dict[str, Any]:
    """The figures of a simulated option, in the shape that the option keeps."""
    return {
        **simulated.figures,
        "appeared": len(simulated.appeared),
        "settled": len(simulated.settled),
        "unfit": simulated.unfit,
    }


def sentences(findings: Iterable[Finding], subjects: frozenset[str] | None) -> list[str]:
    """The findings in words; with ``subjects`` (uids), those on them only."""
    return [
        message(finding)
        for finding in findings
        if subjects is None or finding.subject in subjects
    ][:6]


def present() -> str:
    """The name of the column of today's plan."""
    return pgettext("column of a comparison", "Today")
