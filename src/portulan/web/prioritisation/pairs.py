"""Two initiatives against one another: who beats whom how often, and what would reverse them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portulan.prioritisation import access
from portulan.prioritisation.activities import RANKING_READ, SCORING_MODEL_EDIT
from portulan.prioritisation.queries import pairs as two
from portulan.prioritisation.queries import ranking as queries
from portulan.readmodels import catalog
from portulan.web.prioritisation import words
from portulan.web.prioritisation.faces import (
    faces,
    family_word,
    orders_said,
    plausible,
    under_query,
)
from portulan.web.reading import reader as reader_of
from portulan.web.viewer import actor
from portulan.wording.formats import percent
from portulan_core.ranking import RankingError

#: Initiatives of the table; those compared beyond it may still be chosen.
SHOWN = 12


@require_GET
def pairs(request: HttpRequest) -> HttpResponse:
    """The first ones two by two, and the two that one chooses."""
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
    under = plausible(request, list(found.weights))
    told = ""
    try:
        found = queries.standing_under(found, under)
    except RankingError as error:
        told = words.refused_order(error.code)
        under = queries.Plausible()
    kept = under_query(under)
    reader = reader_of(request)
    visible = reader.initiatives(RANKING_READ)
    facts = catalog.initiatives(reader)
    names = {
        row: (facts[pk].code, facts[pk].name)
        for row, pk in enumerate(found.ids)
        if pk in facts and (visible is None or pk in visible)
    }
    order = [int(row) for row in found.ranges.order if int(row) in names]
    by_code = {names[row][0]: row for row in order}
    first = by_code.get(request.GET.get("a", ""), order[0] if order else None)
    second = by_code.get(request.GET.get("b", ""), order[1] if len(order) > 1 else None)
    compared = {int(row): n for n, row in enumerate(found.ranges.compared)}
    listed = [row for row in order if row in compared][:SHOWN]
    here = reverse("prioritisation:pairs")
    matrix = []
    for rank, row in enumerate(listed, start=1):
        cells: list[dict[str, Any] | None] = []
        for other in listed:
            if other == row:
                cells.append(None)
                continue
            share = float(found.ranges.pairwise[compared[row], compared[other]])
            cells.append(
                {
                    "share": _near(share),
                    "level": 0 if share < 0.5 else 1 if share < 0.7 else 2 if share < 0.9 else 3,
                    "url": f"{here}?a={names[row][0]}&b={names[other][0]}"
                    f"{'&' if kept else ''}{kept}#pr-duel",
                    "label": _("%(first)s beats %(second)s in %(share)s of the cases")
                    % {
                        "first": names[row][1], "second": names[other][1],
                        "share": words.share(share),
                    },
                }
            )
        matrix.append({"rank": rank, "name": names[row][1], "cells": cells})
    return render(
        request,
        "prioritisation/pairs.html",
        {
            "faces": faces("pairs", under),
            "under": under,
            "orders": orders_said(under),
            "told": told,
            "wide": f"{reverse('prioritisation:home')}{'?' if kept else ''}{kept}",
            "matrix": matrix,
            "numbers": range(1, len(listed) + 1),
            "choices": sorted(
                ((names[row][0], names[row][1], row == first, row == second) for row in order),
                key=lambda choice: choice[1],
            ),
            "duel": _shown(found, names, first, second, under)
            if first is not None and second is not None and first != second
            else None,
            "same": first is not None and first == second,
            "sets": found.ranges.sets,
        },
    )


def _near(share: float) -> str:
    """A share in a narrow cell."""
    if 0.995 <= share < 1:
        return f"> {percent(0.99)}"
    return f"< {percent(0.01)}" if 0 < share < 0.005 else percent(share)


def _shown(
    found: queries.Standing,
    names: dict[int, tuple[str, str]],
    first: int,
    second: int,
    under: queries.Plausible,
) -> dict[str, Any]:
    """The two chosen, the one that is ahead first."""
    value = found.ranges.value
    ahead, behind = (first, second) if value[first] >= value[second] else (second, first)
    made = two.duel(found, ahead, behind, under)
    table = found.matrix.utilities
    return {
        "ahead": names[ahead][1],
        "behind": names[behind][1],
        "share": words.share(made.share),
        "values": (float(value[ahead]), float(value[behind])),
        "code": made.swap.code,
        "points": percent(made.swap.distance) if made.swap.code == "swap" else "",
        "moves": [(family, old, new) for family, old, new in made.moves],
        "by_one": [(family, old, new) for family, old, new in made.by_one[:5]],
        "try": reverse("prioritisation:home")
        + "?"
        + "&".join(
            f"w_{family}={round(100 * weight)}"
            for family, weight in zip(found.matrix.columns, made.swap.weights, strict=True)
        ),
        "families": [
            (
                family,
                family_word(family),
                float(table[ahead][n]),
                float(table[behind][n]),
                100 * float(found.matrix.weights[n]) * float(table[ahead][n] - table[behind][n]),
            )
            for n, family in enumerate(found.matrix.columns)
        ],
    }
