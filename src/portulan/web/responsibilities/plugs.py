"""What the responsibilities bring to the frame: their sentences and commands of the palette."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portulan.web import plugs
from portulan.web.responsibilities.words import SENTENCES


def _commands(request: HttpRequest) -> Iterable[plugs.Hit]:
    yield plugs.Hit(
        _("Command"), _("Why can I, why can't I do something?"),
        reverse("responsibilities:why"), icon="help",
    )


plugs.sentences(SENTENCES)
plugs.commands("responsibilities", _commands)
