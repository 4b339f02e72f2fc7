"""What the role sheets bring to the frame: sentences of their refusals, searches."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portulan.base.policy import check_right
from portulan.base.text import fold
from portulan.organisation.activities import SHEET_READ
from portulan.organisation.rolesheets.queries import sheet_rows
from portulan.web import plugs
from portulan.web.viewer import actor
from portulan.wording import vocabulary

plugs.sentences(
    {
        "sheet.many": gettext_lazy("At most %(most)s lines."),
        "sheet.line": gettext_lazy("Line %(line)s: a text of at most %(most)s characters."),
        "sheet.activity": gettext_lazy("Line %(line)s: no activity “%(found)s” in the matrix."),
        "sheet.role": gettext_lazy("Line %(line)s: one role in brackets, not “%(found)s”."),
        "sheet.level": gettext_lazy("Line %(line)s: end with a level from 1 to 4, as [3]."),
        "sheet.kept": gettext_lazy("The governance profile keeps this section for the company."),
        "sheet.no_draft": gettext_lazy("There is no draft."),
        "sheet.company": gettext_lazy("This is the company’s sheet, not a variant."),
    }
)


def _search(request: HttpRequest, folded: str, limit: int) -> Iterable[plugs.Hit]:
    if check_right(actor(request), SHEET_READ) is not None:
        return []
    found = []
    for row in sheet_rows():
        name = vocabulary.role(row.role)
        if folded in fold(f"{name} {row.role}"):
            found.append(
                plugs.Hit(_("Role sheet"), name, reverse("rolesheets:page", args=[row.role]),
                          icon="id-badge-2")
            )
    return found[:limit]


plugs.search("rolesheets", _search)
