"""Three readings of the company's governance, and what a profile changes in it.

Items are values under a key (``forum/CPF``) with fields. ``present`` is what holds, ``target`` what
the profile says, ``base`` what the profile applied last said (as digests). What the company changed
since is local: it stays where the profile says nothing new, and is a conflict where it does.
Nothing here reads or writes the database.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Item = Mapping[str, Any]
State = Mapping[str, Item]
#: Key → field → digest.
Base = Mapping[str, Mapping[str, str]]

ADD, CHANGE, REMOVE, LOCAL, CONFLICT = "add", "change", "remove", "local", "conflict"
KEEP, TAKE = "local", "profile"


def digest(value: Any) -> str:
    """A short digest of a plain value; equal values have equal ones."""
    text = json.dumps(_plain(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _plain(value: Any) -> Any:
    """Numbers that are whole are the same however they are written."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    return value


def topic_of(key: str) -> str:
    """The topic of an item."""
    return key.partition("/")[0]


def code_of(key: str) -> str:
    """The code of an item inside its topic."""
    return key.partition("/")[2]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that is not as the profile says; ``kind`` change, local or conflict."""

    name: str
    present: Any
    target: Any
    kind: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An item that the plan touches, or leaves as the company has it.

    ``present`` or ``target`` is ``None`` when there is no such item on that side. ``reason`` tells
    why it is a conflict when its fields do not.
    """

    key: str
    kind: str
    present: Item | None
    target: Item | None
    fields: tuple[FieldChange, ...] = ()
    reason: str = ""

    @property
    def topic(self) -> str:
        """The topic it belongs to."""
        return topic_of(self.key)

    @property
    def code(self) -> str:
        """Its code inside the topic."""
        return code_of(self.key)

    @property
    def conflicts(self) -> tuple[str, ...]:
        """The choices it asks for: its key, or its key and field."""
        if self.kind != CONFLICT:
            return ()
        named = tuple(f"{self.key}#{f.name}" for f in self.fields if f.kind == CONFLICT)
        return named or (self.key,)


def compare(present: State, target: State, base: Base, held: Callable[[str], bool]) -> list[Entry]:
    """What the profile changes among the items that ``held`` says are part of the step."""
    entries = []
    for key in sorted({*present, *target, *(k for k in base if k in present)}):
        if not held(key):
            continue
        entry = _entry(key, present.get(key), target.get(key), base.get(key))
        if entry is not None:
            entries.append(entry)
    return entries


def _entry(
    key: str, present: Item | None, target: Item | None, base: Mapping[str, str] | None
) -> Entry | None:
    if target is None:
        if present is None:
            return None
        if base is None:
            return Entry(key, LOCAL, present, None, reason="own")
        if all(digest(present.get(name)) == mark for name, mark in base.items()):
            return Entry(key, REMOVE, present, None)
        return Entry(key, CONFLICT, present, None, reason="removed_by_profile")
    if present is None:
        if base is None:
            return Entry(key, ADD, None, target)
        if base == {name: digest(value) for name, value in target.items()}:
            return Entry(key, LOCAL, None, target, reason="removed_here")
        return Entry(key, CONFLICT, None, target, reason="removed_here")
    fields = tuple(
        FieldChange(name, present.get(name), value, _kind(present.get(name), value, name, base))
        for name, value in target.items()
        if digest(present.get(name)) != digest(value)
    )
    if not fields:
        return None
    kinds = {change.kind for change in fields}
    kind = CONFLICT if CONFLICT in kinds else CHANGE if CHANGE in kinds else LOCAL
    return Entry(key, kind, present, target, fields)


def _kind(present: Any, target: Any, name: str, base: Mapping[str, str] | None) -> str:
    mark = base.get(name) if base is not None else None
    if mark is None:
        # Nothing is known of what was said before: an empty field is simply filled in.
        return CHANGE if present in (None, "", [], {}) else CONFLICT
    if digest(present) == mark:
        return CHANGE
    return LOCAL if digest(target) == mark else CONFLICT


def resolve(entry: Entry, choices: Mapping[str, str]) -> Item | None:
    """The item once the entry is applied, or ``None``: none.

    ``choices``: ``key`` or ``key#field`` → ``local`` (which is what stands without a choice) or
    ``profile``.
    """
    if entry.kind == ADD:
        return entry.target
    if entry.kind == REMOVE:
        return None
    if entry.kind == LOCAL:
        return entry.present
    if not entry.fields:
        taken = choices.get(entry.key) == TAKE
        return entry.target if taken else entry.present
    made = dict(entry.present or {})
    for change in entry.fields:
        taken = choices.get(f"{entry.key}#{change.name}", choices.get(entry.key, KEEP)) == TAKE
        if change.kind == CHANGE or (change.kind == CONFLICT and taken):
            made[change.name] = change.target
    return made


def marks(items: State) -> dict[str, dict[str, str]]:
    """What is kept of a profile to know later what is local: a digest of each field."""
    return {
        key: {name: digest(value) for name, value in item.items()} for key, item in items.items()
    }
