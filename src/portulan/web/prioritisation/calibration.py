"""Promised against realised: how each kind of estimate turns out. Never a ranking of people."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_GET

from portulan.governance.queries import promises
from portulan.governance.queries.promises import Estimate
from portulan.portfolio.manifest import BUDGET_READ
from portulan.prioritisation import access
from portulan.prioritisation.activities import RANKING_READ
from portulan.prioritisation.queries import scoring
from portulan.readmodels.reader import Reader
from portulan.web.objects import address
from portulan.web.paging import cut
from portulan.web.prioritisation import words
from portulan.web.prioritisation.faces import faces
from portulan.web.reading import reader as reader_of
from portulan.web.reviews.views import row_of
from portulan.web.sheets.words import FAMILIES
from portulan.web.viewer import actor
from portulan.wording import vocabulary
from portulan.wording.formats import number, percent, signed
from portulan_core.calibration import KINDS, Advice, Calibration

KIND_WORDS = {
    "value": gettext_lazy("Values"),
    "cost": gettext_lazy("Costs"),
    "date": gettext_lazy("Dates"),
}
GROUP_WORDS = {
    "benefit": gettext_lazy("Benefits in money"),
    "near": gettext_lazy("Promised for within six months"),
    "far": gettext_lazy("Promised for later than six months"),
}
#: Which promises the list shows.
SHOWN = {
    "due": pgettext_lazy("promises", "Come due"),
    "all": pgettext_lazy("promises", "All"),
}


@require_GET
def calibration(request: HttpRequest) -> HttpResponse:
    """What was promised in decisions, what came, and what that suggests for the next estimates."""
    who = actor(request)
    refused = access.check_anywhere(who, RANKING_READ)
    if refused is not None:
        raise refused
    reader = reader_of(request)
    rows = [row for row in promises.ledger(who, reader.day) if _may_see(row, reader)]
    which = request.GET.get("show", "due")
    which = which if which in SHOWN else "due"
    listed = [
        row for row in rows
        if which == "all"
        or (row.kept.promise.due_on is not None and row.kept.promise.due_on <= reader.day)
    ]
    page = cut(request, listed, size=40)
    whole = {one.kind: one for one in promises.calibrated(rows, by_group=False)}
    groups: dict[str, list[Calibration]] = defaultdict(list)
    for one in promises.calibrated(rows, by_group=True):
        groups[one.kind].append(one)
    known = sum(one.count for one in whole.values())
    reach = _reach([*whole.values(), *(one for found in groups.values() for one in found)])
    return render(
        request,
        "prioritisation/calibration.html",
        {
            "faces": faces("calibration"),
            "kinds": [
                {
                    "code": kind,
                    "word": str(KIND_WORDS[kind]),
                    "whole": _shown(whole[kind], reach),
                    "groups": [
                        {**_shown(one, reach), "word": _group_word(kind, one.group)}
                        for one in groups[kind]
                    ]
                    if len(groups[kind]) > 1
                    else [],
                }
                for kind in KINDS
                if kind in whole
            ],
            "headline": _headline(len(rows), known, whole),
            "criteria": _criteria(rows),
            "page": page,
            "rows": [_row(row) for row in page.rows],
            "shown": [
                (code, str(word), code == which) for code, word in SHOWN.items()
            ],
            "total": len(rows),
        },
    )


def _may_see(row: Estimate, reader: Reader) -> bool:
    """Promises of money are for those who may read the budget there."""
    promise = row.kept.promise
    if promise.kind not in ("cost", "benefit"):
        return True
    reach = reader.reach(BUDGET_READ)
    place = promise.product or promise.initiative
    entity = place.entity_id if place is not None else None
    return reach.everywhere or (reach.root if entity is None else entity in reach.entities)


def _headline(total: int, known: int, whole: dict[str, Calibration]) -> str:
    """What the past says, in a sentence or two."""
    if not total:
        return _("No decision holds a promise yet.")
    said = [
        ngettext(
            "%(known)s of %(total)s promise has an outcome.",
            "%(known)s of %(total)s promises have an outcome.",
            total,
        ) % {"known": number(known, 0), "total": number(total, 0)}
    ]
    for kind in KINDS:
        one = whole.get(kind)
        if one is None or one.bias is None or one.advice[0].code == "unbiased":
            continue
        if kind == "date":
            said.append(
                _("Dates come %(days)s days after the promise (median).")
                % {"days": signed(one.bias)}
            )
        elif kind == "cost":
            said.append(
                _("What is spent is %(share)s of what was promised (median).")
                % {"share": percent(one.bias)}
            )
        else:
            said.append(
                _("The value that comes is %(share)s of what was promised (median).")
                % {"share": percent(one.bias)}
            )
    return " ".join(said)


def _group_word(kind: str, group: str) -> str:
    if group in GROUP_WORDS:
        return str(GROUP_WORDS[group])
    if kind == "value" and group in FAMILIES:
        return str(FAMILIES[group])
    if kind == "cost" and group in vocabulary.STAGES:
        return str(vocabulary.STAGES[group])
    return _("Other")


def _shown(one: Calibration, reach: dict[str, float]) -> dict[str, Any]:
    """A calibration as a row of the table."""
    return {
        "it": one,
        "bias": figure(one.kind, one.bias),
        "interval": ""
        if one.low is None or one.high is None
        else _("%(low)s to %(high)s")
        % {"low": figure(one.kind, one.low), "high": figure(one.kind, one.high)},
        "within": "" if one.within is None else percent(one.within),
        "drawing": _strip(one, reach[one.kind]),
        "advice": [advice(one.kind, each) for each in one.advice],
    }


def figure(kind: str, value: float | None) -> str:
    """A bias in words: a share of what was promised, or days late."""
    if value is None:
        return ""
    if kind == "date":
        return _("%(days)s d") % {"days": signed(value) if round(value) else "0"}
    return percent(value)


def advice(kind: str, found: Advice) -> str:
    """A coded suggestion as a sentence."""
    p: dict[str, Any] = dict(found.params)
    if found.code == "too_few":
        return ngettext(
            "%(count)s outcome; it takes %(needed)s to say anything.",
            "%(count)s outcomes; it takes %(needed)s to say anything.",
            int(p["count"]),
        ) % {"count": number(p["count"], 0), "needed": number(p["needed"], 0)}
    if found.code == "unbiased":
        return _("No clear bias: keep estimating this way.")
    if found.code == "multiply":
        return {
            "value": _("Promise %(share)s of what you would have promised."),
            "cost": _("Put %(share)s of what you would have put."),
        }[kind] % {"share": percent(p["factor"])}
    if found.code == "add_days":
        days = int(p["days"])
        if days > 0:
            return ngettext(
                "Add %(days)s day to the next dates.", "Add %(days)s days to the next dates.", days
            ) % {"days": number(days, 0)}
        return ngettext(
            "Take %(days)s day off the next dates.",
            "Take %(days)s days off the next dates.",
            -days,
        ) % {"days": number(-days, 0)}
    if found.code == "give_ranges":
        return _("Outcomes are spread (%(low)s to %(high)s for 8 of 10): promise a range.") % {
            "low": figure(kind, p["p10"]), "high": figure(kind, p["p90"]),
        }
    return _("A bias shows, but correcting by it would not have helped so far.")


def _reach(found: list[Calibration]) -> dict[str, float]:
    """How far from the promise each kind is drawn: in shares, or in days."""
    reach = {"value": 0.5, "cost": 0.5, "date": 30.0}
    for one in found:
        neutral = 0.0 if one.kind == "date" else 1.0
        for end in (one.p10, one.p90):
            if end is not None:
                reach[one.kind] = max(reach[one.kind], abs(end - neutral))
    return reach


def _strip(one: Calibration, reach: float) -> SafeString | str:
    """The median and its interval against what was promised (the upright line)."""
    if one.bias is None or None in (one.low, one.high, one.p10, one.p90):
        return ""
    neutral = 0.0 if one.kind == "date" else 1.0

    def x(value: float | None) -> str:
        share = ((value or 0.0) - neutral) / reach
        return f"{60 + 54 * max(-1.0, min(1.0, share)):.1f}"

    return format_html(
        '<svg class="pr-strip" viewBox="0 0 120 18" aria-hidden="true">'
        '<line class="pt-stroke-strong" x1="{}" x2="{}" y1="9" y2="9"/>'
        '<line class="pr-reach" x1="{}" x2="{}" y1="9" y2="9"/>'
        '<line class="pt-stroke-strong" x1="60" x2="60" y1="1" y2="17"/>'
        '<circle class="pt-fill-primary" cx="{}" cy="9" r="3.8"/></svg>',
        x(one.p10), x(one.p90), x(one.low), x(one.high), x(one.bias),
    )  # fmt: skip


def _criteria(rows: list[Estimate]) -> list[dict[str, Any]]:
    """For each criterion, how promises on the initiatives that it speaks for turned out."""
    model = scoring.model_in_force()
    behind = {pk for row in rows for pk in row.initiatives}
    if model is None or not behind:
        return []
    ratings = scoring.ratings(model, scoring.marks(model))
    chosen: dict[str, frozenset[int]] = {}
    for criterion in model.core.criteria:
        given = {
            pk: found[criterion.code].value
            for pk, found in ratings.items()
            if criterion.code in found
        }
        if not given:
            continue
        ordered = sorted(given.values())
        middle = ordered[len(ordered) // 2]
        higher = criterion.direction == "higher"
        chosen[criterion.code] = frozenset(
            pk for pk, value in given.items() if (value >= middle if higher else value <= middle)
        )
    found = promises.calibrated_by(rows, chosen)
    made = []
    for criterion in model.core.criteria:
        by_kind = found.get(criterion.code, {})
        if not any(one.count for one in by_kind.values()):
            continue
        made.append(
            {
                "name": criterion.label.get(words.language()),
                "family": criterion.family,
                "kinds": [_cell(kind, by_kind.get(kind)) for kind in KINDS],
            }
        )
    return made


def _cell(kind: str, one: Calibration | None) -> dict[str, Any]:
    count = one.count if one else 0
    return {
        "bias": figure(kind, one.bias) if one else "",
        "count": count,
        "word": str(KIND_WORDS[kind]),
    }


def _row(row: Estimate) -> dict[str, Any]:
    """A promise of the list: what it is on, and what became of it."""
    promise = row.kept.promise
    thing = promise.product or promise.initiative
    kind = "product" if promise.product else "initiative"
    return {
        **row_of(row.kept),
        "on": thing.name if thing is not None else "",
        "url": address(kind, thing.code) if thing is not None else "",
        "decision": promise.decision,
        "due": promise.due_on,
    }
