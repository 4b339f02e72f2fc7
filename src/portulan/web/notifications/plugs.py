"""What notifications bring to the frame: the bell's count, the command."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from portulan.notifications import queries
from portulan.web import plugs
from portulan.web.plugs import Hit
from portulan.web.viewer import actor

plugs.unread(lambda request: queries.unread(actor(request)))


def _commands(request: HttpRequest) -> Iterable[Hit]:
    yield Hit(_("Page"), _("Notifications"), reverse("notifications:home"), icon="bell")
    label = _("What is sent to me by mail")
    yield Hit(_("Page"), label, reverse("notifications:preferences"), icon="settings")


plugs.commands("notifications", _commands)
