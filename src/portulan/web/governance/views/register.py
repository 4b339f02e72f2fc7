"""The decision register: searched, filtered, and each decision with what became of it."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from portulan.base.policy import Actor, Refused, check_right
from portulan.governance import actions, queries
from portulan.governance.access import decision_for, forum_scope, money_shown
from portulan.governance.activities import DECISION_DECIDE
from portulan.governance.queries import briefing
from portulan.web.answers import sentence
from portulan.web.governance import composing, words
from portulan.web.governance.views.dossiers import promised
from portulan.web.governance.views.home import faces
from portulan.web.governance.views.meetings import told
from portulan.web.htmx import go, tell
from portulan.web.objects import address
from portulan.web.paging import changed, cut
from portulan.web.viewer import actor
from portulan.wording import vocabulary
from portulan.wording.activities import activity
from portulan_core.effects import EffectConflict

SIZE = 30


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """The register, last decisions first."""
    who = actor(request)
    asked = request.GET
    year = asked.get("year", "")
    wanted = queries.Filter(
        text=asked.get("q", "")[:100],
        forum=asked.get("forum", "") or "",
        kind=asked.get("kind", "") if asked.get("kind") in words.KINDS else "",
        verdict=asked.get("verdict", "") if asked.get("verdict") in words.FILTERS else "",
        state=asked.get("state", "") if asked.get("state") in words.DECISION_STATES else "",
        year=int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None,
        product=asked.get("product", ""),
    )
    number = asked.get("page", "1")
    start = (int(number) - 1) * SIZE if number.isascii() and number.isdigit() else 0
    rows, total = queries.page_of(queries.search(who, wanted), max(0, start), SIZE)
    forums, years = queries.choices(who)
    money_ids = _money(who, [row.decision for row in rows])
    chips = [
        (label, value, changed(asked.urlencode(), {name: None, "page": None}))
        for name, label, value in (
            ("q", _("Text"), wanted.text),
            ("forum", _("Committee"), dict(forums).get(wanted.forum, wanted.forum)),
            ("kind", _("Kind"), words.kind(wanted.kind) if wanted.kind else ""),
            ("verdict", _("Verdict"), vocabulary.word(words.FILTERS, wanted.verdict)),
            ("year", _("Year"), str(wanted.year or "")),
            ("product", _("Product"), wanted.product),
        )
        if value
    ]
    context = {
        "faces": faces("register"),
        "rows": [
            (
                row,
                words.kind(row.decision.kind),
                decision_state(row.decision),
                money_ids.get(row.decision.forum_id, False),
            )
            for row in rows
        ],
        "page": cut(request, rows, size=SIZE, total=total),
        "wanted": wanted,
        "forums": forums,
        "years": years,
        "kinds": [(code, str(word)) for code, word in words.KINDS.items()],
        "verdicts": [(code, str(word)) for code, word in words.FILTERS.items()],
        "chips": chips,
    }
    return render(request, "governance/register.html", context)


def decision_state(decision: queries.Decision) -> tuple[str, str]:
    """Tone and word of a decision's state; one without effects waits for nothing."""
    tone, word = words.toned(words.DECISION_STATES, decision.state)
    return ("neutral" if decision.state == "decided" and not decision.effects else tone), word


def _money(who: Actor, decisions: list[queries.Decision]) -> dict[int | None, bool]:
    found: dict[int | None, bool] = {}
    for decision in decisions:
        if decision.forum_id not in found:
            entity = decision.forum.entity_id if decision.forum else None
            found[decision.forum_id] = money_shown(who, entity, decision.forum_id)
    return found


@require_GET
def page(request: HttpRequest, code: str) -> HttpResponse:
    """A decision: lines, effects and whether they hold, promises, actions, seal."""
    who = actor(request)
    decision = decision_for(who, code)
    found = queries.decision_page(decision)
    forum = decision.forum
    money = money_shown(who, forum.entity_id if forum else None, decision.forum_id)
    decide = (
        check_right(who, DECISION_DECIDE, forum_scope(forum)) if forum is not None else None
    )
    apply_refusal = decide or actions.check_apply(decision, timezone.localdate())
    revert_refusal = actions.check_revert(decision)
    context = {
        "faces": faces("register"),
        "decision": decision,
        "it": found,
        "kind": words.kind(decision.kind),
        "state": decision_state(decision),
        "money": money,
        "lines": [
            (line, words.toned(words.CHANGES, line.change), found.votes.get(line.pk, ()))
            for line in found.lines
        ],
        "effects": [
            (
                _named(row),
                words.effect(row.type, row.before, row.after),
                words.toned(words.EFFECT_STATES, row.state),
                address(row.kind, row.code) if row.kind in ("initiative", "product") else "",
            )
            for row in found.effects
            if money or row.type not in ("envelope.amount", "initiative.resize")
        ],
        "promises": [
            (p, vocabulary.word(words.PROMISES, p.kind), promised(p))
            for p in found.promises
            if money or p.kind not in ("cost", "benefit")
        ],
        "waits": decision.state == "decided" and bool(decision.effects),
        "apply_reason": sentence(apply_refusal) if apply_refusal else "",
        "revert_reason": sentence(revert_refusal) if revert_refusal else "",
        "asked": sum(abs(line.amount) for line in found.lines),
    }
    return render(request, "governance/decision.html", context)


def _named(row: queries.EffectRow) -> queries.EffectRow:
    """An effect on the matrix names its activity, and the part of the company."""
    if row.kind != "matrix":
        return row
    return replace(row, name=" – ".join(part for part in (activity(row.code), row.name) if part))


@require_POST
def apply(request: HttpRequest, code: str) -> HttpResponse:
    """Apply a decision whose day has come; with ``drop``, leave out what moved since."""
    who = actor(request)
    decision = decision_for(who, code, DECISION_DECIDE)
    try:
        if request.POST.get("drop"):
            gone = actions.drop_conflicts(who, decision)
            tell(request, _("Applied; %(n)s effects fell away.") % {"n": gone})
        else:
            actions.apply_decision(who, decision)
            tell(request, _("The decision is applied."))
    except EffectConflict:
        tell(
            request,
            _("Facts moved since this was decided: look at the effects, then apply what fits."),
            tone="error",
        )
    except Refused as refused:
        told(request, refused)
    return go(request, address("decision", code))


@require_POST
def revert(request: HttpRequest, code: str) -> HttpResponse:
    """A dossier that would undo this decision."""
    who = actor(request)
    decision = decision_for(who, code)
    try:
        refusal = actions.check_revert(decision)
        if refusal is not None:
            raise Refused(refusal)
        facts = briefing.of_decision(decision)
        name = _("Go back on %(code)s") % {"code": decision.code}
        draft = composing.reversal_draft(name, decision.code, facts)
        dossier = actions.dossier_to_revert(who, decision, draft)
    except Refused as refused:
        told(request, refused)
        return go(request, address("decision", code))
    tell(request, _("The dossier is written from the facts: read it through."))
    return go(request, address("dossier", dossier.code))
