# ruff: noqa: E501 - the tables under test read better on one line
"""``portulan import table``: what it prints and its exit status; killed at any moment, all or nothing."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portulan.base import sync
from portulan.cli.main import main
from portulan.integrations.models import ImportBatch
from portulan.integrations.table import actions, taking
from portulan.portfolio.models import Project
from tests.integrations.table.conftest import ME, bring

TEXT = "Code;Projet;Direction;Coût (k€);Début;Durée (mois)\nP1;Alpha;DSI;10;2027-01-01;6\nP2;Bêta;DSI;20;2027-02-01;6\n"


def portfolio(count):
    lines = [
        f"P{i};Projet {i};Direction {i % 30};{i % 900 + 1},5;0{i % 9 + 1}/2027;{i % 24 + 1};Nom{i % 90} Prénom"
        for i in range(count)
    ]
    return "\n".join(["Code;Projet;Direction;Coût (k€);Début;Durée (mois);Chef de projet", *lines])


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "projets.csv"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.mark.django_db
def test_dry_run_then_import_then_nothing(file, capsys):
    assert main(["import", "table", str(file), "--as", "projects", "--dry-run"]) == 0
    assert "nothing was written" in capsys.readouterr().out
    assert not Project.objects.exists() and not ImportBatch.objects.exists()
    assert main(["import", "table", str(file)]) == 0
    assert Project.objects.count() == 2
    assert main(["import", "table", str(file)]) == 0
    assert "Nothing to do" in capsys.readouterr().out


@pytest.mark.django_db
def test_rows_that_block_are_named_with_their_choices(file, capsys):
    file.write_text(TEXT.replace("20;2027", "vingt;2027"), encoding="utf-8")
    assert main(["import", "table", str(file)]) == 1
    printed = capsys.readouterr().out
    assert "BLOCKS: Write a number [vingt]: column D, row 3" in printed and "--repair " in printed
    assert not Project.objects.exists() and not ImportBatch.objects.exists()
    group = printed.partition("--repair ")[2].partition("=")[0]
    assert main(["import", "table", str(file), "--repair", f"{group}=value:20"]) == 0
    assert Project.objects.get(code="P2").budget == 2_000_000


@pytest.mark.django_db
def test_what_cannot_be_read_is_said(tmp_path, capsys):
    assert main(["import", "table", str(tmp_path / "none.csv")]) == 2
    (tmp_path / "x.xlsx").write_bytes(b"%PDF-1.4")
    assert main(["import", "table", str(tmp_path / "x.xlsx")]) == 2
    assert "not an XLSX, ODS or CSV" in capsys.readouterr().err


@pytest.mark.django_db
def test_queries_of_a_preview_do_not_grow_with_the_file():
    counts = []
    for size in (10, 1000):
        with CaptureQueriesContext(connection) as seen:
            bring(portfolio(size))
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 40


@pytest.mark.django_db
def test_statements_that_write_and_undo_do_not_grow_with_the_file():
    """How long the transaction lasts is measured by ``benchmarks/import.py``."""
    counts = []
    for size in (50, 500):
        batch = bring(portfolio(size))
        with CaptureQueriesContext(connection) as seen:
            actions.apply(ME, batch)
            assert Project.objects.count() == size
            actions.undo(ME, batch)
        assert not Project.objects.exists()
        counts.append(len(seen))
    assert counts[1] <= counts[0] + 20, counts


@pytest.mark.django_db
def test_identifiers_taken_meanwhile_are_chosen_again(monkeypatch):
    batch = bring(TEXT)
    stage, met = sync.stage, []

    def late(*given):
        staged = stage(*given)
        if not met:
            met.append(Project.objects.create(code="LATE", name="Entre-temps"))
        return staged

    monkeypatch.setattr(taking, "stage", late)
    actions.apply(ME, batch)
    assert set(Project.objects.values_list("code", flat=True)) == {"LATE", "P1", "P2"}


def test_killed_at_any_moment_an_import_is_whole_or_absent(tmp_path):
    path = tmp_path / "projets.csv"
    path.write_text(portfolio(1_000), encoding="utf-8")
    home = tmp_path / "home"
    environment = os.environ | {
        "PORTULAN_HOME": str(home),
        "SECRET_KEY": "x",
        "DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "portulan.settings",
    }
    run = [sys.executable, "-c", "import sys; from portulan.cli.main import main; sys.exit(main())"]
    subprocess.run([*run, "init"], env=environment, check=True, capture_output=True)
    start = time.monotonic()
    subprocess.run(
        [*run, "import", "table", str(path), "--dry-run"],
        env=environment,
        check=True,
        capture_output=True,
    )
    whole = time.monotonic() - start
    seen = set()
    for part in (0.2, 0.6, 0.9, 1.1):  # of a run that writes nothing: before, while, after it wrote
        process = subprocess.Popen(
            [*run, "import", "table", str(path)],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(whole * part)
        process.send_signal(signal.SIGKILL)
        process.wait()
        with sqlite3.connect(home / "portulan.sqlite3") as database:
            count = {
                table: database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
                for table in (
                    "portfolio_project",
                    "portfolio_initiative",
                    "base_change",
                    "integrations_importbatch",
                )
            }
            keys = database.execute("SELECT count(*) FROM base_externalkey").fetchone()[0]
        assert (
            count["portfolio_project"],
            count["portfolio_initiative"],
            keys,
            count["base_change"],
        ) in {(0, 0, 0, 0), (1_000, 1_000, 1_000, 1)}
        seen.add(count["portfolio_project"])
    done = subprocess.run(
        [*run, "import", "table", str(path)],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    assert "Taken in" in done.stdout or "Nothing to do" in done.stdout
    assert 0 in seen
