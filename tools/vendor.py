"""Copies the front-end files that pages need out of `node_modules`, by an allow-list.

Whole `dist` folders hold references to maps and images that do not exist, and much that no page
needs; so only the files of `PACKAGES` are copied, to `src/portulan/web/static/vendor/` (made by
`make install`, not committed). On the way: source-map references go, the interpreter finds the
module it needs, and the icons that pages use make one sprite.

    python tools/vendor.py
"""

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tools import icons

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "src/portulan/web/static/vendor"

_INTER = tuple(
    f"files/inter-{script}-wght-{style}.woff2"
    for script in (
        "cyrillic-ext",
        "cyrillic",
        "greek-ext",
        "greek",
        "latin-ext",
        "latin",
        "vietnamese",
    )
    for style in ("normal", "italic")
)
# npm package → (folder under vendor/, folder inside the package, files)
PACKAGES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "@tabler/core": ("tabler", "dist", ("css/tabler.min.css",)),
    "@fontsource-variable/inter": ("inter", ".", ("wght.css", "wght-italic.css", *_INTER)),
    "htmx.org": ("htmx", "dist", ("htmx.min.js",)),
    "vega": ("vega", "build", ("vega.min.js",)),
    "vega-interpreter": ("vega", "build", ("vega-interpreter.js",)),
}
_SOURCE_MAP = re.compile(r"(?m)^[ \t]*(?://|/\*)[#@][ \t]*sourceMappingURL=[^\r\n]*$")
# The interpreter asks for `vega-util`, whose functions `vega.min.js` has: load that one first.
_VEGA_UTIL = re.compile(r"(?m)^import (\{[^}]*\}) from 'vega-util';")


def clean(name: str, text: str) -> str:
    """One style sheet or script as it is served."""
    text = _SOURCE_MAP.sub("", text)
    return _VEGA_UTIL.sub(r"const \1 = globalThis.vega;", text)


def copy(packages: Path, target: Path) -> list[str]:
    """Copy allowed files that changed, remove those no longer allowed; gives the missing ones."""
    missing: list[str] = []
    wanted: set[Path] = set()
    for package, (folder, inside, names) in PACKAGES.items():
        for name in names:
            source, place = packages / package / inside / name, target / folder / name
            wanted.add(place)
            if not source.is_file():
                missing.append(f"{package}/{inside}/{name}")
                continue
            content = source.read_bytes()
            if name.endswith((".css", ".js")):
                content = clean(name, content.decode()).encode()
            if not place.is_file() or place.read_bytes() != content:
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(content)
    drawn = target / "icons.svg"
    wanted.add(drawn)
    if (packages / icons.OUTLINES).is_dir():
        drawings = icons.sprite(packages, [ROOT / "src/portulan/web"])
        if not drawn.is_file() or drawn.read_text() != drawings:
            drawn.parent.mkdir(parents=True, exist_ok=True)
            drawn.write_text(drawings)
    else:
        missing.append(icons.OUTLINES)
    for place in target.rglob("*"):
        if place.is_file() and place not in wanted:
            place.unlink()
    return missing


def main() -> int:
    """Copy; status 1 when a package lacks a file."""
    missing = copy(ROOT / "node_modules", TARGET)
    for name in missing:
        print(f"missing in node_modules: {name}", file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
