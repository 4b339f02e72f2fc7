"""What governance brings to the frame: a count, searches, commands, sentences of refusals."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portulan.governance import queries
from portulan.web import plugs
from portulan.web.governance import sentences as sentences
from portulan.web.objects import address
from portulan.web.plugs import Hit
from portulan.web.viewer import actor


def _tasks(request: HttpRequest) -> int:
    return len(queries.actions_due(actor(request).person_id, within=7))


def _decisions(request: HttpRequest, folded: str, limit: int) -> Iterable[Hit]:
    found = queries.search(actor(request), queries.Filter(text=folded))[:limit]
    return [
        Hit(_("Decisions"), row.name, address("decision", row.code), detail=row.code, icon="gavel")
        for row in found
    ]


def _commands(request: HttpRequest) -> Iterable[Hit]:
    kind = _("Commands")
    yield Hit(kind, _("Decision register"), reverse("governance:register"), icon="gavel")
    yield Hit(kind, _("Dossiers"), reverse("governance:dossiers"), icon="folder")
    yield Hit(kind, _("New dossier"), reverse("governance:dossier_new"), icon="folder-plus")
    yield Hit(
        kind, _("Decisions not followed"), reverse("governance:unfollowed"), icon="alert-triangle"
    )
    yield Hit(kind, _("Value reviews due"), reverse("reviews:home"), icon="chart-line")


plugs.count("governance", _tasks)
plugs.search("decisions", _decisions)
plugs.commands("governance", _commands)
plugs.sentences(
    {
        "dossier.section": gettext_lazy("A section is still to be written."),
        "dossier.lines": gettext_lazy("There is no line to decide."),
        "dossier.promise": gettext_lazy("A promise that can be checked is missing."),
        "dossier.incomplete": gettext_lazy("The dossier is not complete: %(count)s missing."),
        "dossier.requirement.usage": gettext_lazy(
            "Usage data: nothing measured for four months on %(products)s."
        ),
        "dossier.requirement.evidence": gettext_lazy(
            "Evidence: nothing was ever measured on %(products)s."
        ),
        "dossier.requirement.options": gettext_lazy("At least two options to compare."),
        "dossier.requirement.risk": gettext_lazy("Risks: none is assessed on %(products)s."),
        "dossier.requirement.dpia": gettext_lazy(
            "Personal data: no data protection risk is assessed on %(products)s."
        ),
        "dossier.altered": gettext_lazy(
            "The dossier no longer reads as it was put before the committee: reopen it."
        ),
        "dossier.escalated": gettext_lazy("It was handed to %(forum)s already."),
        "dossier.subject": gettext_lazy("This template is not for such a subject."),
        "option.most": gettext_lazy("At most %(most)s options."),
        "option.proposed": gettext_lazy("This option is the one that is proposed."),
        "option.no_effects": gettext_lazy("This option has no effect to propose."),
        "waiver.reason": gettext_lazy("Give the reason, in a sentence."),
        "contradiction.none": gettext_lazy("The dossier does not go against %(decision)s."),
        "contradiction.reason": gettext_lazy("Say why, in a sentence."),
        "decision.contradicts": gettext_lazy(
            "This goes against %(decision)s: say in the dossier what becomes of it."
        ),
        "decision.no_forum": gettext_lazy("No committee took this decision."),
        "escalate.target": gettext_lazy(
            "%(forum)s is not above, or its mandate does not cover this dossier."
        ),
        "cascade.target": gettext_lazy("%(forum)s is not below the committee that decided."),
        "condition.state": gettext_lazy("This cannot be said of a condition in this state."),
        "referral.state": gettext_lazy("It was answered or taken back already."),
        "dossier.fixed": gettext_lazy(
            "The dossier is fixed: it is before the committee or decided."
        ),
        "dossier.unknown_section": gettext_lazy("There is no such section."),
        "dossier.state": gettext_lazy("This cannot be done with a dossier in this state."),
        "dossier.voted": gettext_lazy("Lines were voted already."),
        "dossier.not_frozen": gettext_lazy(
            "The dossier is not before the committee: complete it, say that it is ready, "
            "then come to its item."
        ),
        "dossier.stage_missing": gettext_lazy("Choose the new stage."),
        "dossier.same_stage": gettext_lazy("The product is in this stage already."),
        "promise.date": gettext_lazy("“%(promise)s” has no day."),
        "promise.value": gettext_lazy("“%(promise)s” has no value."),
        "promise.due": gettext_lazy("“%(promise)s” does not say when it will be checked."),
        "promise.indicator": gettext_lazy("“%(promise)s” names no indicator."),
        "promise.decided": gettext_lazy("This promise belongs to a decision."),
        "text.long": gettext_lazy("At most %(most)s characters."),
        "amount.negative": gettext_lazy("An amount cannot be negative here."),
        "forum.kind": gettext_lazy("There is no such kind of decision."),
        "forum.inactive": gettext_lazy("%(forum)s no longer meets."),
        "member.own_deputy": gettext_lazy("Nobody is their own deputy."),
        "member.seated": gettext_lazy("%(person)s has a seat already."),
        "member.second_chair": gettext_lazy("Somebody chairs already."),
        "member.no_deputy": gettext_lazy("%(person)s has no deputy."),
        "mandate.kind": gettext_lazy("%(forum)s may not take this kind of decision."),
        "mandate.entity": gettext_lazy("This lies outside the part of the company of %(forum)s."),
        "mandate.line_entity": gettext_lazy("“%(line)s” lies outside the mandate of %(forum)s."),
        "mandate.line": gettext_lazy("“%(line)s” is not on a line of %(forum)s."),
        "mandate.threshold": gettext_lazy(
            "The amount is above the threshold of %(forum)s: escalate it."
        ),
        "meeting.closed": gettext_lazy("The sitting is closed."),
        "meeting.not_open": gettext_lazy("The committee is not sitting."),
        "meeting.state": gettext_lazy("This cannot be done with a sitting in this state."),
        "meeting.quorum": gettext_lazy("The quorum is not reached: %(present)s of %(quorum)s."),
        "meeting.undecided": gettext_lazy(
            "%(count)s dossiers are before the committee without a decision."
        ),
        "item.state": gettext_lazy("This cannot be done with this item now."),
        "item.treated": gettext_lazy("This item was treated already."),
        "item.not_open": gettext_lazy("Come to this item first."),
        "item.no_dossier": gettext_lazy("This item has no dossier to decide."),
        "item.minutes": gettext_lazy("Between 1 and 600 minutes."),
        "line.withdrawn": gettext_lazy("This line was withdrawn."),
        "line.deferred_to": gettext_lazy("Say until when “%(line)s” is deferred."),
        "line.against": gettext_lazy("The votes say otherwise: %(for)s for, %(against)s against."),
        "vote.no_seat": gettext_lazy("%(person)s has no vote here."),
        "vote.absent": gettext_lazy("%(person)s is not there."),
        "vote.not_yours": gettext_lazy("This vote is not yours."),
        "decision.pending": gettext_lazy("%(count)s lines are still to be decided."),
        "decision.state": gettext_lazy("This cannot be done with a decision in this state."),
        "decision.no_effects": gettext_lazy("This decision has no effect to apply."),
        "decision.later": gettext_lazy("This decision takes effect later."),
        "decision.reverting": gettext_lazy("Dossier %(dossier)s proposes it already."),
        "decision.no_dossier": gettext_lazy("This decision has no dossier."),
        "envelope.overspent": gettext_lazy(
            "These lines would exceed an envelope of %(year)s: withdraw one, or raise the envelope."
        ),
        "envelope.overspent_line": gettext_lazy(
            "These lines would exceed the envelope %(year)s of “%(line)s”: "
            "withdraw one, or raise the envelope."
        ),
        "scenario.state": gettext_lazy("Solve the scenario first."),
        "scenario.no_change": gettext_lazy("This scenario changes nothing."),
        "action.state": gettext_lazy("This cannot be done with this action now."),
        "review.why": gettext_lazy("Say why your verdict differs from the proposal."),
        "review.has_dossier": gettext_lazy("This review has its dossier already."),
    }
)
