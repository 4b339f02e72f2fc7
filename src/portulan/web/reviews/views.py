"""Value reviews: what was promised, what came, and the verdict that follows."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from portulan.base.policy import Invalid, Refused, check_right
from portulan.governance import actions, queries
from portulan.governance.access import money_shown, product_for, product_scope, review_of
from portulan.governance.activities import DOSSIER_EDIT, VALUE_REVIEW
from portulan.governance.queries import briefing
from portulan.web.answers import sentence
from portulan.web.charts import Chart, Column, token
from portulan.web.governance import composing, words
from portulan.web.governance.views.dossiers import amount, promised
from portulan.web.governance.views.home import faces
from portulan.web.governance.views.meetings import told
from portulan.web.htmx import go, tell
from portulan.web.objects import address
from portulan.web.reviews import lines
from portulan.web.reviews.forms import VerdictForm
from portulan.web.viewer import actor
from portulan.wording import formats, vocabulary

#: Outcome → tone, icon, word.
OUTCOMES = {
    "kept": ("good", "circle-check", pgettext_lazy("outcome of a promise", "Kept")),
    "partly": ("warn", "circle-half-2", pgettext_lazy("outcome of a promise", "Kept in part")),
    "missed": ("bad", "circle-x", pgettext_lazy("outcome of a promise", "Missed")),
    "pending": ("neutral", "clock", pgettext_lazy("outcome of a promise", "Not due yet")),
    "unmeasured": ("neutral", "help", pgettext_lazy("outcome of a promise", "Nothing measured")),
}
SOURCES = {
    "measure": pgettext_lazy("source of a figure", "measured"),
    "actual": pgettext_lazy("source of a figure", "spent"),
    "landing": pgettext_lazy("source of a figure", "landing"),
    "plan": pgettext_lazy("source of a figure", "present plan"),
    "recorded": pgettext_lazy("source of a figure", "recorded at a review"),
    "": "",
}


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The products whose promises came due, and the last reviews."""
    who = actor(request)
    rows = queries.due(who)
    context = {
        "faces": faces("reviews"),
        "lines": queries.lines_to_review(),
        "rows": [(row, _tally(row.outcomes)) for row in rows],
        "past": [
            (row, words.kind(row.verdict or row.proposed), address("product", row.product.code))
            for row in queries.past(who)
        ],
    }
    return render(request, "reviews/home.html", context)


def _tally(counts: dict[str, int]) -> list[tuple[str, str, str, int]]:
    return [
        (tone, icon, str(word), counts[code])
        for code, (tone, icon, word) in OUTCOMES.items()
        if counts.get(code)
    ]


@require_GET
def page(request: HttpRequest, code: str) -> HttpResponse:
    """The value review of a product."""
    return _page(request, code, None)


def _page(
    request: HttpRequest, code: str, form: VerdictForm | None, status: int = 200
) -> HttpResponse:
    who = actor(request)
    product = product_for(who, code)
    found = queries.review_page(who, product)
    scope = product_scope(product)
    refusal = check_right(who, VALUE_REVIEW, scope)
    dossier_refusal = check_right(who, DOSSIER_EDIT, scope)
    money = money_shown(who, product.entity_id)
    kept = [k for k in found.kept if money or k.promise.kind not in ("cost", "benefit")]
    counts = found.counts()
    results = queries.results_of(who, [product.pk], found.day)[product.pk]
    context = {
        "faces": faces("reviews"),
        "product": product,
        "product_url": address("product", product.code),
        "it": found,
        "rows": [row_of(k) for k in kept],
        "tally": _tally(counts),
        "headline": _headline(counts),
        "proposal": words.kind(found.proposal.verdict),
        "reasons": [reason(r.to_json(), found) for r in found.proposal.reasons],
        "looks": lines.looks(results),
        "since": results.since,
        "charts": [c for s in found.series if (c := chart(s, found.day)) is not None][:4],
        "calibration": _calibration(found.calibration),
        "form": form
        or VerdictForm(initial={"verdict": found.proposal.verdict}),
        "reason": sentence(refusal) if refusal else "",
        "dossier_reason": sentence(dossier_refusal) if dossier_refusal else "",
        "past": [(row, words.kind(row.verdict or row.proposed)) for row in found.past],
        "money": money,
    }
    return render(request, "reviews/review.html", context, status=status)


def row_of(kept: queries.Kept) -> dict[str, Any]:
    """A promise against what came, as a row of a table."""
    tone, icon, word = OUTCOMES[kept.judged.outcome]
    promise, fact = kept.promise, kept.fact
    detail = ""
    if kept.judged.outcome in ("partly", "missed") and kept.judged.ratio is not None:
        detail = _("at %(ratio)s") % {"ratio": formats.percent(kept.judged.ratio)}
    elif kept.judged.slip:
        days = kept.judged.slip
        detail = (
            ngettext("%(n)s day late", "%(n)s days late", days) % {"n": days}
            if days > 0
            else ngettext("%(n)s day early", "%(n)s days early", -days) % {"n": -days}
        )
    came = (
        formats.day(fact.realised_on)
        if promise.kind == "date"
        else amount(promise, fact.realised)
    )
    return {
        "promise": promise,
        "kind": vocabulary.word(words.PROMISES, promise.kind),
        "promised": promised(promise),
        "realised": came,
        "source": str(SOURCES.get(kept.source, "")),
        "tone": tone,
        "icon": icon,
        "word": str(word),
        "detail": detail,
    }


def _headline(counts: dict[str, int]) -> str:
    done = sum(counts.get(code, 0) for code in ("kept", "partly", "missed"))
    if not done:
        return _("No promise has come due with a measure yet.")
    return ngettext(
        "%(kept)s promise of %(done)s kept", "%(kept)s promises of %(done)s kept", done
    ) % {"kept": counts.get("kept", 0), "done": done}


def reason(data: dict[str, Any], found: queries.ReviewPage | None = None) -> str:
    """A coded reason as a sentence."""
    params = dict(data.get("params", {}))
    titles = {str(k.promise.uid): k.promise.title for k in found.kept} if found else {}
    if "promise" in params:
        params["promise"] = titles.get(params["promise"], _("a promise"))
    if "ratio" in params:
        params["ratio"] = formats.percent(params["ratio"])
    count = int(params.get("count", params.get("total", 0)) or 0)
    texts = {
        "review.value": _("%(kept)s of %(total)s promises of value are kept."),
        "review.gap": _("The furthest from its promise: %(promise)s, at %(ratio)s."),
        "review.late": ngettext(
            "%(count)s date was not kept, by up to %(days)s days.",
            "%(count)s dates were not kept, by up to %(days)s days.",
            count,
        ),
        "review.cost_over": ngettext(
            "%(count)s cost went over its promise.",
            "%(count)s costs went over their promise.",
            count,
        ),
        "review.delivered": _("Dates and costs were kept."),
        "review.worsening": ngettext(
            "%(count)s indicator is getting worse since the decision.",
            "%(count)s indicators are getting worse since the decision.",
            count,
        ),
        "review.improving": ngettext(
            "%(count)s indicator is improving since the decision.",
            "%(count)s indicators are improving since the decision.",
            count,
        ),
        "review.unmeasured": ngettext(
            "%(count)s promise came due and nothing was measured.",
            "%(count)s promises came due and nothing was measured.",
            count,
        ),
        "review.no_evidence": _("Nothing measured yet speaks for or against."),
    }
    code = str(data.get("code", ""))
    return texts[code] % params if code in texts else code


def _calibration(found: Any) -> list[str]:
    """What past promises of the line teach about the next ones."""
    said = []
    for row in found:
        if row.bias is None:
            continue
        if row.kind == "date":
            days = round(row.bias)
            if abs(days) >= 10:
                said.append(
                    _("Dates promised on this line slip by %(days)s days (median of %(n)s).") % {
                        "days": days, "n": row.count
                    }
                )
        elif abs(row.bias - 1) >= 0.02:
            gap = formats.percent(abs(row.bias - 1))
            high = (
                _("Values promised on this line are %(gap)s too high (median of %(n)s).")
                if row.kind == "value"
                else _("Costs promised on this line are %(gap)s too high (median of %(n)s).")
            )
            low = (
                _("Values promised on this line are %(gap)s too low (median of %(n)s).")
                if row.kind == "value"
                else _("Costs promised on this line are %(gap)s too low (median of %(n)s).")
            )
            pattern = low if row.bias > 1 else high
            said.append(pattern % {"gap": gap, "n": row.count})
    return said


def chart(series: queries.Series, day: date) -> Chart | None:
    """An indicator before and after the decision, with the path promised."""
    if len(series.points) < 2:
        return None
    name = series.indicator.name
    came, path = _("Realised"), _("Promised")
    values = [{"day": on.isoformat(), "value": v, "series": came} for on, v in series.points]
    promised_path = [p for p in (series.start, series.promised) if p is not None]
    if len(promised_path) == 2:
        values += [{"day": on.isoformat(), "value": v, "series": path} for on, v in promised_path]
    ends = [{"day": series.points[-1][0].isoformat(), "value": series.points[-1][1],
             "text": f"{came} {formats.number(series.points[-1][1])}", "shift": 0}]
    if series.promised is not None:
        # Two ends close to one another are written one above the other.
        below = series.promised[1] <= series.points[-1][1]
        ends.append({"day": series.promised[0].isoformat(), "value": series.promised[1],
                     "text": f"{path} {formats.number(series.promised[1])}",
                     "shift": 12 if below else -12})
    x = {"field": "day", "type": "temporal", "axis": {"title": None, "tickCount": 6}}
    y = {"field": "value", "type": "quantitative", "scale": {"zero": False},
         "axis": {"title": series.indicator.unit or None, "tickCount": 5}}
    layers: list[dict[str, Any]] = [
        {
            "data": {"values": values},
            "mark": {"type": "line", "point": {"size": 36}},
            "encoding": {
                "x": x, "y": y,
                "color": {"field": "series", "type": "nominal", "legend": None,
                          "scale": {"domain": [came, path],
                                    "range": [token("teal"), token("text-2")]}},
                "strokeDash": {"field": "series", "type": "nominal", "legend": None,
                               "scale": {"domain": [came, path], "range": [[1, 0], [5, 4]]}},
            },
        },
        {
            "data": {"values": ends},
            "mark": {"type": "text", "align": "left", "dx": 8, "dy": {"expr": "datum.shift"},
                     "fontWeight": 600},
            "encoding": {"x": x, "y": y, "text": {"field": "text"},
                         "color": {"value": token("text")}},
        },
    ]
    if series.decided_on is not None:
        middle = series.points[len(series.points) // 2][0]
        left = series.decided_on > middle
        layers.append(
            {
                "data": {"values": [{"day": series.decided_on.isoformat(),
                                     "text": series.decision}]},
                "layer": [
                    {"mark": {"type": "rule", "strokeDash": [2, 3]}, "encoding": {"x": x}},
                    {"mark": {"type": "text", "align": "right" if left else "left",
                              "dx": -5 if left else 5, "baseline": "top"},
                     "encoding": {"x": x, "y": {"value": 0}, "text": {"field": "text"}}},
                ],
            }
        )
    rows: list[tuple[Any, ...]] = [
        (formats.day(on), value, None) for on, value in series.points
    ]
    if series.promised is not None:
        rows.append((formats.day(series.promised[0]), None, series.promised[1]))
    return Chart(
        name,
        _description(series),
        {"layer": layers, "padding": {"left": 5, "right": 110, "top": 5, "bottom": 5}},
        (Column(""), Column(came, formats.number), Column(path, formats.number)),
        rows,
        height=220,
        key=f"review-{series.indicator.pk}",
    )


def _description(series: queries.Series) -> str:
    last = series.points[-1]
    if series.promised is None:
        return _("%(value)s on %(day)s") % {
            "value": formats.number(last[1]), "day": formats.day(last[0])
        }
    return _("%(value)s on %(day)s, for %(promised)s promised by %(due)s") % {
        "value": formats.number(last[1]),
        "day": formats.day(last[0]),
        "promised": formats.number(series.promised[1]),
        "due": formats.day(series.promised[0]),
    }


@require_POST
def record(request: HttpRequest, code: str) -> HttpResponse:
    """Record the verdict of the review."""
    who = actor(request)
    product = product_for(who, code, VALUE_REVIEW)
    form = VerdictForm(request.POST)
    if not form.is_valid():
        return _page(request, code, form, status=422)
    found = queries.review_page(who, product)
    try:
        actions.record_review(
            who,
            product,
            proposed=found.proposal.verdict,
            verdict=form.cleaned_data["verdict"],
            reasons=[r.to_json() for r in found.proposal.reasons],
            outcomes=[
                actions.Outcome(k.promise, k.fact.realised, k.fact.realised_on)
                for k in found.kept
                if k.judged.outcome in ("kept", "partly", "missed")
            ],
            comment=form.cleaned_data["comment"],
        )
    except Invalid as invalid:
        for name, refusal in invalid.errors.items():
            form.add_error(name, sentence(refusal))
        return _page(request, code, form, status=422)
    tell(request, _("The review is recorded."))
    return go(request, "reviews:page", code)


@require_POST
def dossier(request: HttpRequest, code: str, uid: str) -> HttpResponse:
    """The dossier that a review asks for."""
    who = actor(request)
    product = product_for(who, code, DOSSIER_EDIT)
    review = review_of(product, uid)
    kind = review.verdict or review.proposed
    found = queries.review_page(who, product)
    facts = briefing.of_kind(product, kind)
    draft = composing.review_draft(
        f"{product.name} – {words.kind(kind).lower()}",
        kind,
        product.name,
        facts,
        [reason(r, found) for r in review.reasons],
        review.comment,
    )
    try:
        made = actions.dossier_from_review(who, review, draft)
    except Refused as refused:
        told(request, refused)
        return go(request, "reviews:page", code)
    tell(request, _("The dossier is written from the review: read it through."))
    return go(request, address("dossier", made.code))
