"""What documents bring to the frame: commands, sentences of refusals."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portulan.reports import template
from portulan.web import plugs
from portulan.web.plugs import Hit
from portulan.web.viewer import actor


def _commands(request: HttpRequest) -> Iterable[Hit]:
    kind = _("Commands")
    yield Hit(kind, _("Documents to hand out"), reverse("reports:pack"), icon="presentation")
    one_page = reverse("reports:one_page", args=["pptx"])
    yield Hit(kind, _("Portfolio on one page (PowerPoint)"), one_page, icon="download")
    if template.check_edit(actor(request)) is None:
        yield Hit(kind, _("Template of slides"), reverse("reports:template"), icon="settings")


plugs.commands("reports", _commands)
plugs.sentences(
    {
        "template.missing": gettext_lazy("Choose a file first."),
        "template.too_large": gettext_lazy("The template is too large: at most 20 MB."),
        "template.unreadable": gettext_lazy(
            "This is not a PowerPoint presentation: bring a .pptx or .potx file."
        ),
        "template.macros": gettext_lazy(
            "This file holds macros: save it as .pptx or .potx without them."
        ),
        "template.bomb": gettext_lazy("This file grows beyond measure once opened: it is refused."),
        "template.external": gettext_lazy(
            "This file fetches pictures or data from elsewhere: put them into the file itself."
        ),
        "template.no_title": gettext_lazy(
            "No layout has a title: add one with a title, such as “Title only”."
        ),
    }
)
