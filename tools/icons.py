"""Makes the sprite of icons: every Tabler icon whose name stands between quotes in the pages, and
no other.

`tools/vendor.py` calls it; after using a new icon in a template, run `python tools/vendor.py`
again.
"""

import re
from collections.abc import Iterable
from pathlib import Path

OUTLINES = "@tabler/icons/icons/outline"
_QUOTED = re.compile(r"""["']([a-z][a-z0-9-]{0,40})["']""")
_SHAPE = re.compile(r"<(?:path|circle|rect|line|polyline|polygon|ellipse)\b[^>]*/>")
_BOX = 'd="M0 0h24v24H0z"'


def named(sources: Path) -> set[str]:
    """Every word between quotes in the templates, modules and scripts under `sources`."""
    words: set[str] = set()
    for place in sources.rglob("*"):
        if place.suffix in (".py", ".html", ".js") and "vendor" not in place.parts:
            words.update(_QUOTED.findall(place.read_text()))
    return words


def symbol(name: str, drawing: str) -> str:
    """One icon as a symbol of the sprite."""
    shapes = "".join(shape for shape in _SHAPE.findall(drawing) if _BOX not in shape)
    return f'<symbol id="{name}" viewBox="0 0 24 24">{shapes}</symbol>'


def sprite(packages: Path, sources: Iterable[Path]) -> str:
    """The sprite: symbols in alphabetical order, so that the same pages give the same file."""
    outlines = packages / OUTLINES
    words = set[str]().union(*(named(folder) for folder in sources))
    found = [name for name in sorted(words) if (outlines / f"{name}.svg").is_file()]
    body = "\n".join(symbol(name, (outlines / f"{name}.svg").read_text()) for name in found)
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{body}\n</svg>\n'
