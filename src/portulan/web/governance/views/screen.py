"""What the screen of a sitting shows at one moment, for one reader."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from portulan.base.policy import Actor, check_right
from portulan.governance import actions, queries
from portulan.governance.access import forum_scope, money_shown
from portulan.governance.actions import secret_votes
from portulan.governance.activities import DECISION_DECIDE, MEETING_RUN, VOTE_CAST
from portulan.governance.drift import drifts
from portulan.governance.impact import Impact, impact
from portulan.governance.queries import AgendaItem, DossierLine, Meeting, live, people
from portulan.governance.queries.briefing import line_effects
from portulan.readmodels import memo
from portulan.web.answers import sentence
from portulan.web.governance import words
from portulan.web.governance.forms import ActionForm, CloseForm, VerdictForm
from portulan.web.viewer import actor
from portulan.wording import formats
from portulan_core.effects import EffectError


@dataclass(frozen=True, slots=True)
class Row:
    """A line on the screen."""

    rank: int
    line: DossierLine
    moved: int | None
    votes: str
    until: str
    current: bool
    icon: str
    change: str


def etag(meeting: Meeting, who: Actor, language: str) -> str:
    """What names the screen of this meeting for this reader's rights and language."""
    rights = (
        who.account_id,
        who.person_id,
        sorted((g.role, g.forum, g.entity) for g in who.grants if g.forum or g.entity),
        sorted(who.matrix.get(DECISION_DECIDE.code, {}).items()),
        sorted(who.matrix.get(MEETING_RUN.code, {}).items()),
        who.overrides.get(DECISION_DECIDE.code, ()),
        who.overrides.get(MEETING_RUN.code, ()),
        repr(who.overrides),
        language,
    )
    digest = hashlib.sha256(repr((meeting.uid, meeting.tick, rights)).encode()).hexdigest()
    return f'"{digest[:32]}"'


def _impact(sitting: queries.Sitting) -> Impact | None:
    if sitting.dossier is None or not sitting.lines:
        return None
    approved = tuple(str(n.uid) for n in sitting.lines if n.verdict == "approved")
    key = (sitting.dossier.pk, sitting.dossier.revision, sitting.dossier.state, approved)
    try:
        return memo.kept(
            "sitting-impact",
            memo.state(),
            key,
            lambda: impact(line_effects(sitting.lines), approved),
        )
    except EffectError:
        return None


def context(request: HttpRequest, meeting: Meeting) -> dict[str, Any]:
    """Everything that the screen shows."""
    who = actor(request)
    found = queries.sitting(meeting)
    scope = forum_scope(meeting.forum)
    decide = check_right(who, DECISION_DECIDE, scope)
    run = check_right(who, MEETING_RUN, scope)
    open_now = meeting.state == "open"
    decided = found.decision is not None
    shown = _impact(found) if not decided else None
    money = money_shown(who, meeting.forum.entity_id, meeting.forum_id)
    refusals = (
        actions.closing_refusals(found.item) if found.item and found.dossier and not decided else []
    )
    over = [sentence(shown.overspent)] if shown is not None and shown.overspent else []
    moved = (
        drifts([n for n in found.lines if n.verdict in ("approved", "pending")])
        if found.dossier is not None and not decided
        else []
    )
    votable = (
        actions.check_votable(found.item, found.line) if found.item and found.line else None
    )
    may_decide = decide is None and open_now and not decided
    rows = [_row(n, rank, found, shown, money) for rank, n in enumerate(found.lines, start=1)]
    granted = [n for n in found.lines if n.verdict == "approved"]
    position = found.items.index(found.item) + 1 if found.item in found.items else 0
    following = next(
        (i for i in found.items[position:] if i.state == "planned"), None
    )
    return {
        "meeting": meeting,
        "s": found,
        "position": position,
        "following": following,
        "following_position": found.items.index(following) + 1 if following else 0,
        "rows": rows,
        "tones": [_TONES.get(n.verdict, "grey") for n in found.lines],
        "statement": statement(found),
        "pending": found.counts["pending"],
        "asked": sum(abs(n.amount) for n in found.lines) if money else None,
        "granted": sum(abs(n.amount) for n in granted) if money else None,
        "agenda": [_point(item, n) for n, item in enumerate(found.items, start=1)],
        "impact": shown if money else None,
        "figures": _figures(shown) if shown is not None and money else [],
        "chair": next(
            (s.member.person.name for s in found.seats if s.member.right == "chair"), ""
        ),
        "ends_at": queries.ends_at(found.items) if open_now else None,
        "spent": queries.elapsed(found.item) if found.item else 0,
        "left": found.item.minutes_planned * 60 - queries.elapsed(found.item) if found.item else 0,
        "running": bool(found.item and found.item.state == "open" and not found.item.paused_at),
        "open": open_now,
        "may_run": run is None and open_now,
        "may_run_at_all": run is None,
        "may_decide": may_decide,
        "votable": votable is None and found.line is not None,
        "votable_reason": sentence(votable) if votable else "",
        "seats": [
            (seat, (run is None or _own(who, seat)) and votable is None and seat.present)
            for seat in found.seats
            if seat.decides
        ],
        "refusals": [sentence(r) for r in refusals] + over,
        "drifts": [
            (d, words.effect(d.effect.type, d.expected, d.found)) for d in moved
        ],
        "verdict_form": VerdictForm(
            initial={
                "condition": found.line.condition if found.line else "",
                "deferred_to": found.line.deferred_to if found.line else None,
            },
            auto_id=f"verdict-{found.line.pk if found.line else 0}-%s",
        ),
        "close_form": CloseForm(),
        "action_form": ActionForm(people=people.people() if run is None else []),
        "sections": [
            (words.section(code), code in found.completeness.filled)
            for code in found.completeness.asked
        ]
        if found.completeness
        else [],
        "draft_text": _draft_text(found) if may_decide else "",
        "etag": etag(meeting, who, getattr(request, "LANGUAGE_CODE", "")),
        "votes_own": check_right(who, VOTE_CAST, scope) is None,
        "ritual": meeting.forum.level == "ritual",
        **_asked(who, found, run is None and open_now),
    }


def _asked(who: Actor, found: queries.Sitting, may_run: bool) -> dict[str, Any]:
    """Secret votes and rounds of scores of the point under way, as this reader sees them."""
    item = found.item
    if item is None:
        return {"polls": [], "rounds": [], "criteria": [], "scorable": []}
    polls = live.polls(who, item)
    rounds = live.rounds(who, item)
    scorable = live.scorable(item) if may_run else []
    line = found.line.pk if found.line else None
    secret = secret_votes.check_poll(item, found.line) if may_run else None
    return {
        "polls": [poll for poll in polls if poll.line in (line, None)],
        "secret_line": any(poll.line == line for poll in polls) if line else False,
        "poll_reason": sentence(secret) if secret else "",
        "rounds": [
            {
                "it": each,
                "dots": _dots(each),
                "name": label(each.criterion) if each.criterion else "",
                "question": each.criterion.question.get(get_language() or "fr")
                if each.criterion
                else "",
                "choices": _choices(each),
            }
            for each in rounds
        ],
        "round_open": any(each.state in ("scoring", "revealed") for each in rounds),
        "scorable": scorable,
        "criteria": [(c.code, label(c)) for c in live.criteria()] if scorable else [],
    }


def label(criterion: Any) -> str:
    """The name of a criterion in the reader's language."""
    return str(criterion.label.get(get_language() or "fr") or criterion.code)


def _choices(each: live.Round) -> list[dict[str, Any]]:
    """The values that may be given, with what each means."""
    if each.criterion is None or not each.may_score:
        return []
    scale, language = each.criterion.scale, get_language() or "fr"
    said = {anchor.value: anchor.label.get(language) for anchor in scale.anchors}
    values = scale.values or tuple(
        float(n) for n in range(int(scale.minimum), int(scale.maximum) + 1)
    )
    return [
        {
            "value": f"{value:g}",
            "shown": formats.number(value),
            "said": said.get(value, ""),
            "own": each.own == value,
        }
        for value in values
    ]


def _dots(each: live.Round) -> list[dict[str, Any]]:
    """The revealed scores along the scale, in a box 300 wide: equal scores stand one on another."""
    if not each.given or each.criterion is None:
        return []
    scale = each.criterion.scale
    width = (scale.maximum - scale.minimum) or 1
    piled: dict[float, int] = {}
    dots = []
    for given in each.given:
        height = piled.get(given.value, 0)
        piled[given.value] = height + 1
        dots.append(
            {
                "x": round(10 + 280 * (given.value - scale.minimum) / width),
                "y": 62 - 13 * height,
                "extreme": given.extreme,
                "said": f"{given.person} {formats.number(given.value)}",
            }
        )
    return dots


_TONES = {"approved": "moss", "deferred": "brass", "refused": "coral"}


def _own(who: Actor, seat: queries.Seat) -> bool:
    if who.person_id is None:
        return False
    if seat.stand_in is not None:
        return seat.stand_in.pk == who.person_id
    return seat.member.person_id == who.person_id


def _row(
    line: DossierLine, rank: int, found: queries.Sitting, shown: Impact | None, money: bool
) -> Row:
    icon, change = words.toned(words.CHANGES, line.change)
    counts = (line.votes_for, line.votes_against, line.abstentions)
    until = ""
    if line.verdict == "deferred" and line.deferred_to is not None:
        until = formats.quarter(line.deferred_to.year * 12 + line.deferred_to.month - 1)
    moved = shown.by_line.get(str(line.uid)) if shown is not None else None
    return Row(
        rank,
        line,
        (moved if moved is not None else line.amount) if money else None,
        " · ".join(str(c or 0) for c in counts) if counts[0] is not None else formats.NOTHING,
        until,
        bool(found.line and line.pk == found.line.pk),
        icon,
        change,
    )


def _point(item: AgendaItem, rank: int) -> dict[str, Any]:
    spent = queries.elapsed(item) // 60
    return {
        "item": item,
        "rank": rank,
        "spent": spent,
        "current": item.state == "open",
        "closed": item.state == "closed",
        "over": max(0, spent - item.minutes_planned),
    }


def statement(found: queries.Sitting) -> list[tuple[str, str]]:
    """What was decided so far: tone and words."""
    n = found.counts
    said = (
        ("good", n["approved"], ngettext("%(n)s approved", "%(n)s approved", n["approved"])),
        ("warn", n["deferred"], ngettext("%(n)s deferred", "%(n)s deferred", n["deferred"])),
        ("bad", n["refused"], ngettext("%(n)s refused", "%(n)s refused", n["refused"])),
        ("neutral", n["pending"], ngettext("%(n)s to decide", "%(n)s to decide", n["pending"])),
    )
    return [(tone, text % {"n": count}) for tone, count, text in said if count]


def _figures(shown: Impact) -> list[dict[str, str]]:
    before, after = shown.landing
    found = [
        {
            "label": _("Landing %(year)s") % {"year": shown.fiscal_year},
            "before": formats.money(before),
            "after": formats.money(after),
            "tone": "",
        }
    ]
    if shown.peak is not None:
        peak, later = shown.peak
        found.append(
            {
                "label": _("%(team)s in %(quarter)s") % {
                    "team": peak.team,
                    "quarter": formats.quarter(peak.month, peak.first_month),
                },
                "before": formats.percent(peak.ratio),
                "after": formats.percent(later),
                "tone": "bad" if (later or 0) > 1 else "",
            }
        )
    envelope = shown.envelope[1]
    if envelope is not None:
        margin = envelope - after
        pattern = _("kept, %(margin)s left") if margin >= 0 else _("exceeded by %(margin)s")
        found.append(
            {
                "label": _("Envelope %(year)s") % {"year": shown.fiscal_year},
                "before": "",
                "after": pattern % {"margin": formats.money(abs(margin))},
                "tone": "good" if margin >= 0 else "bad",
            }
        )
    return found


def _draft_text(found: queries.Sitting) -> str:
    """A first version of the decision, from the verdicts."""
    if not found.lines:
        return ""
    approved = [n for n in found.lines if n.verdict == "approved"]
    deferred = [n for n in found.lines if n.verdict == "deferred"]
    refused = [n for n in found.lines if n.verdict == "refused"]
    parts = []
    if approved:
        parts.append(
            _("The committee approves %(n)s of %(total)s lines.") % {
                "n": len(approved), "total": len(found.lines)
            }
        )
    parts += [
        _("It defers %(line)s to %(day)s.") % {
            "line": n.title, "day": formats.day(n.deferred_to)
        }
        for n in deferred
    ]
    parts += [
        _("It refuses %(line)s: %(condition)s") % {"line": n.title, "condition": n.condition}
        if n.condition
        else _("It refuses %(line)s.") % {"line": n.title}
        for n in refused
    ]
    return " ".join(parts)
