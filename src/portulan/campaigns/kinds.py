"""The kinds of campaign: which objects, whom they ask, which fields, where values enter.

Values enter through the actions of the apps that hold them, under the rights of who accepts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Model, Q
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portulan.base.policy import Actor, Refusal, Refused
from portulan.campaigns.fields import Field
from portulan.campaigns.models import (
    Ask,
    Campaign,
    Capacity,
    Indicator,
    Initiative,
    InitiativeProduct,
    Product,
    ProductLine,
    ProductRole,
    Team,
)
from portulan.catalogue.actions import edit_product
from portulan.evidence.actions import add_measure
from portulan.organisation.rights import entities_below, in_force
from portulan.portfolio.actions import set_cost
from portulan.portfolio.activities import BUDGET_READ
from portulan.portfolio.capacities import set_capacity
from portulan.prioritisation.actions.scoring import record_score
from portulan.prioritisation.queries.scoring import marks, model_in_force
from portulan.readmodels.reader import Reader
from portulan.wording import formats
from portulan_core.periods import month_of

#: Roles that answer for a product, the first held one is asked.
HOLDERS = ("product_manager", "product_owner", "head_of_product", "business", "tech_lead")
#: States of initiatives that are worth asking about.
ALIVE = ("idea", "proposed", "planned", "in_progress", "deferred")
PLANNED = ("planned", "in_progress")

_SHEET: tuple[Field, ...] = (
    Field("summary", _("Summary")), Field("vision", _("Vision")),
    Field("value_users", _("Value for users")),
    Field("value_business", _("Value for the company")),
    Field("users", pgettext_lazy("of a product", "Users")), Field("markets", _("Markets")),
    Field("strategy", _("Strategy")), Field("constraints_field", _("Field constraints")),
    Field("constraints_operations", _("Operational constraints")),
    Field("team_impacts", _("Impacts on teams")), Field("debt", _("Debt and obsolescence")),
    Field("exit_strategy", _("Exit strategy")),
    Field(
        "personal_data", _("Personal data: yes or no"), "choice",
        {"true": pgettext_lazy("answer", "Yes"), "false": pgettext_lazy("answer", "No")},
    ),
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of campaign. ``offered``: all that may be asked, for the day it is due."""

    code: str
    object_kind: str
    model: type[Model]
    offered: Callable[[date], Sequence[Field]]
    #: Objects of a part of the company that are worth asking about.
    targets: Callable[[Campaign], Q]
    #: Object id → who answers for it.
    holders: Callable[[Sequence[int]], Mapping[int, int]]
    #: Values that are there: ``(asks' objects, person, actor) -> {object id: {field: raw}}``.
    values: Callable[[Sequence[int], int, Reader], Mapping[int, Mapping[str, Any]]]
    #: Enter one value: ``(who accepts, the answer's author, code, object id, field, raw)``.
    enter: Callable[[Actor, int | None, str, int, str, Any, date], UUID | None]


def _inside(campaign: Campaign, path: str) -> Q:
    if campaign.entity_id is None:
        return Q()
    return Q(**{f"{path}__in": entities_below([campaign.entity_id])})


def _product_holders(ids: Sequence[int]) -> dict[int, int]:
    """Product → who answers for it: somebody who can sign in before somebody who cannot."""
    found: dict[int, tuple[tuple[bool, int], int]] = {}
    for product, person, role, account in ProductRole.objects.filter(
        in_force(timezone.localdate()), product_id__in=list(ids), role__in=HOLDERS,
        person__active=True,
    ).order_by("pk").values_list("product_id", "person_id", "role", "person__account_id"):
        rank = (account is None, HOLDERS.index(role))
        if product not in found or rank < found[product][0]:
            found[product] = (rank, person)
    return {product: person for product, (_rank, person) in found.items()}


# --- Sheets


def _sheet_targets(campaign: Campaign) -> Q:
    condition = _inside(campaign, "entity_id") & ~Q(stage="end_of_life")
    if campaign.line_id is not None:
        placed = ProductLine.objects.filter(line_id=campaign.line_id).values("product_id")
        condition &= Q(pk__in=placed)
    return condition


def _sheet_values(ids: Sequence[int], person: int, reader: Reader) -> dict[int, dict[str, Any]]:
    columns = [field.key for field in _SHEET]
    return {
        row["pk"]: {key: row[key] for key in columns}
        for row in Product.objects.filter(pk__in=list(ids)).values("pk", *columns)
    }


def _sheet_enter(
    actor: Actor, author: int | None, code: str, pk: int, key: str, value: Any, due: date
) -> UUID | None:
    revision = Product.objects.values_list("revision", flat=True).get(pk=pk)
    return edit_product(actor, code, key, value, revision)


# --- Scores


def _criteria(due: date) -> list[Field]:
    model = model_in_force()
    if model is None:
        return []
    language = (get_language() or "fr")[:2]
    return [
        Field(
            c.code, c.label.get(language), "number", low=c.scale.minimum, high=c.scale.maximum,
            steps=c.scale.values,
        )
        for c in model.core.criteria
    ]


def _initiative_targets(states: tuple[str, ...]) -> Callable[[Campaign], Q]:
    def targets(campaign: Campaign) -> Q:
        condition = Q(state__in=states)
        served = InitiativeProduct.objects.all()
        if campaign.entity_id is not None:
            below = entities_below([campaign.entity_id])
            ids = served.filter(product__entity_id__in=below).values("initiative_id")
            condition &= Q(entity_id__in=below) | Q(pk__in=ids)
        if campaign.line_id is not None:
            placed = ProductLine.objects.filter(line_id=campaign.line_id).values("product_id")
            ids = served.filter(product_id__in=placed).values("initiative_id")
            condition &= Q(pk__in=ids)
        return condition

    return targets


def _initiative_holders(ids: Sequence[int]) -> dict[int, int]:
    owners = {
        pk: owner
        for pk, owner in Initiative.objects.filter(
            pk__in=list(ids), owner__active=True
        ).values_list("pk", "owner_id")
        if owner is not None
    }
    left = [pk for pk in ids if pk not in owners]
    served = list(
        InitiativeProduct.objects.filter(initiative_id__in=left).order_by("-share", "pk")
        .values_list("initiative_id", "product_id")
    )
    holders = _product_holders([product for _, product in served])
    for initiative, product in served:
        if product in holders:
            owners.setdefault(initiative, holders[product])
    return owners


def _score_values(ids: Sequence[int], person: int, reader: Reader) -> dict[int, dict[str, Any]]:
    model = model_in_force()
    found: dict[int, dict[str, Any]] = {}
    for mark in marks(model, ids, person) if model is not None else ():
        found.setdefault(mark.initiative, {})[mark.criterion] = mark.value
    return found


def marks_of_all(ids: Sequence[int]) -> dict[int, dict[int, dict[str, float]]]:
    """The marks of everybody: person → initiative → criterion → mark (two queries)."""
    model = model_in_force()
    found: dict[int, dict[int, dict[str, float]]] = {}
    for mark in marks(model, ids) if model is not None else ():
        own = found.setdefault(mark.author or 0, {}).setdefault(mark.initiative, {})
        own[mark.criterion] = mark.value
    return found


def _score_enter(
    actor: Actor, author: int | None, code: str, pk: int, key: str, value: Any, due: date
) -> UUID | None:
    """The mark stays that of who gave it; the right and the trace are those of who accepts."""
    initiative = Initiative.objects.get(pk=pk)
    record_score(replace(actor, person_id=author), initiative, key, value)
    return None


# --- Measures


def _measure_fields(due: date) -> list[Field]:
    return [Field("value", _("Value"), "number")]


def _indicator_holders(ids: Sequence[int]) -> dict[int, int]:
    rows = list(
        Indicator.objects.filter(pk__in=list(ids)).values_list("pk", "owner_id", "product_id")
    )
    holders = _product_holders([product for _, _, product in rows if product is not None])
    found = {}
    for pk, owner, product in rows:
        person = owner or holders.get(product or 0)
        if person is not None:
            found[pk] = person
    return found


def _indicator_targets(campaign: Campaign) -> Q:
    condition = _inside(campaign, "product__entity_id")
    if campaign.line_id is not None:
        placed = ProductLine.objects.filter(line_id=campaign.line_id).values("product_id")
        condition &= Q(product_id__in=placed)
    return condition


def _measure_values(ids: Sequence[int], person: int, reader: Reader) -> dict[int, dict[str, Any]]:
    return {
        pk: {"value": value}
        for pk, value in Indicator.objects.filter(pk__in=list(ids)).values_list("pk", "last_value")
    }


def _measure_enter(
    actor: Actor, author: int | None, code: str, pk: int, key: str, value: Any, due: date
) -> UUID | None:
    if value is None:
        raise Refused(Refusal("campaign.nothing"))
    return add_measure(actor, code, min(due, timezone.localdate()), float(value))


# --- Capacities


def _months(due: date) -> list[Field]:
    start = month_of(due)
    return [
        Field(f"m{month}", formats.month(month), "effort", low=0, high=10_000, unit=str(_("days")))
        for month in range(start, start + 6)
    ]


def _team_holders(ids: Sequence[int]) -> dict[int, int]:
    return {
        pk: manager
        for pk, manager in Team.objects.filter(pk__in=list(ids)).values_list("pk", "manager_id")
        if manager is not None
    }


def _capacity_values(ids: Sequence[int], person: int, reader: Reader) -> dict[int, dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    for team, month, days in Capacity.objects.filter(team_id__in=list(ids)).values_list(
        "team_id", "month", "days"
    ):
        found.setdefault(team, {})[f"m{month}"] = days
    return found


def _capacity_enter(
    actor: Actor, author: int | None, code: str, pk: int, key: str, value: Any, due: date
) -> UUID | None:
    return set_capacity(actor, code, month=int(key[1:]), days=int(value or 0))


# --- Forecasts


def _forecast_fields(due: date) -> list[Field]:
    unit = formats.thousands_unit("EUR")
    return [
        Field("costs_capex", _("CAPEX"), "money", low=0, unit=unit),
        Field("costs_opex", _("OPEX"), "money", low=0, unit=unit),
    ]


def _forecast_values(ids: Sequence[int], person: int, reader: Reader) -> dict[int, dict[str, Any]]:
    """Amounts only for who may read the budget of the initiative."""
    may = reader.initiatives(BUDGET_READ)
    return {
        pk: {"costs_capex": sum(capex), "costs_opex": sum(opex)}
        for pk, capex, opex in Initiative.objects.filter(pk__in=list(ids)).values_list(
            "pk", "costs_capex", "costs_opex"
        )
        if may is None or pk in may
    }


def _forecast_enter(
    actor: Actor, author: int | None, code: str, pk: int, key: str, value: Any, due: date
) -> UUID | None:
    return set_cost(actor, code, nature=key.removeprefix("costs_"), amount=int(value or 0))


KINDS: dict[str, Kind] = {
    kind.code: kind
    for kind in (
        Kind(
            "sheets", "product", Product, lambda due: _SHEET, _sheet_targets, _product_holders,
            _sheet_values, _sheet_enter,
        ),
        Kind(
            "scores", "initiative", Initiative, _criteria, _initiative_targets(ALIVE),
            _initiative_holders, _score_values, _score_enter,
        ),
        Kind(
            "measures", "indicator", Indicator, _measure_fields, _indicator_targets,
            _indicator_holders, _measure_values, _measure_enter,
        ),
        Kind(
            "capacities", "team", Team, _months, lambda c: _inside(c, "entity_id"), _team_holders,
            _capacity_values, _capacity_enter,
        ),
        Kind(
            "forecasts", "initiative", Initiative, _forecast_fields,
            _initiative_targets(PLANNED), _initiative_holders, _forecast_values, _forecast_enter,
        ),
    )
}


def fields_of(campaign: Campaign) -> list[Field]:
    """What a campaign asks of each object, in order."""
    offered = KINDS[campaign.kind].offered(campaign.due_on)
    chosen = set(campaign.fields)
    return [field for field in offered if field.key in chosen]


def ids_of(campaign: Campaign, asks: Iterable[Ask]) -> dict[UUID, int]:
    """The ids of the objects of asks, by uid."""
    uids = [ask.object_uid for ask in asks]
    manager = KINDS[campaign.kind].model._default_manager
    return dict(manager.filter(uid__in=uids).values_list("uid", "pk"))
