"""The pack of a committee: its conclusion, where the portfolio stands, what is to be decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from portulan.base.policy import Actor, NotFoundForActor, require
from portulan.governance import access
from portulan.governance import queries as governance
from portulan.governance.impact import plan_world
from portulan.prioritisation.queries.ranking import rank_ranges
from portulan.readmodels.reader import Reader
from portulan.reports import dossier as dossiers
from portulan.reports import outcomes, said, standing
from portulan.reports.activities import REPORT_EXPORT
from portulan.reports.document import Block, Column, Document, Figure, Figures, Section, Table, Text
from portulan.reports.standing import FindingFact, Standing
from portulan.wording import formats
from portulan.wording import governance as words


@dataclass(frozen=True, slots=True)
class Told:
    """What the pages know in words and documents repeat: findings, reasons of lines."""

    findings: Sequence[FindingFact] = ()
    #: Uid of a line of a dossier → why it is proposed.
    reasons: Mapping[str, str] = field(default_factory=dict)


def pack(actor: Actor, code: str, told: Told | None = None) -> Document:
    """The pack of a meeting.

    Raises:
        NotFoundForActor: no such meeting, or none that the actor may read.
        Refused: the actor may not take documents away.
    """
    require(actor, REPORT_EXPORT)
    meeting = access.meeting_for(actor, code)
    told = told or Told()
    found = standing.standing(Reader(actor))
    money = access.money_shown(actor, meeting.forum.entity_id, meeting.forum_id)
    agenda = governance.agenda(meeting)
    asked = _asked(actor, meeting, agenda, told)
    overdue = governance.candidates(meeting).actions if meeting.state != "closed" else ()
    sections = [
        _summary(meeting, agenda, asked, found, overdue, money),
        standing.budget_section(found),
        standing.load_section(found),
        standing.ties_section(found),
        _agenda(meeting, agenda),
    ]
    for one in asked:
        sections += dossiers.sections(one, found)
    sections += [
        standing.findings_section(found, told.findings),
        _actions(overdue, found),
        outcomes.due_section(found, money),
    ]
    place = [formats.day_long(meeting.on)]
    if meeting.at:
        place.append(meeting.at.strftime("%H:%M"))
    if meeting.place:
        place.append(meeting.place)
    return Document(
        title=meeting.forum.name,
        subtitle=" · ".join(place),
        on=found.reader.day,
        sections=standing.kept_sections(sections),
        language=(get_language() or "fr")[:2],
        footer=f"{meeting.forum.name}, {formats.day(meeting.on)}",
        file_name=said.slug(
            pgettext("file name", "committee pack"), meeting.forum.name, meeting.on.isoformat()
        ),
        conclusion=[t for t in (found.conclusion + "." if found.conclusion else "",
                                _to_decide(agenda, asked)) if t],
    )


def lines_of(actor: Actor, code: str) -> int:
    """How many lines a pack holds: what says whether it is long to make.

    Raises:
        NotFoundForActor: no such meeting, or none that the actor may read.
    """
    meeting = access.meeting_for(actor, code)
    return sum(
        item.dossier.lines.count() + item.dossier.promises.count()
        for item in meeting.items.select_related("dossier")
        if item.dossier is not None
    )


def _asked(
    actor: Actor, meeting: governance.Meeting, agenda: governance.Agenda, told: Told
) -> list[dossiers.Asked]:
    found: list[dossiers.Asked] = []
    codes = [item.dossier.code for item in agenda.items if item.dossier is not None]
    if not codes:
        return found
    world, scores = plan_world(), rank_ranges()
    for code in codes:
        try:
            page = governance.dossier_page(access.dossier_for(actor, code))
        except NotFoundForActor:
            continue
        money = access.money_shown(actor, page.dossier.entity_id, meeting.forum_id)
        found.append(
            dossiers.Asked(
                page, dossiers.impact_of(page, world), money, told.reasons, scores
            )
        )
    return found


def _to_decide(agenda: governance.Agenda, asked: Sequence[dossiers.Asked]) -> str:
    """How many dossiers wait for the committee, or what it decided."""
    decided = len(agenda.decisions)
    waiting = sum(one.page.decision is None for one in asked)
    parts = []
    if waiting:
        lines = sum(len(one.lines) for one in asked if one.page.decision is None)
        text = ngettext(
            "%(count)s dossier to decide", "%(count)s dossiers to decide", waiting
        ) % {"count": formats.number(waiting)}
        parts.append(text + ngettext(", %(count)s line", ", %(count)s lines", lines) % {
            "count": formats.number(lines)
        })
    if decided:
        parts.append(
            ngettext("%(count)s decision taken", "%(count)s decisions taken", decided)
            % {"count": formats.number(decided)}
        )
    return said.clauses(parts) + "." if parts else ""


def _summary(
    meeting: governance.Meeting, agenda: governance.Agenda, asked: Sequence[dossiers.Asked],
    found: Standing, overdue: Sequence[Any], money: bool,
) -> Section:
    """The first slide: the conclusion, its figures, and what is asked."""
    decide = _to_decide(agenda, asked).rstrip(".")
    head = said.clauses([found.conclusion, decide[:1].lower() + decide[1:]])
    blocks: list[Block] = []
    shown: list[Figure] = standing.figures(found)
    if shown:
        blocks.append(Figures(shown))
    if asked:
        blocks.append(_asks(asked))
    points = _points(found, overdue, money)
    if points:
        blocks.append(Text([f"- {point}" for point in points], _("Also to know")))
    return Section(
        head or meeting.forum.name, blocks, source=found.source, name=_("Summary")
    )


def _points(found: Standing, overdue: Sequence[Any], money: bool) -> list[str]:
    """What the committee should have in mind: ties, promises, actions overdue."""
    tied, _items = standing.ties(found.reader)
    kept = outcomes.due_section(found, money)
    late = _actions(overdue, found)
    return [
        f"{text}." for text in (tied, kept.heading if kept else "", late.heading if late else "")
        if text
    ]


def _asks(asked: Sequence[dossiers.Asked]) -> Table:
    money = any(one.money for one in asked)
    columns = [
        Column(_("Dossier"), width=1), Column(_("What is asked"), width=5),
        Column(_("Lines"), "integer", 0.6),
    ]
    amounts = money and any(one.amount for one in asked if one.money)
    if amounts:
        columns.append(Column(formats.thousands_unit(), "thousands_signed", 0.9))
    if money:
        columns.append(Column(_("Landing"), width=2))
    columns.append(Column(_("State"), width=1.5))
    rows, tones = [], {}
    for at, one in enumerate(asked):
        cells: list[Any] = [one.page.dossier.code, dossiers.ask(one), len(one.lines)]
        if amounts:
            cells.append(one.amount if one.money else None)
        if money:
            cells.append(_landing(one))
        tone, word = words.toned(words.DOSSIER_STATES, one.page.dossier.state)
        cells.append(word)
        tones[at, len(cells) - 1] = "muted" if tone == "neutral" else tone
        rows.append(cells)
    return Table(columns, rows, tones=tones)


def _landing(one: dossiers.Asked) -> str:
    if not one.money or one.impact is None:
        return ""
    before, after = one.impact.landing
    if before == after:
        return pgettext("landing", "unchanged")
    return said.arrow(formats.money(before), formats.money(after))


def _agenda(meeting: governance.Meeting, agenda: governance.Agenda) -> Section | None:
    if not agenda.items:
        return None
    at = datetime.combine(meeting.on, meeting.at) if meeting.at else None
    rows = []
    for rank, item in enumerate(agenda.items, start=1):
        rows.append(
            [
                rank, at.strftime("%H:%M") if at else "", item.title,
                words.toned(words.ITEMS, item.kind)[1],
                item.dossier.code if item.dossier else "", item.minutes_planned,
            ]
        )
        if at:
            at += timedelta(minutes=item.minutes_planned)
    heading = ngettext(
        "%(count)s point on the agenda, %(minutes)s minutes",
        "%(count)s points on the agenda, %(minutes)s minutes",
        len(rows),
    ) % {"count": formats.number(len(rows)), "minutes": formats.number(agenda.minutes)}
    table = Table(
        [
            Column(_("No."), "integer", 0.4), Column(pgettext("agenda", "Time"), width=0.7),
            Column(pgettext("agenda", "Point"), width=5),
            Column(pgettext("agenda", "Kind"), width=1.3),
            Column(_("Dossier"), width=1.1), Column(pgettext("agenda", "Minutes"), "integer", 0.8),
        ],
        rows,
        ["", "", _("Total"), "", "", agenda.minutes],
    )
    return Section(heading, [table], name=_("Agenda"))


def _actions(rows: Sequence[Any], found: Standing) -> Section | None:
    """The actions of earlier sittings that are overdue."""
    if not rows:
        return None
    heading = ngettext(
        "%(count)s action is overdue", "%(count)s actions are overdue", len(rows)
    ) % {"count": formats.number(len(rows))}
    return Section(
        heading, [actions_table(rows, found.reader.day)], source=found.source, name=_("Actions")
    )


def actions_table(rows: Sequence[Any], day: Any) -> Table:
    """Who must do what, until when."""
    late = [(day - r.due_on).days if r.due_on and r.state == "open" else 0 for r in rows]
    return Table(
        [
            Column(_("Action"), width=5), Column(_("Owner"), width=1.8),
            Column(_("Due"), "day", 1.5), Column(_("Decision"), width=1.3),
            Column(_("Days late"), "integer", 1.2),
        ],
        [
            [
                row.title, row.owner.name if row.owner else _("nobody yet"), row.due_on,
                row.decision.code if row.decision else "", days if days > 0 else None,
            ]
            for row, days in zip(rows, late, strict=True)
        ],
        tones={(at, 4): "bad" for at, days in enumerate(late) if days > 0},
    )
