"""Whose flow or backlog a page shows: a team, a product or an initiative, for who reads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from portulan.base.policy import Actor, NotFoundForActor, Refusal, check_right, require
from portulan.catalogue.access import product_at
from portulan.evidence.activities import INDICATOR_EDIT
from portulan.organisation.access import team_for
from portulan.portfolio.access import initiative_at
from portulan.portfolio.activities import BACKLOG_EDIT, BACKLOG_READ
from portulan.readmodels.flow import WINDOWS, Part
from portulan.web.objects import address
from portulan.web.sheets.answering import optional

KINDS = ("team", "product", "initiative")


@dataclass(frozen=True, slots=True)
class Whose:
    """A part with its record, its page, why its backlog may not be edited (``refusal``) nor its
    indicators (``indicators``, for a product)."""

    part: Part
    record: Any
    url: str
    refusal: Refusal | None
    folder: str
    indicators: Refusal | None = None

    @property
    def crumbs(self) -> list[tuple[str, str]]:
        """Where it stands."""
        top = (
            (_("Teams"), optional("sheets:teams")) if self.part.kind == "team"
            else (_("Portfolio"), optional("portfolio:table"))
        )
        return [top, (self.part.name, self.url)]


def whose(actor: Actor, kind: str, code: str) -> Whose:
    """The part of this kind and code.

    Raises:
        NotFoundForActor: there is none that the actor may know of.
        Refused: its work may not be read.
    """
    if kind == "team":
        team, scope = team_for(actor, code)
        require(actor, BACKLOG_READ, scope)
        country = team.entity.country if team.entity else ""
        return Whose(
            Part("team", team.pk, code, team.name, country), team, address("team", code),
            check_right(actor, BACKLOG_EDIT, scope), "teams",
        )
    if kind == "product":
        product, at = product_at(actor, code)
        require(actor, BACKLOG_READ, at.scope)
        country = product.entity.country if product.entity else ""
        return Whose(
            Part("product", product.pk, code, product.name, country), product,
            address("product", code), at.refusal(BACKLOG_EDIT), "products",
            at.refusal(INDICATOR_EDIT),
        )
    if kind == "initiative":
        initiative, at = initiative_at(actor, code)
        require(actor, BACKLOG_READ, at.scope)
        country = initiative.entity.country if initiative.entity else ""
        return Whose(
            Part("initiative", initiative.pk, code, initiative.name, country), initiative,
            address("initiative", code), at.refusal(BACKLOG_EDIT), "initiatives",
        )
    raise NotFoundForActor(kind, code)


def window(text: str) -> int:
    """The weeks that a page looks back, from its address."""
    return int(text) if text.isdigit() and int(text) in WINDOWS else WINDOWS[1]


def asked_day(text: str) -> date | None:
    """A day from the address; ``None`` when it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
