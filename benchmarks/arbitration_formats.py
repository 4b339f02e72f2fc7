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
from pathlib import Path, PurePath, PurePosixPath

from arbitration_psplib import read_psplib, read_rcmpsp

from portulan_core.arbitrage import Goal, Item, Mode, Problem, ProblemError, Resource


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
        found = [p for p in path.rglob("*") if of_kind(p, kind) and p.is_file()]
        for file in sorted(found, key=by_name):
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
    return [str(p) for p in sorted((p for p in paths if of_kind(p, kind)), key=by_name)]


def of_kind(path: PurePath, kind: str) -> bool:
    """Whether a file's ending is one of the format's, and the file not a hidden one."""
    return path.suffix.lower() in ENDINGS[kind] and not path.name.startswith(".")


def by_name(path: PurePath) -> tuple[list[object], str]:
    """Files by name in the order people expect, then by folder."""
    return natural(path.name), str(path)


def decoded(content: bytes) -> str:
    """The text of a file: UTF-8, or Latin-1 as in older files; what is no text raises."""
    if b"\x00" in content or content.startswith((b"\x1f\x8b", b"PK")):
        raise ValueError("not a text")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


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
                read = list(READERS[kind](Path(name).stem, decoded(content)))
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
