"""The differences of a scenario to the present plan, and what can be done about each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from portulan.prioritisation.assumptions import Assumptions
from portulan.prioritisation.questions import CUT
from portulan.prioritisation.remedies import given_up, taken
from portulan.web.objects import address
from portulan.web.tradeoff.conclusions import Speaker
from portulan.web.tradeoff.words import CHANGES, change, points
from portulan.wording.formats import day, money, number
from portulan_core.periods import last_day


@dataclass(frozen=True, slots=True)
class DiffRow:
    """A difference to the present plan."""

    uid: str
    name: str
    url: str
    product: str
    change: str
    word: str
    tone: str
    icon: str
    amount: int
    value: str
    days: str
    why: str
    remedy: str
    heuristic: bool
    takes: bool


def signed_points(value: float) -> str:
    """Points with their sign; nil without one."""
    text = points(abs(value))
    if not any(digit in text for digit in "123456789"):
        return text
    return ("+" if value > 0 else "\u2212") + text


def signed_days(value: int) -> str:
    """Whole days with their sign, from hundredths."""
    if not value:
        return number(0)
    return ("+" if value > 0 else "\u2212") + number(round(abs(value) / 100))


def difference(
    row: Mapping[str, Any],
    speaker: Speaker,
    served: Mapping[str, str],
    sheet: Assumptions,
) -> DiffRow:
    """A difference, with what can be done about it."""
    tone, icon = CHANGES[row["change"]]
    return DiffRow(
        uid=row["item"],
        name=row["name"],
        url=address("initiative", row["code"]) if row["code"] else "",
        product=served.get(row["item"], ""),
        change=row["change"],
        word=change(row["change"])
        if row["state"] != "in_progress" or row["change"] != "out"
        else _("Stops"),
        tone=tone,
        icon=icon,
        amount=row["back"],
        value=signed_points(row["value"]),
        days=signed_days(int(row["days"])),
        why=speaker.why(row),
        remedy=speaker.remedy(row),
        heuristic=bool((row.get("reason") or {}).get("heuristic")),
        takes=taken(sheet, row) is not None,
    )


def waiting(row: Mapping[str, Any], speaker: Speaker, sheet: Assumptions) -> dict[str, Any]:
    """An initiative that stays outside both plans."""
    return {
        "uid": row["item"],
        "name": row["name"],
        "url": address("initiative", row["code"]) if row["code"] else "",
        "amount": row["remaining"],
        "value": points(row["points"]),
        "why": speaker.why(row),
        "remedy": speaker.remedy(row),
        "heuristic": bool((row.get("reason") or {}).get("heuristic")),
        "takes": taken(sheet, row) is not None,
    }


def contradiction(
    result: Mapping[str, Any], speaker: Speaker, sheet: Assumptions, currency: str
) -> dict[str, Any]:
    """The limits that cannot all hold, each with what giving it up means; the most to give back."""
    conflict = result.get("conflict")
    limits = conflict["limits"] if conflict else []
    most = result.get("most_back")
    return {
        "conflict": [
            {
                "said": _asked_back(row, sheet, currency) or speaker.conflict(row),
                "give_up": _giving_up(row, sheet) if given_up(sheet, row) is not None else "",
            }
            for row in limits
        ],
        "minimal": bool(conflict and conflict["minimal"]),
        "most_back": money(most, currency) if most and sheet.give_back else "",
        "nothing_back": most == 0 and bool(sheet.give_back),
    }


def _asked_back(row: Mapping[str, Any], sheet: Assumptions, currency: str) -> str:
    """What is asked to be given back, when it is the limit."""
    if row["code"] != "ceiling" or row["params"]["envelope"] != CUT or not sheet.give_back:
        return ""
    asked = {"amount": money(sheet.give_back, currency)}
    if sheet.by_month is None:
        return _("What is to be given back: %(amount)s.") % asked
    by = day(last_day(sheet.by_month - 1))
    return _("What is to be given back: %(amount)s by %(day)s.") % {**asked, "day": by}


def _giving_up(row: Mapping[str, Any], sheet: Assumptions) -> str:
    """What giving up a limit is called."""
    code = row["code"]
    if code == "capacity":
        own = any(one[0] == row["params"]["resource"] for one in sheet.capacities)
        return _("Remove the capacity typed") if own else _("No longer hold capacities")
    if code == "mandatory":
        return _("Let what has begun stop") if row["params"].get("begun") else _("Free it")
    return {
        "ceiling": _("Remove this limit"),
        "floor": _("Lift this guardrail"),
        "guardrail": _("Lift this guardrail"),
        "max_changes": _("No longer limit changes"),
        "precedence": _("No longer keep dependencies"),
        "excluded": _("Free it"),
    }.get(code, "")
