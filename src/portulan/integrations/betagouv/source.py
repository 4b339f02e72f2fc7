"""Reads the content of a beta.gouv.fr repository: a folder, or an archive of one.

Nothing is mended here: values come out as the files give them, and what cannot be read is an
``Unreadable`` with the file's name.
"""

from __future__ import annotations

import json
import tarfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

MAX_PACKED = 25 * 1024 * 1024
MAX_UNPACKED = 200 * 1024 * 1024
MAX_RATIO = 30
MAX_ENTRIES = 2_000
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
FOLDERS = ("_startups", "_incubators", "_organisations", "_teams")


class SourceError(Exception):
    """The path or archive cannot be taken: a code and parameters."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(f"{code} {params}")
        self.code, self.params = code, params


@dataclass(frozen=True, slots=True)
class Document:
    """One file: its identifier (the name without ``.md``), its front matter, its text."""

    id: str
    matter: Mapping[str, Any]
    body: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file or line that cannot be read, and why."""

    where: str
    problem: str


@dataclass(slots=True)
class Content:
    """All the documents by folder, in the order of their identifiers."""

    startups: list[Document] = field(default_factory=list)
    incubators: list[Document] = field(default_factory=list)
    organisations: list[Document] = field(default_factory=list)
    teams: list[Document] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)


def read_path(path: Path) -> Content:
    """Read a folder that holds ``_startups`` at any depth up to three, or an archive of one.

    Raises:
        SourceError: no such path, no ``_startups`` in it, an archive beyond the limits.
    """
    if path.is_dir():
        root = _find_root(path)
        return _parse(
            (f"{folder}/{file.name}", file.read_bytes())
            for folder in FOLDERS
            for file in sorted((root / folder).glob("*"))
            if file.is_file()
        )
    if not path.is_file():
        raise SourceError("source.absent", path=str(path))
    if path.stat().st_size > MAX_PACKED:
        raise SourceError("source.too_large", limit=MAX_PACKED // 2**20)
    return read_archive(path.read_bytes())


def read_archive(data: bytes) -> Content:
    """Read a ``.tar.gz``, ``.tar`` or ``.zip`` of the repository, without unpacking it to disk.

    Raises:
        SourceError: not an archive, beyond the limits, or without ``_startups``.
    """
    if len(data) > MAX_PACKED:
        raise SourceError("source.too_large", limit=MAX_PACKED // 2**20)
    if zipfile.is_zipfile(BytesIO(data)):
        files = _from_zip(data)
    else:
        files = _from_tar(data)
    content = _parse(_wanted(files))
    if not content.startups:
        raise SourceError("source.no_products")
    return content


def _find_root(path: Path) -> Path:
    for depth in ("", "*/", "*/*/", "*/*/*/"):
        for found in sorted(path.glob(f"{depth}_startups")):
            if found.is_dir():
                return found.parent
    raise SourceError("source.no_products")


def _from_tar(data: bytes) -> Iterator[tuple[str, bytes]]:
    total = 0
    try:
        with tarfile.open(fileobj=BytesIO(data)) as archive:
            for count, member in enumerate(archive, start=1):
                total += member.size
                _check_limits(count, total, len(data))
                if member.isfile():
                    handle = archive.extractfile(member)
                    if handle is not None:
                        yield member.name, handle.read()
    except (tarfile.TarError, EOFError, OSError) as error:
        raise SourceError("source.not_an_archive", problem=str(error)) from None


def _from_zip(data: bytes) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        entries = archive.infolist()
        _check_limits(len(entries), sum(entry.file_size for entry in entries), len(data))
        for entry in entries:
            if not entry.is_dir():
                yield entry.filename, archive.read(entry)


def _check_limits(entries: int, unpacked: int, packed: int) -> None:
    if entries > MAX_ENTRIES:
        raise SourceError("source.too_many_files", limit=MAX_ENTRIES)
    if unpacked > MAX_UNPACKED or unpacked > max(packed, 1) * MAX_RATIO:
        raise SourceError("source.too_large", limit=MAX_UNPACKED // 2**20)


def _wanted(files: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    for name, data in files:
        parts = PurePosixPath(name).parts
        if len(parts) >= 2 and parts[-2] in FOLDERS:
            yield f"{parts[-2]}/{parts[-1]}", data


def _parse(files: Iterable[tuple[str, bytes]]) -> Content:
    content = Content()
    kinds = {
        "_startups": content.startups,
        "_incubators": content.incubators,
        "_organisations": content.organisations,
        "_teams": content.teams,
    }
    for name, data in sorted(files):
        folder, _, file = name.partition("/")
        if file.startswith("."):
            continue
        try:
            document = _document(file, data.decode("utf-8-sig"))
        except (UnicodeDecodeError, ValueError, yaml.YAMLError) as error:
            content.unreadable.append(Unreadable(name, str(error).split("\n")[0][:200]))
            continue
        kinds[folder].append(document)
    return content


def _document(file: str, text: str) -> Document:
    stem = file[:-3] if file.endswith(".md") else file
    lines = text.splitlines(keepends=True)
    if not lines or lines[0].strip() != "---":
        raise ValueError("no front matter: the first line must be ---")
    for index, line in enumerate(lines[1:], start=1):
        if line.rstrip() == "---":
            head, body = "".join(lines[1:index]), "".join(lines[index + 1 :])
            break
    else:
        head, body = "".join(lines[1:]), ""
        # A file whose closing mark is glued to the last line, as some are.
        if head.rstrip().endswith("---"):
            head = head.rstrip()[:-3]
    matter = yaml.load(head, Loader=_LOADER)  # noqa: S506 - the safe loader, compiled
    if not isinstance(matter, dict):
        raise ValueError("the front matter is not a list of names and values")
    return Document(stem, matter, body.strip())


def read_staffing(path: Path) -> tuple[list[Mapping[str, Any]], list[Unreadable]]:
    """The people and their missions, one JSON object a line.

    Raises:
        SourceError: no such file, or too large.
    """
    if not path.is_file():
        raise SourceError("source.absent", path=str(path))
    if path.stat().st_size > MAX_PACKED:
        raise SourceError("source.too_large", limit=MAX_PACKED // 2**20)
    return parse_staffing(path.name, path.read_text(encoding="utf-8"))


def parse_staffing(name: str, text: str) -> tuple[list[Mapping[str, Any]], list[Unreadable]]:
    """The same, from text."""
    rows: list[Mapping[str, Any]] = []
    wrong: list[Unreadable] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            wrong.append(Unreadable(f"{name}:{number}", str(error)))
            continue
        if not isinstance(row, dict) or "person" not in row:
            wrong.append(Unreadable(f"{name}:{number}", "a person is expected"))
            continue
        rows.append(row)
    return rows, wrong
