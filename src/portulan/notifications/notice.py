"""What a source says: tell this person this, once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Notice:
    """Tell a person something. ``subject``: kind and uid of what it is about, which they must be
    able to read; ``None`` when it is their own affair.
    """

    person: int
    kind: str
    key: str
    subject: tuple[str, UUID] | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
