"""Proposes which known record a new name may stand for: renamed between two editions of a file."""

from __future__ import annotations

import difflib
import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from typing import Generic, TypeVar

from portulan.base.text import fold

T = TypeVar("T", bound=Hashable)
LIKELY = 0.72
_APART = re.compile(r"[^a-z0-9]+")
_SEEN_AS = str.maketrans({"@": "a", "&": "e"})
#: A run of three letters shared by more records than this tells nothing.
COMMON = 400


def compact(name: str) -> str:
    """A name without anything that editions write differently: "MISTR@L" → "mistral"."""
    return _APART.sub("", fold(name).translate(_SEEN_AS))


def similarity(first: str, second: str) -> float:
    """How alike two compact names are, 0 to 1; one that begins or ends the other counts much."""
    if first == second:
        return 1.0
    short, long = sorted((first, second), key=len)
    if not short:
        return 0.0
    ratio = difflib.SequenceMatcher(None, first, second).ratio()
    if len(short) >= 4 and (long.startswith(short) or long.endswith(short)):
        return max(ratio, 0.75 + 0.2 * len(short) / len(long))
    return ratio


class Likeness(Generic[T]):
    """Known names, ready to be asked for the nearest ones without comparing them all."""

    def __init__(self, names: Iterable[tuple[T, str]]) -> None:
        self._names: dict[T, str] = {key: compact(name) for key, name in names}
        self._runs: dict[str, list[T]] = defaultdict(list)
        for key, name in self._names.items():
            for run in _runs(name):
                self._runs[run].append(key)

    def nearest(self, name: str, count: int = 3, least: float = LIKELY) -> list[tuple[float, T]]:
        """The most similar known names, best first, at least ``least`` alike."""
        wanted = compact(name)
        shared: Counter[T] = Counter()
        for run in _runs(wanted):
            keys: Sequence[T] = self._runs.get(run, ())
            if len(keys) <= COMMON:
                shared.update(keys)
        scored = [(similarity(wanted, self._names[key]), key) for key, _ in shared.most_common(12)]
        found = [pair for pair in scored if pair[0] >= least]
        return sorted(found, key=lambda pair: -pair[0])[:count]


def _runs(name: str) -> set[str]:
    return {name[i : i + 3] for i in range(len(name) - 2)} or ({name} if name else set())
