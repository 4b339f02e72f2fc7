"""What is done from the trade-off pages: a scenario, its sheet, solving, the way to a committee."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portulan.base.policy import Actor, Invalid
from portulan.governance.actions.building import dossier_from_scenario
from portulan.governance.actions.dossiers import Draft
from portulan.governance.effects import drifted
from portulan.prioritisation import access, remedies
from portulan.prioritisation.actions import scenarios as actions
from portulan.prioritisation.activities import SCENARIO_EDIT
from portulan.prioritisation.assumptions import PRESETS, Assumptions, from_json
from portulan.prioritisation.queries import scenarios as queries
from portulan.readmodels.reader import Reader
from portulan.web.answers import sentence
from portulan.web.htmx import go, tell
from portulan.web.objects import address
from portulan.web.tradeoff import dossier, shape, sheet
from portulan.web.tradeoff.typed import thousands
from portulan.web.tradeoff.views import show
from portulan.web.viewer import actor
from portulan.wording import vocabulary
from portulan.wording.formats import money
from portulan_core.effects import Effect
from portulan_core.model import World


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The first questions of a scenario (GET), then the scenario with its first search (POST)."""
    who = actor(request)
    asked = request.POST if request.method == "POST" else request.GET
    preset = asked.get("preset", "cut")
    if preset not in PRESETS:
        preset = "cut"
    entity_code = asked.get("entity", "")
    refused = access.check_anywhere(who, SCENARIO_EDIT)
    if refused is not None:
        raise refused
    reader = Reader(who)
    entity = actions.entity_by_code(entity_code)
    world = reader.kept("scenario_sheet", (), queries.sheet_world)
    ground = queries.ground(
        world, queries.scope_of(entity.pk if entity else None), queries.calendar_of(entity)
    )
    first = queries.first_sheet(preset, ground)
    errors: list[str] = []
    if request.method == "POST":
        try:
            made = sheet.first_answers(
                request.POST, first, ground, world, lambda asked: queries.spent_by(asked, entity)
            )
            name = request.POST.get("name", "").strip() or _default_name(
                made, reader.currency, world
            )
            scenario = actions.create_scenario(who, name, made, entity=entity)
            actions.request_solve(who, scenario)
            return go(request, address("scenario", scenario.code))
        except Invalid as error:
            errors = [str(sentence(refusal)) for refusal in error.errors.values()]
    territory = access.Territory()
    parts = [
        (fact.code, fact.name, len(fact.above))
        for fact in reader.entities.values()
        if access.may_on_entity(who, SCENARIO_EDIT, fact.id, territory)
    ]
    return render(
        request,
        "tradeoff/new.html",
        {
            "preset": preset,
            "entity": entity_code,
            "entities": parts,
            "whole_company": access.may_on_entity(who, SCENARIO_EDIT, None, territory),
            "ground": ground,
            "first": first,
            "questions": _questions(),
            "dates": sheet.dates(ground),
            "usual_date": sheet.usual_date(ground),
            "errors": errors,
            "typed": {
                name: request.POST.get(name, "")
                for name in (
                    "give_back", "envelope", "name", "more", "more_line", "more_stage",
                    "more-team", "more-days",
                )
            }
            | _what_to_stop(request, world),
            "lines": sorted(
                ((row.uid, row.name) for row in world.lines.values()
                 if not first.axis or row.axis == first.axis),
                key=lambda pair: pair[1],
            ),
            "stages": [(code, str(word)) for code, word in vocabulary.STAGES.items()],
            "quarters": sheet.quarters(ground),
            **({"lists": sheet.lists(world)} if preset == "stop" else {}),
            "currency": reader.currency,
            "address": reverse("tradeoff:new"),
        },
        status=422 if errors else 200,
    )


def _questions() -> list[tuple[str, str, str, str]]:
    """The questions that a scenario may ask: code, icon, title, what they mean."""
    return [
        ("cut", "scissors", _("Give back"), _("So much money by a date, with the least damage.")),
        (
            "fit", "target", _("Hold the envelope"),
            _("The plan of most value within budgets and capacities."),
        ),
        ("grow", "trending-up", _("Spend more"), _("The best use of so much money or time more.")),
        ("stop", "player-stop", _("Stop"), _("What stopping a product costs, and what it frees.")),
    ]


def _what_to_stop(request: HttpRequest, world: World) -> dict[str, str]:
    """What the form of a stop says: as typed, else what the address names, with its exit cost."""
    names = ("stop_product", "stop-new", "stop_month", "exit_cost")
    if request.method == "POST":
        return {name.replace("-", "_"): request.POST.get(name, "") for name in names}
    typed = dict.fromkeys((name.replace("-", "_") for name in names), "")
    wanted = request.GET.get("product", "")
    product = next((p for p in world.products.values() if wanted and p.code == wanted), None)
    if product is not None:
        typed["stop_product"] = f"{product.code} · {product.name}"
        typed["exit_cost"] = thousands(queries.exit_cost(product.code) or None)
    asked = request.GET.get("initiative", "")
    row = next((i for i in world.initiatives.values() if asked and i.code == asked), None)
    if row is not None:
        typed["stop_new"] = f"{row.code} · {row.name}"
    return typed


def _default_name(made: Any, currency: str, world: World) -> str:
    if made.preset == "grow":
        if made.more:
            return _("Spend %(amount)s more") % {"amount": money(made.more, currency)}
        return _("Reinforce the teams")
    if made.preset == "stop":
        product = world.products.get(made.stop_product)
        rows = [world.initiatives[uid] for uid in made.stopped if uid in world.initiatives]
        what = product.name if product else rows[0].name if rows else ""
        return (_("Stop %(name)s") % {"name": what})[:300]
    if made.preset == "cut" and made.give_back:
        return _("Give back %(amount)s") % {"amount": money(made.give_back, currency)}
    if made.preset == "cut":
        return _("Give money back")
    return _("Hold the envelope")


@require_POST
def assumptions(request: HttpRequest, code: str) -> HttpResponse:
    """Take the sheet and compute again."""
    who = actor(request)
    found = access.scenario_for(who, code, SCENARIO_EDIT)
    world = Reader(who).kept("scenario_sheet", (), queries.sheet_world)
    ground = queries.ground(
        world, queries.scope_of(found.entity_id), queries.calendar_of(found.entity)
    )
    try:
        held = sheet.read(
            request.POST, from_json(found.assumptions), ground, world,
            lambda asked: queries.spent_by(asked, found.entity),
        )  # fmt: skip
        name = request.POST.get("name")
        revision = request.POST.get("revision", "")
        actions.change_assumptions(
            who, found, held, name=name, revision=int(revision) if revision.isdigit() else None
        )
        actions.request_solve(who, found)
    except Invalid as error:
        errors = [str(sentence(refusal)) for refusal in error.errors.values()]
        return show(request, code, errors=errors, typed=request.POST, status=422)
    return go(request, address("scenario", found.code))


@require_POST
def lock(request: HttpRequest, code: str) -> HttpResponse:
    """Pin, exclude, keep or free one initiative, and compute again."""
    who = actor(request)
    found = access.scenario_for(who, code, SCENARIO_EDIT)
    actions.lock_initiative(
        who, found, request.POST.get("initiative", ""), request.POST.get("how", "")
    )
    actions.request_solve(who, found)
    return go(request, address("scenario", found.code))


@require_POST
def remedy(request: HttpRequest, code: str) -> HttpResponse:
    """Take what would bring an initiative in, as it was checked, and compute again."""
    who = actor(request)
    found = access.scenario_for(who, code, SCENARIO_EDIT)
    result = shape.answer_of(found)
    wanted = request.POST.get("initiative", "")
    rows = (*result.get("rows", ()), *result.get("waiting", ()))
    row = next((one for one in rows if one["item"] == wanted), None)
    held = from_json(found.assumptions)
    return _next(request, who, found, None if row is None else remedies.taken(held, row))


@require_POST
def give_up(request: HttpRequest, code: str) -> HttpResponse:
    """Give up one limit of those that contradict, or ask for what can be given, and compute."""
    who = actor(request)
    found = access.scenario_for(who, code, SCENARIO_EDIT)
    result, held = shape.answer_of(found), from_json(found.assumptions)
    limits = (result.get("conflict") or {}).get("limits") or []
    text = request.POST.get("limit", "")
    changed = None
    if text == "most" and result.get("most_back"):
        changed = replace(held, give_back=result["most_back"])
    elif text.isdigit() and len(text) < 4 and int(text) < len(limits):
        changed = remedies.given_up(held, limits[int(text)])
    return _next(request, who, found, changed)


def _next(
    request: HttpRequest, who: Actor, found: Any, changed: Assumptions | None
) -> HttpResponse:
    """Compute with a changed sheet; say so when there is no longer anything to change."""
    if changed is None:
        tell(request, _("This no longer applies: look at the page again."), tone="error")
    else:
        actions.change_assumptions(who, found, changed)
        actions.request_solve(who, found)
    return go(request, address("scenario", found.code))


@require_POST
def relax(request: HttpRequest, code: str) -> HttpResponse:
    """Compute the plan of most value: nothing is given up for fewer changes."""
    who = actor(request)
    found = access.scenario_for(who, code, SCENARIO_EDIT)
    actions.change_assumptions(who, found, replace(from_json(found.assumptions), close=0))
    actions.request_solve(who, found)
    return go(request, address("scenario", found.code))


@require_POST
def stop(request: HttpRequest, code: str) -> HttpResponse:
    """Stop the search: the best plan so far is kept."""
    who = actor(request)
    found = access.scenario_for(who, code, SCENARIO_EDIT)
    actions.stop_solving(who, found)
    return go(request, address("scenario", found.code))


@require_POST
def copy(request: HttpRequest, code: str) -> HttpResponse:
    """Another scenario with the same assumptions."""
    who = actor(request)
    found = access.scenario_for(who, code, SCENARIO_EDIT)
    made = actions.copy_scenario(who, found, (_("%(name)s, variant") % {"name": found.name})[:300])
    tell(request, _("Copied: change the assumptions, then compute."))
    return go(request, address("scenario", made.code))


@require_POST
def drop(request: HttpRequest, code: str) -> HttpResponse:
    """Put a scenario aside."""
    who = actor(request)
    found = access.scenario_for(who, code, SCENARIO_EDIT)
    actions.drop_scenario(who, found)
    tell(request, _("The scenario is put aside; it stays readable."))
    return go(request, reverse("tradeoff:home"))


@require_POST
def submit(request: HttpRequest, code: str) -> HttpResponse:
    """Take a scenario to a committee: a dossier whose lines are its differences."""
    who = actor(request)
    found = access.scenario_for(who, code)
    effects = [Effect.from_json(raw) for raw in found.effects]
    with transaction.atomic():
        stale = drifted(effects)
    if stale:
        tell(
            request,
            _("The plan changed since this scenario was computed: compute it again first."),
            tone="error",
        )
        return go(request, address("scenario", found.code))
    reader = Reader(who)
    draft = Draft(name=found.name, sections=dossier.sections(found, reader.currency))
    made = dossier_from_scenario(who, found, draft)
    tell(request, _("Dossier %(code)s is ready to be completed.") % {"code": made.code})
    return go(request, dossier.where(made.code, found.code))
