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
            "No work items found: a column of identifiers and a column of dates are needed. "
            "Headings read: %(headings)s."
        ),
        "file.no_issues": gettext_lazy(
            "This JSON holds neither issues of Jira nor a list of items with their dates."
        ),
        "file.history_alone": gettext_lazy(
            "These are histories of issues without the issues: bring the pages of the search with "
            "them."
        ),
        "file.error_answer": gettext_lazy("The tracker answered with an error: %(said)s"),
        "file.mixed": gettext_lazy("Bring tables and JSON apart: %(name)s is no JSON."),
        "work.source_changed": gettext_lazy(
            "The source “%(source)s” changed since this import (%(by)s): by a later import, or by "
            "another meaning of its states. Take that back first: later imports on their pages, "
            "the meaning of states on the page of the source."
        ),
        "work.items_changed": gettext_lazy(
            "Items changed since this import, such as “%(name)s” (%(by)s): taking it back would "
            "undo that too."
        ),
        "work.items_used": gettext_lazy(
            "Something made since refers to what this import brought, such as “%(name)s”: taking "
            "it back would leave that without it."
        ),
        "work.nothing_settled": gettext_lazy(
            "There is no earlier meaning to come back to: nothing changed it, or an import came "
            "since."
        ),
        "work.needs_key": gettext_lazy("Say which column identifies the items."),
        "work.needs_state": gettext_lazy("Say which column gives the state."),
        "work.needs_at": gettext_lazy("Say which column gives the date of the change."),
        "work.needs_created": gettext_lazy("Say which column gives the date of creation."),
        "work.needs_stages": gettext_lazy("Say which columns give a date for a state."),
        "file.no_rows": gettext_lazy("There is no row under the headings: %(headings)s."),
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
