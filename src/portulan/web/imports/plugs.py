"""What the import pages bring to the frame."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from portulan.base.policy import check_right
from portulan.integrations.activities import IMPORT_RUN
from portulan.integrations.table.sentences import BATCH_REFUSALS, FILE_REFUSALS
from portulan.web import plugs
from portulan.web.viewer import actor


def _commands(request: HttpRequest) -> Iterable[plugs.Hit]:
    if check_right(actor(request), IMPORT_RUN) is not None:
        return []
    return [
        plugs.Hit(_("Command"), _("Import a table"), reverse("imports:home"), icon="file-import")
    ]


plugs.commands("imports", _commands)
plugs.sentences({**FILE_REFUSALS, **BATCH_REFUSALS})
