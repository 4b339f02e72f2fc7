"""The governance profile of the made-up group, and the two things that it settles its own way."""

from __future__ import annotations

from portulan.base.policy import Actor
from portulan.organisation.rolesheets import actions as sheets
from portulan.organisation.rolesheets.queries import read_sheet
from portulan.profiles import actions
from portulan.profiles.library import shipped

#: The group is on the fourth rung: rituals are still to come.
PROFILE, STEP = "groupe", "mesurer"
#: What Valmoré Eau expects of its product owners beside what the group does.
EAU = "EAU"
RITUALS = (
    {
        "fr": "Tournée d’usine : une demi-journée par mois avec les exploitants, sur site",
        "en": "Plant round: half a day a month with the operators, on site",
    },
    {
        "fr": "Point d’astreinte du lundi : les incidents du week-end entrent au backlog",
        "en": "Monday on-call point: the incidents of the weekend enter the backlog at their rank",
    },
)


def set_up(actor: Actor) -> None:
    """Apply the group's profile; the portfolio committee keeps its own rhythm (a sitting every
    fourth Thursday), and one unit has its own variant of a role sheet.
    """
    actions.apply(actor, shipped(PROFILE), STEP)
    role = "product_owner"
    company = read_sheet(role)
    assert company is not None
    usual = list(company.section("rituals").items)
    sheets.add_variant(actor, role, EAU)
    sheets.edit_section(actor, role, EAU, "rituals", [*usual, *map(dict, RITUALS)], 0)
    sheets.publish(actor, role, EAU, "Exploitation de l’eau : le terrain et l’astreinte")
