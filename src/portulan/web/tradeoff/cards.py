"""The figures of both plans: money against its limit, value, the fullest team, changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portulan.prioritisation.questions import QUESTIONS
from portulan.web.tradeoff import drawings
from portulan.web.tradeoff.conclusions import Speaker
from portulan.web.tradeoff.words import limit, points
from portulan.wording.formats import effort, money, number, percent


@dataclass(frozen=True, slots=True)
class Card:
    """A figure in both plans."""

    title: str
    before: str
    after: str
    unit: str
    drawing: SafeString
    note: str
    bad: bool = False


def cards(
    result: Mapping[str, Any], speaker: Speaker, team: Mapping[str, Any] | None
) -> list[Card]:
    """One card per figure; a team's only where a capacity is known."""
    figures = result["figures"]
    found = [_money_card(result, speaker)]
    before, after = figures["value_before"], figures["value_after"]
    near = before and after / before > 0.985
    note = percent(after / before, 1 if near else 0) if before else ""
    prorata = result.get("prorata")
    if prorata is not None and before:
        note = _("%(share)s; pro rata: %(other)s") % {
            "share": note,
            "other": percent(prorata / before),
        }
    found.append(
        Card(
            _("Value kept"),
            points(before),
            points(after),
            _("points"),
            drawings.pair(before, after),
            note,
        )
    )
    if team is not None:
        was, now = team["before"] / team["capacity"], team["after"] / team["capacity"]
        found.append(
            Card(
                speaker.name(team),
                percent(was),
                percent(now),
                "",
                drawings.pair(team["before"], team["after"], team["capacity"]),
                _("%(asked)s for %(given)s")
                % {"asked": effort(team["after"]), "given": effort(team["capacity"])},
                now > 1,
            )
        )
    changes, total = figures["changes"] + figures["entered"], figures["present"]
    found.append(
        Card(
            _("Changes to the plan"),
            number(0),
            number(changes),
            _("of %(total)s") % {"total": number(total)},
            drawings.pair(0, changes),
            _("%(n)s unchanged") % {"n": number(figures["kept"])},
        )
    )
    return found


def _money_card(result: Mapping[str, Any], speaker: Speaker) -> Card:
    """The limit that binds most, else the cost of both plans."""
    limits = [row for row in result.get("limits") or [] if row["limit"] is not None]
    named = [row for row in limits if row["envelope"] not in QUESTIONS]
    rows = named or limits
    figures = result["figures"]
    if not rows:
        return Card(
            _("Cost of the plan"),
            money(figures["cost_before"], speaker.currency),
            money(figures["cost_after"], speaker.currency),
            "",
            drawings.pair(figures["cost_before"], figures["cost_after"]),
            "",
        )
    row = max(rows, key=lambda r: (r["before"] - r["limit"], r["before"]))
    under = row["limit"] - row["after"]
    note = (
        _("%(amount)s under the limit of %(limit)s")
        if under >= 0
        else _("%(amount)s over the limit of %(limit)s")
    ) % {
        "amount": money(abs(under), speaker.currency),
        "limit": money(row["limit"], speaker.currency),
    }
    if row["envelope"] in QUESTIONS:
        title = _("Cost of the plan")
    elif row["year"]:
        title = _("Landing %(limit)s") % {"limit": limit(row)}
    else:
        title = _("Cost: %(limit)s") % {"limit": limit(row)}
    return Card(
        title,
        money(row["before"], speaker.currency),
        money(row["after"], speaker.currency),
        "",
        drawings.pair(row["before"], row["after"], row["limit"]),
        note,
        under < 0,
    )
