"""What prioritisation brings to the frame: commands, and refusals in words."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portulan.web import plugs
from portulan.web.plugs import Hit


def _commands(request: HttpRequest) -> Iterable[Hit]:
    yield Hit(
        _("Commands"), _("Score initiatives"), reverse("prioritisation:grid"), icon="list-numbers"
    )
    yield Hit(
        _("Commands"), _("Scoring model and weights"), reverse("prioritisation:model"),
        icon="adjustments",
    )


plugs.commands("prioritisation", _commands)
plugs.sentences(
    {
        "model.none": gettext_lazy("There is no scoring model yet."),
        "weight.negative": gettext_lazy("A weight is a number, zero or more."),
        "weight.all_nil": gettext_lazy("At least one weight must be above zero."),
        "score.no_person": gettext_lazy(
            "Your account is tied to no person: nobody would know who scored."
        ),
        "score.closed": gettext_lazy("This initiative is decided: it is no longer scored."),
        "score.not_a_number": gettext_lazy("Write a number of the scale."),
        "score.out_of_scale": gettext_lazy(
            "The scale goes from %(minimum)s to %(maximum)s."
        ),
        "score.not_on_scale": gettext_lazy("This value is not on the scale."),
        "score.unknown_criterion": gettext_lazy("The model has no such criterion."),
        "score.bad_confidence": gettext_lazy("Confidence goes from 0 to 100%%."),
        "rank.bad": gettext_lazy("Write a rank, from 1."),
        "text.long": gettext_lazy("At most %(most)s characters."),
    }
)
