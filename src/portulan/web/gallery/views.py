"""The gallery: pieces, present mode, error pages, and a value to edit in place."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from portulan.base.policy import Conflict, Invalid, Refusal
from portulan.web import answers, paging
from portulan.web.fields import EffortField
from portulan.web.gallery import samples
from portulan.web.inline import InlineField, answer, conflict_html, display_html, form_html
from portulan.web.plugs import Link
from portulan.wording import formats


def _capacity(name: str = "capacity", reason: str = "") -> InlineField:
    return InlineField(
        name=name,
        label=_("Capacity in the third quarter"),
        url=reverse("gallery:inline", args=[name]),
        field=EffortField(max_value=999_900),
        value=28_000,
        display=formats.effort(28_000),
        revision=3,
        reason=reason,
        unit=_("pd"),
    )


@require_GET
def gallery(request: HttpRequest) -> HttpResponse:
    """Every piece in every state."""
    bad = samples.SampleForm({"landing": "1.840 k€ env.", "stage": "exploration"})
    bad.is_valid()
    wrong = _capacity("wrong")
    wrong_form = wrong.form({"value": "beaucoup", "revision": 3})
    wrong_form.is_valid()
    choices = [
        Link(_("Month"), "#m"),
        Link(_("Quarter"), "#q", current=True),
        Link(_("Year"), "#y"),
    ]
    faces = [
        Link(_("Table"), "#t", "table", current=True),
        Link(_("Roadmap"), "#r", "timeline"),
        Link(_("Decisions"), "#d", "gavel", detail="14"),
    ]
    context: dict[str, Any] = {
        "form": samples.SampleForm(initial={"capacity": 28_000}, prefix="sample"),
        "bad": bad,
        "rows": samples.rows(),
        "sort": paging.asked_sort(request, ("name", "landing", "end"), "-landing"),
        "page": paging.cut(request, range(148), size=20),
        "choices": choices,
        "faces": faces,
        "explanation": samples.explanation(),
        "charts": samples.sample_charts(),
        "moment": samples.two_minutes_ago(),
        "heat": [
            (0.55, "66 / 120"),
            (0.88, "282 / 320"),
            (0.96, "298 / 310"),
            (1.07, "503 / 470"),
            (1.4, "392 / 280"),
        ],
        "verdicts": ["approved", "partial", "conditional", "deferred", "refused", "pending"],
        "families": [
            ("business", 4.1),
            ("user", 3.7),
            ("vision", 4.5),
            ("feasibility", 2.8),
            ("risk", 2.0),
        ],
        "stages": ["exploration", "development", "run", "end_of_life"],
        "severities": ["blocking", "major", "minor", "info"],
        "inline": _capacity(),
        "inline_closed": _capacity("closed", reason=_("Only the tech lead estimates.")),
        "inline_form": form_html(_capacity("open"), _capacity("open").form()),
        "inline_wrong": form_html(wrong, wrong_form),
        "inline_conflict": conflict_html(
            _capacity("conflict"),
            ["295"],
            who="Karim Haddad",
            when=formats.ago(samples.two_minutes_ago()),  # type: ignore[arg-type]
        ),
    }
    return render(request, "gallery/gallery.html", context)


@require_GET
def present(request: HttpRequest) -> HttpResponse:
    """The meeting page: another scale."""
    lines = [
        (1, "Émission des factures des PME", "Pavillon", 64_000_000, "9 · 0 · 0", "approved", ""),
        (2, "Tarification solidaire", "Escale", 38_000_000, "9 · 0 · 0", "approved", ""),
        (
            3,
            "Refonte du paiement des loyers",
            "Amarre",
            31_000_000,
            "7 · 2 · 0",
            "deferred",
            formats.quarter(samples.T3_2027 + 6),
        ),
        (4, "Jumeau énergétique", "Carène", 42_000_000, "2 · 6 · 1", "refused", ""),
    ]
    return render(
        request,
        "gallery/present.html",
        {"lines": lines, "tones": ["moss", "moss", "brass", "coral"]},
    )


@require_GET
def error(request: HttpRequest, status: int) -> HttpResponse:
    """An error page, as a reader meets it."""
    if status == 403:
        return answers.refused(
            request, Refusal("right.missing", {"activity": "gallery"}, ("pmo", "head_of_product"))
        )
    if status == 404:
        return answers.not_found(request)
    if status == 409:
        return answers.conflict(request, Conflict("team", "data", {"capacity": (28_000, 29_500)}))
    if status == 422:
        return answers.invalid(request, Invalid({"capacity": Refusal("required")}))
    if status == 500:
        return answers.handle_500(request)
    raise Http404


@require_http_methods(["GET", "POST"])
def inline_value(request: HttpRequest, name: str) -> HttpResponse:
    """A value that nothing keeps: 295 always meets a conflict, so that both ways can be tried."""

    def save(value: int, revision: int) -> None:
        if value == 29_500 and revision == 3:
            raise Conflict("team", "data", {"capacity": (28_000, 29_500)})

    if request.method == "GET" and not request.GET.get("edit"):
        return HttpResponse(display_html(_capacity(name)))
    return answer(request, lambda: _capacity(name), save)
