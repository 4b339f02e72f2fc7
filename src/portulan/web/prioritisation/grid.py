"""The scoring grid: initiatives × criteria, filled by keyboard, each cell saved by itself."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from portulan.base.policy import Conflict, Invalid
from portulan.base.text import fold
from portulan.prioritisation import access
from portulan.prioritisation.actions import scoring as actions
from portulan.prioritisation.activities import SCORE_RECORD, SCORING_MODEL_EDIT
from portulan.prioritisation.queries import scoring
from portulan.web.answers import sentence
from portulan.web.htmx import toast
from portulan.web.paging import cut
from portulan.web.prioritisation import words
from portulan.web.reading import reader as reader_of
from portulan.web.viewer import actor
from portulan.wording.formats import number
from portulan_core.scoring import Criterion

SIZE = 30


@require_GET
def grid(request: HttpRequest) -> HttpResponse:
    """One page of the grid, with the reader's own marks."""
    who = actor(request)
    refused = access.check_anywhere(who, SCORE_RECORD)
    if refused is not None:
        raise refused
    model = scoring.model_in_force()
    if model is None:
        may = access.may_on_entity(who, SCORING_MODEL_EDIT, None)
        return render(request, "prioritisation/no_model.html", {"may_edit": may})
    reader = reader_of(request)
    text = request.GET.get("q", "")[:100]
    waiting = bool(request.GET.get("waiting"))
    initiatives = scoring.to_score(reader.initiatives(SCORE_RECORD), fold(text))
    if waiting:
        mine = {mark.initiative for mark in scoring.marks(model, author=who.person_id or 0)}
        initiatives = [row for row in initiatives if row.pk not in mine]
    page = cut(request, initiatives, size=SIZE)
    rows = scoring.grid(model, list(page.rows), who.person_id)
    criteria = [shown(c) for c in model.core.criteria]
    families: list[dict[str, Any]] = []
    for c in model.core.criteria:
        if not families or families[-1]["code"] != c.family:
            families.append({"code": c.family, "count": 0})
        families[-1]["count"] += 1
    return render(
        request,
        "prioritisation/grid.html",
        {
            "page": page,
            "criteria": criteria,
            "families": families,
            "rows": [
                {
                    "initiative": row.initiative,
                    "product": row.products[0] if row.products else "",
                    "cells": [
                        cell_of(
                            row.initiative.code,
                            row.initiative.name,
                            c,
                            row.mine.get(c.code),
                            row.consensus.get(c.code),
                        )
                        for c in model.core.criteria
                    ],
                    "value": row.result.value,
                    "coverage": row.result.coverage,
                    "scorers": row.scorers,
                }
                for row in rows
            ],
            "text": text,
            "waiting": waiting,
            "person": who.person_id is not None,
            "model": model,
            "label": model.core.label.get(words.language()),
        },
    )


def shown(c: Criterion) -> dict[str, Any]:
    """A criterion with its scale in words."""
    return {
        "code": c.code,
        "family": c.family,
        "name": c.label.get(words.language()),
        "question": c.question.get(words.language()),
        "minimum": c.scale.minimum,
        "maximum": c.scale.maximum,
        "values": [(v, c.scale.anchor(v)) for v in c.scale.values],
        "anchors": [(a.value, a.label.get(words.language())) for a in c.scale.anchors],
    }


def cell_of(code: str, name: str, c: Criterion, mark: Any, together: Any) -> dict[str, Any]:
    """A cell: the reader's mark, and what the others say."""
    others = together.rating.scorers - (1 if mark else 0) if together else 0
    return {
        "code": code,
        "criterion": c.code,
        "label": _("%(initiative)s, %(criterion)s")
        % {"initiative": name, "criterion": c.label.get(words.language())},
        "value": "" if mark is None else number(mark.value),
        "seen": "" if mark is None else f"{mark.uid}:{mark.revision}",
        "note": bool(mark and (mark.reason or mark.evidence)),
        "mean": number(together.rating.value, 1) if others else "",
        "disagree": bool(together and together.disagree),
        "url": reverse("prioritisation:cell", kwargs={"code": code, "criterion": c.code}),
    }


@require_http_methods(["GET", "POST"])
def cell(request: HttpRequest, code: str, criterion: str) -> HttpResponse:
    """One mark: its form with confidence, reason and evidence (GET), or saved (POST)."""
    who = actor(request)
    found, _scope = access.initiative_for(who, code, SCORE_RECORD)
    model = scoring.model_in_force()
    if model is None or criterion not in {c.code for c in model.core.criteria}:
        return HttpResponse(status=404)
    if request.method != "POST":
        return _form(request, model, found, criterion)
    errors: list[str] = []
    conflict = False
    try:
        _save(request, who, found, criterion)
    except Invalid as error:
        errors = [str(sentence(refusal)) for refusal in error.errors.values()]
    except Conflict:
        conflict = True
    row = scoring.grid(model, [found], who.person_id)[0]
    shape = cell_of(
        found.code,
        found.name,
        model.core.criterion(criterion),
        row.mine.get(criterion),
        row.consensus.get(criterion),
    )
    status = 422 if errors else 409 if conflict else 200
    response = render(
        request,
        "prioritisation/saved.html",
        {
            "cell": shape,
            "row": {
                "initiative": found,
                "value": row.result.value,
                "coverage": row.result.coverage,
                "scorers": row.scorers,
            },
            "error": " ".join(errors),
            "conflict": conflict,
            "mine": request.POST.get("value", ""),
        },
        status=status,
    )
    if errors:
        toast(response, " ".join(errors), tone="error")
    return response


def _save(request: HttpRequest, who: Any, initiative: Any, criterion: str) -> None:
    post = request.POST
    text = post.get("value", "").strip().replace(",", ".")
    seen = post.get("seen", "")
    uid, _colon, revision = seen.partition(":")
    confidence = post.get("confidence", "")
    actions.record_score(
        who,
        initiative,
        criterion,
        _number(text),
        confidence=int(confidence) if confidence.isdigit() and len(confidence) < 4 else None,
        reason=post.get("reason"),
        evidence=post.get("evidence"),
        seen=(uid, int(revision)) if revision.isdigit() else None,
        check_seen="seen" in post,
    )


def _number(text: str) -> float | None:
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _form(request: HttpRequest, model: Any, initiative: Any, criterion: str) -> HttpResponse:
    """The whole mark, in the dialog of the grid."""
    who = actor(request)
    marks = scoring.marks(model, [initiative.pk])
    mine = next((m for m in marks if m.criterion == criterion and m.author == who.person_id), None)
    authors = scoring.names([m.author for m in marks if m.author is not None])
    return render(
        request,
        "prioritisation/mark.html",
        {
            "initiative": initiative,
            "criterion": shown(model.core.criterion(criterion)),
            "mark": mine,
            "confidence": mine.confidence if mine else 70,
            "seen": f"{mine.uid}:{mine.revision}" if mine else "",
            "others": [
                {"author": authors.get(m.author or 0, ""), "mark": m}
                for m in marks
                if m.criterion == criterion and m is not mine
            ],
            "url": reverse(
                "prioritisation:cell", kwargs={"code": initiative.code, "criterion": criterion}
            ),
        },
    )
