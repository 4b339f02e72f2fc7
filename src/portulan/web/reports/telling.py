"""What documents repeat of the pages in words: findings that matter, reasons of lines."""

from __future__ import annotations

from django.http import HttpRequest

from portulan.base.policy import Actor, NotFoundForActor
from portulan.governance import access, queries
from portulan.readmodels.reader import Reader
from portulan.reports.committee import Told
from portulan.reports.standing import FindingFact
from portulan.web.coherence.rows import first_of, row
from portulan.web.reading import open_findings
from portulan.web.tradeoff.words import Reasons

FINDINGS = 10


def findings(request: HttpRequest) -> list[FindingFact]:
    """The findings that matter first for who reads."""
    rows = [row(item) for item in first_of(open_findings(request), FINDINGS)]
    return [FindingFact(r.severity, r.message, r.where, r.mend) for r in rows]


def reasons(actor: Actor, meeting: str, currency: str) -> dict[str, str]:
    """Why the scenarios behind the dossiers of a meeting propose each line."""
    found: dict[str, str] = {}
    for item in queries.agenda(access.meeting_for(actor, meeting)).items:
        if item.dossier is None:
            continue
        try:
            page = queries.dossier_page(access.dossier_for(actor, item.dossier.code))
        except NotFoundForActor:
            continue
        scenario = page.dossier.scenario
        result = scenario.result if scenario is not None else None
        if not result:
            continue
        if not access.money_shown(actor, page.dossier.entity_id, item.meeting.forum_id):
            continue
        say = Reasons(result, currency)
        told = {str(r.get("item")): say.why(r) for r in result.get("rows") or ()}
        for line in page.lines:
            text = told.get(str(line.initiative.uid), "") if line.initiative else ""
            if text:
                found[str(line.uid)] = text
    return found


def of_meeting(request: HttpRequest, actor: Actor, code: str) -> Told:
    """What the pack of a meeting says in words."""
    return Told(findings(request), reasons(actor, code, Reader(actor).currency))
