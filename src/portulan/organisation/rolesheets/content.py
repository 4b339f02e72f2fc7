"""What a role sheet holds: sections of items in French and English, and the lines people type.

An item is a text in two languages with what it refers to: ``activities`` of the matrix (decides,
does not decide), the other ``role`` (works with, career), or the expected ``level`` of a skill.
A typed line is the text, then what it refers to in brackets: ``Settles the order [score.record]``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from portulan.base.manifest import activities
from portulan.base.policy import Invalid, Refusal
from portulan.base.text import slug
from portulan.organisation.roles import ROLES

Item = dict[str, Any]
Sections = dict[str, list[Item]]

SECTIONS = (
    "purpose",
    "responsibilities",
    "decides",
    "not_decides",
    "works_with",
    "skills",
    "rituals",
    "indicators",
    "career",
)
#: Section → what its items refer to.
REFERS: Mapping[str, str] = {
    "decides": "activities",
    "not_decides": "activities",
    "works_with": "role",
    "career": "role",
    "skills": "level",
}
#: Levels of a skill: has notions, practises, masters, is the one to turn to.
LEVELS = (1, 2, 3, 4)
LANGUAGES = ("fr", "en")
LONGEST, MOST = 600, 40
_LINE = re.compile(r"^(?P<text>.*?)(?:\s*\[(?P<refs>[^\[\]]*)\])?\s*$")


def text(item: Mapping[str, Any], language: str) -> str:
    """An item's text in a language, in the other one when it has none."""
    first, second = ("fr", "en") if language[:2] == "fr" else ("en", "fr")
    return str(item.get(first) or item.get(second) or "")


def references(section: str, item: Mapping[str, Any]) -> list[str]:
    """What an item refers to: codes of activities, of a role, or a level."""
    found = item.get(REFERS.get(section, ""), "")
    if isinstance(found, (list, tuple)):
        return [str(code) for code in found]
    return [str(found)] if found not in ("", None) else []


def as_lines(section: str, items: Iterable[Mapping[str, Any]], language: str) -> str:
    """A section as people type it, one item a line."""
    lines = []
    for item in items:
        refs = ", ".join(references(section, item))
        lines.append(text(item, language) + (f" [{refs}]" if refs else ""))
    return "\n".join(lines)


def from_lines(
    section: str, typed: str, before: Sequence[Mapping[str, Any]], language: str
) -> list[Item]:
    """The items of typed lines; a text that did not change keeps its other language.

    Raises:
        Invalid: a line too long, too many lines, or a reference that leads nowhere.
    """
    lines = [line.strip() for line in typed.splitlines() if line.strip()]
    if section == "purpose" and lines:
        lines = [" ".join(lines)]
    if len(lines) > MOST:
        raise Invalid({"value": Refusal("sheet.many", {"most": MOST})})
    known = {text(item, language): item for item in before}
    made = []
    for number, line in enumerate(lines, start=1):
        found = _LINE.match(line)
        words, refs = (found["text"], found["refs"] or "") if found else (line, "")
        if section not in REFERS and refs:
            words, refs = line, ""
        if not words or len(words) > LONGEST:
            raise Invalid({"value": Refusal("sheet.line", {"line": number, "most": LONGEST})})
        old = known.get(words)
        item: Item = {name: old[name] for name in LANGUAGES if old and old.get(name)}
        item[language[:2]] = words
        codes = [code.strip() for code in refs.split(",") if code.strip()]
        item |= _refers(section, codes, number)
        if section == "skills":
            item["code"] = str((old or {}).get("code") or slug(words, 60))
        made.append(item)
    return made


def _refers(section: str, codes: list[str], number: int) -> Item:
    kind = REFERS.get(section)
    if kind is None or (not codes and kind != "level"):
        return {}
    problem = check_references(section, codes)
    if problem is not None:
        raise Invalid({"value": Refusal(problem[0], {"line": number, "found": problem[1]})})
    if kind == "activities":
        return {kind: codes}
    return {kind: int(codes[0]) if kind == "level" else codes[0]}


def check_references(section: str, codes: Sequence[str]) -> tuple[str, str] | None:
    """The refusal's code and the reference that leads nowhere, or ``None``."""
    kind = REFERS.get(section)
    if kind == "activities":
        unknown = [code for code in codes if code not in activities()]
        return ("sheet.activity", unknown[0]) if unknown else None
    if kind == "role":
        wrong = [code for code in codes if code not in ROLES]
        if wrong or len(codes) > 1:
            return "sheet.role", wrong[0] if wrong else ", ".join(codes)
        return None
    if kind == "level" and (len(codes) != 1 or codes[0] not in map(str, LEVELS)):
        return "sheet.level", ", ".join(codes) or "–"
    return None
