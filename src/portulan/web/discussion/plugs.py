"""What discussions bring to the frame."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portulan.web import plugs
from portulan.web.plugs import Hit

plugs.sentences(
    {
        "comment.nobody": gettext_lazy(
            "Your account is not linked to a person: ask for it in the settings."
        ),
        "comment.not_yours": gettext_lazy("Only its author can do this, or who moderates."),
        "comment.elsewhere": gettext_lazy("This comment is on another object."),
        "comment.gone": gettext_lazy("This comment was taken away."),
        "comment.answer": gettext_lazy("Settle the thread, not one of its answers."),
        "comment.empty": gettext_lazy("Write something first."),
        "attachment.missing": gettext_lazy("Choose a file first."),
        "attachment.empty": gettext_lazy("This file is empty."),
        "attachment.kind": gettext_lazy(
            "Files of this kind (%(found)s) are not kept. PDF, images, office files, text and ZIP "
            "are."
        ),
        "attachment.macros": gettext_lazy("This file holds macros: save it without them."),
        "attachment.not_what_it_says": gettext_lazy(
            "The content of this file is not what its name says (%(extension)s)."
        ),
        "attachment.too_large": gettext_lazy("The file is too large: %(megabytes)s MB at most."),
        "attachment.too_many": gettext_lazy("There are %(most)s files already: erase one first."),
        "attachment.gone": gettext_lazy("This file was erased."),
        "attachment.damaged": gettext_lazy(
            "This file is no longer what was kept; it is not handed out."
        ),
    }
)


def _commands(request: HttpRequest) -> Iterable[Hit]:
    yield Hit(_("Page"), _("What I follow"), reverse("discussion:home"), icon="eye")


plugs.commands("discussion", _commands)
