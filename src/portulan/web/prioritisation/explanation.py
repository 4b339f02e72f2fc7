"""A score as it is shown: points by family and criterion that add up, authors, dispersion."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from portulan.prioritisation.queries import ranking, scoring
from portulan.web.charts import Chart, Column, token
from portulan.web.prioritisation import words
from portulan.wording.formats import number, percent

#: Ranks that a chart draws one by one; the last bar holds those beyond.
DRAWN = 60


def of(initiative: Any) -> dict[str, Any]:
    """All that explains the score of an initiative."""
    model = scoring.model_in_force()
    if model is None:
        return {"model": None, "fact": None, "override": None}
    sheet = scoring.sheet(model, initiative)
    found = ranking.standing(model)
    row = found.row_of.get(initiative.pk) if found is not None else None
    fact = ranking.fact(found, row) if found is not None and row is not None else None
    by_criterion: dict[str, list[Any]] = {}
    for mark in sheet.marks:
        by_criterion.setdefault(mark.criterion, []).append(
            {
                "author": sheet.authors.get(mark.author or 0, ""),
                "value": mark.value,
                "confidence": mark.confidence / 100,
                "reason": mark.reason,
                "evidence": mark.evidence,
                "on": mark.scored_on,
            }
        )
    families = []
    for family in sheet.result.families:
        rows = []
        for part in sheet.result.contributions:
            if part.family != family.family:
                continue
            criterion = model.core.criterion(part.criterion)
            together = sheet.consensus.get(part.criterion)
            rows.append(
                {
                    "code": part.criterion,
                    "name": criterion.label.get(words.language()),
                    "value": part.value if part.given else None,
                    "maximum": criterion.scale.maximum,
                    "anchor": words.meaning(criterion.scale, part.value)
                    if part.given and part.value is not None
                    else "",
                    "points": part.points / 100,
                    "possible": part.possible / 100,
                    "given": part.given,
                    "marks": by_criterion.get(part.criterion, []),
                    "spread": together.rating.spread if together else 0,
                    "lowest": together.lowest if together else None,
                    "highest": together.highest if together else None,
                    "disagree": bool(together and together.disagree),
                    "scorers": together.rating.scorers if together else 0,
                }
            )
        families.append(
            {
                "code": family.family,
                "points": family.points / 100,
                "possible": family.possible / 100,
                "rows": rows,
            }
        )
    return {
        "model": model,
        "label": model.core.label.get(words.language()),
        "result": sheet.result,
        "value": sheet.result.value,
        "families": families,
        "reasons": words.reasons(model.core, sheet.reasons),
        "scorers": sorted(sheet.authors.values()),
        "fact": fact,
        "ranks": None if found is None or row is None else ranks_chart(found, row),
        "raw": _raw(sheet.result.raw),
        "override": ranking.overrides(initiative.pk).get(initiative.pk),
    }


def _raw(value: float | None) -> str:
    """The native figure of a model that multiplies (its RICE, WSJF or ICE)."""
    if value is None:
        return ""
    return number(value, 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2)


def ranks_chart(found: ranking.Standing, row: int) -> Chart | None:
    """In which share of the plausible cases an initiative holds each rank."""
    ranges = found.ranges
    shares = [float(share) for share in ranges.acceptability[row]]
    if ranges.items < 2 or not shares:
        return None
    low, high = int(ranges.best[row]), min(int(ranges.worst[row]), len(shares))
    values = [
        (rank, shares[rank - 1]) for rank in range(low, min(high, low + DRAWN - 1) + 1)
    ]
    if not values:
        return None
    beyond = 1.0 - sum(share for _rank, share in values)
    names = [(number(rank, 0), share) for rank, share in values]
    if beyond > 1e-9:
        after = values[-1][0] + 1
        names.append((_("%(rank)s and beyond") % {"rank": number(after, 0)}, beyond))
    spec = {
        "data": {"values": [{"rank": name, "share": share} for name, share in names]},
        "mark": {"type": "bar", "color": token("primary-fill")},
        "encoding": {
            "x": {"field": "rank", "type": "ordinal", "sort": None,
                  "axis": {"title": _("rank"), "labelOverlap": "greedy"}},
            "y": {"field": "share", "type": "quantitative",
                  "axis": {"title": _("share of the cases"), "format": ".0%", "tickCount": 4}},
        },
    }
    said = _(
        "Rank %(low)s to %(high)s in 90 %% of the %(sets)s plausible weightings and scores."
    ) % {
        "low": number(int(ranges.low[row]), 0), "high": number(int(ranges.high[row]), 0),
        "sets": number(ranges.sets, 0),
    }
    ten = float(ranges.top[10][row]) if 10 in ranges.top else 0.0
    if ranges.items > 10 and ten > 0:
        said += " " + _("Among the first ten in %(share)s of them.") % {"share": words.share(ten)}
    if (first := float(ranges.first[row])) > 0:
        said += " " + _("First in %(share)s.") % {"share": words.share(first)}
    return Chart(
        _("At which rank it comes"), said, spec,
        (Column(_("Rank")), Column(_("Share of the cases"), lambda share: percent(share, 1))),
        names, 160, key="rank-acceptability",
    )
