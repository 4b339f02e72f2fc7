"""The repository tells about the product: no path of a machine, no address of a package index."""

from __future__ import annotations

import re

from tests.docs.pages import ROOT, files

# Bracketed letters, so that this page does not find itself.
MACHINE_PATH = re.compile(r"(?<![\w.~$})-])/(?:w[o]rk|r[o]ot|h[o]me|U[s]ers|tmp/b[r]ief)/[\w.-]+")
INDEXES = re.compile(r"p[y]pi\.org|python[h]osted\.org|npm[j]s\.(?:org|com)|yarn[p]kg\.com")
#: Binary, or written by a tool that puts its own addresses.
LEFT_OUT = {
    ".png",
    ".ico",
    ".ttf",
    ".otf",
    ".woff2",
    ".mo",
    ".pptx",
    ".xlsx",
    ".ods",
    ".gz",
    ".lock",
}


def test_no_path_of_a_machine_and_no_package_index() -> None:
    found = []
    for path in files():
        if path.suffix in LEFT_OUT or path.name == "package-lock.json":
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for pattern in (MACHINE_PATH, INDEXES):
            found += [f"{path.relative_to(ROOT)}: {hit}" for hit in pattern.findall(text)]
    assert found == []
