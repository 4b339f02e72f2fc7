"""The questions *grow* and *stop* as forms: read from the page, and shown back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import QueryDict

from portulan.base.policy import Invalid, Refusal
from portulan.prioritisation.assumptions import Assumptions
from portulan.web.tradeoff.typed import amount, initiative, product, thousands, whole
from portulan.wording import vocabulary
from portulan.wording.formats import number
from portulan_core.model import World

Reader = Callable[[QueryDict, Assumptions, World], dict[str, Any]]


def asked_of(preset: str) -> Reader:
    """The function that reads the form of a question."""
    return _grow if preset == "grow" else _stop


def _grow(post: QueryDict, before: Assumptions, world: World) -> dict[str, Any]:
    """So much money more, somewhere or anywhere; so many days more for teams.

    Raises:
        Invalid: neither, or what cannot be read.
    """
    more = amount(post.get("more", ""), "more")
    line, stage = post.get("more_line", ""), post.get("more_stage", "")
    if (line and line not in world.lines) or (stage and stage not in vocabulary.STAGES):
        raise Invalid({"more": Refusal("assumptions.unknown", {"text": line or stage})})
    found: dict[str, int] = {}
    for place, (team, _days) in enumerate(before.more_days):
        days = whole(post.get(f"more-days-{place}", ""), "more_days")
        if days is not None:
            found[team] = days * 100
    days = whole(post.get("more-days", ""), "more_days")
    team = post.get("more-team", "")
    if days:
        if team not in world.teams:
            raise Invalid({"more_days": Refusal("assumptions.unknown", {"text": team})})
        found[team] = days * 100
    if more is None and not found:
        raise Invalid({"more": Refusal("assumptions.how_much_more")})
    return {
        "more": more or 0,
        "more_line": line or None,
        "more_stage": stage,
        "more_days": tuple(found.items()),
    }


def _stop(post: QueryDict, before: Assumptions, world: World) -> dict[str, Any]:
    """Which product, from when, at what cost of exit; or which initiatives.

    Raises:
        Invalid: nothing to stop, or what cannot be read.
    """
    text = post.get("stop_product", "").strip()
    wanted = product(text, world, "stop_product") if text else ""
    gone = set(post.getlist("unstop"))
    stopped = [uid for uid in before.stopped if uid not in gone]
    added = post.get("stop-new", "").strip()
    if added:
        stopped.append(initiative(added, world, "stop-new"))
    if not wanted and not stopped:
        raise Invalid({"stop_product": Refusal("assumptions.what_to_stop")})
    month = post.get("stop_month", "")
    found: dict[str, Any] = {
        "stop_product": wanted,
        "stopped": tuple(dict.fromkeys(stopped)),
        "stop_month": int(month) if month.isdigit() and len(month) < 6 else None,
        "exit_cost": amount(post.get("exit_cost", ""), "exit_cost") or 0,
    }
    if "reuse-asked" in post:
        found["entrants"] = bool(post.get("reuse"))
    return found


def asked_shown(sheet: Assumptions, world: World) -> dict[str, Any]:
    """What the template shows of these questions."""
    stopped = world.products.get(sheet.stop_product)
    names = world.initiatives
    return {
        "more": thousands(sheet.more),
        "more_days": [
            (
                f"more-days-{place}",
                world.teams[team].name if team in world.teams else team,
                number(days // 100),
            )
            for place, (team, days) in enumerate(sheet.more_days)
        ],
        "stop_product": f"{stopped.code} · {stopped.name}" if stopped else "",
        "stopped": [(uid, names[uid].name) for uid in sheet.stopped if uid in names],
        "exit_cost": thousands(sheet.exit_cost) if sheet.exit_cost else "",
        "products": sorted(f"{row.code} · {row.name}" for row in world.products.values())[:5_000],
    }
