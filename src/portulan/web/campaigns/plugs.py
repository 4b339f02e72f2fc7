"""What collections bring to the frame: commands, sentences, and what awaits the reader."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portulan.base.policy import check_right
from portulan.campaigns import queries
from portulan.campaigns.activities import CAMPAIGN_RUN
from portulan.web import plugs
from portulan.web.control_tower.awaiting import Waiting, source, waiting
from portulan.web.plugs import Hit
from portulan.web.viewer import actor

plugs.sentences(
    {
        "campaign.value": gettext_lazy("Expected: %(expected)s."),
        "campaign.ambiguous": gettext_lazy(
            "%(found)s can be read in two ways: write it without separators."
        ),
        "campaign.past": gettext_lazy("Choose a day to come."),
        "campaign.no_field": gettext_lazy("Choose at least one thing to ask."),
        "campaign.nobody": gettext_lazy("Nobody would be asked: see below what was left out."),
        "campaign.draft": gettext_lazy("The collection is not launched yet."),
        "campaign.open": gettext_lazy("The collection is launched already."),
        "campaign.closed": gettext_lazy("The collection is closed: nothing can be given any more."),
        "campaign.none_chosen": gettext_lazy("Tick something first."),
        "campaign.oneself": gettext_lazy("Choose somebody else."),
        "campaign.cannot_read": gettext_lazy(
            "%(name)s has no account, or cannot read all of these objects."
        ),
        "campaign.asked_already": gettext_lazy(
            "%(name)s is asked for one of these objects already."
        ),
        "campaign.moved": gettext_lazy(
            "The value changed since it was proposed: look at it again, or let it in anyway."
        ),
        "campaign.no_word": gettext_lazy("Say in a word why, for whoever gave it."),
        "campaign.nothing": gettext_lazy("An empty value cannot enter here."),
        "campaign.foreign_file": gettext_lazy(
            "This is not the Excel of a collection, or it was altered: download yours again."
        ),
        "campaign.other_file": gettext_lazy("This Excel belongs to another collection."),
        "campaign.not_your_file": gettext_lazy("This Excel is somebody else's."),
    }
)


def _commands(request: HttpRequest) -> Iterable[Hit]:
    label = _("Collection campaigns")
    yield Hit(_("Page"), label, reverse("campaigns:home"), icon="clipboard-list")
    if check_right(actor(request), CAMPAIGN_RUN) is None:
        label = _("New collection")
        yield Hit(_("Command"), label, reverse("campaigns:new"), icon="plus")


plugs.commands("campaigns", _commands)


@source
def _asked(request: HttpRequest, today: date) -> Iterable[Waiting]:
    for row in queries.asked_of(actor(request).person_id, waiting=True):
        left = row.asks - row.done
        note = ngettext(
            "%(count)s object to fill in", "%(count)s objects to fill in", left
        ) % {"count": left}
        url = reverse("campaigns:fill", args=[row.uid])
        yield waiting("clipboard-list", row.name, note, url, row.due_on, today)
