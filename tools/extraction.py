"""Finds the texts to translate in Python files and Django templates."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from django.template.base import Lexer, Token, TokenType
from django.utils.translation import trim_whitespace
from django.utils.translation.template import (
    block_re,
    constant_re,
    endblock_re,
    inline_re,
    plural_re,
)

# function → positions of context, singular and plural (None: it has none)
FUNCTIONS: dict[str, tuple[int | None, int, int | None]] = {
    name + lazy: positions
    for lazy in ("", "_lazy")
    for name, positions in {
        "gettext": (None, 0, None),
        "gettext_noop": (None, 0, None),
        "ngettext": (None, 0, 1),
        "pgettext": (0, 1, None),
        "npgettext": (0, 1, 2),
    }.items()
} | {"_": (None, 0, None)}


class Key(NamedTuple):
    """What identifies a text: its words, its plural and its context (empty: none)."""

    singular: str
    plural: str = ""
    context: str = ""


class Refused(Exception):
    """A text that cannot be extracted; the message says where and why."""


def extract(path: Path) -> list[Key]:
    """The texts of one file, in their order."""
    text = path.read_text(encoding="utf-8")
    found = _from_python(text, path) if path.suffix == ".py" else _from_template(text, path)
    return [key for key in found if key.singular]


def _from_python(text: str, path: Path) -> Iterator[Key]:
    calls = [node for node in ast.walk(ast.parse(text, str(path))) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        name = getattr(call.func, "id", None) or getattr(call.func, "attr", "")
        if name not in FUNCTIONS:
            continue
        parts: list[str] = []
        for position in FUNCTIONS[name]:
            argument = (
                call.args[position] if position is not None and position < len(call.args) else None
            )
            if isinstance(argument, ast.JoinedStr):
                raise Refused(
                    f"{path}:{call.lineno}: {name}() of an f-string; use a literal with %(name)s"
                )
            constant = isinstance(argument, ast.Constant) and isinstance(argument.value, str)
            parts.append(
                str(argument.value) if constant and isinstance(argument, ast.Constant) else ""
            )
        yield Key(singular=parts[1], plural=parts[2], context=parts[0])


def _from_template(text: str, path: Path) -> Iterator[Key]:
    inside: Token | None = None  # the {% blocktranslate %} being read
    forms: list[list[str]] = []
    in_comment = False
    for token in Lexer(text).tokenize():
        if token.token_type == TokenType.BLOCK and token.contents in ("comment", "endcomment"):
            in_comment = token.contents == "comment"
        if in_comment or token.token_type == TokenType.COMMENT:
            continue
        if inside is not None:
            where = f"{path}:{token.lineno}"
            if token.token_type == TokenType.BLOCK:
                if endblock_re.match(token.contents):
                    yield _block(inside, forms)
                    inside = None
                elif plural_re.match(token.contents):
                    forms.append([])
                else:
                    raise Refused(
                        f"{where}: {{% {token.contents} %}} inside {{% blocktranslate %}}"
                    )
            elif token.token_type == TokenType.VAR:
                if not re.fullmatch(r"\w+", token.contents):
                    raise Refused(
                        f"{where}: {{{{ {token.contents} }}}} inside {{% blocktranslate %}}; "
                        "name it: {% blocktranslate with name=… %}"
                    )
                forms[-1].append(f"%({token.contents})s")
            else:
                forms[-1].append(token.contents.replace("%", "%%"))
            continue
        if token.token_type == TokenType.BLOCK:
            inline = inline_re.match(token.contents)
            if inline:
                yield Key(_unquote(inline[1]), context=_unquote(_context(token.contents)))
            elif block_re.match(token.contents):
                inside, forms = token, [[]]
            else:
                yield from _constants(token.contents)
        elif token.token_type == TokenType.VAR:
            yield from _constants(token.contents)
    if inside is not None:
        raise Refused(f"{path}:{inside.lineno}: {{% blocktranslate %}} is not closed")


def _constants(contents: str) -> Iterator[Key]:
    for constant in constant_re.findall(contents):
        yield Key(_unquote(constant))


def _block(start: Token, forms: list[list[str]]) -> Key:
    trimmed = "trimmed" in start.split_contents()
    texts = [trim_whitespace("".join(parts)) if trimmed else "".join(parts) for parts in forms]
    return Key(texts[0], texts[1] if len(texts) > 1 else "", _unquote(_context(start.contents)))


def _context(contents: str) -> str:
    found = re.search(r"\bcontext\s+(\"[^\"]*\"|'[^']*')", contents)
    return found[1] if found else ""


def _unquote(literal: str) -> str:
    """The words between quotes, as Django asks for them (each % doubled); empty for a variable."""
    literal = literal.strip()
    if len(literal) < 2 or literal[0] not in "\"'" or literal[-1] != literal[0]:
        return ""
    return literal[1:-1].replace("\\" + literal[0], literal[0]).replace("%", "%%")
