"""Reasons, remedies, limits and conclusions of a scenario, in words.

What is said stands in the scenario's result with names beside keys, so nothing is looked up here.
Points are in hundredths, money in minor units, effort in hundredths of person-days.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from portulan.wording import vocabulary
from portulan.wording.formats import (
    effort,
    money,
    month,
    number,
    percent,
    period,
    quarter,
)
from portulan_core.arbitrage.frontier import RISK_LIMIT

Row = Mapping[str, Any]
#: Change → tone, icon.
CHANGES = {
    "out": ("coral", "logout-2"),
    "moved": ("brass", "calendar-due"),
    "resized": ("primary", "arrows-minimize"),
    "in": ("moss", "login-2"),
    "unchanged": ("", "equal"),
}


def change(code: str) -> str:
    """The word of a change."""
    return {
        "out": _("Comes out"),
        "moved": _("Put off"),
        "resized": _("Made smaller"),
        "in": _("Comes in"),
        "unchanged": _("Stays"),
    }.get(code, code)


def points(hundredths: float | None, decimals: int = 0) -> str:
    """Points of value; one decimal below ten."""
    if hundredths is None:
        return number(None)
    value = hundredths / 100
    return number(value, decimals if abs(value) >= 10 or not value % 1 else 1)


def count(n: int) -> str:
    """A small number in words, for sentences; a figure above ten."""
    words = (
        pgettext("number of initiatives", "no"),
        pgettext("number of initiatives", "one"),
        pgettext("number of initiatives", "two"),
        pgettext("number of initiatives", "three"),
        pgettext("number of initiatives", "four"),
        pgettext("number of initiatives", "five"),
        pgettext("number of initiatives", "six"),
        pgettext("number of initiatives", "seven"),
        pgettext("number of initiatives", "eight"),
        pgettext("number of initiatives", "nine"),
        pgettext("number of initiatives", "ten"),
    )
    return words[n] if 0 <= n < len(words) else number(n)


def capital(text: str) -> str:
    """The text with its first letter in capital."""
    return text[:1].upper() + text[1:]


def when(row: Row, step: int, first_month: int) -> str:
    """The period of a limit: a fiscal quarter, or a month."""
    at = row.get("month")
    if at is None:
        return ""
    return quarter(at, first_month) if step == 3 else month(at)


def limit(row: Row) -> str:
    """An envelope: "2027, Mobility, development"."""
    asked = {
        "cut": _("amount to give back"),
        "grow": _("what is given more"),
        "rest": _("what is spent elsewhere"),
        "freed": _("what stopping frees"),
        "whole": _("the whole cost"),
        RISK_LIMIT: _("points at risk"),
    }.get(str(row.get("envelope")))
    if asked is not None:
        return asked
    parts = [
        str(row["year"]) if row.get("year") else "",
        row.get("entity", ""),
        row.get("line", ""),
        vocabulary.word(vocabulary.STAGES, row["stage"]) if row.get("stage") else "",
    ]
    found = ", ".join(part for part in parts if part)
    return found or _("all expenditure")


def closeness(basis_points: int) -> str:
    """How much of the best value may be given up for fewer changes."""
    if basis_points == 0:
        return _("nothing: the plan of most value")
    return _("up to %(share)s of the value") % {
        "share": percent(basis_points / 10_000, 1 if basis_points % 100 else 0)
    }


def lasting(seconds: int) -> str:
    """How long a search may last."""
    if seconds < 60 or seconds % 60:
        return ngettext("%(n)s second", "%(n)s seconds", seconds) % {"n": number(seconds)}
    return ngettext("%(n)s minute", "%(n)s minutes", seconds // 60) % {"n": number(seconds // 60)}


def gap(ratio: float | None) -> str:
    """A proven gap: nil only when it is, "< 0,1 %" when it is nearly so."""
    if ratio is None:
        return ""
    if 0 < ratio < 0.001:
        return "< " + percent(0.001, 1)
    return percent(ratio, 1 if ratio else 0)


def kept(figures: Row) -> str:
    """The share of the value that is kept; one decimal near the whole."""
    before, after = figures.get("value_before"), figures.get("value_after")
    if not before or after is None:
        return ""
    return percent(after / before, 1 if 0.985 < after / before < 1 else 0)


class Reasons:
    """Says why, in the reader's language and the company's currency."""

    def __init__(self, result: Row, currency: str = "EUR") -> None:
        self.result = result
        self.currency = currency
        self.step = int(result.get("step", 3))
        self.first_month = int(result.get("first_month", 1))

    def money(self, minor: int | None) -> str:
        """Money in short."""
        return money(minor, self.currency)

    def when(self, row: Row) -> str:
        """The period of a limit."""
        return when(row, self.step, self.first_month)

    def start(self, at: int | None) -> str:
        """When an initiative starts: in which fiscal quarter."""
        return quarter(at, self.first_month)

    # -- reasons

    def why(self, row: Row) -> str:
        """Why an initiative comes out, moves or stays out, in one or two sentences."""
        reason = row.get("reason") or {}
        if row.get("change") == "in":
            return self.stays(row)
        said = self._why(str(reason.get("code", "")), reason.get("params") or {}, row)
        if row.get("change") == "moved" and row.get("before") is not None:
            said = self.move(row) + " " + said
        return said.strip()

    def move(self, row: Row) -> str:
        """From when to when."""
        was, now = self.start(row["before"]), self.start(row["after"])
        if was == now:
            was, now = month(row["before"]), month(row["after"])
        return _("%(before)s becomes %(after)s.") % {"before": was, "after": now}

    def _why(self, code: str, params: Row, row: Row) -> str:
        if code == "bottleneck":
            return self._bottleneck(params, row)
        if code == "infeasible_alone":
            one = params.get("limit") or {}
            return _("By itself it needs more than %(limit)s holds.") % {"limit": self.name(one)}
        if code == "precedence":
            others = self.names(params.get("missing") or params.get("late") or ())
            if params.get("missing"):
                return _("It needs %(names)s, which the plan leaves out.") % {"names": others}
            if others:
                return _("What it depends on comes too late: %(names)s.") % {"names": others}
            return _("What it depends on comes too late.")
        if code == "group":
            others = self.names(params.get("rivals") or params.get("missing") or ())
            return _("It goes together with %(names)s, or against it.") % {"names": others}
        sentences = {
            "excluded": _("You asked for it to be left out."),
            "stopped": _("You stop it."),
            "window": _("No start is open to it within the horizon."),
            "max_changes": _("The number of changes that you allow is reached."),
            "guardrail": _("A guardrail keeps it out."),
            "floor": _("A minimum to spend elsewhere keeps it out."),
            "not_worth": _("It would bring no value more than what it takes."),
            "impossible": _("No plan that keeps every rule can hold it."),
            "improvable": _("It would still fit: the search was cut short."),
            "gain": _("The plan is worth more with it there."),
            "tie": _("As good at another time: it leaves room for others."),
        }
        return sentences.get(code, "")

    def _bottleneck(self, params: Row, row: Row) -> str:
        limits = params.get("limits") or ()
        if row.get("source") == "neutral" and not any("resource" in one for one in limits):
            return _("Nothing says what it is worth: it was chosen so that few initiatives change.")
        first = limits[0] if limits else {}
        better = self.names((params.get("dominated_by") or ())[:2])
        several = len((params.get("dominated_by") or ())[:2]) > 1
        if "resource" in first:
            said = _("%(team)s lacks %(days)s in %(when)s.") % {
                "team": first.get("team", ""), "when": self.when(first),
                "days": effort(first.get("short")),
            }  # fmt: skip
            with_days = ngettext(
                "%(names)s gives at least as much per person-day.",
                "%(names)s give at least as much per person-day.", 2 if several else 1,
            )  # fmt: skip
            return said + " " + with_days % {"names": better} if better else said
        said = self._lacking(first, row)
        if better:
            for_money = ngettext(
                "%(names)s gives at least as much for what it costs.",
                "%(names)s give at least as much for what they cost.", 2 if several else 1,
            )  # fmt: skip
            said += " " + for_money % {"names": better}
        return said

    def _lacking(self, first: Row, row: Row) -> str:
        """What of an envelope, or of what is to be given back, is missing."""
        amount = first.get("short")
        if amount is None or first.get("envelope") == RISK_LIMIT:
            return _("There is no room left in %(limit)s.") % {"limit": self.name(first)}
        if first.get("envelope") == "cut":
            text = (
                _("At its date, %(amount)s of what is asked would not be given back.")
                if row.get("change") == "moved"
                else _("With it, %(amount)s of what is asked would not be given back.")
            )
            return text % {"amount": self.money(amount)}
        return _("%(amount)s are missing in %(limit)s.") % {
            "amount": self.money(amount), "limit": self.name(first),
        }  # fmt: skip

    def remedy(self, row: Row) -> str:
        """What would bring it back."""
        reason = row.get("reason") or {}
        found = reason.get("remedy")
        if not found or found.get("check") == "none":
            return ""
        if self.result.get("stop") and any(s["code"] == "lift_exclusion" for s in found["steps"]):
            return ""  # it would undo what the scenario stops
        steps = [self.remedy_step(s["code"], s["params"], row) for s in found["steps"]]
        steps = [step for step in steps if step]
        if not steps:
            return ""
        joined = _(" and ").join(steps)
        by_itself = found["check"] == "resolved"
        change = row.get("change")
        if change == "moved":
            text = (
                _("Keeps its date by itself with %(steps)s.")
                if by_itself
                else _("Keeps its date, if you pin it, with %(steps)s.")
            )
        elif change == "out":
            text = (
                _("Comes back by itself with %(steps)s.")
                if by_itself
                else _("Comes back, if you decide so, with %(steps)s.")
            )
        else:
            text = (
                _("Comes in by itself with %(steps)s.")
                if by_itself
                else _("Comes in, if you decide so, with %(steps)s.")
            )
        return text % {"steps": joined}

    def remedy_step(self, code: str, params: Row, row: Row) -> str:
        """One part of a remedy; "" for the decision to take it, which is said otherwise."""
        if code == "add_capacity":
            return _("%(days)s of %(team)s in %(when)s") % {
                "days": effort(params["amount"]),
                "team": params.get("team", ""),
                "when": self.when(params),
            }
        if code == "add_budget":
            if params.get("envelope") == RISK_LIMIT:
                return _("%(points)s points at risk more") % {"points": points(params["amount"])}
            if params.get("envelope") == "cut":
                return _("%(amount)s less to give back") % {"amount": self.money(params["amount"])}
            return _("%(amount)s more in %(limit)s") % {
                "amount": self.money(params["amount"]),
                "limit": limit(params),
            }
        if code == "lower_floor":
            return _("%(amount)s less in the guardrail on %(limit)s") % {
                "amount": self.money(params["amount"]), "limit": limit(params),
            }  # fmt: skip
        if code == "relax_guardrail":
            return _("the guardrail on %(limit)s lowered to %(share)s") % {
                "limit": limit(params), "share": percent(params["to"] / 10_000, 1),
            }  # fmt: skip
        if code == "allow_changes":
            n = int(params["amount"])
            return ngettext("%(n)s change more", "%(n)s changes more", n) % {"n": n}
        if code == "leave_out":
            return _("%(name)s left out") % {"name": params.get("name", "")}
        if code == "include" and params.get("item") != row.get("item"):
            return _("%(name)s taken too") % {"name": params.get("name", "")}
        if code == "lift_exclusion":
            return _("your exclusion lifted")
        return ""

    def stays(self, row: Row) -> str:
        """Why an initiative stays."""
        reason = row.get("reason") or {}
        params = reason.get("params") or {}
        code = reason.get("code", "")
        if code == "mandatory":
            why = params.get("why")
            return _("Mandatory: %(why)s") % {"why": why} if why else _("Mandatory.")
        if code == "needed":
            return _("%(names)s need it.") % {"names": self.names(params.get("by") or ())}
        if code == "worth" and row.get("source") != "neutral":
            return _("%(rank)s of %(of)s in value for what it costs.") % {
                "rank": number(params.get("rank")),
                "of": number(params.get("of")),
            }
        if code == "enters":
            return _("%(rank)s of the %(of)s that wait, in value for what it costs.") % {
                "rank": number(params.get("rank")), "of": number(params.get("of")),
            }  # fmt: skip
        sentences = {
            "asked": _("You take it in any case."),
            "pinned": _("You pinned it."),
            "begun": _("It has begun, and you stop nothing that has."),
            "kept": _("You asked for it to stay."),
            "worth": _("The limits hold without touching it."),
            "fits": _("The limits hold without touching it."),
        }
        return sentences.get(code, "")

    # -- limits, prices, conflicts

    def name(self, row: Row) -> str:
        """A limit: a team in a quarter, or an envelope."""
        if "resource" in row:
            at = self.when(row)
            team = str(row.get("team", ""))
            return _("%(team)s, %(when)s") % {"team": team, "when": at} if at else team
        if row.get("code") == "max_changes":
            return _("the number of changes")
        if row.get("least"):
            return _("the guardrail on %(limit)s") % {"limit": limit(row)}
        return limit(row)

    def names(self, rows: Sequence[Row]) -> str:
        """Initiatives by name, in a list."""
        listed = [str(row.get("name", "")) for row in rows]
        if len(listed) < 2:
            return "".join(listed)
        return _("%(some)s and %(last)s") % {"some": ", ".join(listed[:-1]), "last": listed[-1]}

    def delta(self, price: Row) -> str:
        """How much more of a limit the price is for."""
        if "resource" in price["target"]:
            return effort(price["delta"])
        return self.money(price["delta"])

    def price(self, price: Row) -> str:
        """What more of a limit would bring in."""
        if not price["enter"]:
            return ""
        said = _("%(more)s more (%(limit)s) would bring in %(names)s") % {
            "more": self.delta(price),
            "limit": self.name(price["target"]),
            "names": self.names(price["enter"][:3]),
        }
        if price["leave"]:
            said += _(", and take out %(names)s") % {"names": self.names(price["leave"][:3])}
        return said + "."


def horizon(months: Sequence[int], step: int, first_month: int) -> str:
    """The horizon in quarters."""
    return period(months[0], months[-1] + step, first_month) if months else ""
