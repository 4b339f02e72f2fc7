"""A whole portfolio out of a World and what goes with it, into the database, all or nothing."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import DataError, IntegrityError, models

from portulan.base.changes import KNOWN_SINCE_EVER, Recorder, recording
from portulan.base.manifest import manifests
from portulan.base.models import Record
from portulan.base.policy import Actor
from portulan.snapshot.assemble import tables
from portulan.snapshot.store import store
from portulan_core.model import World

#: Kind of record (``app.model``) → rows: ``uid`` and columns; keys are given as uids.
Details = Mapping[str, Sequence[Mapping[str, Any]]]


class Unstorable(Exception):
    """A World or its details that the database refuses: what, in words."""


def take_in(world: World, actor: Actor, today: date, details: Details | None = None) -> int:
    """Store a World, then its details, then what is derived; returns how many rows were new.

    The facts were so before we knew of them: history does not begin with them.

    Raises:
        Unstorable: a row points to nothing, or a code is used twice; nothing stays.
    """
    try:
        with recording(actor, "world.import", effective_on=KNOWN_SINCE_EVER) as recorder:
            count = store(world, recorder)
            if details:
                count += write_details(recorder, details)
            for refresh in refreshers():
                refresh(today)
    except KeyError as error:
        raise Unstorable(f"a row points to {error}, which is nowhere") from None
    except ValueError as error:
        raise Unstorable(str(error)) from None
    except (IntegrityError, DataError) as error:
        raise Unstorable(str(error).splitlines()[0]) from None
    return count


@lru_cache(maxsize=1)
def kinds() -> Mapping[str, type[Record]]:
    """Every kind of record that a transfer carries: the apps' details, and those of the World.

    An app names the former in ``facts.DETAILS``, in the order in which they may be written; they
    come first, as the World's own rows are there already.
    """
    found: dict[str, type[Record]] = {}
    for facts in _facts():
        for model in getattr(facts, "DETAILS", ()):
            found[model._meta.label_lower] = model
    for table in tables():
        assert issubclass(table.model, Record)
        found.setdefault(table.model._meta.label_lower, table.model)
    return found


@lru_cache(maxsize=1)
def refreshers() -> Sequence[Callable[[date], object]]:
    """What the apps compute again after rows came in set-wise (``facts.REFRESH``)."""
    return tuple(call for facts in _facts() for call in getattr(facts, "REFRESH", ()))


def _facts() -> list[Any]:
    return [importlib.import_module(m.facts) for m in manifests() if m.facts]


def write_details(recorder: Recorder, details: Details) -> int:
    """Create the records whose uid is not there, then change the others; returns how many are new.

    Kinds are created in the order of ``kinds``: a new record may point to one of a kind before its
    own, a changed one to any.

    Raises:
        KeyError: an unknown kind, or a key that points to nothing.
    """
    unknown = sorted(set(details) - set(kinds()))
    if unknown:
        raise KeyError(unknown[0])
    made = 0
    there: dict[str, dict[UUID, Record]] = {}
    for kind, model in kinds().items():
        rows = details.get(kind, ())
        uids = [UUID(str(row["uid"])) for row in rows]
        there[kind] = {
            record.uid: record
            for start in range(0, len(uids), 500)
            for record in model._default_manager.filter(uid__in=uids[start : start + 500])
        }
        new = [row for row, uid in zip(rows, uids, strict=True) if uid not in there[kind]]
        values = [_plain_keys(model, row) for row in _with_ids(model, new)]
        recorder.create_many(
            [model(uid=UUID(str(n["uid"])), **row) for n, row in zip(new, values, strict=True)]
        )
        made += len(new)
    for kind, model in kinds().items():
        known = [
            row for row in details.get(kind, ()) if UUID(str(row["uid"])) in there[kind]
        ]
        values = [_plain_keys(model, row) for row in _with_ids(model, known)]
        recorder.update_many(
            (there[kind][UUID(str(n["uid"]))], row)
            for n, row in zip(known, values, strict=True)
        )
    return made


def _with_ids(
    model: type[Record], rows: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Rows whose keys, given as uids, are replaced by database ids."""
    found = [dict(row) for row in rows]
    for column in model._meta.concrete_fields:
        if not isinstance(column, models.ForeignKey):
            continue
        target = column.related_model
        if not (isinstance(target, type) and issubclass(target, Record)):
            continue
        wanted = {str(row[column.name]) for row in found if row.get(column.name)}
        ids: dict[str, int] = {}
        listed = sorted(wanted)
        for start in range(0, len(listed), 500):
            part = target._default_manager.filter(uid__in=listed[start : start + 500])
            ids.update({str(uid): pk for uid, pk in part.values_list("uid", "pk")})
        for row in found:
            if column.name in row:
                value = row.pop(column.name)
                row[column.attname] = ids[str(value)] if value else None
    return found


def _plain_keys(model: type[Record], row: Mapping[str, Any]) -> dict[str, Any]:
    known = {f.attname for f in model._meta.concrete_fields}
    values = {name: value for name, value in row.items() if name != "uid"}
    unknown = sorted(set(values) - known)
    if unknown:
        raise KeyError(f"{model._meta.label_lower}.{unknown[0]}")
    return values
