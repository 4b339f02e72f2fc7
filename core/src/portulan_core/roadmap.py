"""Dependencies on the roadmap: what leans on what, and what a slip or a stop pushes.

Months are ordinals (``year * 12 + month - 1``); an initiative takes the months from its start on.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


def reached(edges: Iterable[tuple[Key, Key]], origin: Key) -> dict[Key, int]:
    """What is reached from ``origin`` along edges (from, to): key → number of steps, from 1.

    Cycles are walked once; ``origin`` is never in the result.
    """
    onward: dict[Key, list[Key]] = {}
    for start, end in edges:
        onward.setdefault(start, []).append(end)
    found: dict[Key, int] = {}
    ahead = deque([(origin, 0)])
    while ahead:
        key, steps = ahead.popleft()
        for after in onward.get(key, ()):
            if after != origin and after not in found:
                found[after] = steps + 1
                ahead.append((after, steps + 1))
    return found


def ordered(keys: Iterable[Key], edges: Iterable[tuple[Key, Key]]) -> tuple[list[Key], set[Key]]:
    """Keys so that each comes after all that have an edge to it, and the keys where cycles forbid
    it: these come last, in the order given.
    """
    given = list(dict.fromkeys(keys))
    before = dict.fromkeys(given, 0)
    onward: dict[Key, list[Key]] = {key: [] for key in given}
    for start, end in edges:
        if start in onward and end in before and start != end:
            onward[start].append(end)
            before[end] += 1
    ready = deque(key for key in given if not before[key])
    found: list[Key] = []
    while ready:
        key = ready.popleft()
        found.append(key)
        for after in onward[key]:
            before[after] -= 1
            if not before[after]:
                ready.append(after)
    left = set(given) - set(found)
    return [*found, *(key for key in given if key in left)], left


def layers(keys: Sequence[Key], edges: Sequence[tuple[Key, Key]]) -> dict[Key, int]:
    """Columns of a drawing: 0 for what leans on nothing, then one more than the farthest that it
    leans on (longest path). An edge (from, to) says that ``to`` leans on ``from``; edges that close
    a cycle are left out.
    """
    order, _stuck = ordered(keys, edges)
    place = {key: index for index, key in enumerate(order)}
    onward: dict[Key, list[Key]] = {}
    for start, end in edges:
        if start in place and end in place and place[end] > place[start]:
            onward.setdefault(start, []).append(end)
    found = dict.fromkeys(order, 0)
    for key in order:
        for end in onward.get(key, ()):
            found[end] = max(found[end], found[key] + 1)
    return found


def pushed(
    placed: Mapping[Key, tuple[int, int]],
    links: Iterable[tuple[Key, Key, int]],
    moved: Key,
    by: int,
) -> dict[Key, int]:
    """New starts of what must start later when ``moved`` starts ``by`` months later.

    ``placed`` gives (start, months); a link (before, after, lag) asks that ``after`` starts no
    earlier than ``lag`` months after the end of ``before``. A slack absorbs the slip; a link that
    is broken today is not mended, nor broken more. Links within a cycle are followed once. ``by``
    below 1 pushes nothing. ``moved`` itself is not in the result.
    """
    if by < 1 or moved not in placed:
        return {}
    known = [link for link in links if link[0] in placed and link[1] in placed]
    order, _stuck = ordered(placed, [(before, after) for before, after, _lag in known])
    place = {key: index for index, key in enumerate(order)}
    onward: dict[Key, list[tuple[Key, int]]] = {}
    for before, after, lag in known:
        if place[after] > place[before]:
            onward.setdefault(before, []).append((after, lag))
    delay = {moved: by}
    for key in order:
        late = delay.get(key, 0)
        if not late:
            continue
        start, months = placed[key]
        for after, lag in onward.get(key, ()):
            slack = max(0, placed[after][0] - (start + months + lag))
            delay[after] = max(delay.get(after, 0), late - slack)
    return {key: placed[key][0] + late for key, late in delay.items() if late > 0 and key != moved}
