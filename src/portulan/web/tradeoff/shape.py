"""A scenario as its pages show it: conclusion, cards, differences, prices, what stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portulan.base.jobs import JobStatus
from portulan.prioritisation.assumptions import from_json
from portulan.prioritisation.outcome import VERSION
from portulan.prioritisation.queries import scenarios as queries
from portulan.prioritisation.queries.scoring import model_in_force
from portulan.prioritisation.questions import CUT
from portulan.web.objects import address
from portulan.web.tradeoff import drawings, stopping
from portulan.web.tradeoff.cards import cards
from portulan.web.tradeoff.conclusions import Speaker
from portulan.web.tradeoff.differences import (
    contradiction,
    difference,
    signed_days,
    signed_points,
    waiting,
)
from portulan.web.tradeoff.words import gap, horizon, kept, limit, points
from portulan.wording.formats import money, money_signed, number, percent

ORDER = ("out", "resized", "moved", "in")
#: Differences and other rows shown before one asks for all of them.
SHOWN, KEPT = 40, 8
TONES = {
    "draft": "", "solved": "teal", "submitted": "primary", "adopted": "moss", "dropped": "",
}  # fmt: skip


def state_word(state: str) -> str:
    """The state of a scenario."""
    return {
        "draft": _("draft"),
        "solved": _("computed"),
        "submitted": _("before the committee"),
        "adopted": _("adopted"),
        "dropped": _("put aside"),
    }.get(state, state)


def answer_of(scenario: Any) -> Mapping[str, Any]:
    """The result of a scenario, empty when there is none or when it has an older form."""
    result: Mapping[str, Any] = scenario.result or {}
    return result if result.get("version") == VERSION else {}


def summary_of(scenario: Any) -> Mapping[str, Any]:
    """What a list knows of a result: figures, status, gap, basis."""
    if scenario.form != VERSION:
        return {}
    return {
        "figures": scenario.summary,
        "status": scenario.status,
        "gap": scenario.gap,
        "basis": scenario.basis,
    }


def listed(scenario: Any, currency: str) -> dict[str, Any]:
    """A scenario in the list."""
    result = summary_of(scenario)
    speaker = Speaker(result, currency)
    figures = result.get("figures") or {}
    spending = money_signed(-figures["given"], currency) if figures else ""
    return {
        "scenario": scenario,
        "url": address("scenario", scenario.code),
        "state": state_word(scenario.state),
        "tone": TONES.get(scenario.state, ""),
        "said": speaker.conclusion() if figures else "",
        "infeasible": result.get("status") == "infeasible",
        "gap": gap(result.get("gap")),
        "spending": spending,
        "value": kept(figures),
        "preset": preset_word(scenario.preset),
    }


def preset_word(code: str) -> str:
    """The question that a scenario asks."""
    return {
        "fit": _("Hold the envelope"), "cut": _("Give back"), "grow": _("Spend more"),
        "stop": _("Stop"),
    }.get(code, code)


def job(status: JobStatus | None) -> dict[str, Any] | None:
    """The search under way, in words."""
    if status is None:
        return None
    found = dict(status.status)
    said = {
        "reading": _("Reading the portfolio"),
        "searching": _("Looking for the best plan"),
        "explaining": _("Saying why"),
        "pricing": _("Pricing the bottlenecks"),
        "frontier": _("Following the frontier"),
        "uncertainty": _("Drawing costs, efforts and values"),
        "mandatory": _("Freeing what has to stay, one by one"),
        "stability": _("Allowing more and more changes"),
    }.get(str(found.get("code", "")), _("Waiting for a worker"))
    return {
        "said": said,
        "permille": status.progress,
        "gap": gap(found.get("gap")),
        "steps": _("%(done)s of %(asked)s")
        % {"done": number(found["done"]), "asked": number(found["asked"])}
        if found.get("asked")
        else "",
        "seconds": found.get("seconds"),
        "value": points(found["value"]) if found.get("value") is not None else "",
        "stopping": status.cancel_requested,
        "waiting": status.state == "queued",
    }


def weights() -> dict[str, Any] | None:
    """The public weights, for the sheet."""
    model = model_in_force()
    if model is None:
        return None
    shares = model.core.family_shares()
    return {
        "name": model.core.label.get(get_language() or "fr"),
        "version": model.record.version,
        "since": model.record.adopted_on,
        "rows": [(family, share) for family, share in shares.items()],
    }


def page(scenario: Any, currency: str, show_all: bool = False) -> dict[str, Any] | None:
    """All that the result says, or ``None`` before the first one."""
    result = answer_of(scenario)
    if not result:
        return None
    speaker, sheet = Speaker(result, currency), from_json(scenario.assumptions)
    if not result.get("figures"):
        return {
            "found": False,
            "infeasible": result.get("status") == "infeasible",
            **contradiction(result, speaker, sheet, currency),
            "sources": speaker.sources(),
            "left_out": speaker.left_out(),
            "seconds": number(result.get("total_seconds") or result.get("seconds"), 0),
        }
    rows: list[Mapping[str, Any]] = result["rows"]
    served = _products(rows)
    changed = sorted(
        (row for row in rows if row["change"] != "unchanged"),
        key=lambda row: (ORDER.index(row["change"]), -row["back"]),
    )
    kept = sorted(
        (row for row in rows if row["change"] == "unchanged"), key=lambda row: -row["remaining"]
    )
    prices = result.get("prices") or []
    most = max((price["gain"] for price in prices), default=0)
    team = _team(result, changed)
    return {
        "found": True,
        "conclusion": speaker.conclusion(),
        "remains": " ".join(filter(None, (speaker.remains(), _relief(result)))),
        "cards": cards(result, speaker, team),
        "team": speaker.name(team) if team else "",
        "with_amount": any(row["back"] for row in changed),
        "with_days": any(row["days"] for row in changed),
        "rows": [
            difference(row, speaker, served, sheet)
            for row in changed[: None if show_all else SHOWN]
        ],
        "more": max(0, len(changed) - SHOWN) if not show_all else 0,
        "count": len(changed),
        "total": {
            "amount": sum(row["back"] for row in changed),
            "value": signed_points(sum(row["value"] for row in changed)),
            "days": signed_days(sum(int(row["days"]) for row in changed)),
        },
        "prices": [
            {
                "name": speaker.name(price["target"]),
                "delta": speaker.delta(price),
                "gain": signed_points(price["gain"]),
                "bar": drawings.gain(price["gain"], most),
                "exact": price["exact"],
                "high": points(price["high"]) if price["high"] is not None else "",
            }
            for price in prices
        ],
        "stop": stopping.shown(result, currency),
        "grow": result.get("grow"),
        "calm": speaker.calm(),
        "price_said": next(
            (said for price in prices if price["gain"] > 0 and (said := speaker.price(price))), ""
        ),
        "better": speaker.better(),
        "kept": [
            {
                "uid": row["item"],
                "name": row["name"],
                "url": address("initiative", row["code"]) if row["code"] else "",
                "product": served.get(row["item"], ""),
                "amount": row["remaining"],
                "why": speaker.stays(row),
                "forced": (row.get("reason") or {}).get("code") in ("mandatory", "pinned", "kept"),
                "linked": (row.get("reason") or {}).get("code") == "needed",
            }
            for row in kept[: None if show_all else KEPT]
        ],
        "kept_count": len(kept),
        "waiting": [
            waiting(row, speaker, sheet)
            for row in (result.get("waiting") or [])[: None if show_all else KEPT]
        ],
        "waiting_count": len(result.get("waiting") or []),
        "limits": [
            {
                **row,
                "name": limit(row),
                "over_before": row["limit"] is not None and row["before"] > row["limit"],
                "over_after": row["limit"] is not None and row["after"] > row["limit"],
            }
            for row in _tight(result, show_all)
        ],
        "rails": _rails(result, currency),
        "exceeded": [
            (limit(row), money(row["over"], currency)) for row in result.get("exceeded") or []
        ],
        "unused": [limit(row) for row in result.get("unused") or []],
        "teams": _teams(result, speaker),
        "after": _after(result, show_all),
        "sources": speaker.sources(),
        "left_out": speaker.left_out(),
        "neutral": (result.get("sources") or {}).get("neutral", 0),
        "horizon": ""
        if result["basis"] == "whole"
        else horizon(result["months"], result["step"], result["first_month"]),
        "whole": result["basis"] == "whole",
        "seconds": number(result.get("total_seconds") or result.get("seconds"), 0),
        "stopped": result.get("stopped"),
        "bound": points(result.get("bound"), 1),
    }


def _after(result: Mapping[str, Any], show_all: bool) -> dict[str, Any] | None:
    """What is committed after the horizon in either plan; ``None`` when nothing is."""
    found = result.get("after") or {}
    rows = found.get("rows") or []
    if not rows:
        return None
    shown = rows[: None if show_all else KEPT]
    rest = rows[len(shown):]
    return {
        "rows": [
            {
                "name": row["name"],
                "url": address("initiative", row["code"]) if row["code"] else "",
                "before": row["before"], "after": row["after"], "until": row["until"],
            }
            for row in shown
        ],
        "others": len(rest),
        "rest": {name: sum(row[name] for row in rest) for name in ("before", "after")},
        "before": found["before"], "after": found["after"],
        "count": sum(row["after"] > 0 for row in rows),
    }


def _tight(result: Mapping[str, Any], show_all: bool) -> list[Mapping[str, Any]]:
    """The envelopes, the fullest first; all of them, or the few that one has to look at."""
    rows = [
        row for row in result.get("limits") or []
        if row["limit"] is not None and row["envelope"] != CUT
    ]  # fmt: skip
    rows.sort(key=lambda row: -max(row["before"], row["after"]) / max(1, row["limit"]))
    return rows if show_all else rows[:KEPT]


def _rails(result: Mapping[str, Any], currency: str) -> list[dict[str, Any]]:
    """The guardrails: what is spent there in both plans, and the least that is asked."""
    amounts = [
        {
            "name": limit(row), "before": money(row["before"], currency),
            "after": money(row["after"], currency), "least": money(row["floor"], currency),
            "under": row["before"] < row["floor"],
        }
        for row in result.get("limits") or [] if row.get("floor") is not None
    ]  # fmt: skip
    return amounts + [
        {
            "name": limit(row), "before": percent(row["before"], 1),
            "after": percent(row["after"], 1), "least": percent(row["share"] / 10_000, 1),
            "under": (row["before"] or 0) * 10_000 < row["share"],
        }
        for row in result.get("shares") or []
    ]  # fmt: skip


def _products(rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    return queries.products_by_uid([row["item"] for row in rows])


def _team(
    result: Mapping[str, Any], changed: Sequence[Mapping[str, Any]]
) -> Mapping[str, Any] | None:
    """The team and period most over its capacity in the present plan, else the fullest one."""
    asked = [row for row in result.get("teams") or [] if row["capacity"] > 0]
    if not asked:
        return None
    worst: Mapping[str, Any] = max(asked, key=lambda row: row["before"] / row["capacity"])
    return worst


def _relief(result: Mapping[str, Any]) -> str:
    team = _team(result, ())
    if team and team["before"] > team["capacity"] >= team["after"]:
        return _("%(team)s comes back within its capacity.") % {"team": team["team"]}
    return ""


def _teams(result: Mapping[str, Any], speaker: Speaker) -> list[dict[str, Any]]:
    """Teams over or near their capacity in either plan, the fullest first."""
    rows = [row for row in result.get("teams") or [] if row["capacity"] > 0]
    rows.sort(key=lambda row: -max(row["before"], row["after"]) / row["capacity"])
    return [
        {
            "name": speaker.name(row),
            "before": row["before"] / row["capacity"],
            "after": row["after"] / row["capacity"],
            "asked": row["after"],
            "capacity": row["capacity"],
        }
        for row in rows[:8]
        if max(row["before"], row["after"]) > 0.9 * row["capacity"]
    ]
