"""The page of a project, and its conversion into a product."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from portulan.base.policy import Refusal, Refused, check_right
from portulan.catalogue.activities import PRODUCT_CREATE
from portulan.compliance.activities import RISK_EDIT
from portulan.organisation.queries import people_choices
from portulan.portfolio import actions
from portulan.portfolio.access import project_at
from portulan.portfolio.activities import BUDGET_READ, PROJECT_EDIT
from portulan.readmodels.reader import Reader
from portulan.readmodels.sheets import history as histories
from portulan.readmodels.sheets import project as sheets
from portulan.web.answers import reason
from portulan.web.htmx import part
from portulan.web.objects import address
from portulan.web.sheets import fields, forms, words
from portulan.web.sheets.answering import findings_on, form_page, optional
from portulan.web.viewer import actor
from portulan.wording import vocabulary

STATES = {code: mark for code, mark in words.PROJECT_STATES.items() if code != "converted"}
EDITABLE = fields.table(
    fields.line("name", gettext_lazy("Name"), required=True),
    fields.text("description", gettext_lazy("Scope")),
    fields.choice("state", gettext_lazy("State"), words.PROJECT_STATES),
    fields.choice("status", gettext_lazy("Status"), words.STATUSES),
    fields.text("status_text", gettext_lazy("Status in a sentence"), rows=2),
    fields.line("phase", gettext_lazy("Phase"), length=100),
    fields.key("manager", gettext_lazy("Project manager"), people_choices),
    fields.day("baseline_starts", gettext_lazy("Start of the baseline")),
    fields.day("baseline_ends", gettext_lazy("End of the baseline")),
    fields.day("starts", gettext_lazy("Start")),
    fields.day("ends", gettext_lazy("End")),
    fields.money("budget", gettext_lazy("Budget")),
)


@require_GET
def page(request: HttpRequest, code: str) -> HttpResponse:
    """The sheet of a project."""
    who = actor(request)
    project, at = project_at(who, code)
    reader = Reader(who)
    sees_money = at.may(BUDGET_READ)
    refusal = at.refusal(PROJECT_EDIT)
    places = fields.places("project", project, EDITABLE, refusal, sees_money=sees_money)
    convert = actions.check_convert(project) or refusal or check_right(who, PRODUCT_CREATE)
    context = {
        "sheet": sheets.sheet(reader, project, sees_money=sees_money),
        "project": project,
        "places": places,
        "scope": [places[name] for name in ("description", "state", "phase", "manager")],
        "standing": [places[name] for name in ("status", "status_text")],
        "sees_money": sees_money,
        "findings": findings_on(reader, str(project.uid)),
        "project_states": words.PROJECT_STATES,
        "statuses": words.STATUSES,
        "states": words.INITIATIVE_STATES,
        "risk_kinds": words.RISK_KINDS,
        "decision_kinds": words.DECISIONS,
        "first_month": reader.first_month(project.entity_id),
        "convert_reason": reason(convert),
        "risk_reason": reason(at.refusal(RISK_EDIT)),
        "crumbs": [(_("Portfolio"), optional("portfolio:table")),
                   (_("Projects"), optional("sheets:projects"))],
    }
    return render(request, "sheets/project.html", context)


@require_http_methods(["GET", "POST"])
def field(request: HttpRequest, code: str, column: str) -> HttpResponse:
    """One thing of a project, edited in place."""
    who = actor(request)

    def load() -> tuple[Any, Refusal | None, bool]:
        record, at = project_at(who, code)
        return record, at.refusal(PROJECT_EDIT), at.may(BUDGET_READ)

    def save(name: str, value: Any, revision: int) -> UUID | None:
        return actions.edit_project(who, code, name, value, revision)

    return fields.answer(request, "project", EDITABLE, column, load, save, "portfolio")


@require_GET
def history(request: HttpRequest, code: str) -> HttpResponse:
    """Who changed what of a project, loaded after the page."""
    who = actor(request)
    project, at = project_at(who, code)
    entries = histories.history(
        Reader(who), "project", project, histories.part_uids("project", project),
        sees_money=at.may(BUDGET_READ),
    )
    return part(request, "sheets/_history.html", {"entries": entries})


@require_http_methods(["GET", "POST"])
def convert(request: HttpRequest, code: str) -> HttpResponse:
    """Make a product of a project."""
    who = actor(request)
    project, _at = project_at(who, code, PROJECT_EDIT)
    refusal = actions.check_convert(project)
    if refusal is not None:
        raise Refused(refusal)
    form = forms.Conversion(
        request.POST or None,
        stages=[(stage, str(name)) for stage, name in vocabulary.STAGES.items()],
        initial={
            "name": project.name, "stage": "development", "on": timezone.localdate(),
            "entity": project.entity.code if project.entity else "",
        },
    )

    def save(clean: Mapping[str, Any]) -> tuple[str, str, str]:
        made, _change = actions.convert_project(who, code, **clean)
        product = made.product
        to = address("product", product.code) if product is not None else ""
        return _("The project has become a product; its money was not touched."), "", to

    back = address("project", code)
    return form_page(
        request, form, save, title=_("Make a product of it"), verb=_("Make the product"),
        lead=_("Its initiatives will serve the product. What they already give to other products "
               "stays theirs: project and products agree to the cent."),
        back=back, crumbs=[(project.name, back)],
    )
