"""What the sheets bring to the frame: sentences of their refusals, commands of the palette."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portulan.base.policy import check_right
from portulan.catalogue.activities import PRODUCT_CREATE
from portulan.web import plugs
from portulan.web.plugs import Hit
from portulan.web.viewer import actor

plugs.sentences(
    {
        "column.unknown": gettext_lazy("This cannot be edited here."),
        "kind.unknown": gettext_lazy("Choose one of the list."),
        "code.invalid": gettext_lazy("Write a code of at most 120 characters, without a slash."),
        "code.taken": gettext_lazy("The code %(found)s is taken."),
        "product.itself": gettext_lazy("A product cannot be its own relative."),
        "fraction.range": gettext_lazy("Write a share from 1 to 100."),
        "scale.range": gettext_lazy("Write a figure from 1 to 5."),
        "role.held": gettext_lazy("This person holds this role here already."),
        "role.unknown": gettext_lazy("No such role."),
        "line.held": gettext_lazy("The product is on this line already."),
        "objective.held": gettext_lazy("The product serves this objective already."),
        "stage.same": gettext_lazy("Choose a stage other than the present one."),
        "stage.earlier": gettext_lazy("Choose a day after the last stage began."),
        "measure.future": gettext_lazy("A measure cannot be of a day to come."),
        "initiative.months": gettext_lazy("Write a duration from 1 to 60 months."),
        "initiative.step": gettext_lazy(
            "This state is for a committee to decide: prepare a decision."
        ),
        "initiative.window": gettext_lazy("“Not before” comes after “not after”."),
        "share.left": gettext_lazy("Only %(left)s %% are left; lower another share first."),
        "project.converted": gettext_lazy("The project has become a product already."),
        "request.answer": gettext_lazy("Write the answer first: a request never ends without one."),
        "undo.already": gettext_lazy("This was taken back already."),
        "undo.changed_since": gettext_lazy(
            "Somebody changed it since: it can no longer be taken back at once."
        ),
    }
)


def _commands(request: HttpRequest) -> Iterable[Hit]:
    who = actor(request)
    if check_right(who, PRODUCT_CREATE) is None:
        yield Hit(_("Command"), _("New product"), reverse("sheets:product_new"), icon="plus")
    for name, label, icon in (
        ("lines", _("Strategic lines"), "route"), ("objectives", _("Objectives"), "target"),
        ("projects", _("Projects"), "clipboard-list"), ("teams", _("Teams"), "users"),
        ("people", _("People"), "user"),
    ):
        yield Hit(_("Page"), label, reverse(f"sheets:{name}"), icon=icon)


plugs.commands("sheets", _commands)
