"""Readers of published formats into arbitration problems: OR-Library, PSPLIB, MPLIB, and JSON.

Each reader takes a file's text and yields ``(name, Problem)``; `instances` reads a file, a folder
or an archive, and tells the files that are not in their format.
"""

from __future__ import annotations

import json
import re
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path, PurePosixPath

from portulan_core.arbitrage import (
    Envelope,
    Goal,
    Item,
    Mode,
    Precedence,
    Problem,
    ProblemError,
    Resource,
)


def whole(numbers: list[Decimal]) -> tuple[list[int], int]:
    """The numbers as integers, and the power of ten they were multiplied by."""
    digits = max((-int(n.normalize().as_tuple().exponent) for n in numbers), default=0)
    scale = 10 ** max(0, digits)
    return [int(n * scale) for n in numbers], scale


def read_mknap(name: str, text: str) -> Iterator[tuple[str, Problem]]:
    """OR-Library ``mknap1`` and ``mknapcb``: choose under several capacities (Beasley 1990)."""
    numbers = iter(Decimal(token) for token in text.split())
    count = int(next(numbers))
    for index in range(count):
        n, m = int(next(numbers)), int(next(numbers))
        next(numbers)  # the best value known to the file, or 0
        profits, _ = whole([next(numbers) for _ in range(n)])
        rows = [[next(numbers) for _ in range(n)] for _ in range(m)]
        limits = [next(numbers) for _ in range(m)]
        table = []
        for row, limit in zip(rows, limits, strict=True):
            scaled, _ = whole([*row, limit])
            table.append(scaled)
        items = tuple(
            Item(
                f"{i}",
                (Mode(effort={f"r{r}": (table[r][i],) for r in range(m) if table[r][i]}),),
                value=profits[i],
            )
            for i in range(n)
        )
        resources = tuple(Resource(f"r{r}", (table[r][n],)) for r in range(m))
        yield f"{name}-{index}", Problem(1, items, resources, goals=(Goal("value"),))


def read_psplib(name: str, text: str) -> Iterator[tuple[str, Problem]]:
    """PSPLIB ``.sm`` and ``.mm``: the project of least duration (Kolisch and Sprecher 1997)."""
    if re.fullmatch(r"[\d\s]+", text):
        yield from read_patterson(name, text)
        return
    horizon = int(re.search(r"horizon\s*:\s*(\d+)", text).group(1))  # type: ignore[union-attr]
    renewable = int(re.search(r"-\s*renewable\s*:\s*(\d+)", text).group(1))  # type: ignore[union-attr]
    sections = re.split(r"\*{10,}", text)
    links: list[Precedence] = []
    modes: dict[str, list[Mode]] = {}
    limits: list[int] = []
    for section in sections:
        lines = section.strip().splitlines()
        title = lines[0] if lines else ""
        if title.startswith("PRECEDENCE"):
            for line in lines[2:]:
                job, _, count, *after = line.split()
                links += [Precedence(job, other) for other in after[: int(count)]]
        elif title.startswith("REQUESTS"):
            job = ""
            for line in lines[2:]:
                numbers = line.split()
                if not numbers or not numbers[0].isdigit():
                    continue
                if len(numbers) == 3 + len(modes_of(lines[1])):
                    job, *numbers = numbers
                mode, duration, *use = numbers
                length = int(duration)
                renew, rest = use[:renewable], use[renewable:]
                modes.setdefault(job, []).append(
                    Mode(
                        mode,
                        length,
                        effort={f"R{r}": (int(u),) * length for r, u in enumerate(renew) if int(u)},
                        cost={f"N{r}": (int(u),) for r, u in enumerate(rest) if int(u)},
                    )
                )
        elif title.startswith("RESOURCEAVAILABILITIES"):
            limits = [int(n) for n in lines[2].split()]
    stated = re.search(r"jobs[^:\n]*:\s*(\d+)", text)
    if not modes or not limits or (stated and int(stated.group(1)) != len(modes)):
        raise ValueError("jobs or resource availabilities are missing")
    items = tuple(Item(job, tuple(kinds), mandatory=True) for job, kinds in modes.items())
    resources = tuple(
        Resource(f"R{r}", (limit,) * horizon) for r, limit in enumerate(limits[:renewable])
    )
    envelopes = tuple(
        Envelope(f"N{r}", (f"N{r}",), None, limit) for r, limit in enumerate(limits[renewable:])
    )
    yield (
        name,
        Problem(
            horizon,
            items,
            resources,
            envelopes,
            precedences=tuple(links),
            goals=(Goal("makespan"),),
        ),
    )


def read_patterson(name: str, text: str) -> Iterator[tuple[str, Problem]]:
    """Patterson's form (``.rcp``: RanGen, RG30 and RG300): numbers only, the jobs one by one."""
    numbers = iter([int(token) for token in text.split()])
    jobs, kinds = next(numbers), next(numbers)
    limits = [next(numbers) for _ in range(kinds)]
    items, links = [], []
    horizon = 0
    for job in range(1, jobs + 1):
        length = next(numbers)
        use = [next(numbers) for _ in range(kinds)]
        effort = {f"R{r}": (u,) * length for r, u in enumerate(use) if u and length}
        items.append(Item(str(job), (Mode("1", length, effort=effort),), mandatory=True))
        links += [Precedence(str(job), str(next(numbers))) for _ in range(next(numbers))]
        horizon += length
    if next(numbers, None) is not None:
        raise ValueError("more numbers than the jobs announced need")
    resources = tuple(Resource(f"R{r}", (c,) * horizon) for r, c in enumerate(limits))
    goals = (Goal("makespan"),)
    yield name, Problem(horizon, tuple(items), resources, precedences=tuple(links), goals=goals)


def modes_of(header: str) -> list[str]:
    """The resource columns of a REQUESTS section."""
    return re.findall(r"[RND]\s*\d+", header)


def read_rcmpsp(name: str, text: str) -> Iterator[tuple[str, Problem]]:
    """MPLIB: several projects on shared resources, done as soon as possible (Van Eynde 2020)."""
    lines = iter([line.split() for line in text.splitlines() if line.strip()])
    projects = int(next(lines)[0])
    count = int(next(lines)[0])
    limits = [int(n) for n in next(lines)]
    rows: list[tuple[str, int, int, list[int], list[str]]] = []
    for p in range(1, projects + 1):
        jobs, release = (int(n) for n in next(lines)[:2])
        next(lines)  # which resources the project uses
        for j in range(1, jobs + 1):
            duration, *rest = next(lines)
            use = [int(u) for u in rest[:count]]
            after = rest[count + 1 : count + 1 + int(rest[count])]
            rows.append((f"{p}:{j}", release, int(duration), use, after))
    horizon = sum(row[2] for row in rows) + max(row[1] for row in rows)
    items = tuple(
        Item(
            key,
            (
                Mode(
                    "1",
                    duration,
                    effort={f"R{r}": (u,) * duration for r, u in enumerate(use) if u and duration},
                ),
            ),
            earliest=release,
            mandatory=True,
        )
        for key, release, duration, use, _ in rows
    )
    links = tuple(Precedence(key, other) for key, _, _, _, after in rows for other in after)
    resources = tuple(Resource(f"R{r}", (c,) * horizon) for r, c in enumerate(limits))
    yield name, Problem(horizon, items, resources, precedences=links, goals=(Goal("makespan"),))


def read_json(name: str, text: str) -> Iterator[tuple[str, Problem]]:
    """A problem in our own form."""
    yield name, Problem.from_json(json.loads(text))


READERS: dict[str, Callable[[str, str], Iterator[tuple[str, Problem]]]] = {
    "mknap": read_mknap,
    "psplib": read_psplib,
    "rcmpsp": read_rcmpsp,
    "json": read_json,
}
ENDINGS = {
    "mknap": (".txt",),
    "psplib": (".sm", ".mm", ".rcp"),
    "rcmpsp": (".txt", ".rcmp"),
    "json": (".json",),
}
ARCHIVES = (".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz")


def natural(name: str) -> list[object]:
    """File names in the order people expect: 2 before 10."""
    return [int(p) if p.isdigit() else p for p in re.split(r"(\d+)", name)]


def files(path: Path, kind: str) -> Iterator[tuple[str, bytes]]:
    """(name, content) of a file, or of the files of that kind in a folder or an archive."""
    if path.is_dir():
        found = [p for p in path.rglob("*") if p.suffix in ENDINGS[kind] and p.is_file()]
        for file in sorted(found, key=lambda p: natural(p.name)):
            yield file.name, file.read_bytes()
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for name in chosen(archive.namelist(), kind):
                yield PurePosixPath(name).name, archive.read(name)
    elif path.suffix in ARCHIVES and tarfile.is_tarfile(path):
        with tarfile.open(path) as archive:
            members = {m.name: m for m in archive.getmembers() if m.isfile()}
            for name in chosen(list(members), kind):
                content = archive.extractfile(members[name])
                if content is not None:
                    yield PurePosixPath(name).name, content.read()
    else:
        yield path.name, path.read_bytes()


def chosen(names: list[str], kind: str) -> list[str]:
    """The members of an archive that are of that kind, in the order people expect."""
    paths = [PurePosixPath(name) for name in names]
    kept = [p for p in paths if p.suffix in ENDINGS[kind] and not p.name.startswith(".")]
    return [str(p) for p in sorted(kept, key=lambda p: natural(p.name))]


def instances(
    path: Path, kind: str, faults: list[str] | None = None
) -> Iterator[tuple[str, Problem]]:
    """Every instance of a file, or of the files of that kind in a folder or an archive.

    What cannot be read is told in ``faults`` (file and reason), and the others follow; without
    such a list it raises `ValueError`.
    """
    found = False
    try:
        for name, content in files(path, kind):
            found = True
            try:
                read = list(READERS[kind](Path(name).stem, content.decode("utf-8")))
                for _, problem in read:
                    problem.check()
                if not read:
                    raise ValueError("no instance in it")
            except (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError) as error:
                reason = f"{type(error).__name__} while reading"
                fault(faults, f"{name}: not in the format {kind} ({reason})")
            except (ValueError, ProblemError) as error:
                fault(faults, f"{name}: not in the format {kind} ({error})")
            else:
                yield from read
    except (EOFError, OSError, tarfile.TarError, zipfile.BadZipFile, zlib.error) as error:
        fault(faults, f"{path.name}: cannot be read ({error})")
        return
    if not found:
        fault(faults, f"{path.name}: no file ending in {', '.join(ENDINGS[kind])}")


def fault(faults: list[str] | None, text: str) -> None:
    """Note what cannot be read, or raise."""
    if faults is None:
        raise ValueError(text)
    faults.append(text)
