"""Coherence: the findings that matter, all of them, one of them, the rules."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portulan.base.policy import Invalid, check_right, require
from portulan.coherence import actions, queries, report, words
from portulan.coherence.manifest import FINDING_ACCEPT, FINDING_READ
from portulan.coherence.sentences import SENTENCES
from portulan.web.answers import sentence
from portulan.web.charts import Chart, Column, token
from portulan.web.coherence.forms import ExceptionForm
from portulan.web.coherence.rows import first_of, narrowed, row, subject_url
from portulan.web.htmx import go, tell
from portulan.web.paging import cut
from portulan.web.plugs import Link
from portulan.web.reading import open_findings
from portulan.web.viewer import actor
from portulan.wording import formats, vocabulary
from portulan_core.coherence import RULES

SEVERITIES = ("blocking", "major", "minor", "info")
_FILLS = {
    "blocking": "coral-fill",
    "major": "brass-fill",
    "minor": "blue-fill",
    "info": "grey-fill",
}


@require_GET
def count(request: HttpRequest) -> HttpResponse:
    """How many findings are open, alone: the number beside the entry of the navigation."""
    require(actor(request), FINDING_READ)
    total = len(open_findings(request))
    return HttpResponse(formats.number(total, 0) if total else "")


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The ten that matter first, then all, by topic."""
    who = actor(request)
    require(who, FINDING_READ)
    checked = queries.checked()
    listed = queries.visible(who, checked.listed)
    open_items = [item for item in listed if item.exception is None]
    chosen = narrowed(request, listed)
    filtered = any(request.GET.get(n) for n in ("topic", "rule", "severity", "object", "show"))
    page = cut(request, chosen, size=50)
    severities = Counter(item.finding.severity.code for item in open_items)
    severity_of = queries.severities()
    topics = Counter(item.finding.topic for item in open_items)
    by_rule = Counter(item.finding.code for item in chosen)
    context = {
        "total": len(open_items),
        "accepted": len(listed) - len(open_items),
        "severities": [(code, severities[code]) for code in SEVERITIES if severities[code]],
        "topics": [
            (code, words.topic(code), count) for code, count in topics.most_common()
        ],
        "top": [] if filtered else [row(item) for item in first_of(open_items)],
        "filtered": filtered,
        "chips": _chips(request),
        "rows": [row(item) for item in page.rows],
        "page": page,
        "rules": [
            (code, str(SENTENCES[code].title), severity_of[code], count)
            for code, count in by_rule.most_common()
        ],
        "showing": request.GET.get("show", ""),
        "trend": _trend(),
        "faces": [
            Link(_("Findings"), reverse("coherence:home"), "shield-check", current=True),
            Link(_("Rules"), reverse("coherence:rules"), "list-details"),
        ],
    }
    return render(request, "coherence/home.html", context)


def _chips(request: HttpRequest) -> list[tuple[str, str, str]]:
    """The filters in force: what, value, and the address without it."""
    found = []
    for name, label, value in (
        ("topic", _("Topic"), words.topic(request.GET.get("topic", ""))),
        ("severity", _("Severity"),
         vocabulary.word(vocabulary.SEVERITIES, request.GET.get("severity", ""))),
        ("rule", _("Rule"), request.GET.get("rule", "")),
        ("object", _("Object"), request.GET.get("object", "")),
    ):
        if request.GET.get(name):
            params = request.GET.copy()
            params.pop(name, None)
            params.pop("page", None)
            found.append((label, value, f"{reverse('coherence:home')}?{params.urlencode()}"))
    return found


def _trend() -> Chart | None:
    runs = queries.trend()
    if len(runs) < 2:
        return None
    rows: list[list[Any]] = []
    values: list[dict[str, Any]] = []
    for run in runs:
        counts = run.counts.get("severities", {})
        rows.append([formats.day(run.on), *(counts.get(code, 0) for code in SEVERITIES)])
        values.extend(
            {
                "day": run.on.isoformat(),
                "severity": vocabulary.word(vocabulary.SEVERITIES, code),
                "rank": SEVERITIES.index(code),
                "count": counts.get(code, 0),
            }
            for code in SEVERITIES
        )
    names = [vocabulary.word(vocabulary.SEVERITIES, code) for code in SEVERITIES]
    spec = {
        "data": {"values": values},
        "mark": {"type": "area"},
        "encoding": {
            "x": {"field": "day", "type": "temporal", "title": None},
            "y": {"field": "count", "type": "quantitative", "stack": "zero", "title": None},
            "order": {"field": "rank"},
            "color": {
                "field": "severity",
                "type": "nominal",
                "title": None,
                "scale": {"domain": names, "range": [token(_FILLS[c]) for c in SEVERITIES]},
            },
        },
    }
    last, before = runs[-1], runs[0]
    delta = sum(last.counts.get("severities", {}).values()) - sum(
        before.counts.get("severities", {}).values()
    )
    description = _("%(delta)s findings since %(day)s") % {
        "delta": formats.signed(delta),
        "day": formats.day(before.on),
    }
    return Chart(
        _("Trend"),
        description,
        spec,
        [Column(_("Day")), *(Column(name, formats.number) for name in names)],
        rows,
        height=140,
        key="coherence-trend",
    )


@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    """The published rules: what each looks for, why, how to mend."""
    who = actor(request)
    require(who, FINDING_READ)
    counts = Counter(
        item.finding.code
        for item in queries.visible(who, queries.checked().listed)
        if item.exception is None
    )
    severity_of = queries.severities()
    by_topic: dict[str, list[tuple[str, str, str, str, str, int]]] = {}
    for code in sorted(RULES):
        said = SENTENCES[code]
        by_topic.setdefault(RULES[code].topic, []).append(
            (
                code,
                severity_of[code],
                str(said.title),
                str(said.why),
                str(said.mend),
                counts[code],
            )
        )
    context = {
        "topics": [(words.topic(code), rows) for code, rows in by_topic.items()],
        "count": len(RULES),
        "faces": [
            Link(_("Findings"), reverse("coherence:home"), "shield-check"),
            Link(_("Rules"), reverse("coherence:rules"), "list-details", current=True),
        ],
    }
    return render(request, "coherence/rules.html", context)


@require_GET
def finding(request: HttpRequest, rule: str, uid: UUID) -> HttpResponse:
    """One finding: why it matters, how to mend it, accept it as an exception."""
    return _page(request, rule, uid, ExceptionForm())


def _page(
    request: HttpRequest, rule: str, uid: UUID, form: ExceptionForm, status: int = 200
) -> HttpResponse:
    who = actor(request)
    require(who, FINDING_READ)
    item = next(
        (
            found
            for found in queries.visible(who, queries.checked().listed)
            if found.finding.code == rule and found.finding.subject == str(uid)
        ),
        None,
    )
    if item is None:
        raise Http404
    refusal = check_right(who, FINDING_ACCEPT)
    context = {
        "row": row(item),
        "related": [(s, row_url) for s in item.related for row_url in [subject_url(s)]],
        "exception": item.exception,
        "form": form,
        "refusal": sentence(refusal) if refusal else "",
        "same": reverse("coherence:home") + f"?rule={rule}",
    }
    return render(request, "coherence/finding.html", context, status=status)




@require_http_methods(["POST"])
def accept(request: HttpRequest, rule: str, uid: UUID) -> HttpResponse:
    """Accept a finding for a reason, until a day."""
    who = actor(request)
    require(who, FINDING_ACCEPT)
    form = ExceptionForm(request.POST)
    if not form.is_valid():
        return _page(request, rule, uid, form, status=422)
    try:
        actions.accept(
            who, rule, str(uid), form.cleaned_data["reason"], form.cleaned_data["expires_on"]
        )
    except Invalid as invalid:
        for name, refusal in invalid.errors.items():
            form.add_error(name, sentence(refusal))
        return _page(request, rule, uid, form, status=422)
    tell(request, _("Accepted as an exception."))
    return go(request, "coherence:home")


@require_POST
def end_exception(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take an exception back."""
    actions.end_exception(actor(request), str(uid))
    tell(request, _("The finding counts again."))
    return go(request, "coherence:home")


@require_GET
def export_json(request: HttpRequest) -> HttpResponse:
    """The findings that the reader may see, as the command line prints them."""
    who = actor(request)
    require(who, FINDING_READ)
    checked = queries.checked()
    listed = queries.visible(who, checked.listed)
    return JsonResponse(
        report.as_json(listed, queries.all_source_keys(), checked.day.isoformat()),
        json_dumps_params={"ensure_ascii": False},
    )
