"""The written pages of the repository, as git knows them."""

from __future__ import annotations

import re
import subprocess
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]*`")
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_NOT_IN_SLUG = re.compile(r"[^\w\- ]")


@lru_cache(maxsize=1)
def files() -> tuple[Path, ...]:
    """Every file of the repository, those not committed yet included."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    names = done.stdout.decode().split("\0")
    return tuple(sorted({ROOT / name for name in names if name and (ROOT / name).is_file()}))


def pages() -> list[Path]:
    """The pages in Markdown."""
    return [path for path in files() if path.suffix == ".md"]


def links(page: Path) -> list[str]:
    """Where a page links to, code left out."""
    text = _CODE.sub("", _FENCE.sub("", page.read_text(encoding="utf-8")))
    return _LINK.findall(text)


def anchors(page: Path) -> set[str]:
    """The anchors that a code platform gives to the headings of a page."""
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    found = re.findall(r"^#{1,6} +(.*?) *$", text, re.MULTILINE)
    return {_NOT_IN_SLUG.sub("", title.lower()).replace(" ", "-") for title in found}


def blocks(page: Path, language: str) -> list[str]:
    """The blocks of code of a page in a language, in order."""
    text = page.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
