"""The ranking, and the score of an initiative with its explanation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from portulan.base.policy import Invalid
from portulan.prioritisation import access
from portulan.prioritisation.actions import scoring as actions
from portulan.prioritisation.activities import (
    RANK_OVERRIDE,
    RANKING_READ,
    SCORE_RECORD,
    SCORING_MODEL_EDIT,
)
from portulan.prioritisation.queries import ranking as queries
from portulan.prioritisation.queries import scoring
from portulan.readmodels import catalog
from portulan.readmodels.reader import Reader
from portulan.web.answers import sentence
from portulan.web.htmx import asked_by_htmx, go, tell
from portulan.web.objects import address
from portulan.web.paging import cut
from portulan.web.prioritisation import explanation, words
from portulan.web.viewer import actor
from portulan_core.ranking import RankingStatement


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The ranking with the public weights, or with those that the sliders ask for."""
    who = actor(request)
    refused = access.check_anywhere(who, RANKING_READ)
    if refused is not None:
        raise refused
    found = queries.standing()
    if found is None:
        return render(
            request,
            "prioritisation/no_model.html",
            {"may_edit": access.may_on_entity(who, SCORING_MODEL_EDIT, None)},
        )
    reader = Reader(who)
    visible = reader.initiatives(RANKING_READ)
    asked = _asked(request, found.weights)
    places = queries.ranking(found, asked, visible, queries.overrides())
    page = cut(request, places, size=50)
    facts = catalog.initiatives(reader)
    products = catalog.products(reader)
    rows = [
        {
            "place": place,
            "code": facts[place.initiative].code,
            "name": facts[place.initiative].name,
            "url": f"/prioritisation/initiatives/{facts[place.initiative].code}",
            "product": next(
                (products[p].name for p in facts[place.initiative].products if p in products), ""
            ),
            "moved": place.public - place.scored,
            "families": [(family, value) for family, value in place.families.items()],
        }
        for place in page.rows
        if place.initiative in facts
    ]
    names = {
        row: facts[pk].name
        for row, pk in enumerate(found.ids)
        if pk in facts and (visible is None or pk in visible)
    }
    total = sum((asked or found.weights).values()) or 1.0
    shown = sum(
        1
        for fact in facts.values()
        if fact.state in scoring.RANKED_STATES and (visible is None or fact.id in visible)
    )
    context = {
        "page": page,
        "rows": rows,
        "model": found.model,
        "label": found.model.core.label.get(words.language()),
        "said": words.statement(found.statement, names),
        "groups": _ties(found, names),
        "weights": [
            {
                "code": family,
                "value": round(100 * (asked or found.weights)[family] / total),
                "public": round(100 * share),
            }
            for family, share in found.weights.items()
        ],
        "trial": asked is not None,
        "unscored": shown - len(places),
        "sets": found.ranges.sets,
        "may_score": access.may_anywhere(who, SCORE_RECORD),
        "may_override": access.may_anywhere(who, RANK_OVERRIDE),
        "may_edit": access.may_on_entity(who, SCORING_MODEL_EDIT, None),
    }
    name = "ranking" if asked_by_htmx(request) else "home"
    return render(request, f"prioritisation/{name}.html", context)


def _asked(request: HttpRequest, public: Mapping[str, float]) -> dict[str, float] | None:
    """The weights that the address asks for, ``None`` for the public ones."""
    found = {}
    for family in public:
        text = request.GET.get(f"w_{family}", "")
        if text.isascii() and text.isdigit() and len(text) <= 3:
            found[family] = float(text)
    if not found or not any(found.values()):
        return None
    asked = {family: found.get(family, 100 * share) for family, share in public.items()}
    whole = sum(asked.values())
    same = all(abs(asked[f] / whole - share) < 0.006 for f, share in public.items())
    return None if same else asked


def _ties(found: queries.Standing, names: Mapping[int, str]) -> list[str]:
    """The groups at the top that cannot be told apart, after the first sentence."""
    said = []
    for group in found.ranges.groups[1:4]:
        if 2 <= len(group.items) <= 7 and all(item in names for item in group.items):
            said.append(
                words.statement(RankingStatement("tie_first", {"items": group.items}), names)
                if group.rank == 1
                else _("Level from rank %(rank)s: %(names)s.")
                % {"rank": group.rank, "names": words.listed([names[i] for i in group.items])}
            )
    return said


@require_GET
def initiative(request: HttpRequest, code: str) -> HttpResponse:
    """The score of an initiative with its explanation; a fragment for other pages by htmx."""
    return show(request, code)


def show(
    request: HttpRequest, code: str, errors: list[str] | None = None, status: int = 200
) -> HttpResponse:
    """The page of a score."""
    who = actor(request)
    found, scope = access.initiative_for(who, code)
    context: dict[str, Any] = {
        "initiative": found,
        "url": address("initiative", found.code),
        "errors": errors or [],
        "may_score": access.may(who, SCORE_RECORD, scope),
        "may_override": access.may(who, RANK_OVERRIDE, scope),
        **explanation.of(found),
    }
    name = "score" if asked_by_htmx(request) else "sheet"
    return render(request, f"prioritisation/{name}.html", context, status=status)


@require_POST
def rank(request: HttpRequest, code: str) -> HttpResponse:
    """Set an initiative's rank with a reason, or take it back."""
    who = actor(request)
    found, _scope = access.initiative_for(who, code, RANK_OVERRIDE)
    if request.POST.get("release"):
        actions.release_rank(who, found)
        tell(request, _("The score counts again."))
    else:
        text = request.POST.get("rank", "").strip()
        try:
            actions.set_rank(
                who, found, int(text) if text.isdigit() and len(text) < 7 else 0,
                request.POST.get("reason", ""),
            )
        except Invalid as error:
            errors = [sentence(refusal) for refusal in error.errors.values()]
            return show(request, code, errors, 422)
        tell(request, _("The rank is set; the reason stands beside it."))
    return go(request, "prioritisation:initiative", code=code)
