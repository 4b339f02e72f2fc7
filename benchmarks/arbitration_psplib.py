"""Readers of projects: PSPLIB's ``.sm`` and ``.mm``, Patterson's ``.rcp``, MPLIB's multi-projects.

Spaces, tabs, blank lines and line endings do not matter. What is wrong is told with its line:
`Fault` is a `ValueError` whose text begins with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from portulan_core.arbitrage import Envelope, Goal, Item, Mode, Precedence, Problem, Resource

LARGEST = 20_000_000
"""Resources times periods at most: beyond, the capacities alone fill the memory."""

Row = tuple[int, list[str]]
"""A line's number, and its words."""


class Fault(ValueError):
    """What is wrong in a file, with the line."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(f"line {line}: {text}")


def numbers(row: Row) -> list[int]:
    """The words of a line as whole numbers from 0."""
    line, words = row
    out = []
    for word in words:
        if not re.fullmatch(r"\d+", word, re.ASCII):
            raise Fault(line, f"expected whole numbers from 0, got {word!r}")
        out.append(int(word))
    return out


@dataclass
class _Parts:
    """The sections of a PSPLIB file."""

    horizon: int = 0
    jobs: int | None = None
    renewable: int = 0
    consumed: int = 0
    links: list[Row] = field(default_factory=list)
    requests: list[Row] = field(default_factory=list)
    limits: list[Row] = field(default_factory=list)
    last: int = 0


TITLES = {
    "PRECEDENCERELATIONS": "links",
    "REQUESTS/DURATIONS": "requests",
    "RESOURCEAVAILABILITIES": "limits",
    "PROJECTINFORMATION": "",
}
STATED = {
    "horizon": "horizon",
    "jobs": "jobs",
    "-renewable": "renewable",
    "-nonrenewable": "consumed",
    "-doublyconstrained": "doubly",
}


def parts_of(text: str) -> _Parts:
    """The lines of each section, without titles and headings."""
    parts = _Parts()
    section: list[Row] | None = None
    for line, raw in enumerate(text.splitlines(), start=1):
        words = raw.split()
        if not words or not raw.strip(" \t*-=_"):
            continue
        parts.last = line
        title = "".join(words).upper().rstrip(":")
        if title in TITLES:
            section = getattr(parts, TITLES[title]) if TITLES[title] else None
        elif section is not None:
            # The headings of a table stand before its first row.
            if section or words[0].isdigit():
                section.append((line, words))
        elif ":" in raw:
            _stated(parts, line, raw)
    return parts


def _stated(parts: _Parts, line: int, raw: str) -> None:
    """Read what stands before the tables: jobs, horizon, numbers of resources."""
    label, _, rest = raw.partition(":")
    key = re.sub(r"\(.*|\s", "", label).lower()
    if key not in STATED:
        return
    found = re.match(r"\s*(\d+)", rest)
    if found is None:
        raise Fault(line, f"expected a number after {label.strip()!r}, got {rest.strip()!r}")
    value = int(found.group(1))
    if STATED[key] != "doubly":
        setattr(parts, STATED[key], value)
    elif value:
        raise Fault(line, "doubly constrained resources cannot be read")


def read_psplib(name: str, text: str) -> Iterator[tuple[str, Problem]]:
    """PSPLIB ``.sm`` and ``.mm``: the project of least duration (Kolisch and Sprecher 1997)."""
    if re.fullmatch(r"[\d\s-]+", text):
        yield from read_patterson(name, text)
        return
    parts = parts_of(text)
    for title, rows in (
        ("PRECEDENCE RELATIONS", parts.links),
        ("REQUESTS/DURATIONS", parts.requests),
        ("RESOURCEAVAILABILITIES", parts.limits),
    ):
        if not rows:
            raise Fault(max(1, parts.last), f"the file ends without the table {title}")
    modes = _modes(parts)
    links = _links(parts, modes)
    if parts.jobs is not None and parts.jobs != len(modes):
        last = parts.requests[-1][0]
        raise Fault(last, f"{parts.jobs} jobs announced, {len(modes)} described")
    limits = [n for row in parts.limits for n in numbers(row)]
    if len(limits) != parts.renewable + parts.consumed:
        expected = f"{parts.renewable} renewable and {parts.consumed} nonrenewable"
        raise Fault(parts.limits[0][0], f"expected {expected} availabilities, got {len(limits)}")
    longest = sum(max(mode.duration for mode in kinds) for kinds in modes.values())
    # The horizon is no limit of the project: nothing need end after all of it in a row.
    horizon = fitting(max(parts.horizon, longest, 1), parts.renewable)
    items = tuple(Item(job, tuple(kinds), mandatory=True) for job, kinds in modes.items())
    resources = tuple(
        Resource(f"R{r}", (limit,) * horizon) for r, limit in enumerate(limits[: parts.renewable])
    )
    envelopes = tuple(
        Envelope(f"N{r}", (f"N{r}",), None, limit)
        for r, limit in enumerate(limits[parts.renewable :])
    )
    goals = (Goal("makespan"),)
    yield name, Problem(horizon, items, resources, envelopes, precedences=tuple(links), goals=goals)


def fitting(horizon: int, resources: int) -> int:
    """The horizon, unless capacities over so many periods cannot be held."""
    if horizon * max(1, resources) > LARGEST:
        raise ValueError(f"a horizon of {horizon} periods is too long")
    return horizon


def _modes(parts: _Parts) -> dict[str, list[Mode]]:
    """The modes of each job: a line with or without the job's number, or the wrong length."""
    kinds = parts.renewable + parts.consumed
    out: dict[str, list[Mode]] = {}
    job = ""
    for row in parts.requests:
        line, values = row[0], numbers(row)
        if len(values) == 3 + kinds:
            job = str(values.pop(0))
            if job in out:
                raise Fault(line, f"job {job} is described twice")
            out[job] = []
        elif len(values) != 2 + kinds or not job:
            expected = f"job, mode, duration and {kinds} requests"
            raise Fault(line, f"expected {expected}, got {len(values)} numbers")
        number, length, *use = values
        renew, rest = use[: parts.renewable], use[parts.renewable :]
        out[job].append(
            Mode(
                str(number),
                length,
                effort={f"R{r}": (u,) * length for r, u in enumerate(renew) if u and length},
                cost={f"N{r}": (u,) for r, u in enumerate(rest) if u},
            )
        )
    return out


def _links(parts: _Parts, modes: dict[str, list[Mode]]) -> list[Precedence]:
    """Who comes after whom, each once."""
    pairs: dict[tuple[str, str], None] = {}
    for row in parts.links:
        line, values = row[0], numbers(row)
        if len(values) < 3 or len(values) != 3 + values[2]:
            stated = f"{values[2]} announced" if len(values) > 2 else "no count"
            raise Fault(line, f"expected job, modes, count and successors; {stated}")
        job, count = str(values[0]), values[1]
        for other in (job, *map(str, values[3:])):
            if other not in modes:
                raise Fault(line, f"job {other} is not described under REQUESTS/DURATIONS")
        if len(modes[job]) != count:
            raise Fault(line, f"{count} modes announced for job {job}, {len(modes[job])} described")
        for other in map(str, values[3:]):
            if other == job:
                raise Fault(line, f"job {job} comes after itself")
            pairs[job, other] = None
    return [Precedence(a, b) for a, b in pairs]


class _Words:
    """The numbers of a file one by one, whatever its lines."""

    def __init__(self, text: str) -> None:
        rows = [(n, line.split()) for n, line in enumerate(text.splitlines(), start=1)]
        self.line = max((n for n, words in rows if words), default=1)
        self.rest = iter([(n, word) for n, words in rows for word in words])

    def next(self, meaning: str) -> int:
        """The next number; a fault says what was expected."""
        line, word = next(self.rest, (self.line, ""))
        if not word:
            raise Fault(line, f"the file ends where {meaning} is expected")
        self.line = line
        return numbers((line, [word]))[0]


def read_patterson(name: str, text: str) -> Iterator[tuple[str, Problem]]:
    """Patterson's form (``.rcp``: RanGen, RG30 and RG300): numbers only, the jobs one by one."""
    words = _Words(text)
    jobs, kinds = words.next("the number of jobs"), words.next("the number of resources")
    limits = [words.next("a capacity") for _ in range(kinds)]
    items: list[Item] = []
    pairs: dict[tuple[str, str], None] = {}
    horizon = 0
    for job in range(1, jobs + 1):
        length = words.next(f"the duration of job {job}")
        use = [words.next(f"a request of job {job}") for _ in range(kinds)]
        effort = {f"R{r}": (u,) * length for r, u in enumerate(use) if u and length}
        items.append(Item(str(job), (Mode("1", length, effort=effort),), mandatory=True))
        for _ in range(words.next(f"the number of successors of job {job}")):
            other = words.next(f"a successor of job {job}")
            if not 1 <= other <= jobs or other == job:
                raise Fault(words.line, f"job {job} cannot be followed by job {other}")
            pairs[str(job), str(other)] = None
        horizon += length
    line, word = next(words.rest, (0, ""))
    if word:
        raise Fault(line, "more numbers than the jobs announced need")
    horizon = fitting(max(1, horizon), kinds)
    resources = tuple(Resource(f"R{r}", (c,) * horizon) for r, c in enumerate(limits))
    links = tuple(Precedence(a, b) for a, b in pairs)
    goals = (Goal("makespan"),)
    yield name, Problem(horizon, tuple(items), resources, precedences=links, goals=goals)


def read_rcmpsp(name: str, text: str) -> Iterator[tuple[str, Problem]]:
    """MPLIB: several projects on shared resources, done as soon as possible (Van Eynde 2020)."""
    rows = [(n, line.split()) for n, line in enumerate(text.splitlines(), start=1)]
    rows = [row for row in rows if row[1]]
    last = rows[-1][0] if rows else 1
    lines = iter(rows)

    def line_of(meaning: str) -> Row:
        row = next(lines, None)
        if row is None:
            raise Fault(last, f"the file ends where {meaning} is expected")
        return row

    projects = numbers(line_of("the number of projects"))[0]
    count = numbers(line_of("the number of resources"))[0]
    row = line_of("the capacities")
    limits = numbers(row)
    if len(limits) != count:
        raise Fault(row[0], f"expected {count} capacities, got {len(limits)}")
    jobs: list[tuple[str, int, int, list[int]]] = []
    pairs: dict[tuple[str, str], int] = {}
    for p in range(1, projects + 1):
        row = line_of(f"project {p}")
        head = numbers(row)
        if len(head) < 2:
            raise Fault(row[0], "expected the number of jobs of a project, and its release")
        line_of(f"which resources project {p} uses")
        for j in range(1, head[0] + 1):
            line, words = line_of(f"job {j} of project {p}")
            values = numbers((line, words[: count + 2]))
            if len(values) < count + 2 or len(words) != count + 2 + values[-1]:
                expected = f"duration, {count} requests, a count and so many successors"
                raise Fault(line, f"expected {expected}, got {len(words)} words")
            jobs.append((f"{p}:{j}", head[1], values[0], values[1:-1]))
            for word in words[count + 2 :]:
                other = word if ":" in word else f"{p}:{word}"
                pairs[f"{p}:{j}", other] = line
    known = {key for key, *_ in jobs}
    for (key, other), line in pairs.items():
        if other not in known or other == key:
            raise Fault(line, f"job {key} cannot be followed by job {other}")
    row = next(lines, (0, []))
    if row[1]:
        raise Fault(row[0], "more lines than the projects announced need")
    horizon = sum(job[2] for job in jobs) + max((job[1] for job in jobs), default=0)
    horizon = fitting(max(1, horizon), count)
    items = []
    for key, release, length, use in jobs:
        effort = {f"R{r}": (u,) * length for r, u in enumerate(use) if u and length}
        mode = Mode("1", length, effort=effort)
        items.append(Item(key, (mode,), earliest=release, mandatory=True))
    links = tuple(Precedence(a, b) for a, b in pairs)
    resources = tuple(Resource(f"R{r}", (c,) * horizon) for r, c in enumerate(limits))
    goals = (Goal("makespan"),)
    yield name, Problem(horizon, tuple(items), resources, precedences=links, goals=goals)
