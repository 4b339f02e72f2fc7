"""What skills bring to the frame: their sentences, and commands of the palette."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portulan.web import plugs
from portulan.web.skills.words import SENTENCES


def _commands(request: HttpRequest) -> Iterable[plugs.Hit]:
    yield plugs.Hit(_("Page"), _("My skills"), reverse("skills:home"), icon="certificate")
    yield plugs.Hit(_("Page"), _("Trainings"), reverse("skills:trainings"), icon="school")


plugs.commands("skills", _commands)
plugs.sentences(SENTENCES)
