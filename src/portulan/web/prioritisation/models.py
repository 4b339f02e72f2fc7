"""The scoring model: what it says, its weights, and the history of its versions."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from portulan.base.policy import Invalid
from portulan.prioritisation import access
from portulan.prioritisation.actions import scoring as actions
from portulan.prioritisation.activities import RANKING_READ, SCORING_MODEL_EDIT
from portulan.prioritisation.queries import scoring
from portulan.web.answers import sentence
from portulan.web.htmx import go, tell
from portulan.web.prioritisation import words
from portulan.web.prioritisation.faces import faces
from portulan.web.prioritisation.grid import shown
from portulan.web.viewer import actor
from portulan_core.scoring import PRESETS


@require_GET
def model(request: HttpRequest) -> HttpResponse:
    """The model in force and the versions before it."""
    return show(request)


def show(
    request: HttpRequest, errors: list[str] | None = None, status: int = 200
) -> HttpResponse:
    """The page of the model."""
    who = actor(request)
    refused = access.check_anywhere(who, RANKING_READ)
    if refused is not None:
        raise refused
    may = access.may_on_entity(who, SCORING_MODEL_EDIT, None)
    found = scoring.model_in_force()
    presets = [(p.code, p.label.get(words.language())) for p in PRESETS]
    if found is None:
        return render(
            request, "prioritisation/no_model.html", {"may_edit": may, "presets": presets}
        )
    core = found.core
    shares, family_shares = core.shares(), core.family_shares()
    given = {
        name[2:]: text for name, text in request.GET.items() if name.startswith("w_")
    }
    weights = dict(core.family_weights)
    return render(
        request,
        "prioritisation/model.html",
        {
            "faces": faces("model"),
            "model": found,
            "label": core.label.get(words.language()),
            "used": scoring.is_used(found.record),
            "may_edit": may,
            "presets": presets,
            "errors": errors or [],
            "families": [
                {
                    "code": family,
                    "share": family_shares[family],
                    "weight": given.get(family, f"{weights.get(family, 0):g}"),
                    "criteria": [
                        {**shown(c), "weight": f"{c.weight:g}", "share": shares[c.code]}
                        for c in core.criteria
                        if c.family == family
                    ],
                }
                for family in core.families
            ],
            "additive": core.method == "additive",
            "versions": _versions(scoring.versions()),
        },
        status=status,
    )


def _versions(records: list[Any]) -> list[dict[str, Any]]:
    """Every version with what changed since the one before."""
    found = []
    for place, record in enumerate(records):
        core = scoring.core_of(record)
        before = next(
            (
                scoring.core_of(other)
                for other in records[place + 1 :]
                if other.definition.get("code") == core.code
            ),
            None,
        )
        shares = core.family_shares()
        old = before.family_shares() if before is not None else {}
        found.append(
            {
                "record": record,
                "label": core.label.get(words.language()),
                "shares": [
                    (family, share, old.get(family) if old else None)
                    for family, share in shares.items()
                ],
                "first": before is None,
            }
        )
    return found


@require_POST
def weights(request: HttpRequest) -> HttpResponse:
    """Take new weights: a new version when the model was used."""
    who = actor(request)
    try:
        families = _weights(request, "family-")
        criteria = _weights(request, "criterion-")
        revision = request.POST.get("revision", "")
        actions.change_weights(
            who, families, criteria, revision=int(revision) if revision.isdigit() else None
        )
    except Invalid as error:
        return show(request, [str(sentence(refusal)) for refusal in error.errors.values()], 422)
    tell(request, _("The weights are in force; the ranking follows."))
    return go(request, "prioritisation:model")


def _weights(request: HttpRequest, prefix: str) -> dict[str, float]:
    found = {}
    for name, text in request.POST.items():
        if name.startswith(prefix) and isinstance(text, str):
            try:
                found[name.removeprefix(prefix)] = float(text.strip().replace(",", "."))
            except ValueError:
                found[name.removeprefix(prefix)] = -1.0
    return found


@require_POST
def adopt(request: HttpRequest) -> HttpResponse:
    """Put a preset in force."""
    actions.adopt_preset(actor(request), request.POST.get("preset", ""))
    tell(request, _("The model is in force."))
    return go(request, "prioritisation:model")
