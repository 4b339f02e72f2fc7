"""The page of a product, its parts loaded apart, and what is added to it or taken from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portulan.base.policy import Refusal
from portulan.catalogue import actions
from portulan.catalogue.access import product_at
from portulan.catalogue.activities import (
    PRODUCT_CREATE,
    PRODUCT_EDIT,
    PRODUCT_STAFF,
    STAGE_CHANGE,
)
from portulan.catalogue.queries import line_choices, objective_choices, product_choices
from portulan.compliance.activities import RISK_EDIT
from portulan.evidence.activities import INDICATOR_EDIT
from portulan.governance.access import product_for as product_for_review
from portulan.governance.queries.reviews import review_page
from portulan.organisation.activities import PEOPLE_EDIT
from portulan.organisation.queries import entity_choices, people_choices, team_choices
from portulan.organisation.roles import ROLES
from portulan.portfolio.activities import BUDGET_READ
from portulan.prioritisation.access import may_anywhere
from portulan.prioritisation.activities import SCENARIO_EDIT
from portulan.readmodels.reader import Reader
from portulan.readmodels.sheets import history as histories
from portulan.readmodels.sheets import product as sheets
from portulan.readmodels.sheets.initiative import ranks
from portulan.web.answers import reason
from portulan.web.htmx import go, part, tell
from portulan.web.objects import address
from portulan.web.sheets import fields, forms, prose, words
from portulan.web.sheets.answering import findings_on, form_page, optional, undo_url
from portulan.web.sheets.drawing import life_cycle
from portulan.web.viewer import actor
from portulan.wording import vocabulary

EDITABLE = fields.table(
    fields.line("name", gettext_lazy("Name"), required=True),
    *(fields.text(code, words.MISSING[code]) for code in fields.PRODUCT_TEXTS),
    fields.choice("kind", gettext_lazy("Kind"), words.PRODUCT_KINDS),
    fields.key("entity", gettext_lazy("Owning entity"), entity_choices),
    fields.key("team", gettext_lazy("Team"), team_choices),
    fields.key("parent", gettext_lazy("Part of"), product_choices),
    fields.key("successor", gettext_lazy("Replaced by"), product_choices),
    fields.yes_no("personal_data", gettext_lazy("Personal data")),
    fields.money("stop_cost", gettext_lazy("Cost of stopping")),
)
VISION = ("vision", "value_users", "value_business", "users", "markets", "strategy")
GROUND = (
    "constraints_field", "constraints_operations", "team_impacts", "debt", "exit_strategy",
)


def crumbs(code: str = "", name: str = "") -> list[tuple[str, str]]:
    """Where a product's page stands."""
    found = [(_("Portfolio"), optional("portfolio:table"))]
    if code:
        found.append((name, address("product", code)))
    return found


@require_GET
def page(request: HttpRequest, code: str) -> HttpResponse:
    """The sheet of a product."""
    who = actor(request)
    product, at = product_at(who, code)
    reader = Reader(who)
    sees_money = at.may(BUDGET_READ)
    sheet = sheets.sheet(reader, product, sees_money=sees_money)
    refusal = at.refusal(PRODUCT_EDIT)
    places = fields.places("product", product, EDITABLE, refusal, sees_money=sees_money)
    main = next((line for line in sheet.lines if line.primary), None)
    context = {
        "sheet": sheet,
        "product": product,
        "kind": words.word(words.PRODUCT_KINDS, product.kind),
        "main_line": main,
        "places": places,
        "vision": [places[name] for name in VISION],
        "ground": [places[name] for name in GROUND],
        "identity": [
            places[name]
            for name in ("kind", "entity", "team", "parent", "successor", "personal_data",
                         "stop_cost")
            if name in places
        ],
        "ranks": ranks(reader),
        "drawn": life_cycle(sheet.periods, sheet.decisions, reader.day),
        "undated": [p for p in sheet.periods if not (p.starts or p.ends)],
        "people": [(held, words.ERRANDS.get(held.role, "")) for held in sheet.people],
        "missing": [(name, words.word(words.MISSING, name)) for name in sheet.completeness.missing],
        "findings": findings_on(reader, str(product.uid)),
        "axes": words.AXES,
        "families": words.FAMILIES,
        "states": words.INITIATIVE_STATES,
        "risk_kinds": words.RISK_KINDS,
        "decision_kinds": words.DECISIONS,
        "first_month": reader.calendar,
        "edit_reason": reason(refusal),
        "staff_reason": reason(at.refusal(PRODUCT_STAFF)),
        "risk_reason": reason(at.refusal(RISK_EDIT)),
        "indicator_reason": reason(at.refusal(INDICATOR_EDIT)),
        "may_edit": refusal is None,
        "may_staff": at.may(PRODUCT_STAFF),
        "may_stage": at.may(STAGE_CHANGE),
        "may_try": may_anywhere(at.actor, SCENARIO_EDIT),
        "stage_reason": reason(at.refusal(STAGE_CHANGE)),
        "dossier_url": optional("governance:from_product", code),
        "review_url": optional("reviews:page", code),
        "crumbs": crumbs(),
    }
    return render(request, "sheets/product.html", context)


@require_http_methods(["GET", "POST"])
def field(request: HttpRequest, code: str, column: str) -> HttpResponse:
    """One thing of a product, edited in place."""
    who = actor(request)

    def load() -> tuple[Any, Refusal | None, bool]:
        product, at = product_at(who, code)
        return product, at.refusal(PRODUCT_EDIT), at.may(BUDGET_READ)

    def save(name: str, value: Any, revision: int) -> UUID | None:
        return actions.edit_product(who, code, name, value, revision)

    return fields.answer(request, "product", EDITABLE, column, load, save, "catalogue")


OUTCOMES: Mapping[str, tuple[str, str, Any]] = {
    "kept": ("good", "", pgettext_lazy("promise", "Kept")),
    "partly": ("warn", "circle-half-2", pgettext_lazy("promise", "Kept in part")),
    "missed": ("bad", "", pgettext_lazy("promise", "Not kept")),
    "unmeasured": ("neutral", "", pgettext_lazy("promise", "Nothing measured")),
    "pending": ("neutral", "clock", pgettext_lazy("promise", "Not due yet")),
}


@require_GET
def value(request: HttpRequest, code: str) -> HttpResponse:
    """What was promised about a product and what came, loaded after the page."""
    who = actor(request)
    product, at = product_at(who, code)
    found = review_page(who, product_for_review(who, code))
    sees_money = at.may(BUDGET_READ)
    rows = [
        kept for kept in found.kept if sees_money or kept.promise.kind not in ("cost", "benefit")
    ]
    context = {
        "product": product, "rows": rows, "page": found, "outcomes": OUTCOMES,
        "review_url": optional("reviews:page", code), "hidden": len(found.kept) - len(rows),
    }
    return render(request, "sheets/_value.html", context)


@require_GET
def around(request: HttpRequest, code: str) -> HttpResponse:
    """Everything else that is known of a product, loaded after the page."""
    who = actor(request)
    product, _at = product_at(who, code)
    found = sheets.around(Reader(who), product)
    context = {
        "product": product,
        "around": found,
        "text": prose.markdown(found.text) if found.text else "",
        "parts": words.PARTS,
        "request_states": words.REQUEST_STATES,
    }
    return render(request, "sheets/_around.html", context)


@require_GET
def history(request: HttpRequest, code: str) -> HttpResponse:
    """Who changed what of a product, loaded after the page."""
    who = actor(request)
    product, at = product_at(who, code)
    entries = histories.history(
        Reader(who), "product", product, histories.part_uids("product", product),
        sees_money=at.may(BUDGET_READ),
    )
    return part(request, "sheets/_history.html", {"entries": entries})


@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """A new product."""
    who = actor(request)
    form = forms.NewProduct(request.POST or None)

    def save(clean: Mapping[str, Any]) -> tuple[str, str, str]:
        made, _change = actions.create_product(who, **clean)
        said = _("%(name)s is in the repository.") % {"name": made.name}
        return said, "", address("product", made.code)

    forms.require_anywhere(who, PRODUCT_CREATE)
    return form_page(
        request, form, save, title=_("New product"),
        lead=_("Its sheet opens next, to be filled in."), verb=_("Create the product"),
        back=optional("portfolio:table") or "/", crumbs=crumbs(),
    )


def _added(
    request: HttpRequest, code: str, form: Any, save: Callable[[Mapping[str, Any]], UUID],
    *, title: str, said: str, lead: str = "", app: str = "catalogue", verb: str = "",
) -> HttpResponse:
    product, _at = product_at(actor(request), code)

    def keep(clean: Mapping[str, Any]) -> tuple[str, str, str]:
        return said, undo_url(app, save(clean)), ""

    return form_page(
        request, form, keep, title=title, lead=lead, verb=verb or _("Add"),
        back=address("product", code), crumbs=crumbs(code, product.name),
    )


@require_http_methods(["GET", "POST"])
def add_role(request: HttpRequest, code: str) -> HttpResponse:
    """Give somebody a role on a product."""
    who = actor(request)
    _product, at = product_at(who, code)
    refusal = at.refusal(PRODUCT_STAFF)
    people = at.refusal(PEOPLE_EDIT)
    roles: Sequence[str] = [
        role for role in ROLES if actions.check_role(role, refusal, people) is None
    ]
    if not roles and refusal is not None:
        forms.refuse(refusal)
    form = forms.NewRole(
        request.POST or None, people=people_choices(),
        roles=[(role, vocabulary.role(role)) for role in roles],
        initial={"starts": timezone.localdate()},
    )
    return _added(
        request, code, form, lambda clean: actions.add_role(who, code, **clean),
        title=_("Give a role"), said=_("The role is given."),
        lead=_("A role gives its rights on this product from its first day."),
    )


@require_POST
def end_role(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """End a role on a product."""
    change = actions.end_role(actor(request), code, uid)
    tell(request, _("The role has ended."), undo=undo_url("catalogue", change))
    return go(request, address("product", code))


@require_http_methods(["GET", "POST"])
def add_line(request: HttpRequest, code: str) -> HttpResponse:
    """Put a product on a line."""
    who = actor(request)
    product_at(who, code, PRODUCT_EDIT)
    choices = [
        (line, f"{name} ({words.word(words.AXES, axis)})") for line, name, axis in line_choices()
    ]
    form = forms.Choose(request.POST or None, name="line", label=_("Line"), choices=choices)
    return _added(
        request, code, form, lambda clean: actions.add_line(who, code, clean["line"]),
        title=_("Put on a line"), said=_("The product is on the line."),
    )


@require_POST
def remove_line(request: HttpRequest, code: str, line: str) -> HttpResponse:
    """Take a product off a line."""
    change = actions.remove_line(actor(request), code, line)
    tell(request, _("The product is off the line."), undo=undo_url("catalogue", change))
    return go(request, address("product", code))


@require_http_methods(["GET", "POST"])
def link_objective(request: HttpRequest, code: str) -> HttpResponse:
    """Say that a product serves an objective."""
    who = actor(request)
    product_at(who, code, PRODUCT_EDIT)
    form = forms.Choose(
        request.POST or None, name="objective", label=_("Objective"), choices=objective_choices()
    )
    return _added(
        request, code, form, lambda clean: actions.link_objective(who, code, clean["objective"]),
        title=_("Link an objective"), said=_("The product serves this objective."),
    )


@require_POST
def unlink_objective(request: HttpRequest, code: str, objective: str) -> HttpResponse:
    """Say no longer that a product serves an objective."""
    change = actions.unlink_objective(actor(request), code, objective)
    tell(request, _("The link is removed."), undo=undo_url("catalogue", change))
    return go(request, address("product", code))


@require_http_methods(["GET", "POST"])
def change_stage(request: HttpRequest, code: str) -> HttpResponse:
    """Move a product to another stage, outside a committee, with the reason."""
    who = actor(request)
    product, _at = product_at(who, code, STAGE_CHANGE)
    stages = [
        (stage, str(name)) for stage, name in vocabulary.STAGES.items() if stage != product.stage
    ]
    form = forms.NewStage(
        request.POST or None, stages=stages, initial={"on": timezone.localdate()}
    )
    return _added(
        request, code, form, lambda clean: actions.change_stage(who, code, **clean),
        title=_("Change the stage"), said=_("The stage has changed."), verb=_("Change the stage"),
        lead=_("A change of stage is a decision: it usually goes before a committee. "
               "Recorded here, it keeps your name and your reason."),
    )
