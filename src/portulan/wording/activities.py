"""What each activity of the matrix is, in a sentence; its topics and its letters in words."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portulan.wording.vocabulary import word

Word = str | Promise

#: App that declares an activity → its topic, in the order of the pages.
TOPICS: dict[str, Word] = {
    "catalogue": pgettext_lazy("topic of activities", "Products and objectives"),
    "portfolio": pgettext_lazy("topic of activities", "Initiatives, projects and budget"),
    "evidence": pgettext_lazy("topic of activities", "Discovery and indicators"),
    "compliance": pgettext_lazy("topic of activities", "Risks and compliance"),
    "prioritisation": pgettext_lazy("topic of activities", "Prioritisation and trade-offs"),
    "governance": pgettext_lazy("topic of activities", "Committees and decisions"),
    "coherence": pgettext_lazy("topic of activities", "Coherence"),
    "collaboration": pgettext_lazy("topic of activities", "Collaboration"),
    "organisation": pgettext_lazy("topic of activities", "Organisation, roles and skills"),
    "profiles": pgettext_lazy("topic of activities", "Governance profile"),
    "reports": pgettext_lazy("topic of activities", "Documents"),
    "integrations": pgettext_lazy("topic of activities", "Imports and collection"),
    "campaigns": pgettext_lazy("topic of activities", "Collection campaigns"),
    "diagnosis": pgettext_lazy("topic of activities", "Diagnosis and coaching"),
    "api": pgettext_lazy("topic of activities", "Interfaces"),
}
ACTIVITIES: dict[str, Word] = {
    "product.read": pgettext_lazy("activity", "Read the products"),
    "product.create": pgettext_lazy("activity", "Add a product to the portfolio"),
    "product.edit": pgettext_lazy("activity", "Keep the product sheet up to date"),
    "product.staff": pgettext_lazy("activity", "Give the roles of a product"),
    "stage.change": pgettext_lazy("activity", "Change the stage of a product"),
    "objective.edit": pgettext_lazy("activity", "Set objectives and key results"),
    "line.edit": pgettext_lazy("activity", "Keep the product lines"),
    "initiative.read": pgettext_lazy("activity", "Read the initiatives"),
    "initiative.edit": pgettext_lazy("activity", "Write and plan the initiatives"),
    "project.read": pgettext_lazy("activity", "Read the projects"),
    "project.edit": pgettext_lazy("activity", "Steer a project"),
    "budget.read": pgettext_lazy("activity", "Read budgets and costs"),
    "budget.edit": pgettext_lazy("activity", "Set envelopes and costs"),
    "capacity.read": pgettext_lazy("activity", "Read the load and capacity of teams"),
    "capacity.edit": pgettext_lazy("activity", "Set the capacity of a team"),
    "request.answer": pgettext_lazy("activity", "Answer the requests of business and tech"),
    "backlog.read": pgettext_lazy("activity", "Read the backlog"),
    "backlog.edit": pgettext_lazy("activity", "Keep the backlog of a product"),
    "indicator.read": pgettext_lazy("activity", "Read the indicators"),
    "indicator.edit": pgettext_lazy("activity", "Set indicators and enter measures"),
    "risk.read": pgettext_lazy("activity", "Read the risks"),
    "risk.edit": pgettext_lazy("activity", "Keep the risk register"),
    "ranking.read": pgettext_lazy("activity", "Read the ranking"),
    "score.record": pgettext_lazy("activity", "Score initiatives and products"),
    "scoring_model.edit": pgettext_lazy("activity", "Set the scoring model"),
    "rank.override": pgettext_lazy("activity", "Move a rank with a reason"),
    "scenario.read": pgettext_lazy("activity", "Read the trade-off scenarios"),
    "scenario.edit": pgettext_lazy("activity", "Prepare trade-off scenarios"),
    "forum.read": pgettext_lazy("activity", "Read the mandates of committees"),
    "forum.edit": pgettext_lazy("activity", "Set committees, mandates and members"),
    "meeting.read": pgettext_lazy("activity", "Read agendas and minutes"),
    "meeting.run": pgettext_lazy("activity", "Prepare and run a sitting"),
    "dossier.read": pgettext_lazy("activity", "Read the decision dossiers"),
    "dossier.edit": pgettext_lazy("activity", "Write a decision dossier"),
    "vote.cast": pgettext_lazy("activity", "Vote on a decision"),
    "decision.decide": pgettext_lazy("activity", "Record a decision and apply it"),
    "register.read": pgettext_lazy("activity", "Read the decision register"),
    "action.edit": pgettext_lazy("activity", "Follow the actions decided"),
    "value.read": pgettext_lazy("activity", "Read the value reviews"),
    "value.review": pgettext_lazy("activity", "Hold the value review of a product"),
    "finding.read": pgettext_lazy("activity", "Read the findings of coherence"),
    "finding.accept": pgettext_lazy("activity", "Accept an exception to a finding"),
    "view.share": pgettext_lazy("activity", "Share a saved view"),
    "view.lock": pgettext_lazy("activity", "Lock the company's views"),
    "comment.write": pgettext_lazy("activity", "Comment and attach documents"),
    "comment.moderate": pgettext_lazy("activity", "Moderate comments"),
    "organisation.read": pgettext_lazy("activity", "Read the organisation"),
    "organisation.edit": pgettext_lazy("activity", "Keep entities and teams"),
    "people.edit": pgettext_lazy("activity", "Give accounts and roles"),
    "matrix.edit": pgettext_lazy("activity", "Change the responsibility matrix"),
    "matrix.compare": pgettext_lazy("activity", "Compare the matrix with what happened"),
    "settings.edit": pgettext_lazy("activity", "Change the settings"),
    "sheet.read": pgettext_lazy("activity", "Read the role sheets"),
    "sheet.edit": pgettext_lazy("activity", "Write the role sheets"),
    "skill.edit": pgettext_lazy("activity", "Keep the skill catalogue and career paths"),
    "skill.see": pgettext_lazy("activity", "See somebody's skills as human resources"),
    "training.edit": pgettext_lazy("activity", "Keep the training catalogue and sessions"),
    "lesson.read": pgettext_lazy("activity", "Read the lessons learned"),
    "lesson.write": pgettext_lazy("activity", "Write a lesson learned"),
    "lesson.edit": pgettext_lazy("activity", "Edit the library of lessons"),
    "profile.read": pgettext_lazy("activity", "Read the governance profile"),
    "profile.apply": pgettext_lazy("activity", "Apply a governance profile"),
    "report.export": pgettext_lazy("activity", "Export documents"),
    "import.run": pgettext_lazy("activity", "Import data"),
    "campaign.run": pgettext_lazy("activity", "Run a collection campaign"),
    "diagnosis.read": pgettext_lazy("activity", "Read the diagnosis of maturity"),
    "diagnosis.plan": pgettext_lazy("activity", "Plan the transition to product mode"),
    "coaching.read": pgettext_lazy("activity", "Read the coaching of product managers"),
    "coaching.write": pgettext_lazy("activity", "Coach product managers on their roadmaps"),
    "round.score": pgettext_lazy("activity", "Score in a round of the committee"),
}
#: Letter → its word and what it means.
LETTERS: dict[str, tuple[Word, Word]] = {
    "R": (pgettext_lazy("letter of the matrix", "does"), _("does the work")),
    "A": (pgettext_lazy("letter of the matrix", "answers"), _("answers for the result, alone")),
    "C": (pgettext_lazy("letter of the matrix", "is asked"), _("is asked before")),
    "I": (pgettext_lazy("letter of the matrix", "is told"), _("is told after")),
    "X": (pgettext_lazy("letter of the matrix", "must not"), _("must not, even by another role")),
    "": (pgettext_lazy("letter of the matrix", "no part"), _("has no part in it")),
}


def activity(code: str) -> str:
    """What an activity is, or its code."""
    return word(ACTIVITIES, code)


def topic(app: str) -> str:
    """The topic of the activities of an app."""
    return word(TOPICS, app)


def letter(code: str) -> str:
    """What a letter says of a role."""
    return str(LETTERS[code][0]) if code in LETTERS else code
