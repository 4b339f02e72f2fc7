"""The library of lessons: searched, read, written from what has just ended."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portulan.base.policy import (
    Actor,
    Conflict,
    Invalid,
    Refusal,
    Refused,
    check_right,
    require,
)
from portulan.base.subjects import Subject, resolver
from portulan.organisation.activities import LESSON_WRITE
from portulan.organisation.lessons import actions, queries
from portulan.web import navigation
from portulan.web.answers import reason, sentence
from portulan.web.htmx import go, tell
from portulan.web.lessons.forms import LessonForm
from portulan.web.objects import FOLDERS, address
from portulan.web.paging import changed, cut
from portulan.web.viewer import actor

#: Tags shown as filters.
TAGS = 16
#: Kind of object → the sentence that a lesson begins with.
STARTS = ("product", "project", "decision", "meeting", "dossier", "initiative")


def _links(subjects: tuple[Subject, ...]) -> list[tuple[str, str]]:
    return [
        (s.name or s.code, address(s.kind, s.code) if s.kind in FOLDERS else "") for s in subjects
    ]


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The library, searched by words and tags."""
    who = actor(request)
    text = request.GET.get("q", "")[:100]
    tag = request.GET.get("tag", "")[:40]
    rows = queries.lessons(who, text=text, tag=tag)
    known = queries.tags()
    query = request.GET.urlencode()
    context: dict[str, Any] = {
        "section": navigation.section("organisation", "lessons:home"),
        "page": cut(request, [(row, _links(row.about)) for row in rows], size=30),
        "text": text, "tag": tag, "count": len(rows),
        "tags": [
            (name, n, changed(query, {"tag": None if name == tag else name, "page": None}),
             name == tag)
            for name, n in known[:TAGS]
        ],
        "write_reason": reason(check_right(who, LESSON_WRITE)),
        "filtered": bool(text or tag),
    }
    return render(request, "lessons/home.html", context)


@require_GET
def page(request: HttpRequest, code: str) -> HttpResponse:
    """One lesson."""
    who = actor(request)
    lesson = queries.lesson_for(who, code)
    context = {
        "section": navigation.section("organisation", "lessons:home"), "lesson": lesson,
        "about": _links(queries.about(who, [lesson.pk]).get(lesson.pk, ())),
        "author": lesson.author, "entity": lesson.entity,
        "edit_reason": reason(queries.check_edit(who, lesson)),
        "parts": [
            (label, value)
            for label, value in (
                (_("What happened"), lesson.happened), (_("Why"), lesson.causes),
                (_("What we would do again"), lesson.again),
                (_("What we would do otherwise"), lesson.otherwise),
            )
            if value
        ],
    }
    return render(request, "lessons/lesson.html", context)


def _about(who: Actor, form: LessonForm) -> list[str]:
    """The objects that typed codes lead to, as ``kind:code``; errors go to the form."""
    codes = [part.strip() for part in form.cleaned_data["about"].split(",") if part.strip()]
    if not codes:
        return []
    known = resolver().coded(who, codes)
    found = []
    for code in codes:
        subject = known.get(code.lower())
        if subject is None or subject.kind not in queries.KINDS:
            form.add_error("about", sentence(Refusal("lesson.about", {"found": code})))
        else:
            found.append(f"{subject.kind}:{subject.code}")
    return found


def _fill(form: LessonForm, invalid: Invalid) -> None:
    for name, refusal in invalid.errors.items():
        form.add_error(name if name in form.fields else None, sentence(refusal))


def _form(
    request: HttpRequest, form: LessonForm, title: str, verb: str, back: str, revision: int = 0
) -> HttpResponse:
    context = {
        "section": navigation.section("organisation", "lessons:home"), "form": form,
        "title": title, "verb": verb, "back": back, "revision": revision,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "lessons/form.html", context, status=status)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new lesson; ``about=project:CODE`` begins it from what has just ended."""
    who = actor(request)
    require(who, LESSON_WRITE)
    start: dict[str, str] = {}
    kind, _sep, code = request.GET.get("about", "")[:140].partition(":")
    if kind in STARTS and code:
        subject = resolver().find(who, kind, code)
        start = {"about": subject.code, "tags": ""}
    form = LessonForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        about = _about(who, form)
        if form.is_valid():
            try:
                made = actions.write_lesson(who, form.told(about))
            except Invalid as invalid:
                _fill(form, invalid)
            else:
                tell(request, _("The lesson is in the library."))
                return go(request, reverse("lessons:lesson", args=[made.code]))
    return _form(
        request, form, _("Write a lesson"), _("Add to the library"), reverse("lessons:home")
    )


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """Change a lesson."""
    who = actor(request)
    lesson = queries.lesson_for(who, code)
    refusal = queries.check_edit(who, lesson)
    if refusal is not None:
        raise Refused(refusal)
    known = queries.about(who, [lesson.pk]).get(lesson.pk, ())
    form = LessonForm(
        request.POST or None,
        initial={
            "name": lesson.name, "happened": lesson.happened, "causes": lesson.causes,
            "again": lesson.again, "otherwise": lesson.otherwise, "tags": ", ".join(lesson.tags),
            "learned_on": lesson.learned_on.isoformat(),
            "about": ", ".join(s.code for s in known),
        },
    )
    back = reverse("lessons:lesson", args=[code])
    if request.method == "POST" and form.is_valid():
        about = _about(who, form)
        raw = request.POST.get("revision", "")
        if form.is_valid():
            try:
                if not (raw.isascii() and raw.isdecimal()):
                    raise Conflict("lesson", code, {})
                actions.edit_lesson(who, code, form.told(about), int(raw))
            except Invalid as invalid:
                _fill(form, invalid)
            else:
                tell(request, _("The lesson is changed."))
                return go(request, back)
    return _form(request, form, _("Change the lesson"), _("Save"), back, lesson.revision)


@require_POST
def remove(request: HttpRequest, code: str) -> HttpResponse:
    """Take a lesson out of the library."""
    actions.delete_lesson(actor(request), code)
    tell(request, _("The lesson is removed."))
    return go(request, "lessons:home")
