"""The marks of a text: ``@code`` names a person, ``#code`` an object."""

from __future__ import annotations

import re

#: A code begins and ends with a letter or figure.
CODE = r"[^\W_](?:[\w./-]*\w)?"
MARK = re.compile(rf"(?<![\w@#/&])([@#])({CODE})")
_CODE_SPANS = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`", re.DOTALL)


def names_in(text: str) -> tuple[set[str], set[str]]:
    """The codes of people and of objects that a text names, in lower case; code is no text."""
    people: set[str] = set()
    objects: set[str] = set()
    for sign, code in MARK.findall(_CODE_SPANS.sub(" ", text)):
        (people if sign == "@" else objects).add(code.lower())
    return people, objects
