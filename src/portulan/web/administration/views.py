"""The settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portulan.base.policy import Refused, check_right, require, system_actor
from portulan.base.samples import is_sample
from portulan.governance.actions.samples import check_remove_samples, remove_samples
from portulan.organisation import actions
from portulan.organisation.access import entity_for
from portulan.organisation.accounts import give_access
from portulan.organisation.activities import (
    ORGANISATION_EDIT,
    ORGANISATION_READ,
    PEOPLE_EDIT,
    SETTINGS_EDIT,
)
from portulan.organisation.queries import accesses, entity_tree
from portulan.prioritisation.queries.scoring import versions
from portulan.web.administration.forms import AccountForm, EntityForm, FirstForm, RoleForm
from portulan.web.answers import reason
from portulan.web.htmx import go, tell
from portulan.web.paging import cut
from portulan.web.sheets import words
from portulan.web.sheets.answering import form_page, optional, undo_url
from portulan.web.viewer import actor


def _crumbs() -> list[tuple[str, str]]:
    return [(_("Settings"), reverse("administration:home"))]


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What can be set, and by whom."""
    who = actor(request)
    require(who, ORGANISATION_READ)
    context = {
        "people_reason": reason(check_right(who, PEOPLE_EDIT)),
        "sample": is_sample() and check_right(who, SETTINGS_EDIT) is None,
        "gallery_url": optional("gallery:home"), "import_url": optional("imports:home"),
        "account_url": optional("account:profile"),
    }
    return render(request, "administration/home.html", context)


@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """Who holds which role on which entity, and who can sign in."""
    who = actor(request)
    require(who, PEOPLE_EDIT)
    context = {"page": cut(request, accesses(), size=100), "crumbs": _crumbs()}
    return render(request, "administration/people.html", context)


@require_http_methods(["GET", "POST"])
def give_account(request: HttpRequest) -> HttpResponse:
    """An account with its first role."""
    who = actor(request)
    require(who, PEOPLE_EDIT)
    form = AccountForm(request.POST or None)

    def save(clean: Mapping[str, Any]) -> tuple[str, str, str]:
        entity_for(who, clean["entity"], PEOPLE_EDIT)
        give_access(
            who, email=clean["email"], name=clean["name"], role=clean["role"],
            entity_code=clean["entity"], password=clean["password"],
        )
        return _("%(name)s can sign in.") % {"name": clean["name"]}, "", ""

    return form_page(
        request, form, save, title=_("Give an account"), verb=_("Give the account"),
        back=reverse("administration:people"), crumbs=_crumbs(),
    )


@require_http_methods(["GET", "POST"])
def give_role(request: HttpRequest) -> HttpResponse:
    """A role on an entity and everything below it."""
    who = actor(request)
    require(who, PEOPLE_EDIT)
    form = RoleForm(request.POST or None)

    def save(clean: Mapping[str, Any]) -> tuple[str, str, str]:
        change = actions.give_role(who, **clean)
        return _("The role is given."), undo_url("organisation", change), ""

    return form_page(
        request, form, save, title=_("Give a role"), verb=_("Give the role"),
        lead=_("It covers the entity and everything below it, from today."),
        back=reverse("administration:people"), crumbs=_crumbs(),
    )


@require_POST
def end_role(request: HttpRequest, uid: UUID) -> HttpResponse:
    """End a role on an entity."""
    change = actions.end_role(actor(request), uid)
    tell(request, _("The role has ended."), undo=undo_url("organisation", change))
    return go(request, "administration:people")


@require_GET
def entities(request: HttpRequest) -> HttpResponse:
    """The tree of entities."""
    who = actor(request)
    require(who, ORGANISATION_READ)
    context = {
        "entities": entity_tree(), "levels": words.LEVELS, "crumbs": _crumbs(),
        "edit_reason": reason(check_right(who, ORGANISATION_EDIT)),
    }
    return render(request, "administration/entities.html", context)


@require_http_methods(["GET", "POST"])
def add_entity(request: HttpRequest) -> HttpResponse:
    """An entity under another one."""
    who = actor(request)
    require(who, ORGANISATION_EDIT)
    form = EntityForm(request.POST or None)

    def save(clean: Mapping[str, Any]) -> tuple[str, str, str]:
        made = actions.create_entity(who, **clean)
        return _("%(name)s is added.") % {"name": made.name}, "", ""

    return form_page(
        request, form, save, title=_("Add an entity"), verb=_("Add"),
        lead=_("It takes the currency and the fiscal year of the entity above."),
        back=reverse("administration:entities"), crumbs=_crumbs(),
    )


@require_GET
def scoring(request: HttpRequest) -> HttpResponse:
    """The versions of the scoring model."""
    require(actor(request), ORGANISATION_READ)
    context = {
        "versions": versions(), "crumbs": _crumbs(),
        "model_url": optional("prioritisation:model"),
        "ranking_url": optional("prioritisation:home"),
    }
    return render(request, "administration/scoring.html", context)


@require_http_methods(["GET", "POST"])
def sample(request: HttpRequest) -> HttpResponse:
    """Remove the sample data and give the first account of what comes next."""
    who = actor(request)
    require(who, SETTINGS_EDIT)
    refusal = check_remove_samples()
    if refusal is not None:
        raise Refused(refusal)
    form = FirstForm(request.POST or None)

    def save(clean: Mapping[str, Any]) -> tuple[str, str, str]:
        with transaction.atomic():
            remove_samples(who)
            give_access(system_actor("sample data removed"), role="pmo", **clean)
        logout(request)
        said = _("The sample data are gone. Sign in, then bring in your own portfolio.")
        return said, "", reverse("account:sign_in")

    return form_page(
        request, form, save, title=_("Remove the sample data"), verb=_("Remove them and start"),
        lead=_("The made-up group goes, with its products, its money, its decisions and its "
               "accounts; this cannot be undone. Give the account of the first PMO."),
        back=reverse("administration:home"), crumbs=_crumbs(),
    )
