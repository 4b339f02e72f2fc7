"""What the tests of table imports share."""

from __future__ import annotations

import pytest

from portulan.base.policy import system_actor
from portulan.integrations.table import actions

ME = system_actor("test")


def bring(text, name="table.csv", **more):
    """Read a file (text of a CSV, or bytes) without writing."""
    return actions.bring(ME, name, text.encode() if isinstance(text, str) else text, **more)


def take(text, name="table.csv", **more):
    """Read and take in."""
    return actions.apply(ME, bring(text, name, **more))


def group(batch, code):
    """The only group of a code."""
    found = [g for g in batch.plan["groups"] if g["code"] == code]
    assert len(found) == 1, [g["code"] for g in batch.plan["groups"]]
    return found[0]


def codes(batch):
    """Codes of the groups that are no mere information."""
    return sorted({g["code"] for g in batch.plan["groups"] if g["level"] != "info"})


@pytest.fixture
def settle():
    """Choose a repair by the code of its group."""

    def choose(batch, code, choice):
        actions.choose_repair(ME, batch, group(batch, code)["id"], choice)
        return batch

    return choose
