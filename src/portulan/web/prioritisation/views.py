"""The ranking, and the score of an initiative with its explanation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
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
from portulan.prioritisation.queries import pairs as two
from portulan.prioritisation.queries import ranking as queries
from portulan.prioritisation.queries import scoring
from portulan.readmodels import catalog
from portulan.web.answers import sentence
from portulan.web.htmx import asked_by_htmx, go, tell
from portulan.web.objects import address
from portulan.web.paging import cut
from portulan.web.prioritisation import explanation, words
from portulan.web.prioritisation.faces import (
    CLASSES,
    TONES,
    class_word,
    faces,
    family_word,
    orders_said,
    plausible,
)
from portulan.web.reading import reader as reader_of
from portulan.web.viewer import actor
from portulan.wording.formats import number, percent
from portulan_core.ranking import RankingError, RankingStatement
from portulan_core.scoring.moscow import MUST_SHARE, moscow


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
    reader = reader_of(request)
    visible = reader.initiatives(RANKING_READ)
    asked = _asked(request, found.weights)
    under = plausible(request, list(found.weights))
    told = ""
    try:
        found = queries.standing_under(found, under)
    except RankingError as error:
        told = words.refused_order(error.code)
        under = queries.Plausible()
    classes = two.classes()
    level = request.GET.get("class", "")
    kept = _of_class(found, visible, classes, level)
    places = queries.ranking(found, asked, kept, queries.overrides())
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
            "class": _class_tag(classes.get(place.initiative)),
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
    ranked = sum(visible is None or pk in visible for pk in found.ids)
    context = {
        "trial_said": _trial(found, asked, kept, facts),
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
        "faces": faces("home", under),
        "under": under,
        "orders": orders_said(under),
        "order_told": told,
        "family_choices": [(family, family_word(family)) for family in found.weights],
        "level": level,
        "levels": _levels(found, visible, classes),
        "must": _must(found, visible, classes, facts),
        "unscored": shown - ranked,
        "sets": found.ranges.sets,
        "may_score": access.may_anywhere(who, SCORE_RECORD),
        "may_override": access.may_anywhere(who, RANK_OVERRIDE),
        "may_edit": access.may_on_company(
            who, SCORING_MODEL_EDIT, (e.id for e in reader.entities.values() if e.parent is None)
        ),
    }
    name = "ranking" if asked_by_htmx(request) else "home"
    context["alone"] = name == "ranking"
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


#: How many of the first ones are set against those of the public weights.
FIRST = 10


def _trial(
    found: queries.Standing,
    asked: Mapping[str, float] | None,
    kept: frozenset[int] | None,
    facts: Mapping[int, Any],
) -> str:
    """What the reader's own weights change at the top, in one or two sentences."""
    if asked is None:
        return ""
    mine = queries.ranking(found, asked, kept)[:FIRST]
    public = queries.ranking(found, None, kept)[:FIRST]
    if not mine:
        return ""
    best = mine[0].scored
    heads = [p.initiative for p in mine if p.scored == best and p.initiative in facts][:4]
    entered = len({p.initiative for p in mine} - {p.initiative for p in public})
    said = ngettext(
        "With your weights, %(names)s comes first.",
        "With your weights, %(names)s come first.",
        len(heads),
    ) % {"names": words.listed([facts[pk].name for pk in heads])}
    if not entered:
        return f"{said} " + _("The first %(n)s are the same as with the public weights.") % {
            "n": number(len(mine), 0)
        }
    return f"{said} " + ngettext(
        "%(count)s of the first %(n)s was not among them with the public weights.",
        "%(count)s of the first %(n)s were not among them with the public weights.",
        entered,
    ) % {"count": number(entered, 0), "n": number(len(mine), 0)}


def _of_class(
    found: queries.Standing, visible: frozenset[int] | None, classes: Mapping[int, Any], level: str
) -> frozenset[int] | None:
    """The initiatives of a class ("none": without one), or all those that are visible."""
    if level not in (*CLASSES, "none"):
        return visible
    return frozenset(
        pk
        for pk in found.ids
        if (visible is None or pk in visible)
        and (classes[pk][0] if pk in classes else "none") == level
    )


def _levels(
    found: queries.Standing, visible: frozenset[int] | None, classes: Mapping[int, Any]
) -> list[tuple[str, str, int]]:
    """The classes with how many ranked initiatives each holds; none when nobody set any."""
    count: dict[str, int] = {}
    for pk in found.ids:
        if visible is None or pk in visible:
            name = classes[pk][0] if pk in classes else "none"
            count[name] = count.get(name, 0) + 1
    if set(count) <= {"none"}:
        return []
    return [
        (name, class_word("" if name == "none" else name), count.get(name, 0))
        for name in (*CLASSES, "none")
    ]


def _must(
    found: queries.Standing, visible: frozenset[int] | None, classes: Mapping[int, Any], facts: Any
) -> str:
    """When "must" takes so much that it no longer means anything."""
    listed = [pk for pk in found.ids if pk in facts and (visible is None or pk in visible)]
    if not any(pk in classes for pk in listed):
        return ""
    result = moscow(
        {str(pk): classes[pk][0] if pk in classes else None for pk in listed},
        {str(pk): float(facts[pk].effort) for pk in listed},
    )
    if not result.overloaded or result.must_share is None:
        return ""
    return _(
        "“Must” takes %(share)s of the effort: above %(limit)s the class no longer tells what "
        "comes first."
    ) % {"share": percent(result.must_share), "limit": percent(MUST_SHARE)}


def _class_tag(found: Any) -> tuple[str, str] | None:
    return None if found is None else (class_word(found[0]), TONES[found[0]])


@require_POST
def klass(request: HttpRequest, code: str) -> HttpResponse:
    """Give an initiative its MoSCoW class, or take it away."""
    who = actor(request)
    found, _scope = access.initiative_for(who, code, RANK_OVERRIDE)
    actions.set_class(who, found, request.POST.get("level", ""))
    tell(request, _("The class is set; the score stays what it is."))
    return go(request, "prioritisation:initiative", code=code)


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
    reader = reader_of(request)
    territory = access.Territory(
        {pk: entity.parent for pk, entity in reader.entities.items()},
        {pk: line.parent for pk, line in reader.lines.items()},
    )
    found, scope = access.initiative_for(who, code, territory=territory)
    context: dict[str, Any] = {
        "initiative": found,
        "url": address("initiative", found.code),
        "errors": errors or [],
        "may_score": access.may(who, SCORE_RECORD, scope),
        "may_override": access.may(who, RANK_OVERRIDE, scope),
        "class_now": two.classes(found.pk).get(found.pk, ("", "", None)),
        "class_choices": [(name, class_word(name)) for name in ("", *CLASSES)],
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
            errors = [str(sentence(refusal)) for refusal in error.errors.values()]
            return show(request, code, errors, 422)
        tell(request, _("The rank is set; the reason stands beside it."))
    return go(request, "prioritisation:initiative", code=code)
