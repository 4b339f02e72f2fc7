"""Time and memory of an import against the size of its file, and against plainly reading it.

    python benchmarks/import.py [--rows 100,1000,10000] [--format xlsx|csv]

For each size, in a process and a SQLite database of its own: plain reading of the cells (calamine
or csv), preview, apply, the transaction inside apply, the same file again, undo, and the largest
memory. One CSV row per size; ``ratio`` is preview divided by plain reading.
"""

from __future__ import annotations

import argparse
import csv
import io
import itertools
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

COLUMNS = (
    "rows", "bytes", "read_s", "preview_s", "ratio", "apply_s", "transaction_s", "again_s",
    "undo_s", "memory_mb",
)  # fmt: skip
HEADINGS = (
    "Code projet", "Nom du projet", "Direction", "Description", "Phase", "Date de début",
    "Durée (mois)", "Coût (k€)", "Chef de projet", "Commentaire libre",
)  # fmt: skip


def table(rows: int) -> list[list[object]]:
    """A portfolio of projects, always the same for a size."""
    dice = random.Random(rows)
    found: list[list[object]] = []
    for i in range(1, rows + 1):
        found.append(
            [
                f"P-{i:05}",
                f"Projet {dice.choice(['Alizé', 'Boréal', 'Cap', 'Delta', 'Étoile'])} {i}",
                f"Direction {i % 40}",
                f"Description du projet {i}. " * 5,
                dice.choice(["Cadrage", "En cours", "Terminé", "Planifié"]),
                date(2024 + i % 4, 1 + i % 12, 1),
                3 + i % 30,
                round(dice.uniform(10, 4000), 1),
                f"Prénom{i % 200} Nom{i % 200}",
                f"note {i % 17}",
            ]
        )
    return found


def content(rows: int, form: str) -> bytes:
    """The table as a file."""
    if form == "csv":
        text = io.StringIO()
        writer = csv.writer(text, delimiter=";")
        writer.writerow(HEADINGS)
        writer.writerows(table(rows))
        return text.getvalue().encode()
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "dd/mm/yyyy"})
    sheet = book.add_worksheet("Projets")
    for at, row in enumerate([HEADINGS, *table(rows)]):
        for column, cell in enumerate(row):
            sheet.write(at, column, cell)
    book.close()
    return out.getvalue()


def plain_read(data: bytes, form: str) -> int:
    """Read every cell and keep it: what any import pays at least."""
    if form == "csv":
        return sum(len(row) for row in list(csv.reader(io.StringIO(data.decode()), delimiter=";")))
    from python_calamine import CalamineWorkbook

    with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
        return sum(len(row) for row in book.get_sheet_by_index(0).to_python())


def measure(rows: int, form: str) -> list[object]:
    """Run one size in this process; the database is the one of the environment."""
    import django

    django.setup()
    from django.core.management import call_command

    from portulan.base.policy import system_actor
    from portulan.integrations.table import actions, taking

    call_command("migrate", verbosity=0)
    who = system_actor("benchmark")
    data = content(rows, form)
    inside: list[float] = []
    write = taking._write

    def timed(*given: object) -> None:
        start = time.monotonic()
        write(*given)  # type: ignore[arg-type]  # passed on as it came
        inside.append(time.monotonic() - start)

    taking._write = timed
    clock = [time.monotonic()]
    plain_read(data, form)
    clock.append(time.monotonic())
    batch = actions.bring(who, f"projets.{form}", data)
    clock.append(time.monotonic())
    actions.apply(who, batch)
    clock.append(time.monotonic())
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    again = actions.bring(who, f"projets.{form}", data)
    assert again.plan["empty"], "the same file again changes nothing"
    clock.append(time.monotonic())
    actions.undo(who, batch)
    clock.append(time.monotonic())
    read, preview, apply, repeat, undo = (b - a for a, b in itertools.pairwise(clock))
    figures = (read, preview, preview / read, apply, inside[0], repeat, undo)
    return [rows, len(data), *(round(figure, 3) for figure in figures), memory]


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", default="100,1000,10000")
    parser.add_argument("--format", choices=("xlsx", "csv"), default="xlsx")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    args = parser.parse_args()
    writer = csv.writer(sys.stdout)
    if args.one:
        writer.writerow(measure(args.one, args.format))
        return 0
    writer.writerow(COLUMNS)
    sys.stdout.flush()
    for rows in args.rows.split(","):
        with tempfile.TemporaryDirectory(prefix="portulan-import-") as home:
            environment = os.environ | {
                "PORTULAN_HOME": home,
                "DATABASE_URL": "",
                "SECRET_KEY": "benchmark",
                "DJANGO_SETTINGS_MODULE": "portulan.settings",
            }
            command = [sys.executable, str(Path(__file__)), "--one", rows, "--format", args.format]
            subprocess.run(command, env=environment, check=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
