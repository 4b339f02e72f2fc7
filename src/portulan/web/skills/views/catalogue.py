"""The skill catalogue with its levels, and the whole in groups without names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portulan.base.policy import check_right, require
from portulan.organisation.activities import ORGANISATION_READ, SKILL_EDIT, TRAINING_EDIT
from portulan.organisation.skills import access, actions, queries
from portulan.readmodels.reader import Reader
from portulan.readmodels.responsibilities.holders import staff_of
from portulan.web import navigation
from portulan.web.answers import reason
from portulan.web.htmx import go, tell
from portulan.web.sheets.answering import form_page
from portulan.web.skills import words
from portulan.web.viewer import actor


class SkillForm(forms.Form):
    """A skill with what each of its levels looks like, in both languages."""

    name = forms.CharField(label=gettext_lazy("Name in French"), max_length=300)
    name_en = forms.CharField(
        label=gettext_lazy("Name in English"), max_length=300, required=False
    )
    family = forms.ChoiceField(label=gettext_lazy("Family"), choices=[])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["family"] = forms.ChoiceField(
            label=_("Family"), choices=[(code, str(w)) for code, w in words.FAMILIES.items()]
        )
        for level, word in words.LEVELS.items():
            for language, label in (("fr", _("in French")), ("en", _("in English"))):
                self.fields[f"level{level}_{language}"] = forms.CharField(
                    label=f"{level} – {word} ({label})", required=False, max_length=500,
                    widget=forms.Textarea(attrs={"rows": 2}),
                )


def _anchors(clean: Mapping[str, Any]) -> list[dict[str, str]]:
    return [
        {language: str(clean[f"level{level}_{language}"]).strip() for language in ("fr", "en")}
        for level in words.LEVELS
    ]


def _text(anchor: Mapping[str, str]) -> str:
    first, second = ("fr", "en") if (get_language() or "fr").startswith("fr") else ("en", "fr")
    return anchor.get(first) or anchor.get(second) or ""


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The skills of the company, by family, with their levels."""
    who = actor(request)
    require(who, ORGANISATION_READ)
    rows = queries.catalogue()
    context = {
        "section": navigation.section("organisation", "skills:home"),
        "faces": words.faces(who, "catalogue"), "count": len(rows),
        "edit_reason": reason(check_right(who, SKILL_EDIT)),
        "families": [
            (
                str(label),
                [
                    (
                        row.code, words.name(row.name, row.name_en),
                        [
                            (n, words.LEVELS[n], _text(anchor))
                            for n, anchor in enumerate(row.anchors[:4], start=1)
                        ],
                    )
                    for row in rows if row.family == code
                ],
            )
            for code, label in words.FAMILIES.items()
            if any(row.family == code for row in rows)
        ],
    }
    return render(request, "skills/catalogue.html", context)


def _form(request: HttpRequest, code: str) -> HttpResponse:
    who = actor(request)
    require(who, SKILL_EDIT)
    initial: dict[str, Any] = {}
    if code:
        found = access.skill_for(code)
        initial = {"name": found.name, "name_en": found.name_en, "family": found.family}
        for level, anchor in enumerate(found.anchors[:4], start=1):
            initial |= {f"level{level}_{k}": v for k, v in anchor.items()}

    def save(clean: Mapping[str, Any]) -> tuple[str, str, str]:
        actions.save_skill(
            who, code, name=clean["name"], name_en=clean["name_en"], family=clean["family"],
            anchors=_anchors(clean),
        )
        return _("The skill is in the catalogue."), "", ""

    back = reverse("skills:catalogue")
    return form_page(
        request, SkillForm(request.POST or None, initial=initial), save,
        title=_("Change a skill") if code else _("Add a skill"), back=back,
        crumbs=[(_("Skill catalogue"), back)],
    )


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Add a skill."""
    return _form(request, "")


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """Change a skill."""
    return _form(request, code)


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """The skills of everybody together; no name, and nothing about fewer than five people."""
    who = actor(request)
    require(who, TRAINING_EDIT)
    staff = staff_of(Reader(who))
    roles = {pk: sorted({h.role for h in one.holdings}) for pk, one in staff.people.items()}
    groups = queries.groups(roles)
    context = {
        "section": navigation.section("organisation", "skills:home"),
        "faces": words.faces(who, "overview"), "fewest": queries.FEWEST,
        "groups": [
            (words.FAMILIES.get(g.family, g.family), words.name(g.name, g.name_en), g)
            for g in groups
        ],
    }
    return render(request, "skills/overview.html", context)


@require_POST
def fill(request: HttpRequest) -> HttpResponse:
    """Take over the skills that the role sheets ask for."""
    count = actions.skills_from_sheets(actor(request))
    tell(
        request,
        ngettext("%(count)s skill is added.", "%(count)s skills are added.", count)
        % {"count": count},
    )
    return go(request, "skills:catalogue")
