"""A dossier as sections of a pack: what is asked, what it changes, its lines, options, promises."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portulan.governance import queries as governance
from portulan.governance.impact import Impact, impact
from portulan.governance.queries.briefing import line_effects
from portulan.prioritisation.queries.ranking import RankFact
from portulan.reports import said
from portulan.reports.document import Block, Cell, Column, Figure, Figures, Section, Table, Text
from portulan.reports.outcomes import of_money, promises_section
from portulan.reports.standing import Standing
from portulan.wording import formats, vocabulary
from portulan.wording import governance as words
from portulan_core.effects import Effect, EffectError
from portulan_core.model import World

Line = governance.DossierLine
#: So many lines and promises stand on one slide.
TOGETHER = 10
_MARKS = re.compile(r"(\*\*|__|`)")
_HEAD = re.compile(r"^#{1,6}\s+")
_POINT = re.compile(r"^\s*(?:[-*•]|\d+[.)])\s+")


@dataclass(frozen=True, slots=True)
class Asked:
    """A dossier before a committee, with what the reader may see of it."""

    page: governance.DossierPage
    impact: Impact | None
    money: bool
    #: Uid of a line → why it is proposed; uid of an initiative → its score.
    reasons: Mapping[str, str]
    scores: Mapping[str, RankFact]

    @property
    def lines(self) -> list[Line]:
        """The lines put to the vote."""
        return [line for line in self.page.lines if not line.withdrawn]

    @property
    def amount(self) -> int:
        """What approving everything adds to the money decided (negative: gives back)."""
        return sum(line.amount for line in self.lines)


def impact_of(page: governance.DossierPage, world: World) -> Impact | None:
    """What approving everything would change; ``None`` for what is decided, or cannot be read."""
    lines = [line for line in page.lines if not line.withdrawn]
    if page.decision is not None or not lines:
        return None
    try:
        effects = line_effects(lines)
        return impact(effects, [uid for uid, _effects in effects], world=world)
    except EffectError:
        return None


def plain(markdown: str) -> list[str]:
    """The paragraphs of a text, its marks taken away; points of lists stay points."""
    found = []
    for raw in markdown.replace("\r\n", "\n").split("\n"):
        line = _MARKS.sub("", _HEAD.sub("", raw)).strip()
        if not line:
            continue
        point = _POINT.match(line)
        found.append(f"- {line[point.end():]}" if point else line)
    return found


def ask(asked: Asked) -> str:
    """What the committee is asked, in one sentence."""
    dossier = asked.page.dossier
    if dossier.kind == "adopt_scenario" and asked.lines:
        told = [changes(asked.lines)]
        if asked.money and asked.amount:
            told.append(_amount(asked.amount))
        found = asked.impact
        if asked.money and found is not None and found.landing[0] != found.landing[1]:
            told.append(
                _("landing %(year)s from %(before)s to %(after)s") % {
                    "year": found.fiscal_year, "before": formats.money(found.landing[0]),
                    "after": formats.money(found.landing[1]),
                }
            )
        return _("Adopt “%(name)s”: %(changes)s") % {
            "name": dossier.name, "changes": ", ".join(told),
        }
    if asked.money and asked.amount:
        return _("%(name)s, %(amount)s") % {"name": dossier.name, "amount": _amount(asked.amount)}
    return str(dossier.name)


def _amount(amount: int) -> str:
    if amount < 0:
        return _("%(amount)s given back") % {"amount": formats.money(-amount)}
    return _("%(amount)s committed") % {"amount": formats.money(amount)}


def changes(lines: Sequence[Line]) -> str:
    """How many initiatives enter, leave, move."""
    counts: dict[str, int] = {}
    for line in lines:
        counts[line.change] = counts.get(line.change, 0) + 1
    told = {
        "in": lambda n: ngettext("%(n)s initiative enters", "%(n)s initiatives enter", n),
        "out": lambda n: ngettext("%(n)s initiative leaves", "%(n)s initiatives leave", n),
        "moved": lambda n: ngettext("%(n)s initiative moves", "%(n)s initiatives move", n),
        "resized": lambda n: ngettext(
            "%(n)s initiative changes size", "%(n)s initiatives change size", n
        ),
        "keep": lambda n: ngettext("%(n)s initiative goes on", "%(n)s initiatives go on", n),
        "envelope": lambda n: ngettext("%(n)s envelope changes", "%(n)s envelopes change", n),
        "capacity": lambda n: ngettext("%(n)s capacity changes", "%(n)s capacities change", n),
        "stage": lambda n: ngettext("%(n)s change of stage", "%(n)s changes of stage", n),
    }
    return ", ".join(
        told[code](n) % {"n": formats.number(n)} for code, n in counts.items() if code in told
    )


def sections(asked: Asked, found: Standing) -> list[Section]:
    """The slides of a dossier: the ask first."""
    dossier = asked.page.dossier
    source = _("Dossier %(code)s, %(source)s") % {"code": dossier.code, "source": found.source}
    made = [_first(asked, found, source)]
    promises = [p for p in asked.page.promises if asked.money or not of_money(p)]
    lines = _lines(asked, source) if asked.lines else None
    told = promises_section(promises, dossier.code, source) if promises else None
    if lines is not None and told is not None and len(asked.lines) + len(promises) <= TOGETHER:
        both = [*lines.blocks, *(replace(b, title=told.heading) for b in told.blocks
                                 if isinstance(b, Table))]
        lines, told = replace(lines, blocks=both), None
    if lines is not None:
        made.append(lines)
    made += _options(asked, source)
    if told is not None:
        made.append(told)
    return made


def _first(asked: Asked, found: Standing, source: str) -> Section:
    dossier = asked.page.dossier
    blocks: list[Block] = []
    shown = _figures(asked, found.load.first_month)
    if shown:
        blocks.append(Figures(shown))
    if asked.impact is not None and asked.money:
        if _moves(asked.impact):
            blocks.append(_impact_table(asked, found.load.first_month))
        else:
            blocks.append(Text([_("It changes neither the landing of %(year)s nor the load.") % {
                "year": asked.impact.fiscal_year
            }]))
    context = plain(str(dossier.sections.get("context", "")))
    if context:
        blocks.append(Text(context, words.section("context")))
    lead = _("%(kind)s, asked by %(owner)s") % {
        "kind": words.kind(dossier.kind),
        "owner": dossier.owner.name if dossier.owner else _("nobody yet"),
    }
    if dossier.requested_on:
        lead += _(" on %(day)s") % {"day": formats.day(dossier.requested_on)}
    missing = len(asked.page.completeness.missing)
    if missing and asked.page.decision is None:
        lead += ngettext(
            ". To complete: %(count)s point", ". To complete: %(count)s points", missing
        ) % {"count": formats.number(missing)}
    return Section(ask(asked), blocks, lead + ".", source, dossier.code)


def _moves(found: Impact) -> bool:
    peak = found.peak
    return (
        found.landing[0] != found.landing[1]
        or found.envelope[0] != found.envelope[1]
        or (peak is not None and peak[1] != peak[0].ratio)
    )


def _figures(asked: Asked, first_month: int) -> list[Figure]:
    items = [
        Figure(
            ngettext("Line to decide", "Lines to decide", len(asked.lines)), len(asked.lines),
            changes(asked.lines), "", "integer",
        )
    ]
    if asked.money and asked.amount:
        items.append(
            Figure(_("Amount"), asked.amount, _("over the whole life of the initiatives"), "",
                   "money_signed")
        )
    if asked.impact is None or not asked.money or not _moves(asked.impact):
        return items
    before, after = asked.impact.landing
    items.append(
        Figure(
            _("Landing %(year)s") % {"year": asked.impact.fiscal_year},
            said.arrow(formats.money(before), formats.money(after)),
            formats.money_signed(after - before),
            "good" if after < before else "",
        )
    )
    if asked.impact.peak is not None:
        peak, then = asked.impact.peak
        items.append(
            Figure(
                peak.team,
                said.arrow(formats.percent(peak.ratio), formats.percent(then)),
                formats.quarter(peak.month, first_month),
                said.tone_of_ratio(then) or "good",
            )
        )
    return items


def _impact_table(asked: Asked, first_month: int) -> Table:
    """Landing, envelope, margin, worst team, value: today and after."""
    found = asked.impact
    assert found is not None
    rows: list[list[Any]] = []
    tones: dict[tuple[int, int], str] = {}

    def add(label: str, before: Any, after: Any, kind: str, signed: str) -> None:
        moved = None if before is None or after is None else after - before
        rows.append([label, Cell(before, kind), Cell(after, kind), Cell(moved, signed)])

    landing, envelope = found.landing, found.envelope
    add(_("Landing %(year)s") % {"year": found.fiscal_year}, *landing, "money_short",
        "money_signed")
    if envelope[0] is not None or envelope[1] is not None:
        add(_("Envelope in force"), *envelope, "money_short", "money_signed")
    if envelope[0] is not None and envelope[1] is not None:
        over = [landing[0] - envelope[0], landing[1] - envelope[1]]
        tones |= {(len(rows), 1 + at): "bad" if o > 0 else "good" for at, o in enumerate(over)}
        add(_("Beyond the envelope"), over[0], over[1], "money_signed", "money_signed")
    if found.peak is not None:
        peak, then = found.peak
        label = _("%(team)s in %(quarter)s") % {
            "team": peak.team, "quarter": formats.quarter(peak.month, first_month),
        }
        for at, ratio in ((1, peak.ratio), (2, then)):
            if tone := said.tone_of_ratio(ratio):
                tones[len(rows), at] = tone
        add(label, peak.ratio, then, "percent", "percent_signed")
    value = _value(asked)
    if value is not None:
        add(_("Value of the plan (points)"), *value, "score", "signed")
    return Table(
        [
            Column(_("Effect"), width=2.4), Column(_("Today"), "number"),
            Column(_("If everything is approved"), "number"), Column(_("Difference"), "number"),
        ],
        rows, tones=tones,
    )


def _value(asked: Asked) -> tuple[float, float] | None:
    """The value of the plan before and after, as the scenario has it, in points."""
    scenario = asked.page.dossier.scenario
    figures = ((scenario.result or {}).get("figures") or {}) if scenario is not None else {}
    before, after = figures.get("value_before"), figures.get("value_after")
    if before is None or after is None:
        return None
    return before / 100, after / 100


def effects_of(line: Line) -> str:
    """What a line changes, from what to what."""
    told = []
    for raw in line.effects:
        try:
            effect = Effect.from_json(raw)
        except EffectError:
            continue
        found = words.effect(effect.type, effect.before, effect.after)
        if effect.type == "initiative.state" and len(line.effects) > 1:
            continue
        shown = found.after if effect.before is None else said.arrow(found.before, found.after)
        told.append(_("%(label)s: %(change)s") % {"label": found.label, "change": shown})
    return "\n".join(told)


def _shows_money(line: Line) -> bool:
    return any(
        raw.get("type") in ("initiative.resize", "envelope.amount")
        for raw in line.effects
        if isinstance(raw, dict)
    )


def _lines(asked: Asked, source: str) -> Section:
    decided = any(line.verdict != "pending" for line in asked.lines)
    valued = any(line.initiative and str(line.initiative.uid) in asked.scores
                 for line in asked.lines)
    reasoned = any(asked.reasons.get(str(line.uid)) for line in asked.lines)
    columns = [
        Column(_("No."), "integer", 0.4), Column(_("Line"), width=3.2),
        Column(_("Change"), width=1.4), Column(_("From → to"), width=2.4),
    ]
    amounts = asked.money and any(line.amount for line in asked.lines)
    moved = asked.impact.by_line if asked.money and asked.impact is not None else {}
    if amounts:
        columns.append(Column(_("Amount, %(unit)s") % {"unit": formats.thousands_unit()},
                              "thousands_signed", 1))
    if moved:
        label = _("Landing %(year)s, %(unit)s") % {
            "year": asked.impact.fiscal_year if asked.impact else "",
            "unit": formats.thousands_unit(),
        }
        columns.append(Column(label, "thousands_signed", 1.1))
    if valued:
        columns.append(Column(_("Value (ranks)"), width=1.1))
    if reasoned:
        columns.append(Column(_("Why"), width=3.4))
    if decided:
        columns.append(Column(_("Verdict"), width=1.2))
    rows, tones = [], {}
    for at, line in enumerate(asked.lines):
        title = line.title
        if line.product is not None and line.product.name not in title:
            title = f"{title}\n{line.product.name}"
        hidden = not asked.money and _shows_money(line)
        cells: list[Any] = [
            at + 1, title, words.toned(words.CHANGES, line.change)[1],
            "" if hidden else effects_of(line),
        ]
        if amounts:
            cells.append(line.amount)
        if moved:
            cells.append(moved.get(str(line.uid), 0))
        if valued:
            fact = asked.scores.get(str(line.initiative.uid)) if line.initiative else None
            cells.append("" if fact is None else _("%(value)s (%(low)s–%(high)s)") % {
                "value": formats.number(fact.value, 0), "low": fact.low, "high": fact.high,
            })
        if reasoned:
            cells.append(asked.reasons.get(str(line.uid), ""))
        if decided:
            tone, _icon, word = vocabulary.VERDICTS.get(line.verdict, ("", "", line.verdict))
            cells.append(str(word))
            tones[at, len(cells) - 1] = "muted" if tone == "neutral" else tone
        rows.append(cells)
    total: list[Any] | None = None
    if (amounts or moved) and len(rows) > 1:
        sums = [asked.amount] if amounts else []
        if asked.impact is not None and moved:
            sums.append(asked.impact.landing[1] - asked.impact.landing[0])
        total = ["", _("Total"), "", "", *sums, *[""] * (len(columns) - 4 - len(sums))]
    heading = ngettext(
        "%(count)s line to decide: %(changes)s", "%(count)s lines to decide: %(changes)s", len(rows)
    ) % {"count": formats.number(len(rows)), "changes": changes(asked.lines)}
    name = _("%(code)s lines") % {"code": asked.page.dossier.code}
    return Section(
        heading, [Table(columns, rows, total, tones=tones)], source=source, name=name
    )


def _options(asked: Asked, source: str) -> list[Section]:
    """Options beside risks."""
    texts = asked.page.dossier.sections
    options, risks = plain(str(texts.get("options", ""))), plain(str(texts.get("risks", "")))
    blocks: list[Block] = []
    if options:
        blocks.append(Text(options, words.section("options")))
    if risks:
        blocks.append(Text(risks, words.section("risks")))
    if not blocks:
        return []
    heading = _("Options and risks: %(name)s") % {"name": asked.page.dossier.name}
    name = _("%(code)s options") % {"code": asked.page.dossier.code}
    return [Section(heading, blocks, source=source, name=name, beside=len(blocks) > 1)]
