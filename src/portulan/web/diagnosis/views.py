"""The diagnosis of product mode: marks by domain, what is behind them, the plan, coaching."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portulan.base.policy import Invalid, NotFoundForActor, check_right, require
from portulan.diagnosis import access, actions, queries
from portulan.diagnosis.activities import (
    COACHING_READ,
    COACHING_WRITE,
    DIAGNOSIS_PLAN,
    DIAGNOSIS_READ,
)
from portulan.governance.queries import people
from portulan.web import navigation
from portulan.web.answers import reason, sentence
from portulan.web.diagnosis import words
from portulan.web.diagnosis.drawing import radar
from portulan.web.diagnosis.forms import NoteForm, StepForm
from portulan.web.diagnosis.trend import mark, trend
from portulan.web.htmx import go, tell
from portulan.web.objects import FOLDERS, address
from portulan.web.plugs import Link
from portulan.web.viewer import actor
from portulan.wording import formats
from portulan_core.maturity import DOMAINS, Domain, Result, steps

#: A tone by level.
TONES = {1: "coral", 2: "brass", 3: "brass", 4: "teal", 5: "moss"}


def faces() -> list[Link]:
    """The tabs of the organisation."""
    return navigation.section("organisation", "diagnosis:home")


def _parts(current: str) -> list[Link]:
    return [
        Link(_("Diagnosis"), reverse("diagnosis:home"), current=current == "home"),
        Link(_("Coaching"), reverse("diagnosis:coaching"), current=current == "coaching"),
    ]


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The marks, their history, the plan."""
    who = actor(request)
    require(who, DIAGNOSIS_READ)
    return _home(request, None)


def _home(request: HttpRequest, form: StepForm | None) -> HttpResponse:
    who = actor(request)
    found = queries.computed().diagnosis
    history = queries.history()
    before = history[-2] if len(history) > 1 else None
    plan_refusal = check_right(who, DIAGNOSIS_PLAN)
    former = queries.marks_of(before) if before else {}
    rows = [
        {
            "domain": d,
            "name": str(words.DOMAINS[d.code].name),
            "mark": mark(d.mark),
            "level": words.level(d.level),
            "anchor": str(words.DOMAINS[d.code].anchors[d.level - 1]) if d.level else "",
            "change": _change(d.mark, former.get(d.code)),
            "tone": TONES.get(d.level or 0, "teal"),
            "url": reverse("diagnosis:domain", args=[d.code]),
        }
        for d in found.domains
    ]
    known = [d for d in found.domains if d.mark is not None]
    weakest = min(known, key=lambda d: d.mark or 0, default=None)
    best = max(known, key=lambda d: d.mark or 0, default=None)
    plan = queries.plan(found)
    context = {
        "faces": faces(),
        "parts": _parts("home"),
        "day": found.day,
        "mark": mark(found.mark),
        "known": found.mark is not None,
        "weakest": str(words.DOMAINS[weakest.code].name) if weakest else "",
        "best": str(words.DOMAINS[best.code].name) if best else "",
        "rows": rows,
        "radar": radar(
            [
                (d.code, str(words.DOMAINS[d.code].name), d.mark, mark(d.mark))
                for d in found.domains
            ],
            [former.get(code) for code in DOMAINS] if former else None,
        ),
        "before": before,
        "trend": trend(history),
        "plan": [(row, str(words.DOMAINS[row.step.domain].name)) for row in plan],
        "proposals": _proposals(found, {row.step.test for row in plan}),
        "form": form or StepForm(people=people.people()),
        "plan_reason": reason(plan_refusal),
        "may_plan": plan_refusal is None,
    }
    return render(request, "diagnosis/home.html", context, status=422 if form else 200)


def _change(now: float | None, before: float | None) -> str:
    if now is None or before is None or abs(now - before) < 0.05:
        return ""
    return formats.signed(now - before, 1)


def _proposals(found: Any, planned: set[str]) -> list[dict[str, Any]]:
    """Steps for the weakest domains that the plan does not hold yet."""
    return [
        {
            "test": result.code,
            "domain": result.domain,
            "domain_name": str(words.DOMAINS[result.domain].name),
            "label": str(words.TESTS[result.code].label),
            "mend": str(words.TESTS[result.code].mend),
            "share": formats.percent(result.share),
            "target": actions.proposed_target(result.level or 1),
            "effort": more(result),
        }
        for result in steps(found)
        if result.code not in planned
    ]


def more(result: Result) -> str:
    """What is still to be done for the next level."""
    if not result.to_next:
        return ""
    return ngettext(
        "%(n)s more for the next level", "%(n)s more for the next level", result.to_next
    ) % {"n": formats.number(result.to_next)}


@require_POST
def compute(request: HttpRequest) -> HttpResponse:
    """Compute the diagnosis of today, and keep it."""
    actions.compute(actor(request))
    tell(request, _("The diagnosis of today is kept."))
    return go(request, "diagnosis:home")


@require_GET
def domain(request: HttpRequest, code: str) -> HttpResponse:
    """A domain: its scale, its tests with the objects behind them, what brings the next level."""
    who = actor(request)
    require(who, DIAGNOSIS_READ)
    if code not in DOMAINS:
        raise NotFoundForActor("domain", code)
    found = queries.computed()
    it = found.diagnosis.domain(code)
    said = words.DOMAINS[code]
    context = {
        "faces": faces(),
        "name": str(said.name),
        "domain": it,
        "mark": mark(it.mark),
        "level": words.level(it.level),
        "scale": [
            (n, words.level(n), str(anchor), it.level == n)
            for n, anchor in enumerate(said.anchors, start=1)
        ],
        "tests": [_test(who, found, result) for result in it.results],
        "next": _next(it),
        "history": [
            (formats.day(run.on), mark(run.marks.get(code)))
            for run in reversed(queries.history(12))
        ],
    }
    return render(request, "diagnosis/domain.html", context)


def _test(who: Any, found: queries.Computed, result: Result) -> dict[str, Any]:
    shown, others = queries.named(who, found.world, result.missing)
    said = words.TESTS[result.code]
    return {
        "code": result.code,
        "label": str(said.label),
        "mend": str(said.mend),
        "result": result,
        "share": formats.percent(result.share),
        "level": result.level,
        "level_word": words.level(result.level),
        "tone": TONES.get(result.level or 0, "teal"),
        "more": more(result),
        "missing": [(row.name, _url(row)) for row in shown],
        "others": others,
    }


def _url(row: queries.Named) -> str:
    if row.kind not in FOLDERS or not row.code:
        return ""
    try:
        return address(row.kind, row.code)
    except (KeyError, NoReverseMatch):
        return ""


def _next(it: Domain) -> list[str]:
    """What would bring the domain forward, the shortest way first."""
    open_tests = sorted(
        (r for r in it.results if r.to_next), key=lambda r: (r.to_next, r.level or 0)
    )
    return [
        f"{words.TESTS[r.code].mend} {more(r)} ({words.TESTS[r.code].label})."
        for r in open_tests[:3]
    ]


# --- The plan


def _input(form: StepForm) -> actions.StepInput:
    data = form.cleaned_data
    return actions.StepInput(
        data["title"],
        data["domain"],
        note=data["note"],
        test=data["test"],
        target=data["target"],
        progress=data["progress"] or 0,
        owner=people.person(data["owner"]),
        due_on=data["due_on"],
    )


@require_POST
def add_step(request: HttpRequest) -> HttpResponse:
    """Add a step: typed, or proposed from a weak domain."""
    who = actor(request)
    require(who, DIAGNOSIS_PLAN)
    form = StepForm(request.POST, people=people.people())
    if not form.is_valid():
        return _home(request, form)
    try:
        actions.add_step(who, _input(form))
    except Invalid as invalid:
        for name, refusal in invalid.errors.items():
            form.add_error(name if name in form.fields else None, sentence(refusal))
        return _home(request, form)
    tell(request, _("The step is in the plan."))
    return go(request, "diagnosis:home")


@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, uid: str) -> HttpResponse:
    """A step of the plan: changed, done, dropped."""
    who = actor(request)
    editing = request.method == "POST"
    found = access.step_for(who, uid, DIAGNOSIS_PLAN)
    state = request.POST.get("state", "")
    if editing and state:
        actions.move_step(who, found, state)
        return go(request, "diagnosis:home")
    form = StepForm(
        request.POST if editing else None,
        initial={
            "title": found.title, "domain": found.domain, "note": found.note, "test": found.test,
            "target": found.target, "progress": found.progress, "due_on": found.due_on,
            "owner": found.owner.code if found.owner else "",
        },
        people=people.people(),
    )  # fmt: skip
    if editing and form.is_valid():
        try:
            actions.change_step(who, found, _input(form))
        except Invalid as invalid:
            for name, refusal in invalid.errors.items():
                form.add_error(name if name in form.fields else None, sentence(refusal))
        else:
            tell(request, _("The step is changed."))
            return go(request, "diagnosis:home")
    context = {"faces": faces(), "form": form, "step": found}
    return render(request, "diagnosis/step.html", context, status=422 if editing else 200)


# --- Coaching


@require_GET
def coaching(request: HttpRequest) -> HttpResponse:
    """The products that the reader coaches or follows, with what each still lacks."""
    who = actor(request)
    require(who, COACHING_READ)
    rows = queries.products_to_coach(who, queries.computed().diagnosis)
    context = {
        "faces": faces(),
        "parts": _parts("coaching"),
        "rows": [
            (
                row,
                [str(words.TESTS[code].label) for code in row.tests[:3]],
                max(0, len(row.tests) - 3),
                reverse("diagnosis:product", args=[row.product.code]),
            )
            for row in rows[:200]
        ],
        "count": timezone.localdate(),
    }
    return render(request, "diagnosis/coaching.html", context)


@require_GET
def product(request: HttpRequest, code: str) -> HttpResponse:
    """A product's own gaps, and the notes that help its roadmap along."""
    return _product(request, code, None)


def _product(request: HttpRequest, code: str, form: NoteForm | None) -> HttpResponse:
    who = actor(request)
    found = access.product_for(who, code)
    gaps = queries.gaps_of(queries.computed().diagnosis, str(found.uid))
    write = check_right(who, COACHING_WRITE, queries.scope_of(found))
    context = {
        "faces": faces(),
        "product": found,
        "product_url": address("product", found.code),
        "gaps": [(words.TESTS[c].label, words.TESTS[c].mend) for c in gaps],
        "notes": [
            (note, str(words.TESTS[note.test].label) if note.test in words.TESTS else "")
            for note in queries.notes_of(found)
        ],
        "form": form or NoteForm(),
        "may_write": write is None,
    }
    return render(request, "diagnosis/product.html", context, status=422 if form else 200)


@require_POST
def add_note(request: HttpRequest, code: str) -> HttpResponse:
    """Note what would help the roadmap."""
    who = actor(request)
    found = access.product_for(who, code, COACHING_WRITE)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _product(request, code, form)
    actions.add_note(who, found, form.cleaned_data["text"], form.cleaned_data["test"])
    tell(request, _("The note is kept."))
    return go(request, "diagnosis:product", code)


@require_POST
def note(request: HttpRequest, code: str, uid: str) -> HttpResponse:
    """Say that a note was followed, or open it again."""
    who = actor(request)
    found = access.product_for(who, code, COACHING_WRITE)
    kept = access.note_of(found, uid)
    kept.product = found
    actions.settle_note(who, kept, done=kept.done_on is None)
    return go(request, "diagnosis:product", code)
