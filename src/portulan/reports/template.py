"""The company's PowerPoint template: what may serve, put aside, brought back."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from portulan.base.policy import Actor, Invalid, Refusal, Refused, check_right
from portulan.organisation.manifest import SETTINGS_EDIT
from portulan.reports.deck import TemplateError, look, theme_of
from portulan.reports.models import SlideTemplate

MEGABYTE = 1024 * 1024
#: A template is at most so large, as a file and once opened, and holds at most so many parts.
LARGEST, OPENED, PARTS = 20 * MEGABYTE, 200 * MEGABYTE, 5_000
#: A part is not packed tighter than this, unless it is small.
TIGHTEST, SMALL = 200, MEGABYTE
_TYPES = "[Content_Types].xml"
_MAIN = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
_TEMPLATE = "application/vnd.openxmlformats-officedocument.presentationml.template.main+xml"
_MACROS = re.compile(rb"macroEnabled|vbaProject|activeX", re.IGNORECASE)
_EXTERNAL = re.compile(rb"<Relationship\b[^>]*TargetMode\s*=\s*[\"']External[\"'][^>]*>")
_HYPERLINK = b"/hyperlink"


@dataclass(frozen=True, slots=True)
class Preview:
    """What slides will take from the template in use."""

    file_name: str
    uploaded_at: datetime | None
    uploaded_by: str
    cover: str
    body: str
    #: In centimetres.
    width: float
    height: float
    accents: tuple[str, ...]
    title_font: str
    text_font: str
    dark: bool


def checked(data: bytes) -> bytes:
    """The template as a presentation (a .potx becomes one), when it may serve.

    Raises:
        TemplateError: ``template.too_large``, ``template.unreadable`` (not a presentation),
            ``template.macros``, ``template.bomb``, ``template.external`` (it fetches something
            from elsewhere), ``template.no_title``.
    """
    if len(data) > LARGEST:
        raise TemplateError("template.too_large")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = _parts(archive)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError) as error:
        raise TemplateError("template.unreadable") from error
    types = parts.get(_TYPES, b"")
    if _MACROS.search(types) or any(_MACROS.search(name.encode()) for name in parts):
        raise TemplateError("template.macros")
    if _MAIN.encode() not in types and _TEMPLATE.encode() not in types:
        raise TemplateError("template.unreadable")
    for name, content in parts.items():
        if name.endswith((".xml", ".rels")) and b"<!DOCTYPE" in content[:4096]:
            raise TemplateError("template.unreadable")
        if name.endswith(".rels"):
            for found in _EXTERNAL.finditer(content):
                if _HYPERLINK not in found.group(0):
                    raise TemplateError("template.external")
    if _TEMPLATE.encode() in types:
        data = _as_presentation(parts)
    look(data)
    return data


def _parts(archive: zipfile.ZipFile) -> dict[str, bytes]:
    """Every part, read under limits: sizes announced are not believed."""
    found = archive.infolist()
    if len(found) > PARTS or sum(info.file_size for info in found) > OPENED:
        raise TemplateError("template.bomb")
    parts: dict[str, bytes] = {}
    left = OPENED
    for info in found:
        with archive.open(info) as stream:
            content = stream.read(left + 1)
        left -= len(content)
        packed = max(1, info.compress_size)
        if left < 0 or (len(content) > SMALL and len(content) / packed > TIGHTEST):
            raise TemplateError("template.bomb")
        parts[info.filename] = content
    return parts


def _as_presentation(parts: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            if name == _TYPES:
                content = content.replace(_TEMPLATE.encode(), _MAIN.encode())
            archive.writestr(name, content)
    return out.getvalue()


def check_edit(actor: Actor) -> Refusal | None:
    """Why the actor may not change the template."""
    return check_right(actor, SETTINGS_EDIT)


def current() -> bytes | None:
    """The content of the template in use; ``None``: ours."""
    row = SlideTemplate.objects.order_by("-pk").first()
    return None if row is None else bytes(row.content)


def preview() -> Preview:
    """What slides will take from the template in use."""
    row = SlideTemplate.objects.select_related("account").order_by("-pk").first()
    content = None if row is None else bytes(row.content)
    found = look(content)
    accents, title, text = theme_of(content)
    width, height = found.size
    return Preview(
        row.file_name if row else "",
        row.uploaded_at if row else None,
        (row.account.name or row.account.email) if row and row.account else "",
        found.cover.name,
        found.body.name,
        width / 360_000,
        height / 360_000,
        tuple(accents),
        title,
        text,
        found.dark,
    )


def use(actor: Actor, file_name: str, data: bytes) -> None:
    """Use a template from now on.

    Raises:
        Refused: the right to change settings is missing.
        Invalid: the file cannot serve (``file``).
    """
    refusal = check_edit(actor)
    if refusal is not None:
        raise Refused(refusal)
    if not data:
        raise Invalid({"file": Refusal("template.missing")})
    try:
        content = checked(data)
    except TemplateError as error:
        raise Invalid({"file": Refusal(error.code)}) from error
    name = "".join(letter for letter in file_name if letter.isprintable())[-200:] or "template.pptx"
    with transaction.atomic():
        SlideTemplate.objects.all().delete()
        SlideTemplate.objects.create(
            file_name=name, content=content, account_id=actor.account_id
        )


def remove(actor: Actor) -> None:
    """Use our own template again.

    Raises:
        Refused: the right to change settings is missing.
    """
    refusal = check_edit(actor)
    if refusal is not None:
        raise Refused(refusal)
    SlideTemplate.objects.all().delete()
