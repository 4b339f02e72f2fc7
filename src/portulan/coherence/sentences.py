"""What each finding says, why it matters and how to mend it, in the reader's language.

Placeholders are the rule's parameters, ready to read (``words`` formats them); a test holds them
equal to what the rule declares.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Sentence:
    """A rule in words: its title, the message of a finding, why, and how to mend."""

    title: Text
    message: Text
    why: Text
    mend: Text


SENTENCES: Mapping[str, Sentence] = {
    "LIF-01": Sentence(
        _("Stages overlap"),
        _("%(name)s: “%(first)s” ends on %(end)s, after “%(second)s” has started on %(start)s"),
        _("Two stages at once mean two funding times for the same work: nobody knows which pays."),
        _("Set the end of the first stage to the start of the second, or correct the dates."),
    ),
    "LIF-02": Sentence(
        _("The life cycle goes back"),
        _("%(name)s: “%(second)s”, from %(start)s, comes after “%(first)s”"),
        _("A product that returns to an earlier stage asks again for money already spent."),
        _("Correct the order, or record the decision that sent the product back."),
    ),
    "LIF-03": Sentence(
        _("Two stages start on the same day"),
        _("%(name)s: “%(first)s” and “%(second)s” both start on %(start)s"),
        _("One of the two never took place, or its real date was lost."),
        _("Give each stage its own start, or remove the one that did not happen."),
    ),
    "LIF-04": Sentence(
        _("A stage ends before it starts"),
        _("%(name)s: “%(stage)s” starts on %(start)s and ends on %(end)s"),
        _("Durations and costs by stage are wrong as long as the dates are reversed."),
        _("Correct one of the two dates."),
    ),
    "LIF-05": Sentence(
        _("No stage today"),
        _("%(name)s has no stage in force today"),
        _("Without a stage, neither the funding time nor the level of control is known."),
        _("Record the present stage and the decision behind it."),
    ),
    "LIF-06": Sentence(
        _("Still fed at the end of its life"),
        ngettext_lazy(
            "%(name)s, at the end of its life, still receives %(count)d initiative for %(amount)s",
            "%(name)s, at the end of its life, still receives %(count)d initiatives for %(amount)s",
            "count",
        ),
        _("Money put into a product that is stopping is missing where value is created."),
        _("Stop these initiatives, move them to the successor, or review the end of life."),
    ),
    "LIF-07": Sentence(
        _("A stage in the future"),
        _("%(name)s: “%(stage)s” is recorded as a fact from %(start)s"),
        _("A planned passage is not a fact: it takes a decision when the day comes."),
        _("Check the date, or bring the passage to the committee that decides it."),
    ),
    "LIF-08": Sentence(
        _("A stage that ended without a sequel"),
        _("%(name)s: “%(stage)s” ended on %(end)s, and nothing follows"),
        _("Nobody knows whether the product goes on, and who decided it."),
        _("Record the stage that followed, or remove the end."),
    ),
    "ROL-01": Sentence(
        _("Nobody manages the product"),
        _("%(name)s has neither a product manager nor a product owner"),
        _("Nobody answers for its priorities, nor for its value."),
        _("Appoint a product manager, or propose to stop the product."),
    ),
    "ROL-02": Sentence(
        _("Several product managers"),
        ngettext_lazy(
            "%(name)s has %(count)d product manager: %(people)s",
            "%(name)s has %(count)d product managers: %(people)s",
            "count",
        ),
        _("When several people decide on the same priorities, the last one to speak wins."),
        _("Keep a single product manager; give the others another role."),
    ),
    "ROL-03": Sentence(
        _("No sponsor"),
        _("%(name)s has no sponsor"),
        _("Nobody defends the product when budgets are arbitrated, nor accepts its results."),
        _("Name the sponsoring direction, or bring the product to the portfolio committee."),
    ),
    "STA-01": Sentence(
        _("Nobody works on it"),
        _("%(name)s is active, and nobody is assigned to it"),
        _("A product without a team neither evolves nor answers to its users."),
        _("Assign a team, or record that the product is stopped."),
    ),
    "STA-02": Sentence(
        _("Stopped but still staffed"),
        ngettext_lazy(
            "%(name)s is stopped, and %(count)d person is still assigned to it",
            "%(name)s is stopped, and %(count)d people are still assigned to it",
            "count",
        ),
        _("Capacity is tied up on a product that no longer needs it."),
        _("End these assignments, or correct the product’s stage."),
    ),
    "STA-03": Sentence(
        _("Spread over too many products"),
        _("%(name)s works on %(count)d active products; the limit is %(limit)d"),
        _("Beyond a few products, time goes into changing subject rather than into delivering."),
        _("Choose where this person brings the most, and release the other assignments."),
    ),
    "OBJ-01": Sentence(
        _("Serves no objective"),
        _("%(name)s serves no objective"),
        _("What it costs cannot be tied to anything the company wants to reach."),
        _("Link the product to the objective it serves, or question its funding."),
    ),
    "OBJ-02": Sentence(
        _("An objective that no product serves"),
        _("No product serves the objective “%(name)s”"),
        _("An objective without a product stays an intention."),
        _("Link the products that contribute to it, or give the objective up."),
    ),
    "OBJ-03": Sentence(
        _("Objectives that pull apart"),
        _("“%(name)s” and “%(other)s” pull apart: %(reason)s"),
        _("Teams serving both objectives will be asked for one thing and its opposite."),
        _("Have the strategic committee settle it, and record the decision."),
    ),
    "OBJ-04": Sentence(
        _("An objective that is not measured"),
        _("The objective “%(name)s” has no key result"),
        _("Nobody will be able to say whether it was reached."),
        _("Add one to three measurable key results."),
    ),
    "IND-01": Sentence(
        _("No indicator"),
        _("%(name)s has no indicator"),
        _("Without a measure, the value review rests on opinions."),
        _("Start with one usage indicator and its target."),
    ),
    "IND-02": Sentence(
        _("A stale measure"),
        ngettext_lazy(
            "“%(name)s” has not been measured for %(days)d day (last: %(last)s)",
            "“%(name)s” has not been measured for %(days)d days (last: %(last)s)",
            "days",
        ),
        _("The committee would decide on figures that no longer say anything about today."),
        _("Enter the latest measure, or connect the source."),
    ),
    "IND-03": Sentence(
        _("An indicator without target or owner"),
        _("“%(name)s”: %(missing)s missing"),
        _("A figure without a target says neither good nor bad; without an owner, nobody vouches."),
        _("Set the target and name who vouches for the figure."),
    ),
    "DAT-01": Sentence(
        _("An incomplete sheet"),
        _("%(name)s: %(missing)s missing on the sheet"),
        _("Nobody can defend or question a product whose purpose is not written."),
        _("Complete the sheet; two sentences are enough."),
    ),
    "DAT-02": Sentence(
        _("Two records with the same name"),
        ngettext_lazy(
            "%(count)d product is called “%(name)s”",
            "%(count)d products are called “%(name)s”",
            "count",
        ),
        _("Costs and decisions are split between records that are probably one product."),
        _("Merge the records, or give each a name of its own."),
    ),
    "DAT-03": Sentence(
        _("Shares that do not make 100 %"),
        _("%(name)s: its products’ shares make %(percent)d %%"),
        _("Its cost is counted in part, or more than once."),
        _("Correct the shares so that they make 100 %."),
    ),
    "BUD-01": Sentence(
        _("A line above its envelope"),
        _(
            "%(name)s will land at %(landing)s in %(year)d for an envelope of %(envelope)s:"
            " %(above)s too much (+%(percent)d %%)"
        ),
        _("What is spent above the envelope was decided by nobody."),
        _("Look for the least damaging cut, or ask the committee to revise the envelope."),
    ),
    "BUD-03": Sentence(
        _("The portfolio above its envelope"),
        _(
            "%(name)s: the %(year)d landing is %(landing)s for an envelope of %(envelope)s,"
            " %(above)s too much (+%(percent)d %%)"
        ),
        _("The envelope was voted: what exceeds it will be taken from somebody else."),
        _("Look for the least damaging cut, or ask the committee to revise the envelope."),
    ),
    "BUD-02": Sentence(
        _("Planned without an estimate"),
        _("%(name)s is in the plan with neither cost nor effort"),
        _("The plan looks lighter than it is."),
        _("Ask the team for an estimate; a T-shirt size will do."),
    ),
    "CAP-01": Sentence(
        _("An overloaded team"),
        _(
            "%(name)s at %(percent)d %% in %(quarter)s: %(demand)s asked for %(capacity)s of"
            " capacity, %(extra)s too many (%(year)d)"
        ),
        _("What does not fit will slip, without anybody having chosen what."),
        _("Withdraw or move initiatives, or find capacity: the trade-off shows the best choice."),
    ),
    "CAP-02": Sentence(
        _("Work without known capacity"),
        _("%(name)s has %(demand)s planned in %(quarter)s, and no capacity is known (%(year)d)"),
        _("Nobody can tell whether this work fits."),
        _("Enter the team’s capacity for this quarter."),
    ),
    "DEP-01": Sentence(
        _("Starts too early"),
        ngettext_lazy(
            "%(name)s starts %(months)d month before “%(other)s”, which it needs, is finished",
            "%(name)s starts %(months)d months before “%(other)s”, which it needs, is finished",
            "months",
        ),
        _("The team will wait, or build on what does not exist yet."),
        _("Move one of the two, or lift the dependency."),
    ),
    "DEP-02": Sentence(
        _("Needs what is not planned"),
        _("%(name)s needs “%(other)s”, which is not in the plan (%(state)s)"),
        _("It cannot be delivered as planned."),
        _("Plan what it needs, or withdraw it."),
    ),
    "DEP-03": Sentence(
        _("Dependencies in a circle"),
        ngettext_lazy(
            "%(count)d initiative waits for itself, from “%(name)s”",
            "%(count)d initiatives wait for one another, from “%(name)s”",
            "count",
        ),
        _("None of them can start."),
        _("Lift one of the dependencies, or merge two of the initiatives."),
    ),
    "DEP-04": Sentence(
        _("Relies on a product that is ending"),
        _("%(name)s needs “%(other)s”, which is at the end of its life"),
        _("When the second one stops, the first one stops too."),
        _("Plan the migration before the date of the end."),
    ),
    "GOV-01": Sentence(
        _("A decision without effect"),
        ngettext_lazy(
            "%(code)s “%(name)s”: decided %(days)d day ago, still not applied",
            "%(code)s “%(name)s”: decided %(days)d days ago, still not applied",
            "days",
        ),
        _("A committee whose decisions change nothing is soon no longer attended."),
        _("Apply its effects, or bring it back to the committee."),
    ),
    "GOV-02": Sentence(
        _("An overdue action"),
        ngettext_lazy(
            "“%(name)s” is %(days)d day late",
            "“%(name)s” is %(days)d days late",
            "days",
        ),
        _("It was promised in a meeting, and others are waiting for it."),
        _("Do it, hand it on, or say why it no longer matters."),
    ),
    "GOV-03": Sentence(
        _("A promise nobody has checked"),
        ngettext_lazy(
            "%(name)s: a promise due %(days)d day ago has not been compared with the result",
            "%(name)s: a promise due %(days)d days ago has not been compared with the result",
            "days",
        ),
        _("Without this comparison, the next estimates will be no better."),
        _("Enter the result, or hold the value review."),
    ),
    "GOV-04": Sentence(
        _("Engaged without a decision"),
        _(
            "%(name)s is in progress for %(amount)s, and no decision covers it (needed above"
            " %(threshold)s)"
        ),
        _("The money is engaged outside the committee’s mandate."),
        _("Bring it to the next committee, or link it to the decision that covers it."),
    ),
    "GOV-05": Sentence(
        _("No committee covers it"),
        _("%(name)s lies in the scope of no portfolio committee"),
        _("Nobody is entitled to decide on it."),
        _("Extend a committee’s scope, or attach the product to an entity."),
    ),
    "GOV-06": Sentence(
        _("A committee that cannot decide"),
        _("%(name)s: %(votes)d voting members for a quorum of %(quorum)d, or nobody presides"),
        _("Its decisions could be contested."),
        _("Complete the members, name who presides, or lower the quorum."),
    ),
    "GOV-07": Sentence(
        _("A request without an answer"),
        ngettext_lazy(
            "“%(name)s” has waited %(days)d day for an answer",
            "“%(name)s” has waited %(days)d days for an answer",
            "days",
        ),
        _("Those who asked end up finding their own solution."),
        _("Accept it, study it or refuse it, with the reason."),
    ),
    "RSK-01": Sentence(
        _("A grave risk left alone"),
        _("“%(name)s” (severity %(score)d of 25): %(missing)s missing"),
        _("A grave risk that nobody follows is a surprise being prepared."),
        _("Name who follows it and set the next review."),
    ),
    "PRJ-01": Sentence(
        _("Green outside, late inside"),
        ngettext_lazy(
            "%(name)s is reported green, %(days)d day behind its baseline",
            "%(name)s is reported green, %(days)d days behind its baseline",
            "days",
        ),
        _("The committee will hear of the delay too late to act."),
        _("Correct the status, or have the new date adopted as the baseline."),
    ),
    "PRJ-02": Sentence(
        _("Past its end"),
        ngettext_lazy(
            "%(name)s should have ended on %(end)s, %(days)d day ago",
            "%(name)s should have ended on %(end)s, %(days)d days ago",
            "days",
        ),
        _("Either it is finished and still counted, or its date is no longer true."),
        _("Close it, or set a date that somebody answers for."),
    ),
    "PRJ-03": Sentence(
        _("A project that serves no product"),
        _("%(name)s serves no product"),
        _("When it ends, nobody will run what it has built."),
        _("Link it to the product it serves, or turn it into a product."),
    ),
    "PRJ-04": Sentence(
        _("A project without money"),
        _("%(name)s is running without a budget or a cost"),
        _("What it takes is missing from the landing."),
        _("Frame it: an order of magnitude is better than nothing."),
    ),
    "PRJ-05": Sentence(
        _("The plan exceeds the budget"),
        _(
            "%(name)s: its initiatives cost %(plan)s for a budget of %(budget)s (+%(percent)d %%)"
        ),
        _("The budget shown to the committee is not the one being spent."),
        _("Reduce the scope, or ask for the budget to be revised."),
    ),
    "PRJ-06": Sentence(
        _("A start that is past"),
        _("%(name)s is still proposed, and was to start on %(start)s"),
        _("The roadmap shows work that has not begun."),
        _("Start it, move it, or withdraw it."),
    ),
}
