"""A register that stands up to an auditor: numbered entries, each sealed with the one before.

The seal of an entry is HMAC-SHA-256, under the company's key, of the canonical JSON of its number,
moment, payload and the seal before it. Whoever lacks the key cannot alter, insert, reorder or
remove an entry so that the chain still verifies; a sealed head (number and seal of the last entry)
shows that the end was not cut off. Personal texts stay outside: the payload holds a salted
commitment to them, so that a text can be erased and the chain stays whole.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

#: What the first entry points to.
GENESIS = "0" * 64
FORM = "portulan.register.1"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the register. ``at`` is ISO 8601 in UTC; ``number`` starts at 1."""

    number: int
    at: str
    payload: Mapping[str, Any]
    previous: str
    seal: str


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the register as it was exported: what comes later must still contain it.

    ``mac`` binds number and seal under the key, so that an older head cannot be written by hand.
    """

    number: int
    seal: str
    mac: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """What does not hold at an entry.

    ``code``: ``gap`` (numbers do not follow), ``link`` (does not point to the entry before),
    ``seal`` (number, moment, payload or link altered), ``order`` (earlier than the entry before),
    ``cut`` (entries before the head are missing), ``head`` (the head itself is not genuine, or
    the entry it names has another seal).
    """

    code: str
    number: int


def canonical(value: Any) -> bytes:
    """The one JSON form of a value: sorted names, no spaces, UTF-8.

    Raises:
        ValueError: a number that JSON does not have (NaN, infinity).
    """
    text = json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return text.encode()


def seal(key: bytes, number: int, at: str, payload: Mapping[str, Any], previous: str) -> str:
    """The seal of an entry, in hexadecimal (64 characters).

    Raises:
        ValueError: the key is shorter than 16 bytes.
    """
    return _mac(key, [FORM, number, at, payload, previous])


def append(
    key: bytes, last: Entry | None, at: str, payload: Mapping[str, Any]
) -> Entry:
    """The entry that follows ``last`` (``None``: the register is empty)."""
    number = last.number + 1 if last else 1
    previous = last.seal if last else GENESIS
    return Entry(number, at, payload, previous, seal(key, number, at, payload, previous))


def head(key: bytes, last: Entry | None) -> Head:
    """The head to export or to keep beside the register."""
    number, at_seal = (last.number, last.seal) if last else (0, GENESIS)
    return Head(number, at_seal, _mac(key, [FORM, "head", number, at_seal]))


def verify(key: bytes, entries: Iterable[Entry], known: Head | None = None) -> list[Fault]:
    """Every fault of the register, in order; an empty list means that it holds.

    ``entries`` come by number. With ``known``, a head kept or exported before, cut ends show.
    """
    faults: list[Fault] = []
    expected, previous, moment = 1, GENESIS, ""
    at_head = GENESIS if known is not None and known.number == 0 else None
    for entry in entries:
        if entry.number != expected:
            faults.append(Fault("gap", entry.number))
        if not hmac.compare_digest(entry.previous.encode(), previous.encode()):
            faults.append(Fault("link", entry.number))
        if not _holds(key, entry):
            faults.append(Fault("seal", entry.number))
        if entry.at < moment:
            faults.append(Fault("order", entry.number))
        if known is not None and entry.number == known.number:
            at_head = entry.seal
        expected, previous, moment = entry.number + 1, entry.seal, entry.at
    if known is not None:
        if known.mac and known.mac != _mac(key, [FORM, "head", known.number, known.seal]):
            faults.append(Fault("head", known.number))
        if at_head is None:
            faults.append(Fault("cut", known.number))
        elif at_head != known.seal:
            faults.append(Fault("head", known.number))
    return faults


def commitment(salt: str, text: str) -> str:
    """What the register keeps of a text that may have to be erased; "" for an empty text."""
    if not text:
        return ""
    return hmac.new(salt.encode(), text.encode(), hashlib.sha256).hexdigest()


def _holds(key: bytes, entry: Entry) -> bool:
    try:
        expected = seal(key, entry.number, entry.at, entry.payload, entry.previous)
    except (ValueError, TypeError):
        return False
    return hmac.compare_digest(expected.encode(), entry.seal.encode())


def _mac(key: bytes, value: Any) -> str:
    if len(key) < 16:
        raise ValueError("the key of the register must have at least 16 bytes")
    return hmac.new(key, canonical(value), hashlib.sha256).hexdigest()
