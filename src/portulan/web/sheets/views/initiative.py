"""The page of an initiative."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from portulan.base.policy import Refusal, Refused
from portulan.catalogue.queries import objective_choices, product_choices
from portulan.compliance.activities import RISK_EDIT
from portulan.organisation.queries import people_choices, team_choices
from portulan.portfolio import actions
from portulan.portfolio.access import initiative_at
from portulan.portfolio.activities import BUDGET_READ, INITIATIVE_EDIT
from portulan.readmodels.reader import Reader
from portulan.readmodels.sheets import history as histories
from portulan.readmodels.sheets import initiative as sheets
from portulan.readmodels.sheets.initiative import InitiativeSheet
from portulan.web.answers import reason
from portulan.web.charts import Chart, Column, token
from portulan.web.htmx import part
from portulan.web.objects import address
from portulan.web.sheets import fields, forms, words
from portulan.web.sheets.answering import findings_on, form_page, optional, undo_url
from portulan.web.viewer import actor
from portulan.wording import formats, vocabulary

EDITABLE = fields.table(
    fields.line("name", gettext_lazy("Name"), required=True),
    fields.text("problem", gettext_lazy("Problem")),
    fields.text("expected_value", gettext_lazy("Expected value")),
    fields.choice("state", gettext_lazy("State"), words.INITIATIVE_STATES),
    fields.choice("stage", gettext_lazy("Funding time"), vocabulary.STAGES),
    fields.month("start", gettext_lazy("First month")),
    fields.whole("months", gettext_lazy("Duration in months"), low=1, high=60),
    fields.month("earliest", gettext_lazy("Not before")),
    fields.month("latest", gettext_lazy("Not after")),
    fields.yes_no("mandatory", gettext_lazy("Mandatory"), unknown=False),
    fields.line("mandatory_reason", gettext_lazy("Why it is mandatory")),
    fields.key("owner", pgettext_lazy("column", "Owner"), people_choices),
    fields.key("objective", gettext_lazy("Objective"), objective_choices),
    fields.whole(
        "estimate_range", gettext_lazy("Range of the estimate, ± %"), low=0, high=200,
        required=False,
    ),
)
PURPOSE = ("problem", "expected_value", "objective", "owner")
PLACE = ("state", "start", "months", "earliest", "latest", "mandatory", "mandatory_reason",
         "stage", "estimate_range")


@require_GET
def page(request: HttpRequest, code: str) -> HttpResponse:
    """The sheet of an initiative."""
    who = actor(request)
    initiative, at = initiative_at(who, code)
    reader = Reader(who)
    sees_money = at.may(BUDGET_READ)
    refusal = at.refusal(INITIATIVE_EDIT)
    sheet = sheets.sheet(reader, initiative, sees_money=sees_money)
    places = fields.places("initiative", initiative, EDITABLE, refusal, sees_money=sees_money)
    context = {
        "sheet": sheet,
        "initiative": initiative,
        "places": places,
        "purpose": [places[name] for name in PURPOSE],
        "placed": [places[name] for name in PLACE if name in places],
        "chart": _chart(sheet),
        "sees_money": sees_money,
        "findings": findings_on(reader, str(initiative.uid)),
        "states": words.INITIATIVE_STATES,
        "request_states": words.REQUEST_STATES,
        "benefits": words.BENEFITS,
        "risk_kinds": words.RISK_KINDS,
        "decision_kinds": words.DECISIONS,
        "first_month": reader.first_month(initiative.entity_id),
        "may_edit": refusal is None,
        "edit_reason": reason(refusal),
        "risk_reason": reason(at.refusal(RISK_EDIT)),
        "crumbs": _crumbs(sheet),
        "dossier_url": optional("governance:from_product", sheet.products[0].ref.code)
        if sheet.products else "",
        "scoring_url": optional("prioritisation:home"),
    }
    return render(request, "sheets/initiative.html", context)


def _crumbs(sheet: InitiativeSheet) -> list[tuple[str, str]]:
    found = [(_("Portfolio"), optional("portfolio:table"))]
    if sheet.products:
        ref = sheet.products[0].ref
        found.append((ref.name, address("product", ref.code)))
    return found


def _chart(sheet: InitiativeSheet) -> Chart | None:
    """CAPEX and OPEX by month, and what was spent."""
    if not any(m.capex or m.opex or m.actual for m in sheet.months):
        return None
    natures = (("capex", _("CAPEX")), ("opex", _("OPEX")))
    values = [
        {"month": formats.month_short(m.month), "nature": label,
         "amount": getattr(m, name) / 100_000}
        for m in sheet.months for name, label in natures
    ]
    spent = [
        {"month": formats.month_short(m.month), "amount": m.actual / 100_000}
        for m in sheet.months if m.actual
    ]
    order = [formats.month_short(m.month) for m in sheet.months]
    x = {"field": "month", "type": "ordinal", "sort": order, "axis": {"title": None}}
    y = {"field": "amount", "type": "quantitative",
         "axis": {"title": formats.thousands_unit("EUR"), "tickCount": 4}}
    layers: list[dict[str, Any]] = [
        {
            "data": {"values": values},
            "mark": {"type": "bar"},
            "encoding": {
                "x": x, "y": y,
                "color": {
                    "field": "nature", "type": "nominal", "title": None,
                    "scale": {"domain": [label for _n, label in natures],
                              "range": [token("primary-fill"), token("teal-fill")]},
                },
            },
        }
    ]
    if spent:
        layers.append(
            {
                "data": {"values": spent},
                "mark": {"type": "point", "color": token("text"), "size": 50},
                "encoding": {"x": x, "y": y},
            }
        )
    return Chart(
        _("Money by month"),
        _("The points are what was really spent.") if spent else "",
        {"layer": layers},
        [Column(_("Month")), Column(_("CAPEX"), formats.money), Column(_("OPEX"), formats.money),
         Column(_("Spent"), formats.money)],
        [(formats.month(m.month), m.capex, m.opex, m.actual) for m in sheet.months],
        height=170, key="initiative-money", heading=False,
    )


@require_http_methods(["GET", "POST"])
def field(request: HttpRequest, code: str, column: str) -> HttpResponse:
    """One thing of an initiative, edited in place."""
    who = actor(request)

    def load() -> tuple[Any, Refusal | None, bool]:
        record, at = initiative_at(who, code)
        return record, at.refusal(INITIATIVE_EDIT), at.may(BUDGET_READ)

    def save(name: str, value: Any, revision: int) -> UUID | None:
        return actions.edit_initiative(who, code, name, value, revision)

    return fields.answer(request, "initiative", EDITABLE, column, load, save, "portfolio")


@require_GET
def score(request: HttpRequest, code: str) -> HttpResponse:
    """The score of an initiative and what explains it, loaded after the page."""
    who = actor(request)
    initiative, _at = initiative_at(who, code)
    context = {
        "initiative": initiative,
        "scored": sheets.scored(Reader(who), initiative),
        "scoring_url": optional("prioritisation:home"),
    }
    return render(request, "sheets/_score.html", context)


@require_GET
def history(request: HttpRequest, code: str) -> HttpResponse:
    """Who changed what of an initiative, loaded after the page."""
    who = actor(request)
    initiative, at = initiative_at(who, code)
    entries = histories.history(
        Reader(who), "initiative", initiative, histories.part_uids("initiative", initiative),
        sees_money=at.may(BUDGET_READ),
    )
    return part(request, "sheets/_history.html", {"entries": entries})


def _on_initiative(
    request: HttpRequest, code: str, form: Any, save: Any, *, title: str, lead: str = ""
) -> HttpResponse:
    initiative, _at = initiative_at(actor(request), code, INITIATIVE_EDIT)

    def keep(clean: Mapping[str, Any]) -> tuple[str, str, str]:
        return _("Saved."), undo_url("portfolio", save(clean)), ""

    back = address("initiative", code)
    return form_page(
        request, form, keep, title=title, lead=lead, back=back, crumbs=[(initiative.name, back)]
    )


@require_http_methods(["GET", "POST"])
def effort(request: HttpRequest, code: str) -> HttpResponse:
    """A team's effort, in days or by a T-shirt size."""
    who = actor(request)
    initiative_at(who, code, INITIATIVE_EDIT)
    sizes = [
        (size, f"{size} – {formats.effort(days)}") for size, days in actions.SIZES.items()
    ]
    form = forms.NewEffort(request.POST or None, teams=team_choices(), sizes=sizes)

    def save(clean: Mapping[str, Any]) -> UUID | None:
        if clean["size"]:
            return actions.set_size(who, code, team=clean["team"], size=clean["size"])
        return actions.set_effort(who, code, team=clean["team"], days=clean["days"] or 0)

    return _on_initiative(
        request, code, form, save, title=_("Effort of a team"),
        lead=_("By size it is spread evenly over the months; in days it keeps its shape. "
               "Zero days take the team out."),
    )


@require_http_methods(["GET", "POST"])
def cost(request: HttpRequest, code: str) -> HttpResponse:
    """The whole cost of an initiative by nature."""
    who = actor(request)
    initiative, at = initiative_at(who, code, INITIATIVE_EDIT)
    refusal = at.refusal(BUDGET_READ)
    if refusal is not None:
        raise Refused(refusal)
    natures = [("capex", _("CAPEX")), ("opex", _("OPEX"))]
    form = forms.NewCost(
        request.POST or None, natures=natures,
        initial={"nature": "opex", "amount": sum(initiative.costs_opex)},
    )
    return _on_initiative(
        request, code, form, lambda clean: actions.set_cost(who, code, **clean),
        title=_("Cost"), lead=_("The amount keeps the shape that it has by month."),
    )


@require_http_methods(["GET", "POST"])
def serve(request: HttpRequest, code: str) -> HttpResponse:
    """A product that the initiative serves, with its share."""
    who = actor(request)
    initiative_at(who, code, INITIATIVE_EDIT)
    form = forms.NewShare(request.POST or None, products=product_choices())
    return _on_initiative(
        request, code, form,
        lambda clean: actions.serve_product(
            who, code, product=clean["product"], share=clean["share"]
        ),
        title=_("Product served"), lead=_("The cost goes to products by their shares."),
    )
