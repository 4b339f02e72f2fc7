"""Where the portfolio stands, as sections: budget, load, ties, promises, findings.

The figures are those of the read models that the pages show, for the same reader.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portulan.portfolio.manifest import INITIATIVE_READ
from portulan.prioritisation.queries import ranking
from portulan.readmodels import catalog
from portulan.readmodels.load import LoadMap, LoadRow, first_quarter, load_map
from portulan.readmodels.money import Budget, BudgetRow, budget
from portulan.readmodels.reader import Reader
from portulan.reports import said
from portulan.reports.document import Chart, Column, Figure, Section, Table
from portulan.wording import formats, vocabulary

TEAMS, LINES, FINDINGS = 8, 8, 10
SEVERITY_TONES = {"blocking": "bad", "major": "bad", "minor": "warn", "info": "muted"}


@dataclass(frozen=True, slots=True)
class FindingFact:
    """A finding in words: what is wrong, on what, how to mend it."""

    severity: str
    message: str
    where: str = ""
    mend: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the reader may see of the portfolio, read once for a document."""

    reader: Reader
    budget: Budget | None
    load: LoadMap

    @property
    def source(self) -> str:
        """Where the figures come from, and as of when."""
        day = formats.day(self.reader.day)
        if self.budget is not None and self.budget.closed_on is not None:
            return _("Portulan, figures of %(day)s, accounts closed on %(closed)s") % {
                "day": day, "closed": formats.day(self.budget.closed_on),
            }
        return _("Portulan, figures of %(day)s") % {"day": day}

    @property
    def conclusion(self) -> str:
        """Budget and load in one sentence."""
        parts = [said.budget(self.budget)]
        if self.load.rows:
            parts.append(said.load(self.load.worst, self.load.first_month))
        return said.clauses(parts)


def standing(
    reader: Reader, year: int | None = None, axis: str = "", entity: str = "",
    first: int | None = None,
) -> Standing:
    """Read budget and load for a reader, as their page does."""
    entity = entity if entity and reader.entity_by_code(entity) else ""
    money = budget(reader, year=year, axis=axis, entity=entity)
    if first is None:
        first = first_quarter(reader, money.year if money else None)
    return Standing(reader, money, load_map(reader, first=first, entity=entity))


def figures(found: Standing) -> list[Figure]:
    """Landing, envelope, variance, worst team."""
    items = []
    money = found.budget
    if money is not None and not money.empty:
        over = money.headline.over
        items.append(
            Figure(_("Landing %(year)s") % {"year": money.year}, money.total.landing,
                   _("actuals and what is planned"), "", "money_short")
        )
        if money.total.revised is not None and over is not None:
            voted = money.total.voted
            items.append(
                Figure(
                    _("Revised envelope"), money.total.revised,
                    _("voted: %(amount)s") % {"amount": formats.money(voted, money.currency)}
                    if voted is not None else "",
                    "", "money_short",
                )
            )
            items.append(
                Figure(
                    _("Variance"), over,
                    _("%(ratio)s of the envelope") % {
                        "ratio": formats.percent_signed(money.total.ratio, 1)
                    } if money.total.ratio is not None else "",
                    "bad" if over > 0 else "good", "money_signed",
                )
            )
    worst = found.load.worst
    if worst is not None:
        items.append(
            Figure(
                worst.team.name, worst.cell.ratio,
                formats.quarter(worst.cell.month, found.load.first_month),
                said.tone_of_ratio(worst.cell.ratio, worst.cell.demand), "percent",
            )
        )
    return items


# --- Budget


def budget_chart(found: Budget, most: int = LINES) -> Chart:
    """Landing against the revised envelope, line by line, those furthest beyond first."""
    rows = [r for r in found.by_line if r.kind in ("line", "no_line")]
    rows = sorted(rows, key=lambda r: -(r.variance if r.variance is not None else r.landing))[:most]
    unit = formats.thousands_unit(found.currency)
    return Chart(
        _("Landing against the revised envelope, %(year)s (%(unit)s)") % {
            "year": found.year, "unit": unit,
        },
        "bars",
        [said.row_name(r) for r in rows],
        [
            (_("Revised envelope"), [r.revised for r in rows]),
            (_("Landing"), [r.landing for r in rows]),
        ],
        "thousands",
        {
            (1, at): "bad" for at, r in enumerate(rows)
            if r.variance is not None and r.variance > 0
        },
    )


def budget_table(
    rows: Sequence[BudgetRow], total: BudgetRow, label: str, currency: str, short: bool = False
) -> Table:
    """Voted, revised, committed, actual, landing and variance."""
    unit = formats.thousands_unit(currency)
    names = ("revised", "landing") if short else (
        "voted", "revised", "committed", "actual", "landing"
    )
    words = {
        "voted": _("Voted"), "revised": _("Revised"), "committed": _("Committed"),
        "actual": _("Actual"), "landing": _("Landing"),
    }
    columns = [
        Column(label, width=2.6),
        *(Column(words[name], "thousands") for name in names),
        Column(_("Variance"), "thousands_signed"),
        Column("%", "percent_signed", 0.8),
    ]

    def cells(row: BudgetRow) -> list[object]:
        return [
            said.row_name(row), *(getattr(row, name) for name in names), row.variance, row.ratio,
        ]

    every = [*rows, total]
    return Table(
        columns,
        [cells(row) for row in rows],
        cells(total),
        tones={
            (at, len(columns) - 2): "bad" if (row.variance or 0) > 0 else "good"
            for at, row in enumerate(every)
            if row.variance is not None and (row.variance > 0 or short is False)
        },
        note=_("In %(unit)s. Landing: actuals until the last closed month, then what is planned.")
        % {"unit": unit},
    )


def budget_section(found: Standing) -> Section | None:
    """Landing against envelope, by line."""
    money = found.budget
    if money is None or money.empty:
        return None
    return Section(
        said.carried(money),
        [
            budget_chart(money),
            budget_table(money.by_line, money.total, _("Line"), money.currency, short=True),
        ],
        source=found.source,
        name=_("Budget"),
        beside=True,
    )


# --- Load


def worst_rows(found: LoadMap, most: int = TEAMS) -> list[LoadRow]:
    """The teams with the highest load in any quarter shown."""
    return sorted(found.rows, key=lambda row: -max(_heat(c.ratio, c.demand) for c in row.cells))[
        :most
    ]


def _heat(ratio: float | None, demand: int) -> float:
    return ratio if ratio is not None else (9.0 if demand else 0.0)


def load_chart(found: LoadMap, most: int = TEAMS) -> Chart | None:
    """The load of the worst teams in the quarter that is worst."""
    if found.worst is None and not found.rows:
        return None
    quarter = found.worst.cell.quarter if found.worst is not None else 0
    rows = sorted(found.rows, key=lambda r: -(r.cells[quarter].ratio or 0))[:most]
    return Chart(
        _("Load over capacity, %(quarter)s") % {
            "quarter": formats.quarter(found.months[quarter], found.first_month)
        },
        "bars",
        [row.team.name for row in rows],
        [(_("Load"), [row.cells[quarter].ratio for row in rows])],
        "percent",
        {
            (0, at): tone for at, row in enumerate(rows)
            if (tone := said.tone_of_ratio(row.cells[quarter].ratio))
        },
    )


def load_table(found: LoadMap, rows: Sequence[LoadRow]) -> Table:
    """Load over capacity of teams across quarters."""
    columns = [Column(_("Team"), width=2.4)]
    columns += [Column(formats.quarter(m, found.first_month), "percent") for m in found.months]
    tones = {
        (at, 1 + cell.quarter): tone
        for at, row in enumerate(rows)
        for cell in row.cells
        if (tone := said.tone_of_ratio(cell.ratio, cell.demand))
    }
    return Table(
        columns,
        [[row.team.name, *(cell.ratio for cell in row.cells)] for row in rows],
        tones=tones,
        note=_("Person-days asked by the present plan over the capacity left by day-to-day work."),
    )


def load_section(found: Standing) -> Section | None:
    """The teams with most to do."""
    chart = load_chart(found.load)
    if chart is None:
        return None
    return Section(
        said.overloads(found.load),
        [chart, load_table(found.load, worst_rows(found.load))],
        source=found.source,
        name=_("Load"),
        beside=True,
    )


# --- Ties


def ties(reader: Reader) -> tuple[str, list[tuple[str, ranking.RankFact]]]:
    """The initiatives that cannot be told apart at the top, and what to say of them."""
    found = ranking.standing()
    if found is None or found.ranges.items < 2:
        return "", []
    visible = reader.initiatives(INITIATIVE_READ)
    known = catalog.initiatives(reader)

    def seen(item: int) -> bool:
        pk = found.ids[item]
        return pk in known and (visible is None or pk in visible)

    group = next((g for g in found.ranges.groups if sum(map(seen, g.items)) > 1), None)
    if group is None:
        return "", []
    items = [(known[found.ids[i]].name, ranking.fact(found, i)) for i in group.items if seen(i)]
    low, high = min(f.low for _n, f in items), max(f.high for _n, f in items)
    count = len(items)
    text = ngettext(
        "%(count)s initiative ties: ranks %(low)s to %(high)s depending on the weights",
        "%(count)s initiatives tie: ranks %(low)s to %(high)s depending on the weights",
        count,
    ) % {"count": formats.number(count), "low": low, "high": high}
    return text, items


def ties_section(found: Standing) -> Section | None:
    """The initiatives that tie at the top of the ranking."""
    text, items = ties(found.reader)
    if not items:
        return None
    rows = [
        [fact.rank, name, fact.value, f"{fact.low}–{fact.high}", fact.first] for name, fact in items
    ]
    table = Table(
        [
            Column(_("Rank"), "integer", 0.6), Column(_("Initiative"), width=4),
            Column(_("Value (out of 100)"), "score"), Column(_("Plausible ranks")),
            Column(_("First in"), "percent"),
        ],
        rows,
        note=_("Ranks held in 90 % of the weightings that one could defend."),
    )
    lead = _("The score alone does not decide between them: the committee may choose.")
    return Section(text, [table], lead=lead, source=found.source, name=_("Ties"))


# --- Findings


def findings_section(found: Standing, facts: Sequence[FindingFact]) -> Section | None:
    """The findings that matter first."""
    if not facts:
        return None
    grave = sum(f.severity in ("blocking", "major") for f in facts)
    heading = ngettext(
        "%(count)s finding deserves attention", "%(count)s findings deserve attention", len(facts)
    ) % {"count": formats.number(len(facts))}
    if grave:
        heading += _(", of which %(count)s blocking or major") % {"count": formats.number(grave)}
    table = Table(
        [
            Column(_("Severity"), width=0.9), Column(_("Finding"), width=5),
            Column(_("How to mend it"), width=4),
        ],
        [[vocabulary.word(vocabulary.SEVERITIES, f.severity), f.message, f.mend] for f in facts],
        tones={(at, 0): SEVERITY_TONES.get(f.severity, "") for at, f in enumerate(facts)},
    )
    return Section(heading, [table], source=found.source, name=_("Findings"))


def kept_sections(sections: Sequence[Section | None]) -> list[Section]:
    """The sections that have something to say."""
    return [section for section in sections if section is not None]


