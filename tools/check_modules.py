"""Checks what no linter knows: length and names of modules, raw SQL, code inside templates,
addresses in locks.

python tools/check_modules.py [ROOT]
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

LONGEST, LONGEST_IN_CORE = 400, 900
BANNED_NAMES = frozenset({"util", "utils", "helper", "helpers", "common", "misc"})
# method → why it is refused; `PLACES` may use them all the same.
BANNED_CALLS = {
    "raw": "raw SQL",
    "extra": "raw SQL",
    "cursor": "raw SQL",
    "get_model": "a model by its name",
}
# The named places of raw SQL: full-text search, start of a database, large writes, triggers.
PLACES = (
    "src/portulan/base/search.py",
    "src/portulan/base/database.py",
    "src/portulan/base/bulk.py",
    "src/portulan/governance/append_only.py",
)
# In templates: what the content policy would refuse.
BANNED_MARKUP = {
    r"<[^>{}]*\sstyle\s*=": "inline style",
    r"<style\b": "inline style sheet",
    r"<[^>]*\son[a-z]+\s*=": "inline event handler",
    r"\b(?:data-)?hx-on\b": "inline event handler (hx-on)",
    r"\bjavascript:": "script in an address",
    r"<script\b(?![^>]*(?:\bsrc\s*=|type\s*=\s*[\"']application/json))": "inline script",
}
LOCKS = ("requirements/*.lock", "package-lock.json")
ADDRESS = re.compile(
    r"(?m)^.*(?:\"resolved\"\s*:|--(?:extra-)?index-url|--find-links|file:/).*$|@ (?:https?|file):"
)


def modules(root: Path) -> Iterator[str]:
    """Faults of the Python modules."""
    for base in ("src", "core/src", "tools"):
        for path in sorted((root / base).rglob("*.py")):
            name = path.relative_to(root).as_posix()
            if path.stem in BANNED_NAMES or path.parent.name in BANNED_NAMES:
                yield f"{name}: a name that says nothing; call it by what it holds"
            if "migrations" in path.parts:
                continue
            text = path.read_text(encoding="utf-8")
            most = LONGEST_IN_CORE if base == "core/src" else LONGEST
            if (length := text.count("\n")) > most:
                yield f"{name}: {length} lines, at most {most}"
            if base == "src" and name not in PLACES:
                yield from calls(name, text)


def calls(name: str, text: str) -> Iterator[str]:
    """Calls of banned methods in one module."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            method = node.func.attr
            if method in BANNED_CALLS:
                reason = BANNED_CALLS[method]
                yield f"{name}:{node.lineno}: .{method}(): {reason} outside the named places"


def templates(root: Path) -> Iterator[str]:
    """Markup in templates that the content policy refuses."""
    for path in sorted((root / "src").rglob("templates/**/*.html")):
        text = path.read_text(encoding="utf-8")
        for pattern, reason in BANNED_MARKUP.items():
            for found in re.finditer(pattern, text, re.IGNORECASE):
                line = text.count("\n", 0, found.start()) + 1
                yield f"{path.relative_to(root).as_posix()}:{line}: {reason}"


def locks(root: Path) -> Iterator[str]:
    """Addresses of package sources in the locks: each machine uses its own."""
    for pattern in LOCKS:
        for path in sorted(root.glob(pattern)):
            if found := ADDRESS.search(path.read_text(encoding="utf-8")):
                name = path.relative_to(root).as_posix()
                yield f"{name}: an address in a lock: {found[0].strip()[:80]}"


def main(arguments: list[str]) -> int:
    """Print the faults; status 1 when there are any."""
    root = Path(arguments[0]) if arguments else Path(__file__).resolve().parents[1]
    faults = [*modules(root), *templates(root), *locks(root)]
    print(*faults, sep="\n")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
