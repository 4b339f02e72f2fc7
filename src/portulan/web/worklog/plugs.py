"""What the import of work items brings to the frame: sentences of its refusals."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portulan.base.policy import check_right
from portulan.integrations.activities import IMPORT_RUN
from portulan.web import plugs
from portulan.web.viewer import actor

plugs.sentences(
    {
        "work.empty": gettext_lazy("There is no work item in it."),
        "work.no_done": gettext_lazy("Say which state means done."),
        "work.busy": gettext_lazy("Work is under way on this import."),
        "work.broke": gettext_lazy(
            "The work broke and nothing was written. Try again; if it breaks again, tell whoever "
            "runs this instance."
        ),
        "work.stopped": gettext_lazy("Stopped: nothing was written."),
        "work.moved": gettext_lazy(
            "Somebody changed the backlog at this very moment. Look again, then import."
        ),
        "work.zone": gettext_lazy("No such time zone: %(zone)s."),
        "work.unknown_team": gettext_lazy("No team has the code %(code)s."),
        "work.unknown_product": gettext_lazy("No product has the code %(code)s."),
        "work.unknown_initiative": gettext_lazy("No initiative has the code %(code)s."),
        "file.no_items": gettext_lazy(
            "No work items found: a column of identifiers and a column of dates are needed."
        ),
        "file.no_issues": gettext_lazy("This is JSON, but no page of a Jira search."),
        "file.json": gettext_lazy("This JSON is damaged at line %(line)s."),
    }
)


def _commands(request: HttpRequest) -> Iterable[plugs.Hit]:
    if check_right(actor(request), IMPORT_RUN) is not None:
        return []
    return [
        plugs.Hit(
            _("Command"), _("Import work items"), reverse("worklog:home"),
            icon="arrows-transfer-up",
        )
    ]


plugs.commands("worklog", _commands)
