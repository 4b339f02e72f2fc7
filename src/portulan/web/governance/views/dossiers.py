"""Dossiers: lists, one dossier edited in place, new ones in one click."""

from __future__ import annotations

from typing import Any
from zlib import crc32

import nh3
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from markdown_it import MarkdownIt

from portulan.base.policy import Actor, Invalid, NotFoundForActor, Refusal, Refused, check_right
from portulan.governance import actions, queries
from portulan.governance.access import (
    check_any,
    dossier_for,
    dossier_scopes,
    line_of,
    money_shown,
    product_for,
    promise_of,
)
from portulan.governance.activities import DOSSIER_EDIT
from portulan.governance.queries import briefing, people
from portulan.prioritisation.access import scenario_for
from portulan.web import inline
from portulan.web.answers import reason, sentence
from portulan.web.governance import composing, words
from portulan.web.governance.beside import beside
from portulan.web.governance.forms import NewDossierForm, PromiseForm
from portulan.web.governance.views.forums import put_errors
from portulan.web.governance.views.home import faces
from portulan.web.governance.views.meetings import told
from portulan.web.htmx import go, tell
from portulan.web.inline import InlineField
from portulan.web.objects import address
from portulan.web.plugs import Link
from portulan.web.viewer import actor
from portulan.wording import formats, vocabulary

CLOSED = ("decided", "withdrawn")


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """The dossiers under way, or those of the past."""
    who = actor(request)
    past = request.GET.get("show") == "past"
    rows = queries.dossiers(who, states=CLOSED) if past else queries.dossiers(who)
    context = {
        "faces": faces("dossiers"),
        "rows": rows,
        "new_reason": reason(check_right(who, DOSSIER_EDIT)),
        "choices": [
            Link(_("Under way"), "?", current=not past),
            Link(_("Decided and withdrawn"), "?show=past", current=past),
        ],
    }
    return render(request, "governance/dossiers.html", context)


def markdown(text: str) -> SafeString:
    """A section's text: Markdown, cleaned."""
    if not text:
        return SafeString("")
    html = MarkdownIt("commonmark", {"html": False, "breaks": True}).render(text)
    tags = {"p", "ul", "ol", "li", "strong", "em", "code", "blockquote", "br", "h3", "h4", "a"}
    return mark_safe(nh3.clean(html, tags=tags, attributes={"a": {"href"}}))  # noqa: S308 - cleaned


def _field(dossier: queries.Dossier, section: str, refusal: Refusal | None) -> InlineField:
    text = str(dossier.sections.get(section, ""))
    return InlineField(
        name=f"section-{section}",
        label=words.section(section),
        url=f"{address('dossier', dossier.code)}/_/section/{section}",
        field=forms.CharField(
            required=False, widget=forms.Textarea(attrs={"rows": 8}), max_length=20_000
        ),
        value=text,
        display=format_html(
            '<div class="gov-text">{}</div>',
            markdown(text) or format_html('<p class="pt-dim">{}</p>', _("Still to be written.")),
        ),
        revision=_revision(text),
        reason=sentence(refusal) if refusal else "",
        block=True,
    )


def _revision(text: str) -> int:
    """A number that stands for a text: two writers of one section then see that it moved."""
    return crc32(text.encode())


@require_http_methods(["GET", "POST"])
def section(request: HttpRequest, code: str, section: str) -> HttpResponse:
    """One section, edited in place; two sections may be written at once."""
    who = actor(request)
    if section not in words.SECTIONS:
        raise NotFoundForActor("section", section)

    def save(value: Any, revision: int) -> str | None:
        dossier = dossier_for(who, code, DOSSIER_EDIT)
        now = str(dossier.sections.get(section, ""))
        # The revision is that of the text the writer started from.
        seen = now if _revision(now) == revision else None
        actions.write_section(
            who, dossier, section, str(value), seen=seen if seen is not None else "\0moved"
        )
        return None

    def load() -> InlineField:
        dossier = dossier_for(who, code)
        return _field(dossier, section, _edit_refusal(who, dossier))

    return inline.answer(request, load, save)


def _edit_refusal(who: Actor, dossier: queries.Dossier) -> Refusal | None:
    right = check_any(who, DOSSIER_EDIT, dossier_scopes(dossier))
    return right or actions.check_editable(dossier)


@require_GET
def page(request: HttpRequest, code: str) -> HttpResponse:
    """A dossier."""
    who = actor(request)
    dossier = dossier_for(who, code)
    found = queries.dossier_page(dossier)
    right = check_any(who, DOSSIER_EDIT, dossier_scopes(dossier))
    edit_refusal = right or actions.check_editable(dossier)
    editable = edit_refusal is None
    money = money_shown(who, dossier.entity_id) or any(
        money_shown(who, i.meeting.forum.entity_id, i.meeting.forum_id) for i in found.items
    )
    submit_refusal = right or actions.check_submit(dossier)
    reopen_refusal = right or actions.check_reopen(dossier)
    moved: dict[int, list[words.Said]] = {}
    for drift in found.drifts:
        moved.setdefault(drift.line.pk, []).append(
            words.effect(drift.effect.type, drift.expected, drift.found)
        )
    context = {
        "faces": faces("dossiers"),
        "dossier": dossier,
        "it": found,
        "state": words.toned(words.DOSSIER_STATES, dossier.state),
        "kind": words.kind(dossier.kind),
        "money": money,
        "sections": [
            (section, words.section(section), _field(dossier, section, edit_refusal))
            for section in found.completeness.asked
        ],
        "missing": [lacking(r) for r in found.completeness.missing],
        "lines": [
            (
                line,
                words.toned(words.CHANGES, line.change),
                [words.effect(e["type"], e["before"], e["after"]) for e in line.effects],
                moved.get(line.pk, []),
            )
            for line in found.lines
        ],
        "promises": [
            (p, vocabulary.word(words.PROMISES, p.kind), promised(p)) for p in found.promises
        ],
        "editable": editable,
        "edit_reason": sentence(edit_refusal) if edit_refusal else "",
        "submit_reason": sentence(submit_refusal) if submit_refusal else "",
        "reopen_reason": sentence(reopen_refusal) if reopen_refusal else "",
        "promise_form": PromiseForm(indicators=people.indicators(dossier)) if editable else None,
        "drift_count": len(found.drifts),
        "frozen_url": reverse("governance:frozen", args=[dossier.code]),
        **beside(who, dossier, found, editable),
        "asked": sum(line.amount for line in found.lines if not line.withdrawn),
    }
    return render(request, "governance/dossier.html", context)


def lacking(refusal: Refusal) -> str:
    """What a dossier lacks, with the section or the kinds of promise named."""
    params = refusal.params
    if refusal.code == "dossier.section":
        return _("Section to write: %(section)s") % {"section": words.section(params["section"])}
    if refusal.code == "dossier.promise":
        kinds = [vocabulary.word(words.PROMISES, code).lower() for code in params["kinds"]]
        return _("A promise is missing: %(kinds)s") % {"kinds": _(" or ").join(kinds)}
    return sentence(refusal)


def promised(promise: Any) -> str:
    """What is promised, as readers write it."""
    if promise.kind == "date":
        return formats.day(promise.promised_on)
    return amount(promise, promise.promised)


def amount(promise: Any, value: float | None) -> str:
    """A value in the promise's own unit."""
    if value is None:
        return formats.NOTHING
    if promise.kind in ("cost", "benefit") and promise.unit != "h":
        return formats.money(round(value))
    unit = promise.unit or (promise.indicator.unit if promise.indicator else "")
    shown = formats.number(round(value, 2))
    return f"{shown}{formats.NBSP}{unit}" if unit else shown


@require_POST
def move(request: HttpRequest, code: str) -> HttpResponse:
    """Submit, reopen or withdraw a dossier."""
    who = actor(request)
    dossier = dossier_for(who, code, DOSSIER_EDIT)
    verbs = {
        "submit": (actions.submit, _("The dossier is ready for the committee.")),
        "reopen": (actions.reopen, _("The dossier can be written again.")),
        "withdraw": (actions.withdraw, _("The dossier is withdrawn.")),
    }
    chosen = verbs.get(request.POST.get("do", ""))
    if chosen is not None:
        try:
            chosen[0](who, dossier)
            tell(request, chosen[1])
        except Refused as refused:
            told(request, refused)
    return go(request, address("dossier", code))


@require_POST
def change_line(request: HttpRequest, code: str, uid: str) -> HttpResponse:
    """Withdraw a line, bring it back, or start it again from what is there now."""
    who = actor(request)
    dossier = dossier_for(who, code, DOSSIER_EDIT)
    line = line_of(dossier, uid)
    verb = request.POST.get("do", "")
    try:
        if verb in ("withdraw", "restore"):
            actions.withdraw_line(who, line, withdrawn=verb == "withdraw")
        elif verb == "refresh":
            actions.refresh_line(who, line)
            tell(request, _("The line starts from what is there now."))
    except Refused as refused:
        told(request, refused)
    return go(request, address("dossier", code))


def _promise_input(form: PromiseForm) -> actions.PromiseInput:
    data = form.cleaned_data
    kind, typed = data["kind"], data["promised"]
    value = None
    if typed is not None and kind != "date":
        # Typed in hundredths: thousands of euros in cents, or the indicator's own unit.
        value = typed * 1000.0 if kind in ("cost", "benefit") else typed / 100
    return actions.PromiseInput(
        kind,
        data["title"],
        due_on=data["due_on"],
        promised=value,
        promised_on=data["promised_on"] if kind == "date" else None,
        indicator=people.indicator(data["indicator"]) if kind == "indicator" else None,
        unit="EUR" if kind in ("cost", "benefit") else "",
    )


@require_POST
def add_promise(request: HttpRequest, code: str) -> HttpResponse:
    """Add a promise."""
    who = actor(request)
    dossier = dossier_for(who, code, DOSSIER_EDIT)
    form = PromiseForm(request.POST, indicators=people.indicators(dossier))
    if form.is_valid():
        try:
            actions.add_promise(who, dossier, _promise_input(form))
            tell(request, _("The promise is added."))
        except Invalid as invalid:
            put_errors(form, invalid)
        except Refused as refused:
            told(request, refused)
    if form.errors:
        tell(request, _("Say what is promised, its value and when it is checked."), tone="error")
    return go(request, address("dossier", code))


@require_POST
def change_promise(request: HttpRequest, code: str, uid: str) -> HttpResponse:
    """Change a promise, or take it out."""
    who = actor(request)
    dossier = dossier_for(who, code, DOSSIER_EDIT)
    promise = promise_of(dossier, uid)
    try:
        if request.POST.get("remove"):
            actions.remove_promise(who, promise)
            tell(request, _("The promise is taken out."))
        else:
            form = PromiseForm(request.POST, indicators=people.indicators(dossier))
            if form.is_valid():
                actions.update_promise(who, promise, _promise_input(form))
                tell(request, _("The promise is changed."))
    except Refused as refused:
        told(request, refused)
    return go(request, address("dossier", code))


# --- In one click


@require_POST
def from_scenario(request: HttpRequest, code: str) -> HttpResponse:
    """A dossier whose lines are the differences of a scenario."""
    who = actor(request)
    scenario = scenario_for(who, code)
    try:
        refusal = actions.check_scenario(scenario)
        if refusal is not None:
            raise Refused(refusal)
        facts = briefing.of_scenario(scenario)
        draft = composing.scenario_draft(scenario.name, scenario.name, facts)
        dossier = actions.dossier_from_scenario(who, scenario, draft)
    except Refused as refused:
        told(request, refused)
        return go(request, address("scenario", code))
    tell(request, _("The dossier is written from the facts: read it through."))
    return go(request, address("dossier", dossier.code))


@require_http_methods(["GET", "POST"])
def from_product(request: HttpRequest, code: str) -> HttpResponse:
    """A dossier about a product."""
    who = actor(request)
    product = product_for(who, code, DOSSIER_EDIT)
    form = NewDossierForm(
        request.POST or None,
        initial={name: request.GET[name] for name in ("kind", "stage") if name in request.GET},
        kinds=[(k, words.kind(k)) for k in actions.PRODUCT_KINDS],
        stages=[(c, str(w)) for c, w in vocabulary.STAGES.items() if c != product.stage],
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        name = data["name"] or f"{product.name} – {words.kind(data['kind']).lower()}"
        facts = briefing.of_kind(product, data["kind"], data["stage"], data["effective_on"])
        draft = composing.product_draft(name, data["kind"], product.name, facts)
        try:
            dossier = actions.dossier_from_product(
                who,
                product,
                data["kind"],
                draft,
                stage=data["stage"],
                effective_on=data["effective_on"],
            )
        except Invalid as invalid:
            put_errors(form, invalid)
        except Refused as refused:
            form.add_error(None, sentence(refused.refusal))
        else:
            tell(request, _("The dossier is written from the facts: read it through."))
            return go(request, address("dossier", dossier.code))
    return render(
        request,
        "governance/new_dossier.html",
        {"form": form, "product": product, "faces": faces("dossiers")},
        status=422 if request.method == "POST" else 200,
    )

