"""A document asked for becomes a file: at once, or by a worker when it is long to make."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone, translation

from portulan.base import jobs
from portulan.base.jobs import JobContext, JobStatus
from portulan.base.policy import Actor, NotFoundForActor
from portulan.organisation.rights import actor_for
from portulan.readmodels.view import View
from portulan.reports import committee, portfolio, record, template
from portulan.reports.committee import Told
from portulan.reports.document import Document
from portulan.reports.excel import workbook
from portulan.reports.models import MadeReport
from portulan.reports.pdf import pdf
from portulan.reports.powerpoint import slides
from portulan.reports.standing import FindingFact

JOB = "report.make"
#: Lines and promises beyond which a pack takes longer than two seconds.
LONG = 150
KEPT = timedelta(days=1)
TYPES = {
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: a kind of document, about what, in which format and language."""

    kind: str
    form: str
    code: str = ""
    language: str = "fr"
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class File:
    """A file to take away."""

    name: str
    content_type: str
    content: bytes


def _roadmap(actor: Actor, wanted: Wanted, told: Told) -> Document:
    found = wanted.options
    view = View(
        filters={k: tuple(v) for k, v in (found.get("filters") or {}).items()},
        text=found.get("text", ""), group=found.get("group", "") or "line",
        axis=found.get("axis", ""), year=found.get("year"),
    )
    return portfolio.roadmap_document(
        actor, view, zoom=found.get("zoom", "quarter"), first=found.get("first"),
        baseline=found.get("baseline", ""),
        most=portfolio.ALL if wanted.form == "xlsx" else portfolio.MOST,
    )


def _budget(actor: Actor, wanted: Wanted, told: Told) -> Document:
    found = wanted.options
    return portfolio.budget_document(
        actor, year=found.get("year"), axis=found.get("axis", ""), entity=found.get("entity", ""),
        first=found.get("first"),
    )


KINDS: Mapping[str, Callable[[Actor, Wanted, Told], Document]] = {
    "committee_pack": lambda actor, wanted, told: committee.pack(actor, wanted.code, told),
    "decision_record": lambda actor, wanted, told: record.of_decision(actor, wanted.code),
    "meeting_record": lambda actor, wanted, told: record.of_meeting(actor, wanted.code),
    "one_page": lambda actor, wanted, told: portfolio.one_page(actor, told),
    "roadmap": _roadmap,
    "budget": _budget,
}


def document(actor: Actor, wanted: Wanted, told: Told | None = None) -> Document:
    """The document, in the language asked for, with what the actor may see.

    Raises:
        NotFoundForActor, Refused: as the reads of its pages.
    """
    with translation.override(wanted.language):
        return KINDS[wanted.kind](actor, wanted, told or Told())


def written(found: Document, form: str) -> File:
    """A document as a file."""
    with translation.override(found.language):
        if form == "pptx":
            content = slides(found, template.current())
        elif form == "pdf":
            content = pdf(found)
        else:
            content = workbook(found)
    return File(f"{found.file_name}.{form}", TYPES[form], content)


def make(actor: Actor, wanted: Wanted, told: Told | None = None) -> File:
    """Make a document at once.

    Raises:
        NotFoundForActor, Refused: as the reads of its pages.
    """
    return written(document(actor, wanted, told), wanted.form)


def is_long(actor: Actor, wanted: Wanted) -> bool:
    """Whether a worker should make it."""
    return wanted.kind == "committee_pack" and committee.lines_of(actor, wanted.code) > LONG


def request(actor: Actor, wanted: Wanted, told: Told | None = None) -> UUID:
    """Ask a worker for a document; the uid of its job."""
    told = told or Told()
    params = {
        "wanted": asdict(wanted),
        "findings": [asdict(fact) for fact in told.findings],
        "reasons": dict(told.reasons),
    }
    return jobs.enqueue(JOB, params, account_id=actor.account_id).uid


def run(context: JobContext) -> None:
    """The job ``report.make``: under the rights that its account has when it runs."""
    account = context.account
    if account is None:
        return
    wanted = Wanted(**context.params["wanted"])
    told = Told(
        [FindingFact(**fact) for fact in context.params.get("findings", ())],
        context.params.get("reasons") or {},
    )
    context.progress(100, "reading")
    found = document(actor_for(account), wanted, told)
    context.progress(500, "writing")
    file = written(found, wanted.form)
    with context.last_step() as give:
        MadeReport.objects.update_or_create(
            job=context.uid,
            defaults={
                "account": account, "file_name": file.name, "content_type": file.content_type,
                "content": file.content,
            },
        )
        give({"file": file.name})


def status(actor: Actor, uid: UUID) -> JobStatus:
    """Where a document asked for stands; only who asked may know.

    Raises:
        NotFoundForActor: no such document for this account.
    """
    found = jobs.status_of(uid)
    if found is None or found.kind != JOB or found.account_id != actor.account_id:
        raise NotFoundForActor("report", str(uid))
    return found


def fetch(actor: Actor, uid: UUID) -> File:
    """The file of a job that is done.

    Raises:
        NotFoundForActor: not made, no longer kept, or asked for by somebody else.
    """
    row = MadeReport.objects.filter(job=uid, account_id=actor.account_id or 0).first()
    if row is None or row.made_at < timezone.now() - KEPT:
        raise NotFoundForActor("report", str(uid))
    return File(row.file_name, row.content_type, bytes(row.content))


def sweep(context: JobContext) -> None:
    """The job ``report.sweep``: forget what was made more than a day ago."""
    with context.last_step() as give:
        gone, _rows = MadeReport.objects.filter(made_at__lt=timezone.now() - KEPT).delete()
        give({"gone": gone})
