"""The portfolio to hand out: on one page, as a roadmap by quarter, as a budget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from portulan.base.policy import Actor, require
from portulan.governance import queries as governance
from portulan.readmodels.reader import Reader
from portulan.readmodels.roadmap import Bar, Roadmap, roadmap
from portulan.readmodels.tables import Group
from portulan.readmodels.view import NONE, View
from portulan.reports import outcomes, said, standing
from portulan.reports.activities import REPORT_EXPORT
from portulan.reports.committee import Told
from portulan.reports.document import Block, Column, Document, Figures, Section, Table, Text
from portulan.reports.standing import Standing
from portulan.wording import formats, vocabulary

#: Lines of the chart, points of the list: all that one slide holds.
SHOWN_LINES, POINTS = 6, 7
#: Rows of a roadmap: as many as there are in a workbook, what can be leafed through elsewhere.
ALL, MOST = 100_000, 400


def _company(reader: Reader) -> str:
    return reader.root.name if reader.root else "Portulan"


def one_page(actor: Actor, told: Told | None = None) -> Document:
    """The portfolio on one page, for the executive committee.

    Raises:
        Refused: the actor may not take documents away.
    """
    require(actor, REPORT_EXPORT)
    reader = Reader(actor)
    found = standing.standing(reader)
    blocks: list[Block] = []
    shown = standing.figures(found)
    if shown:
        blocks.append(Figures(shown))
    if found.budget is not None and not found.budget.empty:
        blocks.append(standing.budget_chart(found.budget, SHOWN_LINES))
    elif (chart := standing.load_chart(found.load, SHOWN_LINES)) is not None:
        blocks.append(chart)
    points = _points(found, told or Told())
    if points:
        blocks.append(Text([f"- {point}" for point in points[:POINTS]], _("What to know")))
    heading = found.conclusion or _("The portfolio on one page")
    return Document(
        title=_("The portfolio on one page"),
        subtitle=f"{_company(reader)} · {formats.day(reader.day)}",
        on=reader.day,
        sections=[Section(heading, blocks, source=found.source, name=_("One page"), beside=True)],
        language=(get_language() or "fr")[:2],
        footer=_("Portfolio of %(company)s") % {"company": _company(reader)},
        file_name=said.slug(pgettext("file name", "portfolio on one page"), reader.day.isoformat()),
        cover=False,
    )


def _points(found: Standing, told: Told) -> list[str]:
    """What the executive committee should know, most pressing first."""
    points = []
    seen: set[str] = set()
    for item in found.load.over:
        if item.team.code not in seen and len(seen) < 2:
            seen.add(item.team.code)
            points.append(
                _("%(load)s: %(days)s too many.") % {
                    "load": said.load(item, found.load.first_month),
                    "days": formats.effort(item.cell.overrun),
                }
            )
    if found.budget is not None:
        for part in found.budget.headline.lines[:2]:
            points.append(
                _("%(line)s: %(amount)s beyond its envelope.") % {
                    "line": said.part(part),
                    "amount": formats.money(part.amount, found.budget.currency),
                }
            )
    tied, _items = standing.ties(found.reader)
    if tied:
        points.append(tied + ".")
    due = [
        row for row in governance.come_due(
            found.reader.actor, found.reader.day, since=found.reader.day - outcomes.YEAR
        )
        if row.judged.outcome in ("kept", "partly", "missed")
    ]
    if due:
        kept = sum(row.judged.outcome == "kept" for row in due)
        points.append(
            ngettext(
                "%(kept)s promise kept of the %(whole)s checked over a year.",
                "%(kept)s promises kept of the %(whole)s checked over a year.",
                kept,
            ) % {"kept": formats.number(kept), "whole": formats.number(len(due))}
        )
    coming = [m for m in governance.calendar(found.reader.actor, found.reader.day) if m.dossiers]
    if coming:
        first = coming[0]
        points.append(
            ngettext(
                "%(forum)s of %(day)s: %(count)s dossier to decide.",
                "%(forum)s of %(day)s: %(count)s dossiers to decide.",
                first.dossiers,
            ) % {
                "forum": first.forum, "day": formats.day_short(first.on),
                "count": formats.number(first.dossiers),
            }
        )
    points += [f.message + "." for f in told.findings if f.severity == "blocking"][:2]
    return points


# --- Roadmap


def roadmap_document(
    actor: Actor, view: View | None = None, *, zoom: str = "quarter", first: int | None = None,
    baseline: str = "", most: int = ALL,
) -> Document:
    """The roadmap as tables of quarters, as the page shows it, with its first ``most`` rows.

    Raises:
        Refused: the actor may not take documents away.
    """
    require(actor, REPORT_EXPORT)
    reader = Reader(actor)
    view = replace(view or View(group="line"), page=1, size=most)
    found = roadmap(reader, view, zoom=zoom, first=first, baseline=baseline)
    source = _("Portulan, plan of %(day)s") % {"day": formats.day(reader.day)}
    if found.baseline:
        source += _(", against the baseline of %(day)s") % {
            "day": formats.day(found.baseline.taken_on)
        }
    heading = _headline(found)
    span = formats.period(found.first, found.first + found.months, found.first_month)
    sections = [
        Section(heading, [_roadmap_table(found, view.group or "line", reader)],
                source=source, name=_("Roadmap"))
    ]
    if found.conflicts:
        sections.append(_conflicts(found, source))
    return Document(
        title=_("Roadmap"),
        subtitle=f"{_company(reader)} · {span}",
        on=reader.day,
        sections=sections,
        language=(get_language() or "fr")[:2],
        footer=_("Roadmap of %(company)s") % {"company": _company(reader)},
        file_name=said.slug(pgettext("file name", "roadmap"), reader.day.isoformat()),
        conclusion=[heading + "."],
    )


def _headline(found: Roadmap) -> str:
    if found.baseline and found.slipped and found.latest:
        name, months = found.latest
        slipped = ngettext(
            "%(count)s initiative slipped", "%(count)s initiatives slipped", found.slipped
        ) % {"count": formats.number(found.slipped)}
        tail = ngettext(
            "since the baseline of %(day)s; the latest, %(name)s, by %(months)s month",
            "since the baseline of %(day)s; the latest, %(name)s, by %(months)s months",
            months,
        ) % {"day": formats.day_short(found.baseline.taken_on), "name": name, "months": months}
        return f"{slipped} {tail}"
    count = found.table.count
    return ngettext(
        "%(count)s initiative on the roadmap", "%(count)s initiatives on the roadmap", count
    ) % {"count": formats.number(count)}


def _roadmap_table(found: Roadmap, group: str, reader: Reader) -> Table:
    quarters = [found.first + 3 * at for at in range(found.months // 3)]
    slips = found.baseline is not None
    columns = [Column(_("Initiative"), width=3.4), Column(_("Stage"), "stage", 1.3)]
    columns += [
        Column(formats.quarter_short(q, found.first_month) if at and not _new_year(q, found)
               else formats.quarter(q, found.first_month), width=0.75)
        for at, q in enumerate(quarters)
    ]
    if slips:
        columns.append(Column(_("Slip (months)"), "signed", 0.8))
    if reader.sees_money:
        columns.append(Column(formats.thousands_unit(reader.currency), "thousands", 0.8))
    rows: list[list[Any]] = []
    strong: set[int] = set()
    tones: dict[tuple[int, int], str] = {}
    fills: dict[tuple[int, int], str] = {}
    for heading in found.table.groups:
        if found.table.grouped:
            strong.add(len(rows))
            rows.append([_group_name(group, heading), *[""] * (len(columns) - 1)])
        for bar in heading.rows:
            at = len(rows)
            rows.append(_bar(bar, quarters, slips, reader.sees_money))
            for place, quarter in enumerate(quarters):
                if bar.start < quarter + 3 and bar.end > quarter:
                    fills[at, 2 + place] = bar.row.stage
            if slips and (bar.slip or 0) > 0:
                tones[at, 2 + len(quarters)] = "bad"
    note = _("The colour is the funding time. First and last months are written in their quarter.")
    if reader.sees_money:
        note += " " + _("Amounts: whole cost.")
    shown = sum(len(heading.rows) for heading in found.table.groups)
    if shown < found.table.count:
        note = _(
            "The first %(shown)s of %(count)s: filter the page, or take the workbook."
        ) % {"shown": formats.number(shown), "count": formats.number(found.table.count)}
    return Table(columns, rows, strong=frozenset(strong), tones=tones, fills=fills, note=note)


def _new_year(quarter: int, found: Roadmap) -> bool:
    return formats.fiscal_year_of(quarter, found.first_month) != formats.fiscal_year_of(
        quarter - 3, found.first_month
    )


def _bar(bar: Bar, quarters: Sequence[int], slips: bool, money: bool) -> list[Any]:
    cells: list[Any] = [bar.row.name, bar.row.stage]
    for quarter in quarters:
        inside = bar.start < quarter + 3 and bar.end > quarter
        starts, ends = quarter <= bar.start < quarter + 3, quarter < bar.end <= quarter + 3
        if not inside:
            cells.append("")
        elif starts and ends:
            first, last = _month(bar.start), _month(bar.end - 1)
            cells.append(first if first == last else f"{first} – {last}")
        elif starts:
            cells.append(_month(bar.start))
        else:
            cells.append(_month(bar.end - 1) if ends else "")
    if slips:
        cells.append(bar.slip)
    if money:
        cells.append(bar.row.cost)
    return cells


def _month(month: int) -> str:
    return formats.month_short(month).rsplit(" ", 1)[0]


def _group_name(group: str, heading: Group[Bar]) -> str:
    if heading.code == NONE:
        return {
            "line": _("Without a line"), "stage": _("Without a stage"),
            "entity": _("Without an entity"), "product": _("Without a product"),
            "project": _("Without a project"),
        }.get(group, _("none"))
    if group == "stage":
        return vocabulary.word(vocabulary.STAGES, heading.code)
    return heading.name or heading.code


def _conflicts(found: Roadmap, source: str) -> Section:
    heading = ngettext(
        "%(count)s dependency in conflict", "%(count)s dependencies in conflict",
        len(found.conflicts),
    ) % {"count": formats.number(len(found.conflicts))}
    table = Table(
        [
            Column(_("Initiative"), width=4), Column(_("starts before the end of"), width=4),
            Column(_("Months too early"), "integer"),
        ],
        [[c.successor_name, c.predecessor_name, c.months] for c in found.conflicts],
    )
    return Section(heading, [table], source=source, name=_("Conflicts"))


# --- Budget


def budget_document(
    actor: Actor, *, year: int | None = None, axis: str = "", entity: str = "",
    first: int | None = None,
) -> Document:
    """Load and budget as their page shows them.

    Raises:
        Refused: the actor may not take documents away.
    """
    require(actor, REPORT_EXPORT)
    reader = Reader(actor)
    found = standing.standing(reader, year, axis, entity, first)
    sections = [standing.budget_section(found)]
    if found.budget is not None and not found.budget.empty:
        sections += _budget_tables(found)
    sections += [standing.load_section(found), _load_all(found)]
    shown = found.budget.year if found.budget is not None else reader.fiscal_year
    return Document(
        title=_("Budget and load %(year)s") % {"year": shown},
        subtitle=f"{_company(reader)} · {formats.day(reader.day)}",
        on=reader.day,
        sections=standing.kept_sections(sections),
        language=(get_language() or "fr")[:2],
        footer=_("Budget and load %(year)s") % {"year": shown},
        file_name=said.slug(
            pgettext("file name", "budget and load"), str(shown), reader.day.isoformat()
        ),
        conclusion=[found.conclusion + "."] if found.conclusion else (),
    )


def _budget_tables(found: Standing) -> list[Section]:
    money = found.budget
    assert money is not None
    made = []
    for rows, label, heading in (
        (money.by_line, _("Line"), _("Budget %(year)s by line")),
        (money.by_stage, _("Funding time"), _("Budget %(year)s by funding time")),
    ):
        table = standing.budget_table(rows, money.total, label, money.currency)
        made.append(
            Section(heading % {"year": money.year}, [table], source=found.source, name=label)
        )
    return made


def _load_all(found: Standing) -> Section | None:
    if not found.load.rows:
        return None
    table = standing.load_table(found.load, found.load.rows)
    return Section(
        _("Load of all teams"), [table], source=found.source, name=_("Load of all teams")
    )
