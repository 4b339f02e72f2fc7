"""What the page of an import of work items shows, and what its form asks to change."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils.translation import gettext as _

from portulan.base.jobs import JobStatus
from portulan.catalogue.queries import product_choices
from portulan.integrations.workitems import actions, taking
from portulan.integrations.workitems.mapping import ALL
from portulan.organisation.queries import team_choices
from portulan.portfolio.queries import initiative_choices
from portulan.web.answers import sentence
from portulan.web.worklog import words
from portulan.wording import formats

MAX_STATES, MAX_GROUPS = 60, 40
NAMES = 12
_CODED = re.compile(r"\[([^\[\]]+)\]\s*$")


def past_row(batch: Any) -> dict[str, Any]:
    """A line of the past imports."""
    tone, label = words.STATES[batch.state]
    return {
        "uid": batch.uid, "file_name": batch.file_name, "source": batch.source, "tone": tone,
        "state_name": str(label), "items": batch.plan.get("items", 0),
        "create": batch.plan.get("create", 0), "update": batch.plan.get("update", 0),
        "faults": sum(d["count"] for d in batch.plan.get("dirt", {}).values())
        + sum(batch.plan.get("left", {}).values()),
        "who": str(batch.account) if batch.account else "", "created_at": batch.created_at,
    }


def work(job: JobStatus | None) -> dict[str, Any] | None:
    """The long work under way on an import, in words; ``None`` when there is none."""
    if job is None or job.finished:
        return None
    kind = job.kind.rpartition(".")[2]
    found = dict(job.status)
    waiting = job.state == "queued"
    return {
        "said": str(words.WORK[kind]),
        "step": str(words.STEPS.get("waiting" if waiting else str(found.get("code", "")), "")),
        "permille": job.progress,
        "rows": _("%(done)s rows of %(asked)s") % {
            "done": formats.number(found["done"], 0), "asked": formats.number(found["asked"], 0),
        } if found.get("asked") else "",
        "waiting": waiting, "stopping": job.cancel_requested, "kind": kind,
    }


def page(batch: Any) -> dict[str, Any]:
    """Everything that the page of one import shows."""
    plan, mapping = batch.plan, batch.mapping
    tone, label = words.STATES[batch.state]
    changeable = actions.check_changeable(batch) is None
    apply_refusal = taking.check_apply(batch)
    undo_refusal = taking.check_undo(batch)
    return {
        "batch": batch, "read": bool(plan), "plan": plan, "mapping": mapping, "tone": tone,
        "state_name": str(label), "changeable": changeable,
        "can_undo": batch.state == "applied" and batch.change_id is not None,
        "undo_reason": sentence(undo_refusal) if undo_refusal else "",
        "apply_reason": sentence(apply_refusal) if apply_refusal else "",
        "undo_days": taking.UNDO_DAYS,
        "form_name": str(words.FORMS.get(mapping.get("form", ""), "")),
        "first": _day(plan.get("first")), "last": _day(plan.get("last")),
        "until": _moment(plan.get("until"), mapping.get("zone", "")),
        "figures": _figures(plan),
        "warnings": [
            str(words.WARNINGS[code]) % params for code, params in plan.get("warnings", ())
        ],
        "left": [
            (str(words.LEFT.get(code, code)), count) for code, count in
            sorted(plan.get("left", {}).items(), key=lambda row: -row[1])
        ],
        "left_rows": [
            left_row(*line) for line in plan.get("left_rows", ())[:NAMES]
        ],
        "sample": [
            {"key": key, "title": title, "more": more, "moves": [
                (_read(at), str(words.DATES.get(to, to)) if mapping.get("form") == "spans" else to)
                for at, to in moves
            ]}
            for key, title, moves, more in plan.get("sample", ())
        ] if changeable else [],
        "left_total": sum(plan.get("left", {}).values()),
        "dirt": [_fault(code, found) for code, found in _ordered(plan.get("dirt", {}))],
        "clean": not plan.get("left") and not plan.get("dirt"),
        **(_reading(mapping, plan) if changeable and plan else {}),
    }


def left_row(
    row: int, code: str, text: str, column: str = "", said: str = ""
) -> dict[str, Any]:
    """A row that was left out: which, why, the cell at fault and what was expected there."""
    return {
        "row": row, "why": str(words.LEFT.get(code, code)), "text": text, "column": column,
        "said": said, "expected": str(words.EXPECTED.get(code, "")),
    }


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _moment(text: str | None, zone: str) -> date | None:
    """The day of a moment on the clock of the file."""
    return datetime.fromisoformat(text).astimezone(ZoneInfo(zone or "UTC")).date() if text else None


def _read(text: str) -> str:
    """A moment on the clock of the file: the day alone where no hour is told."""
    at = datetime.fromisoformat(text)
    day = formats.day(at.date())
    return day if (at.hour, at.minute) == (0, 0) else f"{day} {at:%H:%M}"


def _figures(plan: Mapping[str, Any]) -> list[tuple[str, str]]:
    found = []
    for name, label in (("lead", _("From creation to done")), ("cycle", _("From start to done"))):
        p50, p85, count = plan.get(name) or (None, None, 0)
        if p50 is not None:
            text = _("half in %(p50)s days, 85 %% in %(p85)s days (%(count)s items)") % {
                "p50": formats.number(p50, 1), "p85": formats.number(p85, 1),
                "count": formats.number(count, 0),
            }
            found.append((label, text))
    return found


def _ordered(dirt: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return [(code, dirt[code]) for code in words.DIRT if code in dirt]


def _fault(code: str, found: Mapping[str, Any]) -> dict[str, Any]:
    label, effect = words.DIRT[code]
    names = list(found["names"])
    return {
        "code": code, "label": str(label), "effect": str(effect), "count": found["count"],
        "names": ", ".join(names[:NAMES]) + (" …" if found["count"] > NAMES else ""),
    }


def _reading(mapping: Mapping[str, Any], plan: Mapping[str, Any]) -> dict[str, Any]:
    chosen = {place: name for name, place in mapping["columns"].items()}
    states = list(mapping["states"].items())
    targets = {
        "team": dict(team_choices()), "product": dict(product_choices()),
        "initiative": dict(initiative_choices()),
    }
    groups = [(ALL, plan.get("items", 0)), *plan.get("groups", ())]
    return {
        "columns": [
            {
                "place": place, "heading": heading,
                "field": chosen.get(place, "") or (
                    words.STAGE if place in mapping["stages"] and mapping["form"] == "stages"
                    else ""
                ),
            }
            for place, heading in enumerate(mapping["headings"][:60])
        ],
        "fields": [
            (words.STAGE, _("A date for this state")),
            *((name, str(label)) for name, label in words.FIELDS.items()),
        ],
        "forms": [(n, str(w)) for n, w in words.FORMS.items() if n != "jira"],
        "states": [
            {
                "place": place, "name": name, "category": category,
                "count": plan.get("states", {}).get(name, 0),
                "guessed": name in mapping["guessed"],
            }
            for place, (name, category) in enumerate(states[:MAX_STATES])
        ],
        "more_states": max(0, len(states) - MAX_STATES),
        "categories": [(code, str(label)) for code, label in words.CATEGORIES.items()],
        "groups": [
            _group(place, count, mapping["groups"].get(place, {}), targets, number)
            for number, (place, count) in enumerate(groups[: MAX_GROUPS + 1])
        ],
        "more_groups": max(0, len(groups) - MAX_GROUPS - 1),
        "choices": {
            name: [f"{label} [{code}]" for code, label in known.items()]
            for name, known in targets.items()
        },
        "kinds": [
            (kind, count, kind in mapping["kinds_out"])
            for kind, count in [
                *plan.get("kinds", {}).items(),
                *((kind, 0) for kind in mapping["kinds_out"] if kind not in plan.get("kinds", {})),
            ]
        ],
    }


def _group(
    place: str, count: int, given: Mapping[str, str], targets: Mapping[str, Mapping[str, str]],
    number: int,
) -> dict[str, Any]:
    kind, _colon, value = place.partition(":")
    return {
        "number": number, "place": place, "kind": str(words.GROUPS.get(kind, kind)),
        "value": value, "count": count,
        "given": [
            (name, f"{known[given[name]]} [{given[name]}]" if given.get(name) in known
             else given.get(name, ""))
            for name, known in targets.items()
        ],
    }


def corrections(form: QueryDict, mapping: Mapping[str, Any], plan: Mapping[str, Any]) -> dict[
    str, Any
]:
    """What the form of an import asks to change; nothing of one that is not read yet."""
    if not plan:
        return {}
    wanted: dict[str, Any] = {
        name: str(form[name]).strip() for name in ("source", "zone", "until", "order", "form")
        if name in form
    }
    columns: dict[str, int] = {}
    if any(name.startswith("column-") for name in form):
        columns = dict.fromkeys(mapping["columns"], -1)
        for place in range(len(mapping["headings"])):
            field = form.get(f"column-{place}", "")
            if field in words.FIELDS:
                columns[field] = place
        if form.get("form", mapping["form"]) == "stages":
            wanted["stages"] = [
                place for place in _by_stage(mapping) if form.get(f"column-{place}") == words.STAGE
            ]
    wanted["columns"] = columns
    states = list(mapping["states"])
    wanted["states"] = {
        states[place]: form[f"state-{place}"]
        for place in range(min(len(states), MAX_STATES)) if f"state-{place}" in form
    }
    places = [ALL, *(row[0] for row in plan.get("groups", ()))]
    wanted["groups"] = {
        place: {
            name: _code(form.get(f"{name}-{number}", ""))
            for name in ("team", "product", "initiative")
        }
        for number, place in enumerate(places[: MAX_GROUPS + 1]) if f"team-{number}" in form
    }
    if "kinds" in form or "kinds_shown" in form:
        wanted["kinds_out"] = form.getlist("kinds")
    return wanted


def _by_stage(mapping: Mapping[str, Any]) -> list[int]:
    """The columns of a file, those that give stages first and in their order."""
    stages = list(mapping["stages"])
    return [*stages, *(p for p in range(len(mapping["headings"])) if p not in stages)]


def _code(text: str) -> str:
    """The code in what was chosen or typed: ``Name [CODE]``, or the code alone."""
    found = _CODED.search(text.strip())
    return found[1] if found else text.strip()


def rows_csv(batch: Any) -> str:
    """The rows that were left out and the items with a fault, as CSV for a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(
        [_("Row or item"), _("Fault"), _("Column"), _("Cell"), _("Expected"), _("What it says")]
    )
    for line in batch.plan.get("left_rows", ()):
        row = left_row(*line)
        writer.writerow(
            [row["row"], row["why"], _safe(row["column"]), _safe(row["said"]), row["expected"],
             _safe(row["text"])]
        )
    for code, found in _ordered(batch.plan.get("dirt", {})):
        for name in found["names"]:
            writer.writerow([_safe(name), str(words.DIRT[code][0]), "", "", "", ""])
    return "\ufeff" + out.getvalue()


def _safe(text: str) -> str:
    """Text that a spreadsheet does not run as a formula."""
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
