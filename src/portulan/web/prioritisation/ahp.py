"""Weights from pairwise comparisons of the families, with the consistency of what is said."""

from __future__ import annotations

import itertools
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET

from portulan.prioritisation import access
from portulan.prioritisation.activities import RANKING_READ, SCORING_MODEL_EDIT
from portulan.prioritisation.queries import scoring
from portulan.web.prioritisation import words
from portulan.web.prioritisation.faces import faces, family_word
from portulan.web.viewer import actor
from portulan.wording.formats import number, percent
from portulan_core.scoring import ScoringError, ahp
from portulan_core.scoring.ahp import CONSISTENT

#: What may be answered: how many times the first counts the second; negative: the second.
STEPS = (9, 7, 5, 3, 1, -3, -5, -7, -9)


@require_GET
def comparisons(request: HttpRequest) -> HttpResponse:
    """A question for each pair of families; the weights follow, and what contradicts itself."""
    who = actor(request)
    refused = access.check_anywhere(who, RANKING_READ)
    if refused is not None:
        raise refused
    model = scoring.model_in_force()
    may = access.may_on_entity(who, SCORING_MODEL_EDIT, None)
    if model is None:
        return render(request, "prioritisation/no_model.html", {"may_edit": may})
    families = list(model.core.families)
    now = model.core.family_shares()
    given: dict[tuple[str, str], float] = {}
    pairs = []
    for first, second in itertools.combinations(families, 2):
        name = f"c_{first}_{second}"
        text = request.GET.get(name, "")
        step = int(text) if text.lstrip("-").isdigit() and int(text) in STEPS else None
        if step is not None:
            given[first, second] = float(step) if step > 0 else 1 / -step
        pairs.append(
            {
                "name": name,
                "first": first,
                "second": second,
                "label": _("%(first)s against %(second)s")
                % {"first": family_word(first), "second": family_word(second)},
                "options": [(value, _said(value, first, second), value == step) for value in STEPS],
                "asked": step is not None,
            }
        )
    result = None
    told = ""
    if given:
        try:
            result = _shown(families, given, now)
        except ScoringError:
            told = _unlinked(families, given)
    return render(
        request,
        "prioritisation/comparisons.html",
        {
            "faces": faces("comparisons"),
            "pairs": pairs,
            "result": result,
            "told": told,
            "fewest": ngettext(
                "%(n)s answer is enough to begin with, if each family is named.",
                "%(n)s answers are enough to begin with, if each family is named.",
                len(families) - 1,
            ) % {"n": number(len(families) - 1, 0)},
            "given": len(given),
            "additive": model.core.method == "additive",
            "may_edit": may,
            "limit": percent(CONSISTENT),
        },
    )


def _unlinked(families: list[str], given: dict[tuple[str, str], float]) -> str:
    """Which families no answer links to the others yet."""
    group = {family: {family} for family in families}
    for first, second in given:
        merged = group[first] | group[second]
        for family in merged:
            group[family] = merged
    most = max(group.values(), key=len)
    left = [family_word(family) for family in families if family not in most]
    return ngettext(
        "Still to be linked to the others: %(names)s. Answer one comparison with it.",
        "Still to be linked to the others: %(names)s. Answer one comparison with each.",
        len(left),
    ) % {"names": words.listed(left)}


def _said(step: int, first: str, second: str) -> str:
    """An answer in words."""
    if step == 1:
        return _("As much as one another")
    how = {
        3: pgettext("how much more", "a little more"),
        5: pgettext("how much more", "more"),
        7: pgettext("how much more", "much more"),
        9: pgettext("how much more", "far more"),
    }[abs(step)]
    return _("%(family)s counts %(how)s") % {
        "family": family_word(first if step > 0 else second), "how": how,
    }  # fmt: skip


def _shown(
    families: list[str], given: dict[tuple[str, str], float], now: dict[str, float]
) -> dict[str, Any]:
    found = ahp(families, given)
    shares = dict(zip(found.criteria, found.weights, strict=True))
    query = urlencode({f"w_{family}": round(100 * share) for family, share in shares.items()})
    return {
        "rows": [(family, shares[family], now.get(family, 0.0)) for family in families],
        "ratio": percent(found.ratio, 1),
        "consistent": found.consistent,
        "missing": found.missing,
        "doubts": [
            _("%(first)s against %(second)s: you said %(stated)s, the others together say "
              "%(implied)s.")
            % {
                "first": family_word(doubt.first),
                "second": family_word(doubt.second),
                "stated": _times(doubt.stated),
                "implied": _times(doubt.implied),
            }
            for doubt in found.doubts[:3]
        ],
        "try": f"{reverse('prioritisation:home')}?{query}",
        "put": f"{reverse('prioritisation:model')}?{query}",
    }  # fmt: skip


def _times(ratio: float) -> str:
    """How many times more, or less."""
    if ratio >= 1:
        return _("%(n)s times more") % {"n": number(ratio, 1)}
    return _("%(n)s times less") % {"n": number(1 / ratio, 1)}
