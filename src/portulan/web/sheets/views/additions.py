"""What is noted on several kinds of objects: risks, indicators, measures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portulan.base.policy import Actor, NotFoundForActor
from portulan.catalogue.access import product_for
from portulan.compliance import actions as risks
from portulan.compliance.activities import RISK_EDIT
from portulan.evidence import actions as indicators
from portulan.evidence.access import indicator_for
from portulan.evidence.activities import INDICATOR_EDIT
from portulan.organisation.queries import people_choices
from portulan.portfolio.access import initiative_for, project_at
from portulan.web.objects import address
from portulan.web.sheets import forms
from portulan.web.sheets.answering import form_page, undo_url
from portulan.web.viewer import actor


def _target(who: Actor, kind: str, code: str) -> str:
    """The name of what a risk is noted on, the right asked."""
    if kind == "product":
        return product_for(who, code, RISK_EDIT).name
    if kind == "initiative":
        return initiative_for(who, code, RISK_EDIT).name
    if kind == "project":
        return project_at(who, code, RISK_EDIT)[0].name
    raise NotFoundForActor(kind, code)


@require_http_methods(["GET", "POST"])
def add_risk(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """Note a risk on a product, an initiative or a project."""
    who = actor(request)
    name = _target(who, kind, code)
    form = forms.NewRisk(request.POST or None, people=people_choices())

    def save(clean: Mapping[str, Any]) -> tuple[str, str, str]:
        change = risks.add_risk(who, kind, code, **clean)
        return _("The risk is noted."), undo_url("compliance", change), ""

    back = address(kind, code)
    return form_page(
        request, form, save, title=_("Note a risk"), verb=_("Note it"), back=back,
        crumbs=[(name, back)],
    )


@require_http_methods(["GET", "POST"])
def add_indicator(request: HttpRequest, code: str) -> HttpResponse:
    """Add an indicator to a product."""
    who = actor(request)
    product = product_for(who, code, INDICATOR_EDIT)
    form = forms.NewIndicator(request.POST or None)

    def save(clean: Mapping[str, Any]) -> tuple[str, str, str]:
        made, change = indicators.create_indicator(who, product=code, **clean)
        to = address("indicator", made.code)
        return _("The indicator is there: give it its first measure."), undo_url(
            "evidence", change
        ), to

    return form_page(
        request, form, save, title=_("Add an indicator"), verb=_("Add"),
        back=address("product", code), crumbs=[(product.name, address("product", code))],
    )


@require_http_methods(["GET", "POST"])
def add_measure(request: HttpRequest, code: str) -> HttpResponse:
    """Record a value of an indicator."""
    who = actor(request)
    indicator = indicator_for(who, code, INDICATOR_EDIT)
    form = forms.NewMeasure(request.POST or None, initial={"on": timezone.localdate()})

    def save(clean: Mapping[str, Any]) -> tuple[str, str, str]:
        change = indicators.add_measure(who, code, clean["on"], clean["value"])
        return _("The measure is recorded."), undo_url("evidence", change), ""

    back = address("indicator", code)
    return form_page(
        request, form, save, title=_("Add a measure"), verb=_("Record"), back=back,
        crumbs=[(indicator.name, back)],
    )
