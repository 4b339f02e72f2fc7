"""Who gets what from the documents and the template of slides."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from pptx import Presentation

from portulan.reports import making
from portulan.reports.making import Wanted
from tests.web.actors import ENTITLED, Company
from tests.web.governance_permissions import decision, meeting
from tests.web.permissions import SIGN_IN, Row


def of(code: Callable[[Company], Mapping[str, Any]], form: str) -> Callable[..., Mapping[str, Any]]:
    """A meeting or a decision, in a format."""
    return lambda built: {**code(built), "form": form}


def a_job(built: Company) -> Mapping[str, Any]:
    """A document that who is allowed asked a worker for."""
    from portulan.organisation.rights import actor_for

    who = actor_for(built.accounts[ENTITLED])
    return {"uid": making.request(who, Wanted("one_page", "pdf", "", "en"))}


def a_made(built: Company) -> Mapping[str, Any]:
    """The same, made."""
    from portulan.reports.models import MadeReport

    job = a_job(built)
    MadeReport.objects.create(
        job=job["uid"], account=built.accounts[ENTITLED], file_name="a.pdf",
        content_type="application/pdf", content=b"%PDF",
    )
    return job


def a_template(built: Company) -> Mapping[str, Any]:
    """A presentation to bring."""
    out = io.BytesIO()
    Presentation().save(out)
    return {"file": SimpleUploadedFile("modele.pptx", out.getvalue())}


FORMS = ("pptx", "pdf", "xlsx")
EVERYONE = (SIGN_IN, 200, 200, 200)
SETTINGS = (SIGN_IN, 200, 403, 200)

ROWS = (
    Row("reports:pack", "GET", EVERYONE),
    *(Row(f"reports:{name}", "GET", EVERYONE, kwargs={"form": form})
      for name in ("one_page", "roadmap", "budget") for form in FORMS),
    *(Row("reports:committee_pack", "GET", (SIGN_IN, 404, 404, 200), kwargs=of(meeting, form))
      for form in FORMS),
    Row("reports:committee_pack", "POST", (SIGN_IN, 404, 404, 200), kwargs=of(meeting, "pdf")),
    *(Row("reports:meeting_record", "GET", (SIGN_IN, 404, 404, 200), kwargs=of(meeting, form))
      for form in FORMS),
    *(Row("reports:decision_record", "GET", (SIGN_IN, 404, 200, 200), kwargs=of(decision, form))
      for form in FORMS),
    Row("reports:made", "GET", (SIGN_IN, 404, 404, 200), kwargs=a_job),
    Row("reports:made_file", "GET", (SIGN_IN, 404, 404, 200), kwargs=a_made),
    Row("reports:template", "GET", SETTINGS),
    Row("reports:template", "POST", (SIGN_IN, 302, 403, 302), data=a_template),
    Row("reports:template_remove", "POST", (SIGN_IN, 302, 403, 302)),
    Row("reports:template_sample", "GET", SETTINGS),
)
