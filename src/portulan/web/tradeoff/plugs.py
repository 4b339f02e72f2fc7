"""What trade-off brings to the frame: the scenarios waiting, a search, refusals in words."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portulan.prioritisation.access import readable_scenarios
from portulan.web import plugs
from portulan.web.objects import address
from portulan.web.plugs import Hit
from portulan.web.viewer import actor


def _search(request: HttpRequest, folded: str, limit: int) -> Iterable[Hit]:
    found = [
        scenario
        for scenario in readable_scenarios(actor(request))
        if all(word in scenario.folded for word in folded.split())
    ]
    for scenario in found[:limit]:
        yield Hit(
            _("Scenario"), scenario.name, address("scenario", scenario.code), scenario.code,
            "adjustments-alt",
        )


def _commands(request: HttpRequest) -> Iterable[Hit]:
    for preset, label in (
        ("fit", _("Make the plan fit")), ("cut", _("Give money back")),
        ("grow", _("Spend more, at best")), ("stop", _("Stop a product or initiatives")),
    ):
        yield Hit(
            _("Commands"), label, f"{reverse('tradeoff:new')}?preset={preset}",
            icon="adjustments-alt",
        )


plugs.search("scenarios", _search)
plugs.commands("tradeoff", _commands)
plugs.sentences(
    {
        "scenario.fixed": gettext_lazy(
            "This scenario is before a committee, adopted or put aside."
        ),
        "scenario.state": gettext_lazy("Compute the scenario first."),
        "scenario.no_change": gettext_lazy(
            "This scenario changes nothing: there is nothing to decide."
        ),
        "assumptions.horizon": gettext_lazy("The horizon has at most %(most)s months."),
        "assumptions.amount": gettext_lazy("Write a positive amount, for example 1,500."),
        "assumptions.envelope_twice": gettext_lazy("Two envelopes cover the same thing."),
        "assumptions.capacity": gettext_lazy("Write a positive number of days."),
        "assumptions.reduced": gettext_lazy(
            "Write what is kept of the cost (1 to 99%%) and of the value (0 to 100%%)."
        ),
        "assumptions.changes": gettext_lazy("Write a number of changes, or leave it empty."),
        "assumptions.seconds": gettext_lazy("The search lasts at most %(most)s seconds."),
        "assumptions.by_month": gettext_lazy("Choose a date within the horizon."),
        "assumptions.how_much": gettext_lazy(
            "Write how much to give back, or the envelope to hold."
        ),
        "assumptions.how_much_more": gettext_lazy("Write how much more: money, or days of a team."),
        "assumptions.what_to_stop": gettext_lazy("Say which product or initiative would stop."),
        "assumptions.floor": gettext_lazy(
            "A guardrail protects a line or a funding time, with a share up to 100%% or an amount."
        ),
        "assumptions.floor_twice": gettext_lazy("Two guardrails protect the same thing."),
        "assumptions.percent": gettext_lazy("“%(text)s” is not a percentage between 0 and 100."),
        "frontier.point": gettext_lazy("This point is no longer there: look at the page again."),
        "assumptions.number": gettext_lazy("“%(text)s” is not a number."),
        "assumptions.unknown": gettext_lazy("“%(text)s” is not in the list."),
    }
)
