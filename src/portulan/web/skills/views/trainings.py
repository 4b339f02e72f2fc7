"""Trainings: the catalogue, sessions, seats and attendance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portulan.base.policy import check_right, require
from portulan.organisation.activities import ORGANISATION_READ, TRAINING_EDIT
from portulan.organisation.skills import access, actions, queries
from portulan.web import navigation
from portulan.web.answers import reason
from portulan.web.htmx import go, tell
from portulan.web.sheets.answering import form_page
from portulan.web.skills import words
from portulan.web.viewer import actor


class TrainingForm(forms.Form):
    """A training of the catalogue."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=300)
    description = forms.CharField(
        label=gettext_lazy("What one learns"), max_length=4000, required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    provider = forms.CharField(label=gettext_lazy("Given by"), max_length=200, required=False)
    hours = forms.IntegerField(label=gettext_lazy("Hours"), min_value=1, max_value=2000)
    skill = forms.ChoiceField(label=gettext_lazy("Skill"), required=False, choices=[])
    level = forms.ChoiceField(
        label=gettext_lazy("Level that it leads to"), required=False, choices=[]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        skills = [(s.code, words.name(s.name, s.name_en)) for s in queries.catalogue()]
        self.fields["skill"] = forms.ChoiceField(
            label=_("Skill"), required=False, choices=[("", "–"), *skills]
        )
        self.fields["level"] = forms.ChoiceField(
            label=_("Level that it leads to"), required=False,
            choices=[("", "–"), *((str(n), f"{n} – {w}") for n, w in words.LEVELS.items())],
        )


class SessionForm(forms.Form):
    """A session of a training."""

    starts = forms.DateField(
        label=gettext_lazy("First day"), widget=forms.DateInput(attrs={"type": "date"})
    )
    ends = forms.DateField(
        label=gettext_lazy("Last day"), widget=forms.DateInput(attrs={"type": "date"})
    )
    place = forms.CharField(label=gettext_lazy("Place"), max_length=200, required=False)
    seats = forms.IntegerField(
        label=gettext_lazy("Seats"), min_value=1, max_value=1000, initial=12
    )


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The trainings, and the sessions to come."""
    who = actor(request)
    require(who, ORGANISATION_READ)
    names = {s.code: words.name(s.name, s.name_en) for s in queries.catalogue()}
    today = timezone.localdate()
    context = {
        "section": navigation.section("organisation", "skills:home"),
        "faces": words.faces(who, "trainings"), "today": today,
        "edit_reason": reason(check_right(who, TRAINING_EDIT)),
        "sessions": [
            (row, words.STATES.get(row.mine))
            for row in queries.sessions(who.person_id, since=today)
            if not row.cancelled
        ],
        "trainings": [
            (t, [(names.get(code, code), level) for code, level in t.leads_to.items()])
            for t in queries.trainings()
        ],
    }
    return render(request, "skills/trainings.html", context)


@require_GET
def page(request: HttpRequest, code: str) -> HttpResponse:
    """One training with its sessions; for who runs trainings, the seats and the attendance."""
    who = actor(request)
    require(who, ORGANISATION_READ)
    training = access.training_for(code)
    refusal = check_right(who, TRAINING_EDIT)
    names = {s.code: words.name(s.name, s.name_en) for s in queries.catalogue()}
    today = timezone.localdate()
    taken = queries.enrolled(training) if refusal is None else {}
    rows = []
    for row in queries.sessions(who.person_id, training=training):
        seats = [(one, words.STATES[one.state]) for one in taken.get(row.uid, ())]
        rows.append((row, words.STATES.get(row.mine), seats, row.starts <= today))
    context = {
        "section": navigation.section("organisation", "skills:home"),
        "faces": words.faces(who, ""), "training": training, "sessions": rows, "today": today,
        "skills": [(names.get(c, c), n, words.LEVELS.get(n, "")) for c, n in
                   training.leads_to.items()],
        "edit_reason": reason(refusal), "runs": refusal is None, "form": SessionForm(),
    }
    return render(request, "skills/training.html", context)


def _form(request: HttpRequest, code: str) -> HttpResponse:
    who = actor(request)
    require(who, TRAINING_EDIT)
    initial: dict[str, Any] = {"hours": 7}
    if code:
        found = access.training_for(code)
        skill, level = next(iter(found.leads_to.items()), ("", ""))
        initial = {
            "name": found.name, "description": found.description, "provider": found.provider,
            "hours": found.hours, "skill": skill, "level": str(level),
        }

    def save(clean: Mapping[str, Any]) -> tuple[str, str, str]:
        leads = {clean["skill"]: int(clean["level"])} if clean["skill"] and clean["level"] else {}
        made = actions.save_training(
            who, code, name=clean["name"], description=clean["description"],
            provider=clean["provider"], hours=clean["hours"], leads_to=leads,
        )
        return _("The training is saved."), "", reverse("skills:training", args=[made.code])

    back = reverse("skills:trainings")
    return form_page(
        request, TrainingForm(request.POST or None, initial=initial), save,
        title=_("Change the training") if code else _("Add a training"), back=back,
        crumbs=[(_("Trainings"), back)],
    )


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Add a training."""
    return _form(request, "")


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """Change a training."""
    return _form(request, code)


@require_http_methods(["GET", "POST"])
def session(request: HttpRequest, code: str) -> HttpResponse:
    """Plan a session."""
    who = actor(request)
    require(who, TRAINING_EDIT)
    training = access.training_for(code)
    back = reverse("skills:training", args=[code])

    def save(clean: Mapping[str, Any]) -> tuple[str, str, str]:
        actions.add_session(who, code, **clean)
        return _("The session is planned."), "", ""

    return form_page(
        request, SessionForm(request.POST or None), save, title=_("Plan a session"), back=back,
        crumbs=[(_("Trainings"), reverse("skills:trainings")), (training.name, back)],
    )


@require_POST
def ask(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Ask for a seat."""
    who = actor(request)
    require(who, ORGANISATION_READ)
    actions.ask_seat(who, uid)
    tell(request, _("Your seat is asked for."))
    return go(request, "skills:trainings")


@require_POST
def answer(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Answer a request for a seat, or say who came."""
    who = actor(request)
    require(who, ORGANISATION_READ)
    found = access.session_for(uid)
    actions.answer_seat(
        who, uid, request.POST.get("person", "")[:120], request.POST.get("state", "")[:10]
    )
    return go(request, "skills:training", found.training.code)


@require_POST
def cancel(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Cancel a session."""
    who = actor(request)
    require(who, TRAINING_EDIT)
    found = access.session_for(uid)
    actions.cancel_session(who, uid)
    tell(request, _("The session is cancelled."))
    return go(request, "skills:training", found.training.code)
