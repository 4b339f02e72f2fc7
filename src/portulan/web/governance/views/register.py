"""The decision register: searched, filtered, and each decision with what became of it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from portulan.base.policy import Actor, Refusal, Refused, check_right, require
from portulan.governance import actions, queries, sealing
from portulan.governance.access import decision_for, forum_scope, money_shown
from portulan.governance.activities import (
    ACTION_EDIT,
    DECISION_DECIDE,
    MEETING_RUN,
    REGISTER_READ,
)
from portulan.governance.queries import briefing, people
from portulan.readmodels.export import Sheet, SheetColumn, to_xlsx
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


MOST_ROWS = 10_000


def _wanted(asked: QueryDict) -> queries.Filter:
    """What the address narrows the register to; what it does not know narrows nothing."""
    year = asked.get("year", "")
    return queries.Filter(
        text=asked.get("q", "")[:100],
        forum=asked.get("forum", "") or "",
        kind=asked.get("kind", "") if asked.get("kind") in words.KINDS else "",
        verdict=asked.get("verdict", "") if asked.get("verdict") in words.FILTERS else "",
        state=asked.get("state", "") if asked.get("state") in words.DECISION_STATES else "",
        year=int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None,
        product=asked.get("product", ""),
    )


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """The register, last decisions first."""
    who = actor(request)
    asked = request.GET
    wanted = _wanted(asked)
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
        "export_url": f"{reverse('governance:register_export')}?{asked.urlencode()}",
    }
    return render(request, "governance/register.html", context)


@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The register as narrowed, as a workbook; amounts where the reader may see them."""
    who = actor(request)
    rows, _total = queries.page_of(queries.search(who, _wanted(request.GET)), 0, MOST_ROWS)
    money = _money(who, [row.decision for row in rows])
    columns = [
        SheetColumn(_("Number")),
        SheetColumn(_("Decision")),
        SheetColumn(_("Kind")),
        SheetColumn(_("Committee")),
        SheetColumn(_("Verdict")),
        SheetColumn(_("State")),
        SheetColumn(_("Decided on"), "date"),
        SheetColumn(_("In force from"), "date"),
        SheetColumn(_("To review on"), "date"),
        SheetColumn(_("Amount"), "money"),
        SheetColumn(_("Text")),
        SheetColumn(_("Conditions")),
        SheetColumn(_("Dissent on record")),
    ]
    sheet = Sheet(
        _("Decision register"),
        columns,
        [
            [
                row.decision.code,
                row.decision.name,
                words.kind(row.decision.kind),
                row.decision.forum.name if row.decision.forum else "",
                vocabulary.word(words.FILTERS, row.decision.verdict),
                decision_state(row.decision)[1],
                row.decision.decided_on,
                row.decision.effective_on,
                row.decision.review_on,
                row.decision.amount if money.get(row.decision.forum_id) else None,
                row.decision.text,
                row.decision.conditions,
                row.decision.dissent,
            ]
            for row in rows
        ],
    )
    day = timezone.localdate().isoformat()
    return _file(to_xlsx([sheet]), f"portulan-register-{day}.xlsx", XLSX)


@require_GET
def head(request: HttpRequest) -> HttpResponse:
    """The head of the register, to keep outside: ``portulan register verify --head`` reads it."""
    require(actor(request), REGISTER_READ)
    found = sealing.head()
    content = json.dumps({"number": found.number, "seal": found.seal, "mac": found.mac})
    return _file(
        content.encode(), f"portulan-register-head-{found.number}.json", "application/json"
    )


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _file(content: bytes, name: str, kind: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


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
        **_following(who, decision, found, decide),
    }
    return render(request, "governance/decision.html", context)


def _following(
    who: Actor, decision: queries.Decision, found: queries.DecisionPage, decide: Refusal | None
) -> dict[str, Any]:
    """Conditions, other committees, earlier decisions, and the way to the roadmap."""
    forum = decision.forum
    settles = (
        forum is not None and check_right(who, ACTION_EDIT, forum_scope(forum)) is None
    )
    initiatives = [n.initiative.code for n in found.lines if n.initiative]
    return {
        "conditions": [
            (
                row,
                words.toned(words.CONDITION_STATES, row.state),
                settles or (who.person_id is not None and row.owner_id == who.person_id),
            )
            for row in found.conditions
        ],
        "people": people.people() if settles and found.conditions else [],
        "referrals": [
            (
                row,
                words.toned(words.REFERRAL_STATES, row.state),
                check_right(who, MEETING_RUN, forum_scope(row.target)) is None,
            )
            for row in found.referrals
        ],
        "below": actions.lower(decision) if decide is None and forum is not None else [],
        "contradictions": found.contradictions,
        "frozen_url": reverse("governance:frozen", args=[decision.dossier.code])
        if found.frozen is not None and decision.dossier is not None
        else "",
        "roadmap_url": _roadmap(decision, initiatives),
    }


def _roadmap(decision: queries.Decision, initiatives: list[str]) -> str:
    """The roadmap narrowed to what the decision is about, when it is about initiatives."""
    return f"{reverse('portfolio:roadmap')}?decision={decision.code}" if initiatives else ""


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
