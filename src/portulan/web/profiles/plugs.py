"""What the governance profile brings to the frame."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from portulan.base.policy import check_right
from portulan.organisation.access import entity_scope
from portulan.profiles.activities import PROFILE_APPLY
from portulan.web import plugs
from portulan.web.profiles.words import SENTENCES
from portulan.web.viewer import actor


def _commands(request: HttpRequest) -> Iterable[plugs.Hit]:
    if check_right(actor(request), PROFILE_APPLY, entity_scope(None)) is None:
        yield plugs.Hit(
            _("Command"), _("Choose a governance profile in six questions"),
            reverse("profiles:wizard"), icon="wand",
        )


plugs.sentences(SENTENCES)
plugs.commands("profiles", _commands)
