"""The register: any change by whoever lacks the key is found; an untouched one holds."""

import json
import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portulan_core import register
from portulan_core.register import GENESIS, Entry

KEY = b"a key of the company, long enough"


def chain(count: int) -> list[Entry]:
    entries: list[Entry] = []
    for index in range(count):
        payload = {"code": f"D-2027-{index + 1:03}", "amount": index * 1000, "verdict": "whole"}
        at = f"2027-03-{index % 28 + 1:02}T10:{index:02}:00+00:00" if count < 28 else f"{index:08}"
        entries.append(register.append(KEY, entries[-1] if entries else None, at, payload))
    return entries


def test_an_untouched_register_holds_and_starts_at_the_origin() -> None:
    entries = chain(12)
    assert entries[0].previous == GENESIS
    assert [e.number for e in entries] == list(range(1, 13))
    assert register.verify(KEY, entries, register.head(KEY, entries[-1])) == []


def test_an_empty_register_holds() -> None:
    assert register.verify(KEY, [], register.head(KEY, None)) == []


def test_a_register_that_grew_since_its_head_was_exported_still_holds() -> None:
    entries = chain(9)
    assert register.verify(KEY, entries, register.head(KEY, entries[3])) == []


def test_another_key_seals_otherwise() -> None:
    faults = register.verify(b"another key, just as long as it", chain(3))
    assert [f.code for f in faults] == ["seal"] * 3


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        register.seal(b"short", 1, "", {}, GENESIS)


@pytest.mark.parametrize("removed", [0, 3, 7])
def test_a_missing_entry_is_named(removed: int) -> None:
    entries = chain(8)
    kept = entries[:removed] + entries[removed + 1 :]
    faults = register.verify(KEY, kept, register.head(KEY, entries[-1]))
    assert faults
    assert faults[0].number == (8 if removed == 7 else removed + 2)


def test_an_older_head_written_by_hand_is_not_genuine() -> None:
    entries = chain(8)
    forged = register.Head(5, entries[4].seal, register.head(KEY, entries[-1]).mac)
    assert {f.code for f in register.verify(KEY, entries[:5], forged)} == {"head"}


def _tamper(entries: list[Entry], chance: random.Random) -> list[Entry]:
    found = list(entries)
    at = chance.randrange(len(found))
    match chance.randrange(9):
        case 0:
            payload = {**found[at].payload, "amount": chance.randrange(10**9) + 10**6}
            found[at] = replace(found[at], payload=payload)
        case 1:
            found[at] = replace(found[at], payload={**found[at].payload, "added": 1})
        case 2:
            payload = dict(found[at].payload)
            payload.pop(chance.choice(sorted(payload)))
            found[at] = replace(found[at], payload=payload)
        case 3:
            found[at] = replace(found[at], at="2031-01-01T00:00:00+00:00")
        case 4:
            del found[at]
        case 5:
            other = (at + 1 + chance.randrange(len(found) - 1)) % len(found)
            found[at], found[other] = found[other], found[at]
        case 6:
            flipped = "0" if found[at].seal[7] != "0" else "1"
            seal = found[at].seal[:7] + flipped + found[at].seal[8:]
            found[at] = replace(found[at], seal=seal)
        case 7:
            # An insider without the key who recomputes the whole chain from there on.
            wrong = b"a guessed key that is not ours.."
            last = found[at - 1] if at else None
            payload = {**found[at].payload, "verdict": "refused"}
            for index in range(at, len(found)):
                body = payload if index == at else found[index].payload
                found[index] = last = register.append(wrong, last, found[index].at, body)
        case _:
            found.insert(at, replace(found[at], number=found[at].number))
    return found


def test_a_thousand_random_tamperings_are_all_found() -> None:
    chance = random.Random(20270311)
    entries = chain(40)
    head = register.head(KEY, entries[-1])
    missed = [
        number
        for number in range(1000)
        if (changed := _tamper(entries, chance)) != entries
        and not register.verify(KEY, changed, head)
    ]
    assert missed == []


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), _JSON, max_size=5), st.dictionaries(st.text(), _JSON, max_size=5))
@settings(max_examples=150, deadline=None)
def test_two_payloads_have_one_seal_only_when_they_are_the_same_json(
    first: dict[str, object], second: dict[str, object]
) -> None:
    same = json.dumps(first, sort_keys=True) == json.dumps(second, sort_keys=True)
    seals = [register.seal(KEY, 1, "t", payload, GENESIS) for payload in (first, second)]
    assert (seals[0] == seals[1]) == same


def test_an_erased_text_leaves_only_its_commitment() -> None:
    kept = register.commitment("salt", "Le comité approuve huit lignes.")
    assert kept == register.commitment("salt", "Le comité approuve huit lignes.")
    assert kept != register.commitment("other", "Le comité approuve huit lignes.")
    assert "comité" not in kept
    assert register.commitment("salt", "") == ""
