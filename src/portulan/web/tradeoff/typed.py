"""What is typed in the trade-off's forms: amounts, whole numbers, initiatives, products."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from portulan.base.policy import Invalid, Refusal
from portulan.wording.formats import french, number
from portulan_core.model import World

_SPACES = re.compile(r"[\s\u00a0\u202f]")
_AMOUNT = re.compile(r"^([+-]?[\d.,']+)(k|m|md)?€?$", re.IGNORECASE)
_UNITS = {None: 1_000, "k": 1_000, "m": 1_000_000, "md": 1_000_000_000}


def amount(text: str, name: str) -> int | None:
    """Money typed in thousands ("1 500", "1500,5", "1,5 M€"), in minor units; ``None`` if empty.

    Raises:
        Invalid: it is not a number.
    """
    plain = _SPACES.sub("", text)
    if not plain:
        return None
    found = _AMOUNT.match(plain)
    value = _decimal(found[1]) if found else None
    if found is None or value is None or value < 0:
        raise Invalid({name: Refusal("assumptions.number", {"text": text})})
    return int((value * _UNITS[found[2].lower() if found[2] else None] * 100).to_integral_value())


def share(text: str, name: str, most: int = 100) -> int | None:
    """A percentage ("10", "10 %", "7,5 %") in basis points, ``None`` if empty.

    Raises:
        Invalid: it is not one, or it is above ``most`` percent.
    """
    plain = _SPACES.sub("", text).removesuffix("%")
    if not plain:
        return None
    value = _decimal(plain) if re.fullmatch(r"[\d.,]{1,8}", plain) else None
    if value is None or not 0 < value <= most:
        raise Invalid({name: Refusal("assumptions.percent", {"text": text})})
    return int((value * 100).to_integral_value())


def is_share(text: str) -> bool:
    """Whether a percentage is typed where an amount could be."""
    return text.strip().endswith("%")


def _decimal(text: str) -> Decimal | None:
    """A number written the reader's way; with both marks, the last one is the decimal mark."""
    text = text.replace("'", "")
    if "," in text and "." in text:
        thousands = "," if text.rindex(".") > text.rindex(",") else "."
        text = text.replace(thousands, "")
    elif not french():
        text = text.replace(",", "")
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None


def whole(text: str, name: str) -> int | None:
    """A whole number, ``None`` if empty.

    Raises:
        Invalid: it is not one.
    """
    plain = _SPACES.sub("", text)
    if not plain:
        return None
    if not plain.isdigit() or len(plain) > 12:
        raise Invalid({name: Refusal("assumptions.number", {"text": text})})
    return int(plain)


def initiative(text: str, world: World, name: str) -> str:
    """An initiative by its code, or by "CODE name" as the list proposes it.

    Raises:
        Invalid: none.
    """
    code = text.split(" · ")[0].strip()
    for row in world.initiatives.values():
        if row.code == code or row.name == text:
            return row.uid
    raise Invalid({name: Refusal("assumptions.unknown", {"text": text})})


def product(text: str, world: World, name: str) -> str:
    """A product by its code, or by "CODE · name" as the list proposes it.

    Raises:
        Invalid: none.
    """
    code = text.split(" · ")[0].strip()
    for row in world.products.values():
        if row.code == code or row.name == text.strip():
            return row.uid
    raise Invalid({name: Refusal("assumptions.unknown", {"text": text})})


def thousands(minor: int | None) -> str:
    """Money as it is typed: in thousands."""
    return "" if minor is None else number(Decimal(minor) / 100_000)
