"""What the studies of a scenario say, as their pages show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portulan.base.policy import Refusal
from portulan.prioritisation.outcome import VERSION
from portulan.prioritisation.studying import DRAWS
from portulan.web.objects import address
from portulan.web.tradeoff import scatter
from portulan.web.tradeoff.conclusions import Speaker
from portulan.web.tradeoff.scatter import Dot
from portulan.web.tradeoff.shape import answer_of as scenario_answer
from portulan.web.tradeoff.words import gap, points
from portulan.wording.formats import effort, money, number, percent

Known = Mapping[str, Any]
#: Items shown at once; all of them with ``?all=1``.
SHOWN = 20


def answer_of(study: Any) -> Mapping[str, Any] | None:
    """The result of a study, ``None`` when there is none of this form."""
    result: Mapping[str, Any] | None = study.result if study is not None else None
    return result if result and result.get("version") == VERSION else None


def no_point() -> Refusal:
    """The refusal of a point that is not there."""
    return Refusal("frontier.point")


# -- frontier


def frontier(
    scenario: Any, known: Known, currency: str, asked: Mapping[str, str]
) -> dict[str, Any]:
    """The drawing, the table, and the point that one looks at."""
    result = answer_of(known.get("frontier"))
    if result is None or not result["points"]:
        return {"frontier": None, "none": result is not None}
    rows = result["points"]
    limits = sorted({p["risk_limit"] for p in rows if p["risk_limit"] is not None}, reverse=True)
    shapes: dict[int | None, str] = {None: "circle"}
    shapes |= dict(zip(limits, ("square", "triangle"), strict=False))
    text = asked.get("point", "")
    looked = int(text) if text.isdigit() and int(text) < len(rows) else None
    here = f"/scenarios/{scenario.code}/frontier"
    dots = []
    lines: dict[str, list[tuple[float, float]]] = {}
    tones = {"circle": "primary", "square": "teal", "triangle": "brass"}
    shown = []
    for place, point in enumerate(rows):
        form = shapes.get(point["risk_limit"], "circle")
        lines.setdefault(f"pt-stroke-{tones[form]}", []).append((point["cost"], point["value"]))
        said = _("%(points)s points for %(cost)s, %(risk)s at risk") % {
            "points": points(point["value"]), "cost": money(point["cost"], currency),
            "risk": points(point["risk"]),
        }  # fmt: skip
        url = f"{here}?point={place}#to-point"
        dots.append(Dot(point["cost"], point["value"], said, form, url, place == looked))
        shown.append(
            {
                "place": place, "url": url, "said": said, "looked": place == looked,
                "value": points(point["value"]), "cost": point["cost"],
                "risk": points(point["risk"]), "changes": point["changes"],
                "entered": point["counts"]["in"], "form": form,
                "limit": _risk_limit(point["risk_limit"]), "proven": point["proven"],
                "gap": gap(point["gap"]),
            }
        )  # fmt: skip
    present, own = result.get("present"), result.get("scenario")
    if present:
        dots.append(Dot(present[1], present[0], _("Present plan"), "ring", label=_("Present plan")))
    if own:
        dots.append(
            Dot(own[1], own[0], _("This scenario"), "diamond", label=_("This scenario"))
        )
    drawing = scatter.scatter(
        dots, lines, x_words=_("Cost of the plan"), y_words=_("Points of value"),
        write_x=lambda v: money(round(v), currency), write_y=lambda v: points(v),
        described=_("Value and cost of each plan of the frontier; the same figures stand in the "
                    "table."),
    )  # fmt: skip
    return {
        "frontier": {
            "drawing": drawing,
            "rows": shown,
            "legend": [
                (shapes[limit], _risk_limit(limit)) for limit in (None, *limits[:2])
            ],
            "looked": _looked(shown, rows, looked, scenario, currency),
            "present": _plan_row(present, present is not None and not present[3]),
            "own": _plan_row(own, False),
            "said": _frontier_said(rows, own, currency),
            "proven": sum(p["proven"] for p in rows),
            "of": len(rows),
            "solved": result["solved"], "asked": result["asked"],
        }
    }  # fmt: skip


def _risk_limit(limit: int | None) -> str:
    if limit is None:
        return _("any risk")
    return _("at most %(points)s points at risk") % {"points": points(limit)}


def _plan_row(row: Sequence[Any] | None, breaks: bool) -> dict[str, Any] | None:
    if not row:
        return None
    return {
        "value": points(row[0]), "cost": row[1], "risk": points(row[2]), "breaks": breaks,
    }  # fmt: skip


def _frontier_said(rows: Sequence[Any], own: Sequence[Any] | None, currency: str) -> str:
    """The one thing to see: where value stops growing with money."""
    free = [p for p in rows if p["risk_limit"] is None] or list(rows)
    free = sorted(free, key=lambda p: p["cost"])
    best = free[-1]
    near = next((p for p in free if p["value"] >= 0.95 * best["value"]), best)
    if near is best or near["cost"] >= best["cost"]:
        return _("Each euro still counts: no cheaper plan keeps 95 % of the value.")
    return _("%(share)s of the greatest value costs %(cost)s; the rest costs %(more)s more.") % {
        "share": percent(near["value"] / best["value"]) if best["value"] else "",
        "cost": money(near["cost"], currency),
        "more": money(best["cost"] - near["cost"], currency),
    }


def _looked(
    shown: Sequence[Mapping[str, Any]], rows: Sequence[Any], place: int | None, scenario: Any,
    currency: str,
) -> dict[str, Any] | None:
    """The point that one looks at, against the scenario: what it takes and leaves."""
    if place is None:
        return None
    plan = rows[place]["plan"]
    result = scenario_answer(scenario)
    names = {row["item"]: row for row in (*result.get("rows", ()), *result.get("waiting", ()))}
    kept = {row["item"] for row in result.get("rows", ()) if row["change"] != "out"}
    enters = [names[uid] for uid in plan if uid not in kept and uid in names]
    leaves = [names[uid] for uid in kept if uid not in plan and uid in names]
    return {
        **shown[place],
        "enters": [row["name"] for row in enters],
        "leaves": [row["name"] for row in leaves],
    }


# -- uncertainty


def uncertainty(
    scenario: Any, known: Known, currency: str, asked: Mapping[str, str]
) -> dict[str, Any]:
    """How often the plan holds, what breaks, and in how many draws each initiative is chosen."""
    result = answer_of(known.get("uncertainty"))
    if result is None:
        return {"robust": None, "draws": DRAWS}
    speaker = Speaker(scenario_answer(scenario), currency)
    every = bool(asked.get("all"))
    items = sorted(
        result["items"], key=lambda row: (abs(row["share"] - 0.5), -row["points"], row["name"])
    )
    open_ones = [row for row in items if 0.05 < row["share"] < 0.95]
    holds = result["holds"]
    value, cost = result["value"], result["cost"]
    return {
        "robust": {
            "holds": _estimate(holds),
            "holds_said": _holds_said(holds, result["checked"]),
            "solid": sum(row["share"] >= 0.95 for row in items),
            "never": sum(row["share"] <= 0.05 for row in items),
            "open": len(open_ones),
            "value": [points(v) for v in value] if value else None,
            "cost": cost,
            "regret": percent(result["regret"], 1) if result["regret"] is not None else "",
            "gap": gap(result["gap"]),
            "solved": result["solved"], "without": result["without"],
            "raised": result.get("raised", 0), "checked": result["checked"],
            "raised_share": percent(result.get("raised", 0) / result["solved"])
            if result["solved"] else "",
            "breaks": [
                {
                    "name": speaker.name(row),
                    "share": percent(row["share"]),
                    "excess": effort(row["excess"]) if "resource" in row
                    else money(row["excess"], currency),
                }
                for row in result["breaks"][: None if every else 8]
            ],
            "rows": [
                {
                    "name": row["name"],
                    "url": address("initiative", row["code"]) if row["code"] else "",
                    "share": percent(row["share"]),
                    "low": percent(row["low"]), "high": percent(row["high"]),
                    "bar": scatter.interval(row["share"], row["low"], row["high"]),
                    "chosen": row["chosen"], "present": row["present"],
                    "odd": row["chosen"] != (row["share"] >= 0.5),
                }
                for row in (items if every else items[: max(SHOWN, len(open_ones))])
            ],
            "more": 0 if every else max(0, len(items) - max(SHOWN, len(open_ones))),
            "common": percent(result["common"]),
            "unknown_cost": ngettext(
                "%(n)s has no range of its own: %(share)s below, twice as much above.",
                "%(n)s have no range of their own: %(share)s below, twice as much above.",
                result["unknown_cost"],
            ) % {"n": number(result["unknown_cost"]), "share": percent(result["usual_cost"])}
            if result["unknown_cost"] else "",
        },
        "draws": DRAWS,
    }  # fmt: skip


def _estimate(found: Mapping[str, float] | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "share": percent(found["share"]),
        "low": percent(found["low"]), "high": percent(found["high"]),
        "bar": scatter.interval(found["share"], found["low"], found["high"]),
    }  # fmt: skip


def _holds_said(found: Mapping[str, float] | None, checked: int) -> str:
    if found is None:
        return _("There is no plan to check.")
    share = found["share"]
    text = _("The plan keeps every limit in %(share)s of %(n)s draws.") % {
        "share": percent(share), "n": number(checked),
    }  # fmt: skip
    if share >= 0.9:
        return text + " " + _("It is solid.")
    if share >= 0.6:
        return text + " " + _("Keep a reserve on what breaks most.")
    return text + " " + _("Its limits are too tight for what is unsure: see what breaks.")


# -- what constraints cost


def constraints(
    scenario: Any, known: Known, currency: str, asked: Mapping[str, str]
) -> dict[str, Any]:
    """What each mandatory initiative costs, and value by number of changes."""
    return {
        "forced": _mandatory(answer_of(known.get("mandatory")), bool(asked.get("all"))),
        "calm": _stability(answer_of(known.get("stability"))),
    }


def _mandatory(result: Mapping[str, Any] | None, every: bool) -> dict[str, Any] | None:
    if result is None:
        return None
    why = {
        "law": _("mandatory"), "pinned": _("pinned by you"), "kept": _("kept by you"),
        "begun": _("begun, and nothing begun stops"),
    }  # fmt: skip
    most = max((row["loss"] for row in result["items"]), default=0)
    together = result["together"]
    free = sum(row["loss"] == 0 and row["exact"] for row in result["items"])
    rows = [
        row
        for row in result["items"]
        if every or row["loss"] or not row["exact"] or row["why"] != "begun"
    ]
    said = _("Nothing has to stay.")
    if together:
        if together["loss"]:
            said = _("What has to stay costs %(points)s points of value in all.") % {
                "points": points(together["loss"]),
            }  # fmt: skip
        elif together["exact"] or together["high"] == 0:
            said = _("What has to stay costs nothing: the best plan would take it anyway.")
        else:
            said = _("What has to stay costs %(points)s points at most.") % {
                "points": points(together["high"]),
            }  # fmt: skip
    return {
        "said": said,
        "total": result["total"], "left": result["left"], "free": free,
        "rows": [
            {
                "name": row["name"],
                "url": address("initiative", row["code"]) if row["code"] else "",
                "why": row["reason"] or why[row["why"]],
                "cost": row["cost"],
                "loss": points(row["loss"]),
                "bar": scatter.loss(row["loss"], most),
                "range": ""
                if row["exact"] or row["high"] is None
                else _("at most %(points)s") % {"points": points(row["high"])},
                "unknown": not row["exact"] and row["high"] is None,
                "stays": row["stays"],
                "enter": ", ".join(one["name"] for one in row["enter"][:3]),
            }
            for row in rows[: None if every else SHOWN]
        ],
        "more": not every and (len(result["items"]) > len(rows) or len(rows) > SHOWN),
    }  # fmt: skip


def _stability(result: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if result is None:
        return None
    rows = [row for row in result["points"] if row["value"] is not None]
    if not rows:
        return {
            "said": _("No plan holds these limits, however many changes are allowed."), "rows": [],
        }  # fmt: skip
    own = result.get("scenario")
    dots = [
        Dot(
            row["changes"], row["value"],
            _("%(n)s changes: %(points)s points")
            % {"n": number(row["changes"]), "points": points(row["value"])},
        )
        for row in rows
    ]  # fmt: skip
    line = {"pt-stroke-primary": [(float(r["changes"]), float(r["value"])) for r in rows]}
    if own:
        dots.append(Dot(own[0], own[1], _("This scenario"), "diamond", label=_("This scenario")))
    first, last = rows[0], rows[-1]
    if result["least"] == 0:
        said = _("The present plan holds every limit: nothing has to change.")
    else:
        said = _("At least %(n)s initiatives have to change for the limits to hold.") % {
            "n": number(result["least"])
        }
        if not result["least_proven"]:
            said = _("%(n)s changes are enough for the limits to hold; fewer may be.") % {
                "n": number(result["least"])
            }
    if last["value"] > first["value"]:
        said += " " + _("With %(n)s changes the value goes from %(low)s to %(high)s points.") % {
            "n": number(last["changes"]), "low": points(first["value"]),
            "high": points(last["value"]),
        }  # fmt: skip
    return {
        "said": said,
        "drawing": scatter.scatter(
            dots, line, x_words=_("Changes to the present plan"), y_words=_("Points of value"),
            write_x=lambda v: number(round(v)) if abs(v - round(v)) < 0.01 else "",
            write_y=lambda v: points(v),
            described=_("Value by number of changes; the same figures stand in the table."),
        ),
        "rows": [
            {
                "changes": row["changes"], "value": points(row["value"], 1),
                "less": points(last["value"] - row["value"]),
                "entered": row["entered"], "proven": row["proven"],
                "bound": points(row["bound"]) if row["bound"] is not None else "",
            }
            for row in rows
        ],
    }  # fmt: skip
