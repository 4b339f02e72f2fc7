"""The governance profile: what holds, the plan of another, its application, files, the wizard."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portulan.base.policy import NotFoundForActor, check_right, require
from portulan.coherence.sentences import SENTENCES
from portulan.organisation.access import entity_scope
from portulan.profiles import actions, queries, telling
from portulan.profiles import export as exporting
from portulan.profiles.activities import PROFILE_APPLY, PROFILE_READ
from portulan.profiles.library import BadProfile, Profile, archive, archive_files
from portulan.profiles.merge import CONFLICT, KEEP, LOCAL, TAKE
from portulan.profiles.plan import Plan, applied, make, touched
from portulan.profiles.state import words
from portulan.profiles.telling import Told
from portulan.profiles.wizard import QUESTIONS, propose
from portulan.web import navigation
from portulan.web.answers import reason
from portulan.web.governance.sitting_words import cadence
from portulan.web.htmx import go, tell
from portulan.web.profiles.words import ANSWERS, REASONS
from portulan.web.profiles.words import QUESTIONS as ASKED
from portulan.web.viewer import actor
from portulan.wording import vocabulary

#: The largest archive taken in, in bytes.
LARGEST = 2_000_000


def _language() -> str:
    return (get_language() or "fr")[:2]


def _friendly(item: Told) -> Told:
    """A rhythm as people say it, a rule by what it looks for."""
    lines = tuple(
        replace(
            line, before=tuple(map(cadence, line.before)), after=tuple(map(cadence, line.after))
        )
        if line.name == "cadence" else line
        for line in item.lines
    )
    title = item.title
    if item.entry.topic == "rules" and item.entry.code in SENTENCES:
        title = f"{item.entry.code} · {SENTENCES[item.entry.code].title}"
    return replace(item, lines=lines, title=title)


def _may(request: HttpRequest) -> str:
    """Why the reader may not apply a profile, "" when she may."""
    return reason(check_right(actor(request), PROFILE_APPLY, entity_scope(None)))


def _profile(code: str) -> Profile:
    try:
        return queries.profile_of(code)
    except BadProfile:
        raise NotFoundForActor("profile", code) from None


def _plan(code: str, step: str) -> Plan:
    try:
        return make(_profile(code), step)
    except KeyError:
        raise NotFoundForActor("step", step) from None


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What is applied, how far what holds has moved from it, and the profiles there are."""
    require(actor(request), PROFILE_READ)
    now = applied()
    rows = queries.profile_rows()
    current = next((row for row in rows if row.code == now.get("code")), None)
    found: Plan | None = None
    if current is not None and not current.faults:
        profile = _profile(current.code)
        step = now.get("step", "")
        if not step or profile.has_step(step):
            found = make(profile, step)
    language = _language()
    names = [code for code, _name in current.steps] if current is not None else []
    reached = len(names) if not now.get("step") else (
        names.index(now["step"]) + 1 if now["step"] in names else 0
    )
    context = {
        "faces": navigation.section("organisation", "profiles:home"),
        "now": now, "now_name": words(now.get("name"), language),
        "step_count": len(names), "reached": reached,
        "steps": [
            (number, code, words(name, language), number <= reached)
            for number, (code, name) in enumerate(current.steps if current else (), start=1)
        ],
        "next_step": names[reached] if reached < len(names) else "",
        "local": [
            _friendly(telling.told(entry)) for entry in found.entries if entry.kind == LOCAL
        ] if found else [],
        "drift": [
            _friendly(telling.told(entry)) for entry in found.entries if entry.kind != LOCAL
        ] if found else [],
        "parts": [capfirst(telling.part_text(part)) for part in found.parts] if found else [],
        "profiles": [
            {
                "row": row, "name": words(row.name, language),
                "description": words(row.description, language),
                "current": row.code == now.get("code"),
            }
            for row in rows
        ],
        "past": queries.applications(8),
        "apply_reason": _may(request),
    }
    return render(request, "profiles/home.html", context)


@require_GET
def plan(request: HttpRequest) -> HttpResponse:
    """What a profile would change, whom it touches, which conflicts it meets."""
    require(actor(request), PROFILE_READ)
    code, step = request.GET.get("profile", ""), request.GET.get("step", "")
    found = _plan(code, step)
    return render(request, "profiles/plan.html", _plan_context(request, found))


def _plan_context(request: HttpRequest, found: Plan) -> dict[str, Any]:
    language = _language()
    hit = touched(found)
    topics = [
        (
            topic, label, list(map(_friendly, entries)),
            sum(t.entry.kind == CONFLICT for t in entries),
            sum(t.entry.kind != LOCAL for t in entries),
        )
        for topic, label, entries in telling.by_topic(found.entries)
    ]
    return {
        "plan": found, "name": words(found.profile.name, language),
        "description": words(found.profile.description, language),
        "sentence": telling.counted(found), "topics": topics,
        "counts": found.counts, "mark": actions.mark(found), "touched": hit,
        "rights": [
            (right.gains, capfirst(telling.right_text(right)), right.people)
            for right in hit.rights
        ],
        "seats": [
            (code, [(vocabulary.role(role), people) for role, people in seats])
            for code, seats in hit.seats.items() if seats
        ],
        "standing": [
            (code, s) for code, s in hit.forums.items() if s.members or s.meetings or s.dossiers
        ],
        "steps": [
            (step["code"], words(step["name"], language), words(step.get("why"), language),
             words(step.get("done_when"), language))
            for step in found.profile.steps
        ],
        "parts": [capfirst(telling.part_text(part)) for part in found.parts],
        "apply_reason": _may(request),
    }


@require_POST
def apply(request: HttpRequest) -> HttpResponse:
    """Apply the plan that was looked at, with the choices made."""
    who = actor(request)
    require(who, PROFILE_APPLY, entity_scope(None))
    profile = _profile(request.POST.get("profile", ""))
    step = request.POST.get("step", "")
    if step and not profile.has_step(step):
        raise NotFoundForActor("step", step)
    choices = {
        name.removeprefix("choice:"): value
        for name, value in request.POST.items()
        if name.startswith("choice:") and value in (KEEP, TAKE)
    }
    done = actions.apply(
        who, profile, step, choices=choices, seen=request.POST.get("seen", "")
    )
    tell(request, _("The profile is applied: %(counts)s") % {"counts": telling.counted(done)})
    return go(request, "profiles:home")


def _zip(files: Any, code: str) -> HttpResponse:
    response = HttpResponse(archive(files, code), content_type="application/zip")
    response.headers["Content-Disposition"] = (
        content_disposition_header(True, f"{code}.zip") or ""
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The files of a profile, or of what holds now, as an archive."""
    require(actor(request), PROFILE_READ)
    code = request.GET.get("profile", "")
    if code:
        return _zip(queries.profile_files(code), code)
    return _zip(exporting.export("export", _("What holds now")), "export")


class ArchiveForm(forms.Form):
    """An archive of files of a profile."""

    archive = forms.FileField(label=gettext_lazy("Archive (.zip)"))


@require_http_methods(["GET", "POST"])
def take_in(request: HttpRequest) -> HttpResponse:
    """Take in a profile of the company's own; every fault is said with its file, line and field."""
    who = actor(request)
    require(who, PROFILE_APPLY, entity_scope(None))
    form = ArchiveForm(request.POST or None, request.FILES or None)
    faults: list[Any] = []
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["archive"]
        if (given.size or 0) > LARGEST:
            form.add_error("archive", _("The archive is too large."))
        else:
            try:
                made = actions.keep_own(who, archive_files(given.read()))
            except BadProfile as error:
                faults = error.problems
            else:
                tell(request, _("%(name)s is taken in: look at its plan.") % {"name": made.name})
                return go(request, f"{reverse('profiles:plan')}?profile={made.code}")
    status = 422 if request.method == "POST" else 200
    return render(
        request, "profiles/import.html", {"form": form, "faults": faults}, status=status
    )


@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """Leave a profile of the company's own out of the list."""
    actions.forget_own(actor(request), request.POST.get("profile", ""))
    tell(request, _("The profile is out of the list; what it set up stays."))
    return go(request, "profiles:home")


@require_GET
def wizard(request: HttpRequest) -> HttpResponse:
    """Six questions, and the profile and step that fit."""
    require(actor(request), PROFILE_READ)
    answers = {name: request.GET.get(name, "") for name in QUESTIONS}
    found = propose(answers)
    context: dict[str, Any] = {
        "questions": [
            (name, ASKED[name],
             [(code, ANSWERS[name][code], answers[name] == code) for code in known])
            for name, known in QUESTIONS.items()
        ],
        "asked": any(answers.values()), "proposal": found, "apply_reason": _may(request),
    }
    if found is not None:
        profile = _profile(found.profile)
        language = _language()
        context |= {
            "name": words(profile.name, language),
            "description": words(profile.description, language),
            "step_name": words(profile.step(found.step)["name"], language),
            "step_why": words(profile.step(found.step).get("why"), language),
            "reasons": [REASONS[reason] for reason in found.reasons],
            "steps": [
                (step["code"], words(step["name"], language), step["code"] == found.step)
                for step in profile.steps
            ],
            "other": "eti" if found.profile == "groupe" else "groupe",
        }
    return render(request, "profiles/wizard.html", context)
