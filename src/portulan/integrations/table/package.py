"""Looks into an office file before a reader unpacks it: entries, size, ratio, extent, DTDs.

The directory of an archive may lie, so entries are unpacked once, in pieces that are thrown away,
and counted. Readers build a dense table, so the extent of the cells counts too: two cells at the
far corners of a sheet would otherwise take all memory.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

MAX_UNPACKED = 200 * 1024 * 1024
MAX_RATIO = 30
#: Below this the ratio says nothing: a small sheet of repeated cells packs very well.
RATIO_FROM = 5 * 1024 * 1024
MAX_ENTRIES = 2_000
MAX_CELLS = 4_000_000
PIECE = 1 << 20

_DTD = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_XLSX_CELL = re.compile(rb'<(?:x:)?c\b([^>]*?)\br="([A-Z]{1,3})(\d{1,7})"([^>]*)>')
_ODS_TAG = re.compile(
    rb"<(/?)table:(table|table-row|table-cell|covered-table-cell)(?=[\s/>])([^>]*)>"
)
_REPEATED = re.compile(rb'number-(?:columns|rows)-repeated="(\d+)"')


class PackageRefused(Exception):
    """Why a packed file is not opened: a code and parameters."""

    def __init__(self, code: str, params: Mapping[str, Any] | None = None) -> None:
        super().__init__(code)
        self.code, self.params = code, dict(params or {})


def kind_of(content: bytes) -> str:
    """``xlsx``, ``ods``, ``text``, or what else it is (``old-excel``, ``archive``, ``pdf``…)."""
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        return "old-excel"
    if content.startswith(b"%PDF"):
        return "pdf"
    if content.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8")):
        return "image"
    if content.startswith((b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!")):
        return "archive"
    if not content.startswith(b"PK"):
        head = content[:512].lstrip().lower()
        return "html" if head.startswith((b"<!doctype html", b"<html")) else "text"
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = {info.filename for info in archive.infolist()[: MAX_ENTRIES + 1]}
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return "damaged"
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "content.xml" in names:
        return "ods"
    if "xl/workbook.bin" in names:
        return "xlsb"
    return "archive"


def check_package(content: bytes, kind: str) -> None:
    """Let an XLSX or ODS file through, or say why not.

    Raises:
        PackageRefused: too many entries, too large unpacked, too dense, too wide, or a DTD.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        infos = archive.infolist()
        if len(infos) > MAX_ENTRIES:
            raise PackageRefused("file.entries", {"entries": MAX_ENTRIES})
        if any(info.flag_bits & 1 for info in infos):
            raise PackageRefused("file.password")
        _check_size(sum(info.file_size for info in infos), len(content))
        total = 0
        for info in infos:
            extent = _extent(kind, info.filename)
            tail = b""
            for piece in _pieces(archive, info):
                total += len(piece)
                _check_size(total, len(content))
                if info.filename.endswith((".xml", ".rels")) and _DTD.search(tail + piece):
                    raise PackageRefused("file.dtd")
                if extent is not None:
                    # A tag may be cut by the end of a piece: keep what follows its last ">".
                    cut = (tail + piece).rfind(b">") + 1
                    extent.feed((tail + piece)[:cut])
                    tail = (tail + piece)[cut:][-PIECE:]
                else:
                    tail = piece[-64:]


def _check_size(unpacked: int, packed: int) -> None:
    if unpacked > MAX_UNPACKED:
        raise PackageRefused("file.unpacked", {"megabytes": MAX_UNPACKED // 1024 // 1024})
    if unpacked > RATIO_FROM and unpacked > packed * MAX_RATIO:
        raise PackageRefused("file.ratio", {"ratio": MAX_RATIO})


def _pieces(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """An entry unpacked piece by piece, whatever size its directory tells."""
    raw = archive.fp
    assert raw is not None
    raw.seek(info.header_offset)
    header = raw.read(30)
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise PackageRefused("file.damaged")
    name, extra = (int.from_bytes(header[at : at + 2], "little") for at in (26, 28))
    raw.seek(name + extra, 1)
    left = info.compress_size
    if info.compress_type == zipfile.ZIP_STORED:
        while left > 0 and (piece := raw.read(min(PIECE, left))):
            left -= len(piece)
            yield piece
        return
    if info.compress_type != zipfile.ZIP_DEFLATED:
        raise PackageRefused("file.damaged")
    unpacker = zlib.decompressobj(-15)
    try:
        while left > 0 and (packed := raw.read(min(PIECE, left))):
            left -= len(packed)
            while packed:
                yield unpacker.decompress(packed, PIECE)
                packed = unpacker.unconsumed_tail
        yield unpacker.flush()
    except zlib.error as error:
        raise PackageRefused("file.damaged") from error


class _Extent:
    """The far corner of the cells of a sheet that hold something."""

    def __init__(self) -> None:
        self.rows = self.columns = 0

    def feed(self, data: bytes) -> None:
        raise NotImplementedError

    def grow(self, row: int, column: int) -> None:
        self.rows, self.columns = max(self.rows, row), max(self.columns, column)
        if self.rows * self.columns > MAX_CELLS:
            raise PackageRefused("file.cells", {"cells": MAX_CELLS})


class _XlsxExtent(_Extent):
    def feed(self, data: bytes) -> None:
        rows, columns = self.rows, b""
        widest = 0
        for before, letters, digits, after in _XLSX_CELL.findall(data):
            if after.endswith(b"/") or (not after and before.endswith(b"/")):
                continue
            if len(letters) > widest or (len(letters) == widest and letters > columns):
                widest, columns = len(letters), letters
            number = int(digits)
            if number > rows:
                rows = number
        column = 0
        for letter in columns:
            column = column * 26 + letter - 64
        self.grow(rows, column)


class _OdsExtent(_Extent):
    def __init__(self) -> None:
        super().__init__()
        self._row = self._repeat = self._column = self._last = 0

    def feed(self, data: bytes) -> None:
        for closing, tag, attributes in _ODS_TAG.findall(data):
            repeated = _REPEATED.search(attributes)
            times = int(repeated[1]) if repeated else 1
            if tag == b"table":
                self._row = self.rows = self.columns = 0
            elif tag == b"table-row":
                if not closing:
                    self._repeat, self._column, self._last = times, 0, 0
                if closing or attributes.endswith(b"/"):
                    self._row += self._repeat
                    if self._last:
                        self.grow(self._row, self._last)
            elif not closing:
                self._column += times
                if not attributes.endswith(b"/") or b"value" in attributes:
                    self._last = self._column


def _extent(kind: str, name: str) -> _Extent | None:
    if kind == "xlsx" and name.startswith("xl/worksheets/") and name.endswith(".xml"):
        return _XlsxExtent()
    return _OdsExtent() if kind == "ods" and name == "content.xml" else None
