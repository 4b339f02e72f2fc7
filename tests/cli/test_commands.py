"""The command line: what it does, what it says, and the status it ends with."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from portulan.base.models import Account
from portulan.organisation.models import EntityRole, Person, Team
from portulan_core.generate import clean_world
from portulan_core.model import World, json_schema
from tests.cli.command import portulan
from tests.snapshot.test_store_and_take import TODAY, difference

PASSWORD = "correct horse battery"
Run = Callable[..., Any]


def test_init_creates_the_database_once(tmp_path: Path) -> None:
    first = portulan("init", home=tmp_path)
    assert first.returncode == 0, first.stderr
    assert re.match(r"Database ready: .*portulan\.sqlite3 \(\d+ steps\)\.", first.stdout)
    assert "Nobody can sign in yet" in first.stdout
    again = portulan("init", home=tmp_path)
    assert again.returncode == 0
    assert "steps" not in again.stdout


def test_a_command_before_init_says_what_to_do(tmp_path: Path) -> None:
    done = portulan("serve", home=tmp_path)
    assert done.returncode == 1
    assert "portulan init" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_wrong_setting_is_named(tmp_path: Path) -> None:
    done = portulan("init", home=tmp_path, PORT="eight")
    assert done.returncode == 2
    assert "PORT='eight'" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [(), ("fly",), ("schema", "no"), ("user", "add"), ("world", "export", "--as-of", "x")],
)
def test_wrong_usage_ends_with_two(run: Run, arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert done.status == 2
    assert "usage: portulan" in done.err


@pytest.mark.django_db
def test_a_user_is_given_access_with_a_role(run: Run) -> None:
    done = run("user", "add", "Ana@Example.org", "--name", "Ana Ruiz", given=PASSWORD + "\n")
    assert done.status == 0, done.err
    account = Account.objects.get()
    assert (account.email, account.name) == ("ana@example.org", "Ana Ruiz")
    assert account.check_password(PASSWORD)
    assert list(EntityRole.objects.values_list("role", "entity__name")) == [("pmo", "Groupe")]
    again = run("user", "add", "ana@example.org", "--role", "finance", given=PASSWORD + "\n")
    assert again.status == 0, again.err
    assert Account.objects.count() == Person.objects.count() == 1
    assert set(EntityRole.objects.values_list("role", flat=True)) == {"pmo", "finance"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "password", "said"),
    [
        (("user", "add", "ana"), PASSWORD, "email"),
        (("user", "add", "b@example.org"), "short", "12"),
        (("user", "add", "b@example.org", "--entity", "NOPE"), PASSWORD, "NOPE"),
        (("user", "password", "nobody@example.org"), PASSWORD, "nobody@example.org"),
    ],
)
def test_what_cannot_be_is_refused_with_a_reason(
    run: Run, arguments: tuple[str, ...], password: str, said: str
) -> None:
    done = run(*arguments, given=password + "\n")
    assert done.status == 1
    assert said in done.err
    assert not Account.objects.exists()
    assert not Person.objects.exists()


@pytest.mark.django_db
def test_a_password_is_changed(run: Run) -> None:
    run("user", "add", "eva@example.org", given=PASSWORD + "\n")
    done = run("user", "password", "eva@example.org", given="another long sentence\n")
    assert done.status == 0, done.err
    assert Account.objects.get().check_password("another long sentence")


@pytest.mark.parametrize("name", ["world", "problem"])
def test_schemas_are_valid_schemas(run: Run, name: str) -> None:
    done = run("schema", name)
    assert done.status == 0
    jsonschema.Draft202012Validator.check_schema(json.loads(done.out))


@pytest.mark.django_db
def test_a_world_goes_in_and_out(run: Run, tmp_path: Path) -> None:
    world = clean_world(8, 6, 12, today=TODAY, measure_months=2)
    file = tmp_path / "world.json"
    file.write_text(json.dumps(world.to_json()), encoding="utf-8")
    done = run("world", "import", str(file))
    assert done.status == 0, done.err
    out = run("world", "export")
    document = json.loads(out.out)
    jsonschema.validate(document, json_schema())
    assert difference(World.from_json(document), world) == []
    assert run("world", "import", "-", given=out.out).out == "0 rows added.\n"
    part = run("world", "export", "--tables", "lines, entities")
    assert set(json.loads(part.out)["tables"]) == {"lines", "entities"}
    wrong = run("world", "export", "--tables", "lines,planets")
    assert wrong.status == 2
    assert "'planets'" in wrong.err


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "status", "said"),
    [
        ("{", 2, "line 1: not JSON"),
        ('{"schema": "other"}', 2, "schema: expected 'portulan.world'"),
        (
            '{"schema": "portulan.world", "version": 1, "tables": {"teams": [{"uid": "x"}]}}',
            2,
            "tables.teams[0].code",
        ),
        (
            '{"schema": "portulan.world", "version": 1, "tables": {"teams": [{"uid":'
            ' "01a20890-0000-7000-8000-000000000001", "code": "T", "name": "T", "manager": "gone"}'
            "]}}",
            1,
            "'gone'",
        ),
        (
            '{"schema": "portulan.world", "version": 1, "tables": {"teams": [{"uid": "not one",'
            ' "code": "T", "name": "T"}]}}',
            1,
            "not one",
        ),
    ],
)
def test_a_world_that_cannot_be_taken_in_says_where(
    run: Run, tmp_path: Path, text: str, status: int, said: str
) -> None:
    file = tmp_path / "world.json"
    file.write_text(text, encoding="utf-8")
    done = run("world", "import", str(file))
    assert done.status == status
    assert said in done.err
    assert not Team.objects.exists()


def test_a_file_that_is_not_there_is_named(run: Run) -> None:
    done = run("world", "import", "nowhere.json")
    assert done.status == 2
    assert "nowhere.json: No such file" in done.err


@pytest.mark.django_db(transaction=True)
def test_an_empty_queue_ends_at_once(run: Run) -> None:
    done = run("worker", "--until-empty")
    assert done.status == 0
    assert done.out.startswith("0 jobs")
