"""The value review of a whole line: every product's results, before and after, and the verdict."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from portulan.base.policy import Invalid, NotFoundForActor, Refused, check_right
from portulan.catalogue.access import line_for
from portulan.governance import actions, queries
from portulan.governance.activities import DOSSIER_EDIT, VALUE_READ, VALUE_REVIEW
from portulan.web.answers import reason, sentence
from portulan.web.governance import choices, words
from portulan.web.governance.views.home import faces
from portulan.web.governance.views.meetings import told
from portulan.web.htmx import go, tell
from portulan.web.objects import address
from portulan.web.reading import reader
from portulan.web.reviews.forms import VerdictForm
from portulan.web.viewer import actor
from portulan.wording import formats
from portulan.wording.governance import OUTCOMES

LOOKS = {
    "users": gettext_lazy("Users"),
    "business": gettext_lazy("Business"),
    "quality": gettext_lazy("Quality"),
    "operations": gettext_lazy("Operations"),
}


def looks(results: queries.Results) -> list[dict[str, Any]]:
    """A product's results, look by look, as read."""
    return [
        {
            "name": str(LOOKS[look]),
            "rows": [
                {
                    "name": row.indicator.name,
                    "before": _value(row.before, row.indicator.unit),
                    "before_on": row.before_on,
                    "after": _value(row.after, row.indicator.unit),
                    "after_on": row.after_on,
                    "better": row.better,
                    "target": _value(row.indicator.target, row.indicator.unit),
                }
                for row in results.looks[look]
            ],
        }
        for look in queries.LOOKS
    ]


def _value(value: float | None, unit: str) -> str:
    if value is None:
        return formats.NOTHING
    shown = formats.number(round(value, 2))
    return f"{shown}{formats.NBSP}{unit}" if unit else shown


@require_GET
def page(request: HttpRequest, code: str) -> HttpResponse:
    """The review of a line."""
    return _page(request, code, None)


def _page(request: HttpRequest, code: str, form: VerdictForm | None) -> HttpResponse:
    who = actor(request)
    line = line_for(who, code)
    found = queries.line_value(who, line, reader(request).products(VALUE_READ))
    scope = actions.line_scope(line.pk)
    counts: dict[str, int] = {}
    for row in found.products:
        for outcome, n in row.outcomes.items():
            counts[outcome] = counts.get(outcome, 0) + n
    context = {
        "faces": faces("reviews"),
        "line": line,
        "line_url": address("line", line.code),
        "looks": [str(name) for name in LOOKS.values()],
        "rows": [
            {
                "product": row.product,
                "since": row.results.since,
                "decision": row.results.decision,
                "counts": [row.results.counts(look) for look in queries.LOOKS],
                "kept": row.outcomes.get("kept", 0),
                "due": sum(row.outcomes.get(c, 0) for c in ("kept", "partly", "missed")),
                "proposal": words.kind(row.proposal.verdict),
                "sure": row.proposal.sure,
            }
            for row in found.products
        ],
        "tally": [(*words.toned(OUTCOMES, c), n) for c, n in counts.items()],
        "past": [(row, words.kind(row.verdict)) for row in found.past],
        "form": form or VerdictForm(),
        "reason": reason(check_right(who, VALUE_REVIEW, scope)),
        "dossier_reason": reason(check_right(who, DOSSIER_EDIT, scope)),
    }
    return render(request, "reviews/line.html", context, status=422 if form else 200)


@require_POST
def record(request: HttpRequest, code: str) -> HttpResponse:
    """Record the verdict on the line."""
    who = actor(request)
    line = line_for(who, code)
    form = VerdictForm(request.POST)
    if not form.is_valid():
        return _page(request, code, form)
    found = queries.line_value(who, line, reader(request).products(VALUE_READ))
    try:
        actions.record_line_review(
            who,
            line,
            form.cleaned_data["verdict"],
            form.cleaned_data["comment"],
            [
                {
                    "product": row.product.code,
                    "proposed": row.proposal.verdict,
                    "outcomes": row.outcomes,
                }
                for row in found.products
            ],
        )
    except Invalid as invalid:
        for name, refusal in invalid.errors.items():
            form.add_error(name, sentence(refusal))
        return _page(request, code, form)
    tell(request, _("The review is recorded."))
    return go(request, "reviews:line", code)


@require_POST
def dossier(request: HttpRequest, code: str, uid: str) -> HttpResponse:
    """The dossier that the review of the line asks for: a line to decide per product."""
    who = actor(request)
    line = line_for(who, code)
    found = queries.line_value(who, line, reader(request).products(VALUE_READ))
    review = next((row for row in found.past if str(row.uid) == str(uid)), None)
    if review is None:
        raise NotFoundForActor("review", str(uid))
    kind = words.kind(review.verdict)
    told_of = "\n".join(
        f"- {row.product.name} – {words.kind(row.proposal.verdict)}" for row in found.products
    )
    options = choices.first_options(review.verdict)
    draft = actions.Draft(
        f"{line.name} – {kind.lower()}",
        {
            "context": "\n\n".join(
                part
                for part in (
                    _("The value review of the line on %(day)s concludes: %(kind)s.")
                    % {"day": formats.day(review.on), "kind": kind.lower()},
                    review.comment,
                    told_of,
                )
                if part
            ),
            "vision": "\n".join(
                f"- {row.product.name} – {row.product.vision}"
                for row in found.products
                if row.product.vision
            ),
            "options": "\n".join(choices.lines_of_options(options)),
        },
        options=options,
    )
    try:
        made = actions.dossier_from_line_review(
            who, review, draft, [row.product for row in found.products]
        )
    except Refused as refused:
        told(request, refused)
        return go(request, "reviews:line", code)
    tell(request, _("The dossier is written from the review: read it through."))
    return go(request, address("dossier", made.code))
