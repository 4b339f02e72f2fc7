"""``portulan arbitrate``: exit statuses, faults with their path, a result that reads back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from portulan_core.arbitrage import Envelope, Item, Mode, Problem, Result, verify
from tests.cli.command import portulan


def problem(ceiling: int = 10, mandatory: bool = False) -> Problem:
    """Two items of cost 6 under one envelope."""
    items = tuple(
        Item(key, (Mode(cost={"all": (6,)}),), value, mandatory=mandatory)
        for key, value in (("small", 3), ("large", 8))
    )
    return Problem(1, items, envelopes=(Envelope("money", ("all",), ceiling=ceiling),))


def stored(path: Path, found: Problem) -> str:
    """The problem in a file."""
    path.write_text(json.dumps(found.to_json()))
    return str(path)


def test_a_plan_is_found_written_and_verified(tmp_path: Path) -> None:
    source, target = stored(tmp_path / "p.json", problem()), tmp_path / "r.json"
    done = portulan(
        "arbitrate", source, "--time-limit", "5", "--output", str(target), home=tmp_path
    )
    assert done.returncode == 0, done.stderr
    result = Result.from_json(json.loads(target.read_text()))
    assert set(result.placements) == {"large"} and result.objective == 8
    assert not verify(problem(), result)
    assert "optimal: objective 8, bound 8, gap 0.00 %" in done.stdout
    assert "left out: small" in done.stdout


def test_no_plan_says_which_limits_contradict(tmp_path: Path) -> None:
    source = stored(tmp_path / "p.json", problem(mandatory=True))
    done = portulan("arbitrate", source, "--time-limit", "5", home=tmp_path)
    assert done.returncode == 1
    assert "infeasible" in done.stdout and "ceiling: envelope money" in done.stdout
    assert "mandatory: item small" in done.stdout and "mandatory: item large" in done.stdout


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "not JSON, line 1"),
        ('{"schema": "portulan.problem", "version": 1, "periods": 0}', "periods: "),
        (
            '{"schema": "portulan.problem", "version": 1, "periods": 2, '
            '"items": [{"key": "a", "value": 1.5}]}',
            "items[0].value: not_an_integer",
        ),
        ('{"schema": "something", "version": 1, "periods": 1}', "schema: "),
    ],
)
def test_wrong_input_says_where_and_what(tmp_path: Path, text: str, told: str) -> None:
    source = tmp_path / "p.json"
    source.write_text(text)
    done = portulan("arbitrate", str(source), home=tmp_path)
    assert done.returncode == 2
    assert told in done.stderr


def test_an_absent_file_is_wrong_input(tmp_path: Path) -> None:
    done = portulan("arbitrate", str(tmp_path / "none.json"), home=tmp_path)
    assert done.returncode == 2
    assert "none.json: No such file" in done.stderr
