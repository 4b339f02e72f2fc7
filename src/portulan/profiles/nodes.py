"""The shape of a file: what each field holds, checked on the lines of the file it comes from.

A shape checks a YAML node and gives plain values, or notes problems with their line; the same
shapes give the published JSON Schema. Scalars are read as they are written ("no" is a text, not a
truth value), and neither anchors nor tags are taken.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml
from django.utils.translation import gettext as _
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

#: A file may not be larger, in characters.
LARGEST = 400_000


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a file: where, in which field, and what is expected."""

    file: str
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return ": ".join(part for part in (where, self.field, self.message) if part)


@dataclass
class Report:
    """The problems of one file, collected while it is read."""

    file: str
    problems: list[Problem] = field(default_factory=list)
    #: Path of a field → its line.
    lines: dict[str, int] = field(default_factory=dict)

    def note(self, node: Node | None, path: str, message: str) -> None:
        """Note a problem on the line of a node."""
        line = node.start_mark.line + 1 if node is not None else 1
        self.problems.append(Problem(self.file, line, path, message))


class Shape:
    """What a field holds."""

    def read(self, node: Node, path: str, report: Report) -> Any:
        """The plain value, problems noted; ``None`` when it cannot be read."""
        raise NotImplementedError

    def schema(self) -> dict[str, Any]:
        """The same as JSON Schema (draft 2020-12)."""
        raise NotImplementedError


def _null(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.style is None and node.value in ("", "~", "null")


@dataclass(frozen=True)
class Str(Shape):
    """A text on one or several lines; ``choices`` or a check limit it."""

    choices: tuple[str, ...] = ()
    longest: int = 4000
    check: Callable[[str], str] | None = None
    empty: bool = False

    def read(self, node: Node, path: str, report: Report) -> str | None:
        if not isinstance(node, ScalarNode):
            report.note(node, path, _("a text is expected here"))
            return None
        value = "" if _null(node) else node.value.strip()
        if not value and not self.empty:
            report.note(node, path, _("fill this in"))
        elif self.choices and value not in self.choices and not (self.empty and not value):
            report.note(node, path, _unknown(value, self.choices))
        elif len(value) > self.longest:
            report.note(node, path, _("at most %(most)s characters") % {"most": self.longest})
        elif value and self.check is not None and (wrong := self.check(value)):
            report.note(node, path, wrong)
        return value

    def schema(self) -> dict[str, Any]:
        if self.choices:
            return {"enum": [*([""] if self.empty else []), *self.choices]}
        return {"type": "string", "maxLength": self.longest} | (
            {} if self.empty else {"minLength": 1}
        )


def _unknown(value: str, known: tuple[str, ...] | list[str]) -> str:
    near = difflib.get_close_matches(value, known, n=1, cutoff=0.6)
    if near:
        return _("“%(found)s” is not known; did you mean “%(near)s”?") % {
            "found": value, "near": near[0],
        }
    if len(known) <= 24:
        return _("“%(found)s” is not known; expected: %(known)s") % {
            "found": value, "known": ", ".join(known),
        }
    return _("“%(found)s” is not known") % {"found": value}


@dataclass(frozen=True)
class Num(Shape):
    """A number between two bounds; ``whole``: no decimals."""

    low: float = 0
    high: float = 1_000_000_000
    whole: bool = True

    def read(self, node: Node, path: str, report: Report) -> float | int | None:
        text = node.value.replace("_", "") if isinstance(node, ScalarNode) else ""
        try:
            value = float(text)
        except ValueError:
            report.note(node, path, _("a number is expected here"))
            return None
        if not self.low <= value <= self.high or (self.whole and value != int(value)):
            report.note(
                node, path,
                _("a number from %(low)s to %(high)s is expected")
                % {"low": f"{self.low:g}", "high": f"{self.high:.0f}"},
            )
            return None
        return int(value) if value == int(value) else value

    def schema(self) -> dict[str, Any]:
        kind = "integer" if self.whole else "number"
        return {"type": kind, "minimum": self.low, "maximum": self.high}


@dataclass(frozen=True)
class Flag(Shape):
    """True or false."""

    def read(self, node: Node, path: str, report: Report) -> bool | None:
        text = node.value.lower() if isinstance(node, ScalarNode) else ""
        if text not in ("true", "false"):
            report.note(node, path, _("true or false is expected here"))
            return None
        return bool(text == "true")

    def schema(self) -> dict[str, Any]:
        return {"type": "boolean"}


@dataclass(frozen=True)
class Words(Shape):
    """A text of the company: one text for all languages, or one for each (``fr``, ``en``)."""

    longest: int = 2000

    def read(self, node: Node, path: str, report: Report) -> dict[str, str] | None:
        if isinstance(node, ScalarNode):
            value = Str(longest=self.longest).read(node, path, report)
            return {"fr": value, "en": value} if value else None
        text = Str(longest=self.longest, empty=True)
        found = Obj({"fr": text, "en": text}).read(node, path, report)
        if isinstance(node, MappingNode) and not any((found or {}).values()):
            report.note(node, path, _("write the text in French (fr), in English (en) or both"))
        return {name: text for name, text in (found or {}).items() if text} or None

    def schema(self) -> dict[str, Any]:
        text = {"type": "string", "maxLength": self.longest}
        return {
            "oneOf": [
                {**text, "minLength": 1},
                {
                    "type": "object",
                    "properties": {"fr": text, "en": text},
                    "additionalProperties": False,
                    "minProperties": 1,
                },
            ]
        }


@dataclass(frozen=True)
class Listed(Shape):
    """A list; ``key``: a field that no two of its entries share."""

    of: Shape
    key: str = ""
    most: int = 500

    def read(self, node: Node, path: str, report: Report) -> list[Any]:
        if _null(node):
            return []
        if not isinstance(node, SequenceNode):
            report.note(node, path, _("a list is expected here (lines that begin with “-”)"))
            return []
        if len(node.value) > self.most:
            report.note(node, path, _("at most %(most)s entries") % {"most": self.most})
            return []
        made: list[Any] = []
        seen: set[Any] = set()
        for number, inner in enumerate(node.value):
            where = f"{path}[{number}]"
            value = self.of.read(inner, where, report)
            if value is None:
                continue
            if self.key and isinstance(value, dict):
                code = value.get(self.key)
                if code in seen:
                    report.note(inner, where, _("“%(found)s” stands twice") % {"found": code})
                seen.add(code)
            made.append(value)
        return made

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": self.of.schema(), "maxItems": self.most}


@dataclass(frozen=True)
class Keyed(Shape):
    """A mapping whose keys are codes: ``known`` gives the codes there are."""

    of: Shape
    known: Callable[[], tuple[str, ...]] | None = None

    def read(self, node: Node, path: str, report: Report) -> dict[str, Any]:
        if _null(node):
            return {}
        if not isinstance(node, MappingNode):
            report.note(node, path, _("fields are expected here (lines as “code: value”)"))
            return {}
        known = self.known() if self.known is not None else ()
        made: dict[str, Any] = {}
        for name, inner in pairs(node, path, report):
            where = f"{path}.{name}" if path else name
            report.lines[where] = inner.start_mark.line + 1
            if known and name not in known:
                report.note(inner, where, _unknown(name, known))
                continue
            value = self.of.read(inner, where, report)
            if value is not None:
                made[name] = value
        return made

    def schema(self) -> dict[str, Any]:
        made: dict[str, Any] = {"type": "object", "additionalProperties": self.of.schema()}
        if self.known is not None:
            made["propertyNames"] = {"enum": sorted(self.known())}
        return made


@dataclass(frozen=True)
class Obj(Shape):
    """A mapping of given fields; ``required`` must be there; ``notes`` describe them."""

    fields: Mapping[str, Shape]
    required: tuple[str, ...] = ()
    notes: Mapping[str, str] = field(default_factory=dict)

    def read(self, node: Node, path: str, report: Report) -> dict[str, Any] | None:
        if not isinstance(node, MappingNode):
            report.note(node, path, _("fields are expected here (lines as “code: value”)"))
            return None
        made: dict[str, Any] = {}
        for name, inner in pairs(node, path, report):
            where = f"{path}.{name}" if path else name
            report.lines[where] = inner.start_mark.line + 1
            shape = self.fields.get(name)
            if shape is None:
                report.note(inner, where, _unknown(name, list(self.fields)))
                continue
            value = shape.read(inner, where, report)
            if value is not None:
                made[name] = value
        for name in self.required:
            if name not in made and not any(p.field == f"{path}.{name}" for p in report.problems):
                report.note(node, path, _("the field “%(name)s” is missing") % {"name": name})
        return made

    def schema(self) -> dict[str, Any]:
        properties = {}
        for name, shape in self.fields.items():
            properties[name] = shape.schema()
            if name in self.notes:
                properties[name]["description"] = self.notes[name]
        made: dict[str, Any] = {
            "type": "object", "properties": properties, "additionalProperties": False,
        }
        return made | ({"required": list(self.required)} if self.required else {})


@dataclass(frozen=True)
class Either(Shape):
    """``word`` as it stands, or what ``other`` holds."""

    word: str
    other: Shape

    def read(self, node: Node, path: str, report: Report) -> Any:
        if isinstance(node, ScalarNode) and node.value == self.word:
            return self.word
        return self.other.read(node, path, report)

    def schema(self) -> dict[str, Any]:
        return {"oneOf": [{"const": self.word}, self.other.schema()]}


def pairs(node: MappingNode, path: str, report: Report) -> list[tuple[str, Node]]:
    """The fields of a mapping; a name that stands twice is a problem."""
    found: list[tuple[str, Node]] = []
    seen: set[str] = set()
    for key, value in node.value:
        name = key.value if isinstance(key, ScalarNode) else ""
        if not name:
            report.note(key, path, _("a field needs a name"))
        elif name in seen:
            report.note(key, path, _("“%(found)s” stands twice") % {"found": name})
        else:
            seen.add(name)
            found.append((name, value))
    return found


def compose(text: str, report: Report) -> Node | None:
    """The nodes of a file; ``None`` when it is empty or is no YAML, with the problem noted."""
    if len(text) > LARGEST:
        report.problems.append(
            Problem(report.file, 0, "", _("the file is larger than %(most)s characters")
                    % {"most": LARGEST})
        )
        return None
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                mark = event.start_mark
                report.problems.append(
                    Problem(report.file, mark.line + 1 if mark is not None else 0, "",
                            _("anchors and aliases (& and *) are not taken: repeat the text"))
                )
                return None
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or str(error)
        line = mark.line + 1 if mark is not None else 0
        report.problems.append(
            Problem(report.file, line, "", _("this is not YAML: %(what)s") % {"what": what})
        )
        return None
