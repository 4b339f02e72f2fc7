"""What one does with an imported table: bring a file, correct its reading, take it in, undo.

The file stays with its batch until it is taken in or thrown away, so each preview reads it anew:
what is shown is what would be written now.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from portulan.base.models import Account
from portulan.base.policy import ANYWHERE, Actor, Invalid, Refusal, require
from portulan.integrations.activities import IMPORT_RUN
from portulan.integrations.models import ImportBatch
from portulan.integrations.table.guess import guess, read_as
from portulan.integrations.table.kinds import KINDS
from portulan.integrations.table.ledger import IGNORE_BLOCKED
from portulan.integrations.table.mapping import FACT, WIDE, FileMap, SheetMap
from portulan.integrations.table.planning import Plan, make_plan
from portulan.integrations.table.reading import FileRefused, Sheet, read_sheets
from portulan.integrations.table.summary import summary
from portulan.integrations.table.taking import take_back, take_in

KIND = "table"
UNITS = {"money": ("", "k", "m", "g"), "duration": ("y", "q", "m", "w", "d")}
UNDO_DAYS = 30


def check_changeable(batch: ImportBatch) -> Refusal | None:
    """Why a batch can no longer be corrected, or ``None``."""
    if batch.state not in (ImportBatch.State.UPLOADED, ImportBatch.State.PLANNED):
        return Refusal("import.closed", {"state": batch.state})
    return None


def check_apply(batch: ImportBatch) -> Refusal | None:
    """Why a batch cannot be taken in now, or ``None``."""
    refusal = check_changeable(batch)
    if refusal is not None:
        return refusal
    left = batch.plan.get("blocked_rows", 0)
    return Refusal("import.blocked", {"rows": left}) if left else None


def check_undo(batch: ImportBatch) -> Refusal | None:
    """Why a batch cannot be taken back, or ``None`` (what changed since is found when trying)."""
    if batch.state != ImportBatch.State.APPLIED or batch.applied_at is None:
        return Refusal("import.not_applied")
    if (timezone.now() - batch.applied_at).days > UNDO_DAYS:
        return Refusal("import.too_late", {"days": UNDO_DAYS})
    return None


def bring(
    actor: Actor,
    file_name: str,
    content: bytes,
    *,
    only: str = "",
    source: str = "",
    repairs: Mapping[str, str] | None = None,
) -> ImportBatch:
    """Keep a file with its guessed reading and its plan; nothing of the portfolio changes.

    Raises:
        Refused: no right to import.
        Invalid: the file cannot be read (error of ``file``).
    """
    require(actor, IMPORT_RUN, ANYWHERE)
    sheets = sheets_of(file_name, content)
    mapping = guess(sheets, file_name, only)
    if source:
        mapping.source = source[:80]
    batch = ImportBatch(
        kind=KIND,
        source=mapping.source,
        file_name=file_name[-200:] or "?",
        digest=hashlib.sha256(content).hexdigest(),
        content=content,
        account=_account(actor),
        mapping=mapping.to_json(),
        repairs=dict(repairs or {}),
    )
    _plan(actor, batch, sheets, mapping)
    batch.save()
    return batch


def _account(actor: Actor) -> Account | None:
    return Account.objects.get(pk=actor.account_id) if actor.account_id else None


def sheets_of(file_name: str, content: bytes) -> list[Sheet]:
    """The sheets of a file.

    Raises:
        Invalid: the file is refused; the error of ``file`` says why.
    """
    try:
        return read_sheets(file_name, content)
    except FileRefused as error:
        raise Invalid({"file": Refusal(error.code, error.params)}) from error


def _plan(actor: Actor, batch: ImportBatch, sheets: list[Sheet], mapping: FileMap) -> Plan:
    plan = make_plan(sheets, mapping, batch.repairs, actor)
    batch.plan = summary(plan, mapping)
    batch.state = ImportBatch.State.PLANNED
    return plan


def replan(actor: Actor, batch: ImportBatch) -> Plan:
    """Compare a batch again with what is there now, and keep the result."""
    sheets = sheets_of(batch.file_name, bytes(batch.content or b""))
    plan = _plan(actor, batch, sheets, FileMap.from_json(batch.mapping))
    batch.save(update_fields=["plan", "state", "mapping", "repairs", "source"])
    return plan


def correct_mapping(actor: Actor, batch: ImportBatch, corrections: Mapping[str, Any]) -> Plan:
    """Change how a file is read.

    ``corrections``: ``source`` and ``sheets``: ``{position: {kind, header_row, columns: {column
    position: {field, unit, mark, order}}}}``. A sheet whose kind or heading row changes is guessed
    anew.

    Raises:
        Refused: no right to import.
        Invalid: a kind, field or unit that does not exist, or the batch is closed.
    """
    require(actor, IMPORT_RUN, ANYWHERE)
    _must(check_changeable(batch))
    mapping = FileMap.from_json(batch.mapping)
    sheets = {s.name: s for s in sheets_of(batch.file_name, bytes(batch.content or b""))}
    for position, wanted in (corrections.get("sheets") or {}).items():
        if not 0 <= position < len(mapping.sheets):
            raise Invalid({"sheet": Refusal("mapping.sheet", {"sheet": position})})
        read = mapping.sheets[position]
        kind, row = wanted.get("kind", read.kind), wanted.get("header_row", read.header_row)
        if kind and kind not in KINDS:
            raise Invalid({"kind": Refusal("mapping.kind", {"kind": kind})})
        if (kind, row) != (read.kind, read.header_row):
            mapping.sheets[position] = read_as(sheets[read.sheet], kind, row)
        else:
            _correct_columns(read, wanted.get("columns") or {})
    source = str(corrections.get("source") or "").strip()
    if source:
        mapping.source = batch.source = source[:80]
    batch.mapping = mapping.to_json()
    return replan(actor, batch)


def _correct_columns(read: SheetMap, wanted: Mapping[int, Mapping[str, str]]) -> None:
    kind = KINDS.get(read.kind)
    for column in read.columns:
        asked = wanted.get(column.index)
        if asked is None:
            continue
        name = asked.get("field", column.field)
        field = kind.field(name) if kind is not None else None
        known = (
            name in ("", FACT) or field is not None or (name == WIDE and column.start is not None)
        )
        if not known:
            raise Invalid({"field": Refusal("mapping.field", {"field": name})})
        if name != column.field:
            column.field = name
            column.told_by = "user" if field and field.type in UNITS else ""
        unit = asked.get("unit")
        sort = field.type if field is not None else "money" if name == WIDE else ""
        if unit is not None and sort in UNITS and unit in UNITS[sort] and unit != column.unit:
            column.unit, column.told_by = unit, "user"
        if asked.get("mark") in ("", ".", ","):
            column.mark = asked["mark"]
        if asked.get("order") in ("", "dmy", "mdy"):
            column.order = asked["order"]
    names = [c.field for c in read.columns if c.field not in ("", FACT, WIDE)]
    twice = {n for n in names if names.count(n) > 1}
    for name in twice:
        field = kind.field(name) if kind is not None else None
        if field is None or not field.many:
            raise Invalid({"field": Refusal("mapping.twice", {"field": name})})


def choose_repair(actor: Actor, batch: ImportBatch, group: str, choice: str) -> Plan:
    """Settle one group of rows (``""`` takes the choice back).

    Raises:
        Refused: no right to import.
        Invalid: no such group or choice, or the batch is closed.
    """
    require(actor, IMPORT_RUN, ANYWHERE)
    _must(check_changeable(batch))
    groups = {g["id"]: g for g in batch.plan.get("groups", [])}
    if group != IGNORE_BLOCKED:
        if group not in groups:
            raise Invalid({"group": Refusal("repair.group")})
        allowed = groups[group]["choices"]
        typed = choice.startswith("value:") and "value:" in allowed
        if choice and choice not in allowed and not typed:
            raise Invalid({"choice": Refusal("repair.choice")})
    if choice:
        batch.repairs = {**batch.repairs, group: choice}
    else:
        batch.repairs = {key: value for key, value in batch.repairs.items() if key != group}
    return replan(actor, batch)


def apply(actor: Actor, batch: ImportBatch) -> ImportBatch:
    """Take a batch in: everything in one transaction, or nothing.

    Raises:
        Refused: no right to import.
        Invalid: rows still block, or the batch is closed.
        Conflict: a record moved on in this very moment; nothing is written.
    """
    require(actor, IMPORT_RUN, ANYWHERE)
    _must(check_changeable(batch))
    plan = replan(actor, batch)
    _must(check_apply(batch))
    take_in(actor, batch, plan)
    return batch


def undo(actor: Actor, batch: ImportBatch) -> ImportBatch:
    """Take a whole batch back.

    Raises:
        Refused: no right to import.
        Invalid: not applied, too late, or something changed since (the refusal lists what).
    """
    require(actor, IMPORT_RUN, ANYWHERE)
    _must(check_undo(batch))
    take_back(actor, batch)
    return batch


def throw_away(actor: Actor, batch: ImportBatch) -> None:
    """Delete a file that was never taken in.

    Raises:
        Refused: no right to import.
        Invalid: it was taken in.
    """
    require(actor, IMPORT_RUN, ANYWHERE)
    _must(check_changeable(batch))
    batch.delete()


def _must(refusal: Refusal | None) -> None:
    if refusal is not None:
        raise Invalid({"batch": refusal})
