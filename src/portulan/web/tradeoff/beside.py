"""A scenario beside other plans: plainer ones, other scenarios, one initiative at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from portulan.base.policy import Actor
from portulan.prioritisation import access
from portulan.web.objects import address
from portulan.web.tradeoff import drawings
from portulan.web.tradeoff.conclusions import Speaker
from portulan.web.tradeoff.shape import answer_of, preset_word, summary_of
from portulan.web.tradeoff.words import CHANGES, change, gap, kept, points
from portulan.wording.formats import money_signed, number


def rivals(
    who: Actor, scenario: Any, territory: access.Territory | None = None
) -> dict[str, Any] | None:
    """This scenario beside plainer plans and other scenarios of the same scope: drawing, table.

    Each with its number of changes to the present plan: value alone would not be a fair measure.
    """
    result = answer_of(scenario)
    figures = result.get("figures")
    if not figures:
        return None
    rows: list[tuple[str, int, int | None, bool]] = []
    if result.get("prorata") is not None:
        rows.append((_("Pro rata cut"), result["prorata"], result.get("prorata_changes"), False))
    if result.get("greedy") is not None:
        by_hand = result.get("greedy_changes")
        rows.append((_("By priority, as by hand"), result["greedy"], by_hand, False))
    others: list[tuple[str, int, int | None, bool]] = []
    for one in access.readable_scenarios(who, territory)[:30]:
        theirs = summary_of(one)
        same = one.entity_id == scenario.entity_id and theirs.get("basis") == result.get("basis")
        same = same and one.preset == scenario.preset
        if one.pk == scenario.pk or not same or not theirs.get("figures"):
            continue
        if theirs["figures"]["value_before"] == figures["value_before"]:
            other = theirs["figures"]
            others.append((one.name, other["value_after"], other["changes"], False))
    rows += others[:2]
    rows.append((_("This scenario"), figures["value_after"], figures["changes"], True))
    rows.sort(key=lambda row: (row[1], row[3]))
    above = [row for row in rows if not row[3] and row[1] > figures["value_after"]]
    return {
        "drawing": drawings.dots([(row[0], row[1], row[3]) for row in rows], result.get("bound")),
        "rows": [
            (label, points(value, 1), number(changes), own) for label, value, changes, own in rows
        ],
        "bound": points(result.get("bound"), 1),
        "above": _above(above, figures["changes"]),
        "close": result.get("close") or 0,
    }


def _above(rows: Sequence[tuple[str, int, int | None, bool]], changes: int) -> str:
    """Why a plainer plan may show more value than this one."""
    more = [row for row in rows if row[2] is not None and row[2] > changes]
    if not more:
        return ""
    return _(
        "“%(name)s” shows more value, with %(theirs)s changes to the present plan instead of "
        "%(ours)s: this scenario gives up a little value for fewer changes."
    ) % {"name": more[-1][0], "theirs": number(more[-1][2]), "ours": number(changes)}


def column(scenario: Any, currency: str) -> dict[str, Any]:
    """A scenario as a column of the comparison."""
    result = answer_of(scenario)
    figures = result.get("figures") or {}
    speaker = Speaker(result, currency)
    return {
        "scenario": scenario,
        "url": address("scenario", scenario.code),
        "preset": preset_word(scenario.preset),
        "found": bool(figures),
        "said": speaker.conclusion() if figures else "",
        "cost": figures.get("cost_after"),
        "value": points(figures.get("value_after")) if figures else "",
        "share": kept(figures),
        "changes": figures.get("changes"),
        "gap": gap(result.get("gap")),
        "spending": money_signed(-figures["given"], currency) if figures else "",
    }


def side_by_side(chosen: Sequence[Any], currency: str) -> dict[str, list[dict[str, Any]]]:
    """Initiatives that some scenario changes: treated differently, then alike; fate in each."""
    fates: dict[str, dict[int, tuple[str, int]]] = {}
    names: dict[str, tuple[str, str]] = {}
    for place, scenario in enumerate(chosen):
        for row in answer_of(scenario).get("rows") or []:
            fates.setdefault(row["item"], {})[place] = (row["change"], -row["back"])
            names[row["item"]] = (row["code"], row["name"])
    rows: list[dict[str, Any]] = []
    for uid, by_place in fates.items():
        codes = {by_place.get(place, ("", 0))[0] for place in range(len(chosen))}
        if len(codes) < 2 and codes & {"unchanged", ""}:
            continue
        rows.append(
            {
                "name": names[uid][1],
                "url": address("initiative", names[uid][0]) if names[uid][0] else "",
                "differs": len(codes) > 1,
                "weight": max(abs(cost) for _code, cost in by_place.values()),
                "cells": [_fate(by_place.get(place), currency) for place in range(len(chosen))],
            }
        )
    rows.sort(key=_by_difference)
    return {
        "differ": [row for row in rows if row["differs"]][:200],
        "alike": [row for row in rows if not row["differs"]][:200],
    }


def _by_difference(row: Mapping[str, Any]) -> tuple[bool, int]:
    return (not row["differs"], -row["weight"])


def _fate(found: tuple[str, int] | None, currency: str) -> dict[str, Any]:
    if found is None:
        return {"word": _("not in"), "tone": "", "icon": "minus", "amount": ""}
    tone, icon = CHANGES[found[0]]
    return {
        "word": change(found[0]),
        "tone": tone,
        "icon": icon,
        "amount": money_signed(found[1], currency) if found[1] else "",
    }
