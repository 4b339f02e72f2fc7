"""What a file really is, whatever its name says: the few kinds that may be kept on an object."""

from __future__ import annotations

import io
import unicodedata
import zipfile

from portulan.base.policy import Refusal

TEXT, PDF = "text/plain", "application/pdf"
_OFFICE = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."
#: Extension → media type. Nothing here is shown by us, and nothing runs: files are handed back.
ALLOWED = {
    "pdf": PDF, "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif",
    "webp": "image/webp", "txt": TEXT, "md": TEXT, "csv": TEXT, "log": TEXT, "json": TEXT,
    "ics": TEXT, "eml": TEXT,
    "docx": f"{_OFFICE}wordprocessingml.document", "xlsx": f"{_OFFICE}spreadsheetml.sheet",
    "pptx": f"{_OFFICE}presentationml.presentation", "odt": f"{_ODF}text",
    "ods": f"{_ODF}spreadsheet", "odp": f"{_ODF}presentation", "zip": "application/zip",
}
_MAGIC = (
    (b"%PDF-", PDF), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"), (b"GIF89a", "image/gif"),
)
_PARTS = {"word/": "docx", "xl/": "xlsx", "ppt/": "pptx"}
_MACROS = ("vbaproject.bin", "macros/")
MOST_NAME = 150


def tidy_name(name: str) -> str:
    """A file's name without folders, control characters or marks that turn its reading around."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(
        " " if unicodedata.category(char).startswith(("C", "Z")) else char for char in last
    )
    stem, dot, extension = " ".join(kept.split()).strip(". ").rpartition(".")
    if not dot:
        return extension[:MOST_NAME]
    return f"{stem[: MOST_NAME - len(extension) - 1]}.{extension}"


def look_at(name: str, content: bytes) -> tuple[str, Refusal | None]:
    """The media type of a file, or why it is not kept: empty, of no known kind, or not what its
    name says.
    """
    if not content:
        return "", Refusal("attachment.empty")
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    expected = ALLOWED.get(extension)
    if expected is None:
        return "", Refusal("attachment.kind", {"found": extension or name})
    found = _found(content)
    if found == "macros":
        return "", Refusal("attachment.macros")
    if found == "text/html" or found != expected:
        return "", Refusal("attachment.not_what_it_says", {"extension": extension})
    return expected, None


def _found(content: bytes) -> str:
    for start, kind in _MAGIC:
        if content.startswith(start):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content.startswith(b"PK"):
        return _packed(content)
    head = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype", b"<html", b"<script", b"<svg", b"<?xml", b"<body", b"<head")):
        return "text/html"
    return TEXT if _is_text(content) else ""


def _packed(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()[:5000]
            odf = archive.read("mimetype")[:100] if "mimetype" in names else b""
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, RuntimeError):
        return ""
    if any(part in name.lower() for name in names for part in _MACROS):
        return "macros"
    if odf.startswith(_ODF.encode()):
        return odf.decode("ascii", "replace").strip()
    if "[Content_Types].xml" in names:
        for folder, extension in _PARTS.items():
            if any(name.startswith(folder) for name in names):
                return ALLOWED[extension]
    return "application/zip"


def _is_text(content: bytes) -> bool:
    if b"\x00" in content:
        return False
    for encoding in ("utf-8", "cp1252"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False
