"""A plan in words: what it does by topic, whom it touches; for the page and the command line."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from portulan.profiles.library import Profile
from portulan.profiles.merge import ADD, CHANGE, CONFLICT, LOCAL, REMOVE, Entry, FieldChange
from portulan.profiles.plan import LocalPart, Plan, Right, Touched
from portulan.profiles.queries import ProfileRow
from portulan.profiles.shapes import TOPICS
from portulan.profiles.state import HYBRIDS, words
from portulan.profiles.words import FIELDS, KIND_WORDS, MARKS, RIGHT_WORDS, TOPIC_WORDS
from portulan.wording import formats, vocabulary
from portulan.wording.activities import ACTIVITIES
from portulan.wording.governance import KINDS, LEVELS, SECTIONS


@dataclass(frozen=True, slots=True)
class Line:
    """A field in words: what it is here, what the profile says, and the choice it asks for."""

    label: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    kind: str
    choice: str = ""
    #: Name of the field.
    name: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """An entry in words."""

    entry: Entry
    title: str
    kind: str
    lines: tuple[Line, ...]
    reason: str = ""
    choice: str = ""


def _language() -> str:
    return (get_language() or "fr")[:2]


def title(entry: Entry) -> str:
    """The name of an item."""
    item = entry.target or entry.present or {}
    if entry.topic in ("sheets", "roles"):
        if entry.code == HYBRIDS:
            return _("Roles held by the same person")
        return vocabulary.role(entry.code)
    if entry.topic == "matrix":
        return vocabulary.word(ACTIVITIES, entry.code)
    if entry.topic == "forums":
        return f"{item.get('name', '')} ({entry.code})"
    if entry.topic == "dossiers":
        return vocabulary.word(KINDS, entry.code)
    if entry.topic == "indicators":
        return words(item.get("name"), _language())
    if entry.topic == "scoring":
        return words(item.get("label"), _language()) or _("Scoring grid")
    if entry.topic == "adaptable":
        return vocabulary.word(TOPIC_WORDS, entry.code)
    return entry.code


def told(entry: Entry) -> Told:
    """An entry in words, its fields too."""
    if entry.fields:
        lines = tuple(_line(entry, change) for change in entry.fields)
    elif entry.kind in (ADD, REMOVE) or entry.reason == "parts":
        lines = _whole(entry)
    else:
        lines = ()
    whole = entry.key if entry.conflicts == (entry.key,) else ""
    return Told(
        entry, title(entry), str(KIND_WORDS[entry.kind]), lines, _reason(entry), whole
    )


def _reason(entry: Entry) -> str:
    return {
        "own": _("This is the company’s own: the profile says nothing of it."),
        "removed_here": _("The company took it out of use."),
        "removed_by_profile": _("The profile no longer has it, and the company changed it."),
        "parts": _("A part of the company settled letters of its own that would no longer leave "
                   "exactly one role that answers. Taking the profile takes them away."),
    }.get(entry.reason, "")


def _line(entry: Entry, change: FieldChange) -> Line:
    choice = f"{entry.key}#{change.name}" if change.kind == CONFLICT else ""
    before = _said(change.name, change.present)
    after = _said(change.name, change.target)
    if len(before) > 1 or len(after) > 1:
        before, after = _apart(before, after)
    label = vocabulary.word(FIELDS, change.name)
    return Line(label, before, after, change.kind, choice, change.name)


def _apart(before: Sequence[str], after: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What differs between two lists; both when they hold the same in another order."""
    gone = tuple(text for text in before if text not in after)
    come = tuple(text for text in after if text not in before)
    return (gone, come) if gone or come else (tuple(before), tuple(after))


def _whole(entry: Entry) -> tuple[Line, ...]:
    item = (entry.present if entry.kind == REMOVE else entry.target) or {}
    kept = ("letters", "mandate", "cadence", "threshold", "seats", "severity", "thresholds",
            "sections", "promises", "requirements", "purpose", "value")  # fmt: skip
    lines = []
    for name in kept:
        if item.get(name) in (None, "", [], {}):
            continue
        said = _said(name, item[name])
        before, after = (said, ()) if entry.kind == REMOVE else ((), said)
        label = vocabulary.word(FIELDS, name)
        lines.append(Line(label, before, after, entry.kind, name=name))
    return tuple(lines)


def _said(name: str, value: Any) -> tuple[str, ...]:
    """A value in words, one text an element."""
    if value in (None, "", [], {}):
        return (_("any amount"),) if name == "threshold" and value is None else ()
    if name == "threshold":
        return (formats.money(int(value)),)
    if name == "letters":
        return tuple(f"{vocabulary.role(r)}: {letter or '–'}" for r, letter in value.items())
    if name == "seats":
        return tuple(
            f"{vocabulary.role(s['role'])} ({vocabulary.word(RIGHT_WORDS, s['right'])})"
            for s in value
        )
    if name == "agenda":
        return tuple(f"{line['title']} ({line.get('minutes', 10)} min)" for line in value)
    if name == "kinds":
        return tuple(vocabulary.word(KINDS, kind) for kind in value)
    if name == "sections":
        return tuple(vocabulary.word(SECTIONS, section) for section in value)
    if name == "promises":
        return tuple(" / ".join(group) for group in value)
    if name == "level":
        return (vocabulary.word(LEVELS, value),)
    if name == "severity":
        return (vocabulary.word(vocabulary.SEVERITIES, value),)
    if isinstance(value, bool):
        return (_("yes") if value else _("no"),)
    if isinstance(value, Mapping):
        if set(value) <= {"fr", "en"}:
            return (words(value, _language()),)
        return tuple(f"{code}: {_short(inner)}" for code, inner in value.items())
    if isinstance(value, (list, tuple)):
        return tuple(_short(inner) for inner in value)
    return (str(value),)


def _short(value: Any) -> str:
    if isinstance(value, Mapping):
        if "roles" in value:
            return " + ".join(vocabulary.role(role) for role in value["roles"])
        text = words({k: v for k, v in value.items() if k in ("fr", "en")}, _language())
        if not text and "label" in value:
            text = words(value["label"], _language())
        if "level" in value:
            text += f" ({value['level']})"
        if "weight" in value:
            text += f" ({value['weight']:g})"
        return text or ", ".join(f"{k} {v}" for k, v in value.items())
    return f"{value:g}" if isinstance(value, float) else str(value)


def by_topic(entries: Collection[Entry]) -> list[tuple[str, str, list[Told]]]:
    """Topic, its name and its entries in words, in the order of the topics."""
    return [
        (topic, str(TOPIC_WORDS[topic]), [told(e) for e in entries if e.topic == topic])
        for topic in TOPICS
        if any(entry.topic == topic for entry in entries)
    ]


def counted(plan: Plan) -> str:
    """The plan in one sentence."""
    counts = plan.counts
    if plan.empty and not counts[LOCAL]:
        return _("Nothing to do: what holds is what the profile says.")
    parts = []
    if counts[ADD]:
        parts.append(ngettext("%(n)s added", "%(n)s added", counts[ADD]) % {"n": counts[ADD]})
    if counts[CHANGE]:
        parts.append(
            ngettext("%(n)s changed", "%(n)s changed", counts[CHANGE]) % {"n": counts[CHANGE]}
        )
    if counts[REMOVE]:
        parts.append(
            ngettext("%(n)s taken out of use", "%(n)s taken out of use", counts[REMOVE])
            % {"n": counts[REMOVE]}
        )
    if counts[CONFLICT]:
        parts.append(
            ngettext("%(n)s to choose", "%(n)s to choose", counts[CONFLICT])
            % {"n": counts[CONFLICT]}
        )
    if counts[LOCAL]:
        parts.append(
            ngettext("%(n)s kept as it is here", "%(n)s kept as they are here", counts[LOCAL])
            % {"n": counts[LOCAL]}
        )
    return ", ".join(parts) + "."


def right_text(right: Right) -> str:
    """Who gains or loses a right, in one sentence."""
    values = {
        "role": vocabulary.role(right.role),
        "activity": vocabulary.word(ACTIVITIES, right.activity),
    }
    if right.gains:
        return _("%(role)s may now: %(activity)s") % values
    return _("%(role)s may no longer: %(activity)s") % values


def part_text(part: LocalPart) -> str:
    """A local adaptation, in one sentence."""
    if part.kind == "sheet":
        return _("%(where)s: role sheet “%(role)s”, %(sections)s") % {
            "where": part.where, "role": vocabulary.role(part.code),
            "sections": ", ".join(vocabulary.word(FIELDS, c).lower() for c in part.detail),
        }
    return _("%(where)s: %(activity)s, %(letters)s") % {
        "where": part.where, "activity": vocabulary.word(ACTIVITIES, part.code),
        "letters": ", ".join(
            f"{vocabulary.role(text.rpartition(' ')[0])} {text.rpartition(' ')[2]}"
            for text in part.detail
        ),
    }


def plan_text(plan: Plan, found: Touched) -> str:
    """The plan for the command line."""
    name = words(plan.profile.name, _language())
    lines = [f"{name} ({plan.profile.code})" + (f" · {plan.step}" if plan.step else "")]
    lines += [counted(plan), ""]
    for _code, label, entries in by_topic(plan.entries):
        lines.append(f"{label}")
        for item in entries:
            lines.append(f"  {MARKS[item.entry.kind]} {item.title}")
            if item.choice:
                lines.append(f"      {item.reason} [{item.choice}]")
            for line in item.lines:
                said = " → ".join(
                    part for part in ("; ".join(line.before), "; ".join(line.after)) if part
                )
                mark = f" [{line.choice}]" if line.choice else ""
                lines.append(f"      {line.label}: {said}{mark}")
    if plan.parts:
        lines += ["", _("Settled by parts of the company, and kept:")]
        lines += [f"  = {part_text(part)}" for part in plan.parts]
    if found.rights or found.forums or found.dossiers:
        lines += ["", _("Touched:")]
    for right in found.rights:
        people = ", ".join(name for _code, name in right.people) or _("nobody holds this role")
        lines.append(f"  {right_text(right)} ({people})")
    for code, standing in found.forums.items():
        if standing.members or standing.meetings or standing.dossiers:
            lines.append(
                "  " + _("%(forum)s: %(members)s members, %(meetings)s sittings to come, "
                         "%(dossiers)s dossiers waiting")
                % {"forum": code, "members": len(standing.members),
                   "meetings": standing.meetings, "dossiers": len(standing.dossiers)}
            )
    if found.dossiers:
        lines.append("  " + _("Open dossiers: %(codes)s") % {"codes": ", ".join(found.dossiers)})
    return "\n".join(lines)


def plan_json(plan: Plan, found: Touched) -> dict[str, Any]:
    """The plan for machines."""
    return {
        "profile": plan.profile.code,
        "step": plan.step,
        "empty": plan.empty,
        "counts": plan.counts,
        "conflicts": list(plan.conflicts),
        "entries": [
            {
                "item": e.key, "kind": e.kind, "reason": e.reason, "present": e.present,
                "target": e.target,
                "fields": [
                    {"name": f.name, "kind": f.kind, "present": f.present, "target": f.target}
                    for f in e.fields
                ],
            }
            for e in plan.entries
        ],
        "touched": {
            "rights": [
                {"activity": r.activity, "role": r.role, "gains": r.gains,
                 "people": [code for code, _name in r.people]}
                for r in found.rights
            ],
            "forums": {
                code: {"members": [c for c, _n in s.members], "meetings": s.meetings,
                       "dossiers": list(s.dossiers)}
                for code, s in found.forums.items()
            },
            "dossiers": list(found.dossiers),
        },
        "local": [
            {"kind": p.kind, "code": p.code, "where": p.where, "detail": list(p.detail)}
            for p in plan.parts
        ],
    }


def profile_text(profile: Profile, language: str) -> str:
    """A profile for the command line: what it holds, and its ladder."""
    lines = [f"{words(profile.name, language)} ({profile.code})"]
    if profile.description:
        lines.append(words(profile.description, language))
    for topic in TOPICS:
        held = profile.topics.get(topic) or {}
        count = len(held.get("roles", ())) if topic == "roles" else len(held)
        if count:
            lines.append(f"  {TOPIC_WORDS[topic]}: {count}")
    for number, step in enumerate(profile.steps, start=1):
        lines.append(f"  {number}. {words(step['name'], language)} [{step['code']}]")
        if step.get("why"):
            lines.append(f"     {words(step['why'], language)}")
    return "\n".join(lines)


def profile_json(profile: Profile) -> dict[str, Any]:
    """A profile for machines."""
    return {
        "code": profile.code, "name": profile.name, "description": profile.description,
        "topics": dict(profile.topics), "steps": [dict(step) for step in profile.steps],
    }


def applied_text(now: Mapping[str, Any], language: str) -> str:
    """What was applied last, in one sentence."""
    if not now:
        return _("No profile was applied yet.")
    said = {"name": words(now.get("name"), language) or now["code"], "on": now.get("on", "")}
    if now.get("step"):
        return _("Applied: %(name)s, up to step %(step)s, on %(on)s.") % {
            **said, "step": now["step"],
        }
    return _("Applied: %(name)s, on %(on)s.") % said


def row_text(row: ProfileRow, language: str) -> str:
    """A profile in a list."""
    steps = " > ".join(code for code, _name in row.steps)
    return f"  {row.code:<12} {words(row.name, language)}" + (f" [{steps}]" if steps else "")


def done_text(plan: Plan, taken: Collection[str]) -> str:
    """What was applied, in one sentence."""
    kept = len(plan.conflicts) - len(taken)
    said = _("Applied: %(counts)s") % {"counts": counted(plan)}
    if kept:
        said += " " + ngettext(
            "In %(n)s conflict the company’s own stays.",
            "In %(n)s conflicts the company’s own stays.", kept,
        ) % {"n": kept}
    return said
