"""Whether a problem built in Python is made of what its fields ask for, before its substance.

A text where a list of texts is expected would be read letter by letter, a lone number has no
length: such faults are told with their place, as those of the JSON form are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from portulan_core.arbitrage import problem as form

Check = tuple[str, str]
"""What a field holds, and how that is told."""

TEXT = ("text", "a text")
FLAG = ("flag", "true or false")
TEXTS = ("texts", "a tuple of texts")
NUMBERS = ("numbers", "a tuple of integers")
PERIODS = ("periods", "a tuple of periods, or None")
TABLE = ("table", "a mapping of tuples of integers")


def _fields() -> dict[type, dict[str, Check | type]]:
    return {
        form.Problem: {
            "items": form.Item,
            "resources": form.Resource,
            "envelopes": form.Envelope,
            "guardrails": form.Guardrail,
            "groups": form.Group,
            "precedences": form.Precedence,
            "synergies": form.Synergy,
            "goals": form.Goal,
            "order": TEXT,
            "may_end_after": FLAG,
        },
        form.Item: {
            "key": TEXT,
            "modes": form.Mode,
            "mandatory": FLAG,
            "excluded": FLAG,
            "started": FLAG,
            "movable": FLAG,
            "labels": TEXTS,
            "exit_cost": TABLE,
        },
        form.Mode: {"key": TEXT, "effort": TABLE, "cost": TABLE},
        form.Placement: {"mode": TEXT},
        form.Resource: {"key": TEXT, "capacity": NUMBERS},
        form.Envelope: {"key": TEXT, "accounts": TEXTS, "periods": PERIODS},
        form.Guardrail: {"key": TEXT, "label": TEXT, "measure": TEXT, "keys": TEXTS},
        form.Group: {"key": TEXT, "kind": TEXT, "items": TEXTS},
        form.Precedence: {"before": TEXT, "after": TEXT, "link": TEXT, "required": FLAG},
        form.Synergy: {"items": TEXTS},
        form.Goal: {"measure": TEXT},
    }


FIELDS = _fields()


def faults(problem: object) -> list[form.Issue]:
    """Every field that does not hold what is expected there, with its place."""
    return list(_walk(problem, ""))


def _walk(value: Any, path: str) -> Iterator[form.Issue]:
    for name, check in FIELDS[type(value)].items():
        held, at = getattr(value, name), f"{path}.{name}".lstrip(".")
        if isinstance(check, tuple):
            if not _fits(held, check[0]):
                yield form.Issue(at, "wrong_type", check[1], repr(held)[:60])
        elif not isinstance(held, tuple | list):
            what = f"a tuple of {check.__name__}"
            yield form.Issue(at, "wrong_type", what, repr(held)[:60])
        else:
            for index, each in enumerate(held):
                if isinstance(each, check):
                    yield from _walk(each, f"{at}[{index}]")
                else:
                    got = repr(each)[:60]
                    yield form.Issue(f"{at}[{index}]", "wrong_type", f"a {check.__name__}", got)
    present = getattr(value, "present", None)
    if isinstance(present, form.Placement):
        yield from _walk(present, f"{path}.present")
    elif present is not None:
        yield form.Issue(f"{path}.present", "wrong_type", "a Placement", repr(present)[:60])


def _fits(held: object, what: str) -> bool:
    if what == "text":
        return isinstance(held, str)
    if what == "flag":
        return isinstance(held, bool)
    if what == "table":
        return isinstance(held, Mapping) and all(
            isinstance(key, str) and isinstance(row, tuple | list) for key, row in held.items()
        )
    if what == "periods" and held is None:
        return True
    if not isinstance(held, tuple | list):
        return False
    if what == "texts":
        return all(isinstance(each, str) for each in held)
    # That numbers are whole is told by the check of substance; periods are compared before.
    return what == "numbers" or all(
        isinstance(each, int) and not isinstance(each, bool) for each in held
    )
