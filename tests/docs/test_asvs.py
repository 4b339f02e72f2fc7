"""Each test that the page of the security standard names exists; what has none says so."""

from __future__ import annotations

import re

from tests.docs.pages import ROOT

PAGE = ROOT / "docs/security/asvs.md"
#: The requirements chosen to begin with.
CHOSEN = re.findall(
    r"\S+",
    """
8.1.1 8.1.2 8.2.1 8.2.2 8.2.3 8.3.1 8.3.2 8.4.1 15.3.1 15.3.2 15.3.3 4.1.3 1.2.4 1.2.5 1.3.1 1.3.4
1.3.5 1.3.6 1.3.7 1.5.1 1.5.2 2.3.1 2.3.3 2.3.4 2.4.1 3.2.1 3.3.1 3.3.2 3.3.3 3.3.4 3.4.1 3.4.3
3.4.6 3.5.1 3.5.3 3.7.2 5.2.1 5.2.2 5.2.3 5.3.2 5.3.3 5.4.1 6.2.4 6.3.1 6.3.3 6.8.1 7.2.4 7.4.1
7.4.2 7.5.1 7.5.2 13.2.4 13.3.1 15.1.1 15.1.2 16.2.5 16.3.2 16.4.2 16.5.3
""",
)


def test_every_test_named_exists() -> None:
    named = re.findall(r"`((?:core/)?tests/[\w/]+\.py)::(\w+)`", PAGE.read_text(encoding="utf-8"))
    assert named
    for path, name in named:
        source = (ROOT / path).read_text(encoding="utf-8")
        assert re.search(rf"^(?:async )?def {name}\(", source, re.MULTILINE), f"{path}::{name}"


def test_every_requirement_chosen_has_its_answer() -> None:
    text = PAGE.read_text(encoding="utf-8")
    answered = {
        number
        for row in re.findall(r"^\| ([\d. ]+\.\d+) .*\|.+\|$", text, re.MULTILINE)
        for number in row.split()
    }
    assert set(CHOSEN) - answered == set()
