"""The record of decisions: of a whole sitting or of one decision, with votes, effects and seals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from portulan.base.policy import Actor, require
from portulan.governance import access
from portulan.governance import queries as governance
from portulan.readmodels.reader import Reader
from portulan.reports import said
from portulan.reports.activities import REPORT_EXPORT
from portulan.reports.committee import actions_table
from portulan.reports.document import Block, Column, Document, Figure, Figures, Section, Table, Text
from portulan.reports.dossier import plain
from portulan.reports.outcomes import of_money, promises_section
from portulan.wording import formats, vocabulary
from portulan.wording import governance as words


def of_decision(actor: Actor, code: str) -> Document:
    """The record of one decision.

    Raises:
        NotFoundForActor: no such decision, or none that the actor may read.
        Refused: the actor may not take documents away.
    """
    require(actor, REPORT_EXPORT)
    decision = access.decision_for(actor, code)
    page = governance.decision_page(decision)
    reader = Reader(actor)
    money = _money(actor, decision)
    forum = decision.forum.name if decision.forum else ""
    return Document(
        title=_("Record of decision %(code)s") % {"code": decision.code},
        subtitle=" · ".join(t for t in (forum, formats.day(decision.decided_on)) if t),
        on=reader.day,
        sections=_sections(page, money, reader, alone=True),
        language=(get_language() or "fr")[:2],
        footer=_("Record of decision %(code)s") % {"code": decision.code},
        file_name=said.slug(pgettext("file name", "record of decision"), decision.code),
        conclusion=[_verdict(decision)],
    )


def of_meeting(actor: Actor, code: str) -> Document:
    """The record of all decisions of a sitting, with who was there and the actions.

    Raises:
        NotFoundForActor: no such meeting, or none that the actor may read.
        Refused: the actor may not take documents away.
    """
    require(actor, REPORT_EXPORT)
    meeting = access.meeting_for(actor, code)
    reader = Reader(actor)
    agenda = governance.agenda(meeting)
    decisions = sorted(agenda.decisions.values(), key=lambda d: d.pk)
    pages = [
        governance.decision_page(access.decision_for(actor, decision.code))
        for decision in decisions
        if decision.state != "draft"
    ]
    told = ngettext(
        "%(count)s decision taken", "%(count)s decisions taken", len(pages)
    ) % {"count": formats.number(len(pages))}
    sections = [_attendance(meeting, told, pages)]
    for page in pages:
        sections += _sections(page, _money(actor, page.decision), reader, alone=False)
    minutes = plain(meeting.minutes)
    if minutes:
        sections.append(Section(_("Minutes"), [Text(minutes)], name=_("Minutes")))
    if agenda.actions:
        heading = ngettext(
            "%(count)s action to follow", "%(count)s actions to follow", len(agenda.actions)
        ) % {"count": formats.number(len(agenda.actions))}
        table = actions_table(agenda.actions, reader.day)
        sections.append(Section(heading, [table], name=_("Actions")))
    return Document(
        title=_("Record of decisions"),
        subtitle=f"{meeting.forum.name} · {formats.day_long(meeting.on)}",
        on=reader.day,
        sections=sections,
        language=(get_language() or "fr")[:2],
        footer=_("Record of decisions, %(forum)s, %(day)s") % {
            "forum": meeting.forum.name, "day": formats.day(meeting.on),
        },
        file_name=said.slug(
            pgettext("file name", "record of decisions"), meeting.forum.name,
            meeting.on.isoformat(),
        ),
        conclusion=[_verdict(page.decision) for page in pages] or [told + "."],
    )


def _money(actor: Actor, decision: governance.Decision) -> bool:
    forum = decision.forum
    return access.money_shown(
        actor, forum.entity_id if forum else None, forum.pk if forum else None
    )


def _verdict(decision: governance.Decision) -> str:
    """A decision in one sentence."""
    _tone, _icon, word = vocabulary.VERDICTS.get(decision.verdict, ("", "", decision.verdict))
    return _("%(code)s, %(verdict)s: %(name)s") % {
        "code": decision.code, "verdict": str(word).lower(), "name": decision.name,
    }


def _attendance(
    meeting: governance.Meeting, told: str, pages: Sequence[governance.DecisionPage]
) -> Section:
    seats = governance.sitting(meeting).seats
    present = [seat for seat in seats if seat.present]
    blocks: list[Block] = []
    if pages:
        rows, tones = [], {}
        for at, page in enumerate(pages):
            tone, _icon, word = vocabulary.VERDICTS.get(page.decision.verdict, ("", "", ""))
            tones[at, 2] = "muted" if tone == "neutral" else tone
            rows.append(
                [
                    page.decision.code, page.decision.name, str(word),
                    page.decision.effective_on, _entry_number(page),
                ]
            )
        blocks.append(
            Table(
                [
                    Column(_("Number"), width=1.3), Column(_("Decision"), width=5),
                    Column(_("Verdict"), width=1.6), Column(_("In force on"), "day", 1.5),
                    Column(_("Register"), width=0.9),
                ],
                rows, tones=tones,
            )
        )
    if seats:
        names = [
            _("%(name)s (by deputy)") % {"name": seat.member.person.name}
            if seat.deputised else seat.member.person.name
            for seat in present
        ]
        missing = [seat.member.person.name for seat in seats if not seat.present]
        lines = [_("Present: %(names)s.") % {"names": said.joined(names)}] if names else []
        if missing and names:
            lines.append(_("Absent: %(names)s.") % {"names": said.joined(missing)})
        if lines:
            blocks.append(Text(lines, _("Attendance")))
    return Section(told, blocks, name=_("Summary"))


def _entry_number(page: governance.DecisionPage) -> str:
    return str(page.entries[0].number) if page.entries else ""


def _sections(
    page: governance.DecisionPage, money: bool, reader: Reader, *, alone: bool
) -> list[Section]:
    decision = page.decision
    code = decision.code
    source = _("Decision register of Portulan, %(day)s") % {"day": formats.day(reader.day)}
    found = [Section(_verdict(decision), _first(page, money), source=source, name=code)]
    if page.lines:
        found.append(_lines(page, money, source))
    effects = [row for row in page.effects if money or not _of_money(row)]
    if effects:
        found.append(_effects(effects, code, reader.calendar, source))
    promises = [p for p in page.promises if money or not of_money(p)]
    if promises:
        found.append(promises_section(promises, code, source))
    if alone and page.actions:
        table = actions_table(page.actions, reader.day)
        name = _("%(code)s actions") % {"code": code}
        heading = ngettext(
            "%(count)s action to follow", "%(count)s actions to follow", len(page.actions)
        ) % {"count": formats.number(len(page.actions))}
        found.append(Section(heading, [table], source=source, name=name))
    if page.entries:
        found.append(_register(page, source))
    return found


def _of_money(row: governance.EffectRow) -> bool:
    return row.type in ("initiative.resize", "envelope.amount")


def _first(page: governance.DecisionPage, money: bool) -> list[Block]:
    decision = page.decision
    tone, _icon, word = vocabulary.VERDICTS.get(decision.verdict, ("", "", decision.verdict))
    items = [
        Figure(_("Verdict"), str(word), words.kind(decision.kind),
               tone if tone != "neutral" else ""),
        Figure(_("Decided on"), decision.decided_on, decision.forum.name if decision.forum else "",
               "", "day"),
        Figure(_("In force on"), decision.effective_on,
               words.toned(words.DECISION_STATES, decision.state)[1], "", "day"),
    ]
    if money and decision.amount:
        items.append(Figure(_("Amount"), decision.amount, "", "", "money_short"))
    if page.entries:
        items.append(
            Figure(_("Register"), _("no. %(number)s") % {"number": page.entries[0].number},
                   formats.moment(page.entries[0].at))
        )
    blocks: list[Block] = [Figures(items)]
    for title, text in (
        (_("Decision"), decision.text), (_("Conditions"), decision.conditions),
        (_("Dissent recorded"), decision.dissent),
    ):
        paragraphs = plain(text)
        if paragraphs:
            blocks.append(Text(paragraphs, title))
    if page.reverted_by is not None:
        text = _("Undone by decision %(code)s.") % {"code": page.reverted_by.code}
        blocks.append(Text([text]))
    return blocks


def _lines(page: governance.DecisionPage, money: bool, source: str) -> Section:
    columns = [
        Column(_("No."), "integer", 0.4), Column(_("Line"), width=3.4),
        Column(_("Change"), width=1.4),
    ]
    if money:
        columns.append(Column(formats.thousands_unit(), "thousands_signed", 0.9))
    columns += [
        Column(_("Verdict"), width=1.3), Column(pgettext("vote", "For"), "integer", 0.6),
        Column(pgettext("vote", "Against"), "integer", 0.7),
        Column(pgettext("vote", "Abstained"), "integer", 0.8),
    ]
    remarks = ["\n".join(_remarks(page, line)) for line in page.lines]
    if any(remarks):
        columns.append(Column(_("Condition, day, reasons"), width=3.4))
    rows, tones = [], {}
    for at, line in enumerate(page.lines):
        tone, _icon, word = vocabulary.VERDICTS.get(line.verdict, ("", "", line.verdict))
        cells: list[Any] = [
            at + 1, line.title, words.toned(words.CHANGES, line.change)[1],
        ]
        if money:
            cells.append(line.amount)
        tones[at, len(cells)] = "muted" if tone == "neutral" else tone
        cells += [
            str(word), line.votes_for, line.votes_against, line.abstentions,
        ]
        if any(remarks):
            cells.append(remarks[at])
        rows.append(cells)
    counts: dict[str, int] = {}
    for line in page.lines:
        counts[line.verdict] = counts.get(line.verdict, 0) + 1
    told = [
        text % {"n": formats.number(counts[code])}
        for code, text in (
            ("approved", ngettext("%(n)s approved", "%(n)s approved", counts.get("approved", 0))),
            ("deferred", ngettext("%(n)s deferred", "%(n)s deferred", counts.get("deferred", 0))),
            ("refused", ngettext("%(n)s refused", "%(n)s refused", counts.get("refused", 0))),
        )
        if counts.get(code)
    ]
    heading = ngettext("%(count)s line", "%(count)s lines", len(rows)) % {
        "count": formats.number(len(rows))
    }
    if told:
        heading = _("%(lines)s: %(verdicts)s") % {
            "lines": heading, "verdicts": said.joined(told),
        }
    name = _("%(code)s lines") % {"code": page.decision.code}
    return Section(heading, [Table(columns, rows, tones=tones)], source=source, name=name)


def _remarks(page: governance.DecisionPage, line: governance.DossierLine) -> list[str]:
    found = []
    if line.condition:
        found.append(_("On condition: %(text)s") % {"text": line.condition})
    if line.deferred_to:
        found.append(_("Deferred to %(day)s") % {"day": formats.day(line.deferred_to)})
    for vote in page.votes.get(line.pk, ()):
        if vote.choice == "against":
            found.append(
                _("Against: %(name)s, %(reason)s") % {
                    "name": vote.person.name, "reason": vote.reason,
                } if vote.reason else _("Against: %(name)s") % {"name": vote.person.name}
            )
    return found


def _effects(
    rows: Sequence[governance.EffectRow], code: str, first_month: int, source: str
) -> Section:
    """What the decision changes, from what to what, and whether it holds now."""
    cells, tones = [], {}
    for at, row in enumerate(rows):
        shown = words.effect(row.type, row.before, row.after)
        tone, word = words.toned(words.EFFECT_STATES, row.state)
        tones[at, 4] = "muted" if tone == "neutral" else tone
        subject = row.name
        if row.kind == "envelope":
            subject = _("Envelope %(year)s %(line)s") % {"year": row.code, "line": row.name}
        cells.append([subject.strip() or row.code, shown.label, shown.before, shown.after, word])
    heading = ngettext(
        "%(count)s effect on the portfolio", "%(count)s effects on the portfolio", len(cells)
    ) % {"count": formats.number(len(cells))}
    table = Table(
        [
            Column(_("Object"), width=3.6), Column(_("What"), width=1.2),
            Column(pgettext("column", "Before"), width=2.2),
            Column(pgettext("column", "After"), width=2.2),
            Column(_("State"), width=1.6),
        ],
        cells, tones=tones,
    )
    return Section(heading, [table], source=source, name=_("%(code)s effects") % {"code": code})


def _grouped(seal: str) -> str:
    """A seal in groups of letters that can be compared by eye."""
    return " ".join(seal[at : at + 16] for at in range(0, len(seal), 16))


def _register(page: governance.DecisionPage, source: str) -> Section:
    """The entries of the register with their seals: anyone can check that nothing was rewritten."""
    events = {
        "decided": pgettext("event of the register", "decided"),
        "applied": pgettext("event of the register", "applied"),
        "reverted": pgettext("event of the register", "undone"),
        "superseded": pgettext("event of the register", "replaced"),
        "cascaded": pgettext("event of the register", "handed to other committees"),
        "condition": pgettext("event of the register", "condition settled"),
    }
    rows = [
        [
            entry.number, formats.moment(entry.at),
            events.get(str(entry.payload.get("event", "")), ""), _grouped(entry.seal),
        ]
        for entry in page.entries
    ]
    table = Table(
        [
            Column(_("No."), "integer", 0.5), Column(_("Entered on"), width=1.8),
            Column(_("Event"), width=1), Column(_("Seal"), width=6),
        ],
        rows,
        note=_("Each entry is sealed with the one before: the seal changes if a word does."),
    )
    heading = _("Entered in the register under number %(number)s") % {
        "number": page.entries[0].number
    }
    name = _("%(code)s register") % {"code": page.decision.code}
    return Section(heading, [table], source=source, name=name)
