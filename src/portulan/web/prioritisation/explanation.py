"""A score as it is shown: points by family and criterion that add up, authors, dispersion."""

from __future__ import annotations

from typing import Any

from portulan.prioritisation.queries import ranking, scoring
from portulan.web.prioritisation import words


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
        "override": ranking.overrides(initiative.pk).get(initiative.pk),
    }
