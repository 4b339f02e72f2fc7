"""A new dossier: its template, then what it is about."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portulan.base.policy import Actor, Invalid, NotFoundForActor, Refusal, Refused, require
from portulan.governance import actions, queries
from portulan.governance.access import product_for
from portulan.governance.activities import DOSSIER_EDIT
from portulan.governance.queries import briefing, people
from portulan.governance.templates import TEMPLATES
from portulan.portfolio.access import initiative_for, project_at
from portulan.web.answers import sentence
from portulan.web.governance import choices, composing, words
from portulan.web.governance.forms import StartForm
from portulan.web.governance.views.home import faces
from portulan.web.htmx import go, tell
from portulan.web.objects import address
from portulan.web.viewer import actor

#: Templates offered, in the order of a product's life; the others have builders of their own.
OFFERED = (
    "launch_discovery",
    "launch_development",
    "go_to_run",
    "continue",
    "reinforce",
    "pivot",
    "stop",
    "fund",
    "change_standard",
    "waive",
)


@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Choose a template and a subject; the sections are written from the facts."""
    who = actor(request)
    require(who, DOSSIER_EDIT)
    subjects = queries.subjects_to_decide(who)
    form = StartForm(
        request.POST or None,
        initial={name: request.GET[name] for name in ("kind", "subject") if name in request.GET},
        kinds=[(kind, words.kind(kind)) for kind in OFFERED],
        subjects=[
            (_("Products"), subjects.products),
            (_("Initiatives"), subjects.initiatives),
            (_("Projects"), subjects.projects),
            (_("Parts of the company"), people.entities()),
        ],
    )
    if request.method == "POST" and form.is_valid():
        try:
            dossier = _write(who, form)
        except Invalid as invalid:
            for refusal in invalid.errors.values():
                form.add_error(None, sentence(refusal))
        except Refused as refused:
            form.add_error(None, sentence(refused.refusal))
        except NotFoundForActor:
            form.add_error("subject", _("There is no such subject."))
        else:
            tell(request, _("The dossier is written from the facts: read it through."))
            return go(request, address("dossier", dossier.code))
    context = {
        "form": form,
        "faces": faces("dossiers"),
        "templates": [(kind, words.kind(kind), choices.about(kind)) for kind in OFFERED],
        "here": reverse("governance:dossier_new"),
    }
    return render(
        request,
        "governance/start.html",
        context,
        status=422 if request.method == "POST" else 200,
    )


def _write(who: Actor, form: StartForm) -> queries.Dossier:
    data = form.cleaned_data
    kind, day = data["kind"], data["effective_on"]
    sort, code = data["subject"]
    if sort not in TEMPLATES[kind].subjects:
        raise Invalid({"subject": Refusal("dossier.subject")})
    if sort == "product":
        product = product_for(who, code, DOSSIER_EDIT)
        name = data["name"] or f"{product.name} – {words.kind(kind).lower()}"
        draft = composing.product_draft(
            name, kind, product.name, briefing.of_kind(product, kind, day=day)
        )
        return actions.dossier_from_product(who, product, kind, draft, effective_on=day)
    if sort == "entity":
        draft = composing.standard_draft(data["name"] or words.kind(kind), kind)
        return actions.create_dossier(who, kind, draft, entity=people.entity(code))
    if sort == "initiative":
        work = [initiative_for(who, code)]
        name, entity = work[0].name, work[0].entity
    else:
        project, _located = project_at(who, code)
        work = queries.work_of(project)
        name, entity = project.name, project.entity
    title = data["name"] or f"{name} – {words.kind(kind).lower()}"
    draft = composing.work_draft(title, kind, name, briefing.of_work(work, kind, day))
    return actions.dossier_from_work(
        who, work, kind, draft, entity=entity, effective_on=day
    )
