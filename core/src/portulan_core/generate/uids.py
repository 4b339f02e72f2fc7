"""Public identifiers that look like UUIDv7 and are the same at each run."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime


class UidSource:
    """Gives out identifiers in order: a time in milliseconds that grows, then seeded bits."""

    def __init__(self, seed: int, today: date) -> None:
        start = datetime(today.year, today.month, today.day, tzinfo=UTC)
        self._milliseconds = int(start.timestamp() * 1000)
        self._random = random.Random(f"uid:{seed}")

    def __call__(self) -> str:
        """The next identifier."""
        self._milliseconds += 1
        bits = self._random.getrandbits(74)
        time = self._milliseconds
        low = bits & 0xFFFF_FFFF_FFFF
        middle = 0x8000 | (bits >> 48 & 0x3FFF)
        high = 0x7000 | (bits >> 62)
        return f"{time >> 16:08x}-{time & 0xFFFF:04x}-{high:04x}-{middle:04x}-{low:012x}"
