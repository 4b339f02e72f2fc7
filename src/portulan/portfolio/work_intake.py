"""Work items that come from elsewhere, written set-wise: everything or nothing.

Values are made ready and laid down where nobody sees them; one short transaction takes them in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from django.utils import timezone

from portulan.base.bulk import Prepared, Stale
from portulan.base.changes import Cause, recording
from portulan.base.models import Change
from portulan.base.policy import Actor
from portulan.base.text import slug
from portulan.portfolio.models import BacklogItem, Release, WorkSource
from portulan.portfolio.worklog import (
    CHUNK,
    TARGETS,
    Compared,
    Incoming,
    chunks,
    compare,
    criteria_of,
    known_source,
    moves_of,
    release_dates,
    release_of,
    source_code,
)

ATTEMPTS = 5
#: Columns of an item that follow from its changes and the categories of its source.
DERIVED = ("standing", "opened_at", "finished_at")


def take_in(
    actor: Actor,
    found: Compared,
    activity: str,
    cause: Cause,
    note: str,
    *,
    around: Callable[[], AbstractContextManager[Any]] = nullcontext,
    done: Callable[[Change | None], None] | None = None,
    tell: Callable[[int, int], None] | None = None,
) -> Change | None:
    """Write everything or nothing, in one short transaction; ``None`` when nothing differs.

    Args:
        around: what the transaction lies in, such as the last step of a job.
        done: called inside the transaction, with what it wrote.
        tell: called while rows are laid down, with how many and how many in all.

    Raises:
        Conflict: a record moved on since it was compared.
    """
    for attempt in range(ATTEMPTS):
        prepared = Prepared()
        if not found.nothing or found.source_values:
            _prepare(found, prepared)
        try:
            with (
                prepared.staged(tell),
                around(),
                recording(actor, activity, cause=cause, note=note) as recorder,
            ):
                prepared.execute(recorder)
                change = recorder.change if recorder.changed else None
                if done is not None:
                    done(change)
            break
        except Stale:
            if attempt == ATTEMPTS - 1:
                raise
            found = compare(found.intake)
    return change


def _prepare(found: Compared, prepared: Prepared) -> None:
    intake = found.intake
    if found.source is None:
        name = intake.source
        source = WorkSource(
            code=source_code(name), name=name, origin=name[:120], **found.source_values
        )
        prepared.insert([source])
        recount = False
    else:
        source = found.source
        recount = "states" in found.source_values
        prepared.update([(source, found.source_values)], None)
    made = []
    taken: set[str] = set()
    told = release_dates(intake) if found.new_releases else {}
    for product, name in found.new_releases:
        code = _free(slug(f"{product.code}-{name}", 100), taken, Release)
        on, out = told.get(name, (None, False))
        made.append(
            Release(
                code=code, name=name, product=product, origin=intake.source[:120],
                state=(Release.State.RELEASED if out else Release.State.PLANNED).value,
                released_on=on if out else None, due_on=None if out else on,
            )
        )  # fmt: skip
    prepared.insert(made)
    prepared.update(found.dated, timezone.localdate())
    for release in made:
        found.releases[release.product_id, release.name] = release
    places = {name: place for place, (name, _) in enumerate(found.states)}
    codes = _codes(source, found.creates)
    records = []
    for rank, item in enumerate(found.creates):
        into = release_of(found, item)
        record = BacklogItem(
            code=codes[item.key], name=item.title or item.key, source=source, key=item.key,
            kind=item.kind[:80], description=item.description,
            criteria=criteria_of(item.criteria), rank=rank, transitions=moves_of(item, places),
            origin=intake.source[:120],
            release_id=into.pk if into else None,
        )
        for name in TARGETS:
            target = found.targets.get((name, item.targets.get(name, "")))
            setattr(record, f"{name}_id", target.pk if target else None)
        records.append(record)
    prepared.insert(records)
    for record, _values in found.updates:
        record.source = source
    prepared.update(found.updates, timezone.localdate())
    if recount:
        changed = {record.pk for record, _ in found.updates}
        prepared.derive([r for r in stale(source) if r.pk not in changed], DERIVED)


def _free(code: str, taken: set[str], model: type[Release]) -> str:
    base, number = code or "release", 1
    while code in taken or model.objects.filter(code=code).exists():
        number += 1
        code = f"{base}-{number}"
    taken.add(code)
    return code


def _codes(source: WorkSource, items: Sequence[Incoming]) -> dict[str, str]:
    """A code for each key: the key itself where it is free."""
    wanted = {item.key: item.key.replace("/", "-")[:110] for item in items}
    taken: set[str] = set()
    for part in chunks(list(wanted.values())):
        taken.update(
            BacklogItem.objects.filter(code__in=part).values_list("code", flat=True)
        )
    found: dict[str, str] = {}
    for key, code in wanted.items():
        if code in taken:
            base = f"{source.code[:40]}-{code}"[:110]
            code, number = base, 1
            while code in taken or BacklogItem.objects.filter(code=code).exists():
                number += 1
                code = f"{base}-{number}"
        taken.add(code)
        found[key] = code
    return found


def stale(source: WorkSource) -> list[BacklogItem]:
    """The items of a source whose derived columns do not follow its states, brought up to date.

    Nothing is written (one query).
    """
    rows = BacklogItem.objects.filter(source=source).only(
        "pk", "code", "name", "revision", "transitions", *DERIVED
    )
    found: list[BacklogItem] = []
    for record in rows.iterator(chunk_size=CHUNK):
        record.source = source
        before = [getattr(record, name) for name in DERIVED]
        record.refresh_derived()
        if before != [getattr(record, name) for name in DERIVED]:
            found.append(record)
    return found


def refresh(source: WorkSource) -> int:
    """Bring derived columns up to date with the categories of a source's states."""
    found = stale(source)
    for chunk in chunks(found):
        BacklogItem.objects.bulk_update(chunk, DERIVED, batch_size=500)
    return len(found)


def refresh_source(name: str) -> int:
    """The same, by the name of a source that may be gone."""
    source = known_source(name)
    return refresh(source) if source is not None else 0
