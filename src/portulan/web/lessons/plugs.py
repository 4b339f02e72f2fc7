"""What the lessons bring to the frame: the palette finds them, and their sentences."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portulan.base.policy import check_right
from portulan.organisation.activities import LESSON_READ, LESSON_WRITE
from portulan.organisation.lessons.queries import found
from portulan.web import plugs
from portulan.web.viewer import actor


def _search(request: HttpRequest, folded: str, limit: int) -> Iterable[plugs.Hit]:
    if check_right(actor(request), LESSON_READ) is not None:
        return
    for code, name in found(folded, limit):
        yield plugs.Hit(
            _("Lesson learned"), name, reverse("lessons:lesson", args=[code]), detail=code,
            icon="notebook",
        )


def _commands(request: HttpRequest) -> Iterable[plugs.Hit]:
    if check_right(actor(request), LESSON_WRITE) is None:
        yield plugs.Hit(
            _("Command"), _("Write a lesson learned"), reverse("lessons:new"), icon="notebook"
        )


plugs.search("lessons", _search)
plugs.commands("lessons", _commands)
plugs.sentences(
    {
        "lesson.nothing_learned": _("Say what you would do again, or otherwise."),
        "lesson.day_to_come": _("A lesson is not learned on a day to come."),
        "lesson.about": _("No product, project, decision or meeting has the code “%(found)s”."),
    }
)
