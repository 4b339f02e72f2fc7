"""The French State's Panorama of large IT projects, read by plain arithmetic on the CSV."""

from __future__ import annotations

import csv
import os
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pytest

from portulan_core.generate.uids import UidSource
from portulan_core.model import Entity, Initiative, World

NAME = "govport/edition_2017-06-30.csv"


def file() -> Path:
    """The CSV of the edition of June 2017; the test is skipped where the data are not."""
    root = Path(__file__).resolve().parents[2]
    folder = Path(os.environ.get("SHARED_DATA") or root.parent / "shared" / "data")
    if not (folder / NAME).is_file():
        pytest.skip(f"the real data set {NAME} is not in {folder} (SHARED_DATA)")
    return folder / NAME


@dataclass(frozen=True)
class Project:
    """A row: name, ministry, start, years, cost in euros."""

    name: str
    ministry: str
    start: date | None
    years: Decimal | None
    cost: Decimal | None


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None


def _millions(text: str) -> Decimal | None:
    found = _number(text)
    return None if found is None else found * 1_000_000


def projects() -> list[Project]:
    """The rows of the file."""
    found = []
    with file().open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            if not row["Nom du projet"].strip():
                continue
            cost, years = row["Coût estimé"].strip(), row["Durée prévisionnelle en année"].strip()
            found.append(
                Project(
                    row["Nom du projet"].strip(),
                    row["Ministère porteur"].strip(),
                    date.fromisoformat(row["Début"]) if row["Début"].strip() else None,
                    _number(years),
                    _millions(cost),
                )
            )
    return found


def world(rows: list[Project]) -> World:
    """The same as a World: each project an initiative under way that carries its money."""
    uid = UidSource(2017, date(2017, 6, 30))
    root = Entity(uid=uid(), code="ETAT", name="État", level="group")
    ministries = {
        name: Entity(uid=uid(), code=name, name=name, parent=root.uid)
        for name in sorted({row.ministry for row in rows})
    }
    initiatives = []
    for number, row in enumerate(rows, start=1):
        months = max(1, round(float(row.years or 1) * 12))
        cents = int((row.cost or 0) * 100)
        part, rest = divmod(cents, months)
        initiatives.append(
            Initiative(
                uid=uid(),
                code=f"P-{number:03}",
                name=row.name,
                state="in_progress",
                entity=ministries[row.ministry].uid,
                start=row.start.year * 12 + row.start.month - 1 if row.start else None,
                months=months,
                costs_opex=tuple(part + (1 if k < rest else 0) for k in range(months)),
            )
        )
    found = World().with_rows("entities", [root, *ministries.values()])
    return found.with_rows("initiatives", initiatives)
