"""Upload, look at what would change, take in."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portulan.base.policy import require
from portulan.integrations.activities import IMPORT_RUN
from portulan.integrations.betagouv import uploads
from portulan.integrations.betagouv.source import SourceError
from portulan.web.htmx import tell
from portulan.web.viewer import actor

PROBLEMS = {
    "source.no_products": gettext_lazy(
        "There is no folder “_startups” in it: is it a repository in the beta.gouv.fr format?"
    ),
    "source.too_large": gettext_lazy("It is larger than the limit of %(limit)s MB."),
    "source.too_many_files": gettext_lazy("It holds more than %(limit)s files."),
    "source.not_an_archive": gettext_lazy(
        "It is not an archive that can be read: give a .tar.gz, .tar or .zip."
    ),
}
KINDS = {
    "entity": gettext_lazy("Entities and sponsors"),
    "person": gettext_lazy("People"),
    "team": gettext_lazy("Teams"),
    "line": gettext_lazy("Themes"),
    "product": gettext_lazy("Products"),
    "product_link": gettext_lazy("Links"),
    "product_line": gettext_lazy("Products on themes"),
    "product_entity": gettext_lazy("Sponsors of products"),
    "stage_period": gettext_lazy("Stages"),
    "product_event": gettext_lazy("Events"),
    "product_role": gettext_lazy("Roles of people on products"),
}
NOTES = {
    "reference.unknown": gettext_lazy("References to something that the repository does not hold"),
    "phase.unknown": gettext_lazy("Phases without an equivalent stage"),
    "phase.unreadable": gettext_lazy("Phases that cannot be read"),
    "date.unreadable": gettext_lazy("Dates that cannot be read"),
}


class UploadForm(forms.Form):
    """The archive, and the people if there are any."""

    archive = forms.FileField(label=gettext_lazy("Archive of the repository"))
    staffing = forms.FileField(label=gettext_lazy("People, one JSON a line"), required=False)


@require_http_methods(["GET", "POST"])
def home(request: HttpRequest) -> HttpResponse:
    """The upload."""
    who = actor(request)
    require(who, IMPORT_RUN)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        archive, people = form.cleaned_data["archive"], form.cleaned_data["staffing"]
        try:
            batch = uploads.keep(
                who, archive.name, archive.read(), people.read() if people else None
            )
        except SourceError as error:
            form.add_error("archive", str(PROBLEMS[error.code]) % error.params)
        else:
            return redirect("repository:preview", uid=batch.uid)
    status = 422 if request.method == "POST" else 200
    return render(request, "repository/home.html", {"form": form}, status=status)


@require_GET
def preview(request: HttpRequest, uid: UUID) -> HttpResponse:
    """What taking it in would do."""
    compared = uploads.compare(actor(request), str(uid))
    counts = compared.plan.counts()
    notes = Counter(code for code, _params in compared.plan.notes)
    context = {
        "batch": compared.batch,
        "rows": [
            (str(KINDS[kind]), n["create"], n["update"], n["leave"], n["remove"])
            for kind, n in counts.items()
            if any(n.values())
        ],
        "totals": [
            sum(n[what] for n in counts.values()) for what in ("create", "update", "leave")
        ],
        "products": counts["product"],
        "empty": compared.plan.empty,
        "unreadable": compared.unreadable,
        "notes": [
            (
                str(NOTES.get(code, code)),
                count,
                [p for c, p in compared.plan.notes if c == code][:5],
            )
            for code, count in notes.most_common()
        ],
    }
    return render(request, "repository/preview.html", context)


@require_POST
def take(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take it in."""
    uploads.take(actor(request), str(uid))
    tell(request, _("The repository is in."))
    return redirect("coherence:home")
