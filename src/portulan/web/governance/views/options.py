"""Options side by side, waivers, earlier decisions gone against, the way up, the frozen copy."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from portulan.base.policy import Actor, Invalid, Refused
from portulan.coherence.queries import covers_whole
from portulan.governance import actions, freezing, queries
from portulan.governance.access import (
    decision_for,
    dossier_for,
    forum_for,
    money_shown,
)
from portulan.governance.activities import DOSSIER_EDIT
from portulan.governance.reach import frozen_of, option_of, waiver_of
from portulan.governance.simulating import simulate
from portulan.prioritisation.access import scenario_for
from portulan.web.answers import sentence
from portulan.web.governance import choices, words
from portulan.web.governance.forms import OptionForm
from portulan.web.governance.views.dossiers import markdown
from portulan.web.governance.views.home import faces
from portulan.web.governance.views.meetings import told
from portulan.web.htmx import go, tell
from portulan.web.objects import address
from portulan.web.viewer import actor
from portulan.wording import vocabulary


def money_on(who: Actor, dossier: queries.Dossier) -> bool:
    """Whether the reader may see a dossier's amounts: by its entity, or by a seat before it."""
    if money_shown(who, dossier.entity_id):
        return True
    items = dossier.items.select_related("meeting__forum")
    return any(money_shown(who, i.meeting.forum.entity_id, i.meeting.forum_id) for i in items)


@require_GET
def compare(request: HttpRequest, code: str) -> HttpResponse:
    """The options of a dossier simulated on the plan (a fragment, read after the page)."""
    who = actor(request)
    dossier = dossier_for(who, code)
    found = queries.dossier_page(dossier)
    money = money_on(who, dossier)
    kept = dossier.state in ("frozen", "decided")
    if kept and all(option.figures for option in found.options):
        # What the committee saw, not what today's plan would say.
        figures: list[Any] = [o.figures for o in found.options]
        first = figures[0].get("present", {}) if figures else {}
        rows = choices.table([first, *figures], money) if first else []
        told_of: list[list[str]] = [[] for _option in found.options]
        settled = told_of
    elif found.options:
        simulated = simulate(found.options, found.lines)
        rows = choices.table([choices.plain(s) for s in simulated], money)
        subjects = None if covers_whole(who) and money else _subjects(found)
        told_of = [choices.sentences(s.appeared, subjects) for s in simulated[1:]]
        settled = [choices.sentences(s.settled, subjects) for s in simulated[1:]]
    else:
        rows, told_of, settled = [], [], []
    context = {
        "dossier": dossier,
        "options": list(found.options),
        "rows": rows,
        "told": [
            (option, appeared, gone)
            for option, appeared, gone in zip(found.options, told_of, settled, strict=True)
            if appeared or gone
        ],
        "present": choices.present(),
        "kept": kept,
    }
    return render(request, "governance/_options.html", context)


def _subjects(found: queries.DossierPage) -> frozenset[str]:
    lines = found.lines
    uids = {str(n.initiative.uid) for n in lines if n.initiative}
    return frozenset(uids | {str(n.product.uid) for n in lines if n.product})


@require_POST
def add(request: HttpRequest, code: str) -> HttpResponse:
    """Put an option beside the others."""
    who = actor(request)
    dossier = dossier_for(who, code, DOSSIER_EDIT)
    form = OptionForm(request.POST, scenarios=queries.scenarios_beside(who, dossier))
    if form.is_valid():
        data = form.cleaned_data
        try:
            actions.add_option(
                who,
                dossier,
                data["name"],
                text=data["text"],
                months=data["months"] or 0,
                scenario=scenario_for(who, data["scenario"]) if data["scenario"] else None,
            )
            tell(request, _("The option is added."))
        except Refused as refused:
            told(request, refused)
        except Invalid:
            tell(request, _("Say what the option is called."), tone="error")
    else:
        tell(request, _("Say what the option is called."), tone="error")
    return go(request, address("dossier", code))


@require_POST
def change(request: HttpRequest, code: str, uid: str) -> HttpResponse:
    """Propose an option, or take it out."""
    who = actor(request)
    dossier = dossier_for(who, code, DOSSIER_EDIT)
    option = option_of(dossier, uid)
    try:
        if request.POST.get("do") == "retain":
            actions.retain_option(who, option)
            tell(request, _("The lines are now those of this option: read the texts again."))
        else:
            actions.remove_option(who, option)
            tell(request, _("The option is taken out."))
    except Refused as refused:
        told(request, refused)
    return go(request, address("dossier", code))


@require_POST
def waive(request: HttpRequest, code: str) -> HttpResponse:
    """Do without something that the template asks for."""
    who = actor(request)
    dossier = dossier_for(who, code, DOSSIER_EDIT)
    try:
        actions.waive(
            who, dossier, request.POST.get("requirement", ""), request.POST.get("reason", "")
        )
        tell(request, _("The waiver is recorded, with your name."))
    except Refused as refused:
        told(request, refused)
    except Invalid as invalid:
        tell(request, sentence(next(iter(invalid.errors.values()))), tone="error")
    return go(request, address("dossier", code))


@require_POST
def end_waiver(request: HttpRequest, code: str, uid: str) -> HttpResponse:
    """Take a waiver back."""
    who = actor(request)
    dossier = dossier_for(who, code, DOSSIER_EDIT)
    try:
        actions.end_waiver(who, waiver_of(dossier, uid))
    except Refused as refused:
        told(request, refused)
    return go(request, address("dossier", code))


@require_POST
def contradiction(request: HttpRequest, code: str) -> HttpResponse:
    """Say what becomes of an earlier decision that the dossier goes against."""
    who = actor(request)
    dossier = dossier_for(who, code)
    earlier = decision_for(who, request.POST.get("decision", ""))
    try:
        actions.answer_contradiction(
            who,
            dossier,
            earlier,
            request.POST.get("choice", ""),
            request.POST.get("reason", ""),
        )
        tell(request, _("It is said, and the register will keep it."))
    except Refused as refused:
        told(request, refused)
    except Invalid as invalid:
        tell(request, sentence(next(iter(invalid.errors.values()))), tone="error")
    return go(request, address("dossier", code))


@require_POST
def escalate(request: HttpRequest, code: str) -> HttpResponse:
    """Hand the dossier to a committee above, with what was voted so far."""
    who = actor(request)
    dossier = dossier_for(who, code)
    target = forum_for(who, request.POST.get("forum", ""))
    items = dossier.items.select_related("meeting__forum").order_by("-meeting__on", "-pk")
    last = items.first()
    try:
        actions.escalate(
            who,
            dossier,
            target,
            request.POST.get("reason", ""),
            source=last.meeting.forum if last else None,
        )
        tell(request, _("The dossier goes to %(forum)s.") % {"forum": target.name})
    except Refused as refused:
        told(request, refused)
    except Invalid as invalid:
        tell(request, sentence(next(iter(invalid.errors.values()))), tone="error")
    return go(request, address("dossier", code))


@require_GET
def frozen(request: HttpRequest, code: str) -> HttpResponse:
    """The dossier exactly as the committee saw it, with its digest."""
    who = actor(request)
    dossier = dossier_for(who, code)
    copy = frozen_of(dossier)
    content = copy.content
    money = money_on(who, dossier)
    context = {
        "faces": faces("dossiers"),
        "dossier": dossier,
        "copy": copy,
        "holds": freezing.holds(copy),
        "content": content,
        "kind": words.kind(content["kind"]),
        "sections": [
            (words.section(section), markdown(content["sections"].get(section, "")))
            for section in words.SECTIONS
            if content["sections"].get(section)
        ],
        "lines": [
            (
                line,
                words.toned(words.CHANGES, line["change"]),
                [
                    words.effect(e["type"], e["before"], e["after"])
                    for e in line["effects"]
                    if money or e["type"] not in ("envelope.amount", "initiative.resize")
                ],
            )
            for line in content["lines"]
        ],
        "promises": [
            (p, vocabulary.word(words.PROMISES, p["kind"]))
            for p in content["promises"]
            if money or p["kind"] not in ("cost", "benefit")
        ],
        "waivers": [
            (w, vocabulary.word(words.REQUIREMENTS, w["requirement"])) for w in content["waivers"]
        ],
        "money": money,
    }
    return render(request, "governance/frozen.html", context)
