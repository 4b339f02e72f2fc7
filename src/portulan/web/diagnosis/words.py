"""Domains, tests and levels of the diagnosis in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Word = str | Promise

LEVELS: dict[int, Word] = {
    1: pgettext_lazy("level of maturity", "Starting"),
    2: pgettext_lazy("level of maturity", "In places"),
    3: pgettext_lazy("level of maturity", "Shared"),
    4: pgettext_lazy("level of maturity", "Established"),
    5: pgettext_lazy("level of maturity", "Second nature"),
}


@dataclass(frozen=True, slots=True)
class DomainWords:
    """A domain in words: its name, and what each level from 1 to 5 looks like."""

    name: Word
    anchors: tuple[Word, Word, Word, Word, Word]


DOMAINS: dict[str, DomainWords] = {
    "vision": DomainWords(
        _("Vision and strategy"),
        (
            _("Projects are listed; nobody has written what the products are for."),
            _("A few products have a vision; it is rarely tied to an objective."),
            _("Most products say their value and serve an objective of the company."),
            _("Visions and objectives are written, and key results are measured."),
            _("Every product can be explained in two sentences, down to the result it must bring."),
        ),
    ),
    "roles": DomainWords(
        _("Product roles"),
        (
            _("Project managers carry the products; nobody answers for their value."),
            _("Some products have a product manager; owners and business are named by chance."),
            _("Most products have a manager, an owner and a business counterpart."),
            _("Roles are held on nearly every product, by people who have time for them."),
            _("Each product has its trio and its permanent team, known to all."),
        ),
    ),
    "funding": DomainWords(
        _("Funding and arbitration"),
        (
            _("Money goes to projects, one by one, in the order in which they are asked for."),
            _("Some lines have an envelope; priorities are argued case by case."),
            _("Lines are funded, candidates are scored, exploration has money of its own."),
            _("The year is arbitrated on shared criteria and the landing keeps to the envelopes."),
            _("Money follows value: it is moved in the year, on facts, without drama."),
        ),
    ),
    "discovery": DomainWords(
        _("Discovery and evidence"),
        (
            _("Solutions are decided before the problem is known."),
            _("Some products were explored; what was learned is not kept."),
            _("Most products are explored first, and work says what it will bring."),
            _("Evidence opens or closes the gates; requests get an answer."),
            _("Nothing is built at length without evidence, and ideas are dropped early."),
        ),
    ),
    "flow": DomainWords(
        _("Delivery flow"),
        (
            _("Nobody knows what the teams can take on."),
            _("Some work is estimated; dates slip without being moved."),
            _("Most work is estimated by team, and the capacity of the quarters is known."),
            _("Plans fit the teams, and dates are kept or moved in time."),
            _("Work flows: little is started, what is started ends when it was said."),
        ),
    ),
    "governance": DomainWords(
        _("Governance and decisions"),
        (
            _("Decisions are taken in corridors, and nobody can find them again."),
            _("Committees meet; some work starts without a decision."),
            _("Committees cover most products, and their decisions are recorded."),
            _("Decisions take effect when they should, and actions are done."),
            _("Who decides what is known; each decision can be followed to its effects."),
        ),
    ),
    "value": DomainWords(
        _("Value measurement"),
        (
            _("Delivery is counted; usage and results are not."),
            _("A few products are measured, without a target."),
            _("Most products in run know their usage or their results."),
            _("Promises are dated, and set against what came."),
            _("Value reviews decide: what was promised, what came, what follows."),
        ),
    ),
    "lifecycle": DomainWords(
        _("Life cycle and debt"),
        (
            _("Products have no known stage; nobody says what ages."),
            _("Stages are known in part; ends of life come as a surprise."),
            _("Stages are known, projects serve products, quality begins to be measured."),
            _("Quality and risks are followed, and ends of life are prepared."),
            _("Debt, risks and ends of life weigh in every arbitration."),
        ),
    ),
    "compliance": DomainWords(
        _("Data and compliance"),
        (
            _("Nobody knows which products hold personal data."),
            _("Some products say so; risks are looked at late."),
            _("Most products know what data they hold, and some risks are assessed."),
            _("Data protection is assessed and has a voice in most products concerned."),
            _("Compliance is there from the first exploration, without holding up the work."),
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class TestWords:
    """A test in words: what is counted, and what to do for the objects that do not pass."""

    label: Word
    mend: Word


TESTS: dict[str, TestWords] = {
    "vision.written": TestWords(
        _("Active products with a written vision"), _("Write the vision, in two sentences.")
    ),
    "vision.value": TestWords(
        _("Active products that say their value for users and for the business"),
        _("Say what users gain, and what the business gains."),
    ),
    "vision.objectives": TestWords(
        _("Active products that serve an objective"),
        _("Tie the product to the objective that it serves, or ask what it is for."),
    ),
    "vision.results": TestWords(
        _("Objectives with a measured key result"),
        _("Give the objective a key result with a target and an indicator."),
    ),
    "roles.manager": TestWords(
        _("Active products with a product manager"), _("Name a product manager.")
    ),
    "roles.owner": TestWords(
        _("Products being built or run with a product owner"), _("Name a product owner.")
    ),
    "roles.business": TestWords(
        _("Active products where the business has a voice"),
        _("Name the business counterpart, or the sponsor."),
    ),
    "roles.span": TestWords(
        _("Managed products whose manager holds at most four of them"),
        _("Share the products out: beyond four, none is really managed."),
    ),
    "roles.team": TestWords(
        _("Products being built or run by a permanent team"),
        _("Give the product a permanent team."),
    ),
    "funding.envelopes": TestWords(
        _("Product lines in use with an envelope this year"),
        _("Vote an envelope for the line instead of budgets by project."),
    ),
    "funding.scored": TestWords(
        _("Candidate and planned initiatives with a score"),
        _("Score the initiative on the shared criteria."),
    ),
    "funding.exploration": TestWords(
        _("Products being explored with work of exploration in the plan"),
        _("Give the exploration its own time and money."),
    ),
    "funding.landing": TestWords(
        _("Parts of the company whose landing keeps to the envelope"),
        _("Arbitrate: cut, move or fund, before the end of the year does it."),
    ),
    "discovery.explored": TestWords(
        _("Products being built that were explored first"),
        _("Open an exploration, even a short one, before building further."),
    ),
    "discovery.evidence": TestWords(
        _("Products being explored or built with a recent measure"),
        _("Measure something: a test, a prototype, a first use."),
    ),
    "discovery.benefits": TestWords(
        _("Planned initiatives that say what they will bring"),
        _("Say what the work will bring, in money or in users’ time."),
    ),
    "discovery.requests": TestWords(
        _("Requests of the year answered within two months"),
        _("Answer, even to refuse."),
    ),
    "flow.estimated": TestWords(
        _("Planned initiatives estimated by team"), _("Estimate the effort, team by team.")
    ),
    "flow.on_time": TestWords(
        _("Initiatives of the plan that are not past their dates"),
        _("Move the dates, or say that the work is over."),
    ),
    "flow.capacity": TestWords(
        _("Permanent teams whose capacity of the next six months is known"),
        _("Enter what the team can give."),
    ),
    "flow.load": TestWords(
        _("Teams asked for no more than they can give"),
        _("Move or drop work until the quarter fits."),
    ),
    "governance.covered": TestWords(
        _("Active products covered by a portfolio committee"),
        _("Extend a mandate to that part of the company."),
    ),
    "governance.quorum": TestWords(
        _("Committees that have a chair and can reach their quorum"),
        _("Fill the seats, or lower the quorum."),
    ),
    "governance.decided": TestWords(
        _("Large initiatives in progress covered by a decision"),
        _("Bring the initiative before its committee."),
    ),
    "governance.applied": TestWords(
        _("Decisions of the year that took effect"),
        _("Apply the decision, or go back on it."),
    ),
    "governance.actions": TestWords(
        _("Open actions that are not late"), _("Do it, drop it, or give it another day.")
    ),
    "value.usage": TestWords(
        _("Products in run whose usage was measured lately"),
        _("Follow one usage indicator."),
    ),
    "value.business": TestWords(
        _("Products in run whose business results were measured lately"),
        _("Follow one business indicator."),
    ),
    "value.targets": TestWords(
        _("Indicators with a target and somebody who vouches for them"),
        _("Set a target, and name who vouches for the figure."),
    ),
    "value.promised": TestWords(
        _("Decisions to launch, reinforce or fund that promise something dated"),
        _("Ask for one dated promise in each dossier."),
    ),
    "value.checked": TestWords(
        _("Promises come due that were set against what came"),
        _("Hold the value review of the product."),
    ),
    "lifecycle.stage": TestWords(
        _("Products whose stage is known"), _("Say which stage the product is in.")
    ),
    "lifecycle.quality": TestWords(
        _("Products in run whose quality was measured lately"),
        _("Follow one quality indicator."),
    ),
    "lifecycle.successor": TestWords(
        _("Products at the end of life with a date or a successor"),
        _("Say when it stops, and what takes its place."),
    ),
    "lifecycle.projects": TestWords(
        _("Running projects that serve a product"),
        _("Tie the project to the product that it serves."),
    ),
    "lifecycle.risks": TestWords(
        _("Grave risks with an owner and a review to come"),
        _("Name an owner and a day of review."),
    ),
    "compliance.known": TestWords(
        _("Active products that say whether they hold personal data"),
        _("Say whether the product holds personal data."),
    ),
    "compliance.assessed": TestWords(
        _("Products with personal data whose data protection risk is assessed"),
        _("Assess the data protection risk."),
    ),
    "compliance.voice": TestWords(
        _("Products with personal data where data protection has a seat"),
        _("Name who speaks for data protection."),
    ),
}


def level(value: int | None) -> str:
    """The word of a level."""
    return str(LEVELS.get(value or 0, "–"))
