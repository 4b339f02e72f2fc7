"""Where scorers differ: by criterion, then initiative by initiative. Never a ranking of people."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from portulan.base.text import fold
from portulan.prioritisation import access
from portulan.prioritisation.activities import RANKING_READ, SCORE_RECORD, SCORING_MODEL_EDIT
from portulan.prioritisation.queries import scoring
from portulan.readmodels import catalog
from portulan.web.paging import cut
from portulan.web.prioritisation import words
from portulan.web.prioritisation.faces import faces
from portulan.web.reading import reader as reader_of
from portulan.web.viewer import actor
from portulan.wording.formats import number


@require_GET
def dispersion(request: HttpRequest) -> HttpResponse:
    """Criteria on which scorers differ most, and each mark of those who differ."""
    who = actor(request)
    refused = access.check_anywhere(who, RANKING_READ)
    if refused is not None:
        raise refused
    model = scoring.model_in_force()
    if model is None:
        return render(
            request,
            "prioritisation/no_model.html",
            {"may_edit": access.may_on_entity(who, SCORING_MODEL_EDIT, None)},
        )
    reader = reader_of(request)
    visible = reader.initiatives(RANKING_READ)
    facts = catalog.initiatives(reader)
    every = [
        row
        for row in scoring.dispersion(model, scoring.marks(model))
        if row.initiative in facts
        and facts[row.initiative].state in scoring.RANKED_STATES
        and (visible is None or row.initiative in visible)
    ]
    asked = request.GET.get("criterion", "")
    text = fold(request.GET.get("q", "")[:100])
    far = request.GET.get("far") == "1"
    rows = [
        row
        for row in every
        if (row.disagree if far else row.spread > 0)
        and (not asked or row.criterion == asked)
        and (not text or text in facts[row.initiative].folded)
    ]
    page = cut(request, rows, size=25)
    return render(
        request,
        "prioritisation/scorers.html",
        {
            "faces": faces("scorers"),
            "page": page,
            "rows": [_row(row, model, facts) for row in page.rows],
            "criteria": _by_criterion(every, model),
            "asked": asked,
            "asked_name": model.core.criterion(asked).label.get(words.language())
            if asked in {c.code for c in model.core.criteria}
            else "",
            "far": far,
            "text": request.GET.get("q", "")[:100],
            "pairs": len(every),
            "apart": sum(row.disagree for row in every),
            "may_score": access.may_anywhere(who, SCORE_RECORD),
        },
    )


def _row(row: Any, model: Any, facts: Any) -> dict[str, Any]:
    criterion = model.core.criterion(row.criterion)
    fact = facts[row.initiative]
    return {
        "name": fact.name,
        "code": fact.code,
        "criterion": criterion.label.get(words.language()),
        "family": criterion.family,
        "disagree": row.disagree,
        "stake": number(row.stake, 1),
        "strip": _strip([m.value for m in row.marks], criterion.scale),
        "marks": [
            {
                "author": mark.author_name,
                "value": mark.value,
                "anchor": _anchor(criterion, mark.value),
                "reason": mark.reason,
                "confidence": mark.confidence / 100,
            }
            for mark in row.marks
        ],
    }


def _anchor(criterion: Any, value: float) -> str:
    """The words of a mark; none for a value between two of them."""
    found = next((a for a in criterion.scale.anchors if a.value == value), None)
    return found.label.get(words.language()) if found else ""


def _by_criterion(rows: list[Any], model: Any) -> list[dict[str, Any]]:
    """Each criterion: how often it was marked by several, how far apart, what that weighs."""
    count: Counter[str] = Counter()
    apart: Counter[str] = Counter()
    spread: dict[str, float] = defaultdict(float)
    for row in rows:
        count[row.criterion] += 1
        apart[row.criterion] += row.disagree
        spread[row.criterion] += row.spread
    found = [
        {
            "code": c.code,
            "name": c.label.get(words.language()),
            "family": c.family,
            "count": count[c.code],
            "apart": apart[c.code],
            "share": apart[c.code] / count[c.code],
            "spread": spread[c.code] / count[c.code],
        }
        for c in model.core.criteria
        if count[c.code]
    ]
    return sorted(found, key=lambda row: -row["spread"])


def _strip(values: list[float], scale: Any) -> SafeString:
    """Marks on their scale: a dot each, larger where several agree."""
    span = (scale.maximum - scale.minimum) or 1.0
    many = Counter(values)

    def x(value: float) -> str:
        return f"{6 + 108 * (value - scale.minimum) / span:.1f}"

    dots = format_html_join(
        "",
        '<circle class="pt-fill-primary" cx="{}" cy="9" r="{}"/>',
        ((x(value), 3.5 + min(3, n - 1) * 1.2) for value, n in sorted(many.items())),
    )
    return format_html(
        '<svg class="pr-strip" viewBox="0 0 120 18" aria-hidden="true">'
        '<line class="pt-stroke-strong" x1="6" x2="114" y1="9" y2="9"/>'
        '<line class="pr-reach" x1="{}" x2="{}" y1="9" y2="9"/>{}</svg>',
        x(min(values)), x(max(values)), dots,
    )
