"""What one does with a file of work items: bring it, correct its reading, drop it.

The file stays with its batch until it is taken in or thrown away; each preview reads it anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings

from portulan.base.bulk import uncollected
from portulan.base.policy import (
    ANYWHERE,
    Actor,
    Invalid,
    NotFoundForActor,
    Refusal,
    require,
)
from portulan.integrations.activities import IMPORT_RUN
from portulan.integrations.models import ImportBatch
from portulan.integrations.table.access import may_see_all
from portulan.integrations.table.reading import FileRefused
from portulan.integrations.workitems import log as logs
from portulan.integrations.workitems.mapping import (
    ALL,
    CATEGORIES,
    FORMS,
    JIRA,
    TARGETS,
    Log,
    Reading,
)
from portulan.integrations.workitems.planning import Plan, make_plan
from portulan.portfolio import queries, worklog

KIND = "workitems"
State = ImportBatch.State


def check_changeable(batch: ImportBatch) -> Refusal | None:
    """Why a batch can no longer be corrected, or ``None``."""
    if batch.state not in (State.UPLOADED, State.PLANNED):
        return Refusal("import.closed", {"state": batch.state})
    return None


def bring(
    actor: Actor,
    files: Sequence[tuple[str, bytes]],
    *,
    source: str = "",
    team: str = "",
    product: str = "",
    initiative: str = "",
    zone: str = "",
    until: str = "",
) -> ImportBatch:
    """Keep files (a table, or pages of one search) with their guessed reading and their plan.

    Raises:
        Refused: no right to import.
        Invalid: the files cannot be read (error of ``file``), a zone that does not exist.
    """
    batch = keep_files(
        actor, files, source=source, team=team, product=product, initiative=initiative,
        zone=zone, until=until,
    )  # fmt: skip
    first_reading(batch, files)
    batch.save()
    return batch


def keep_files(actor: Actor, files: Sequence[tuple[str, bytes]], **asked: str) -> ImportBatch:
    """A batch of files not read yet, not saved either; ``asked`` is what ``bring`` takes.

    Raises:
        Refused: no right to import.
    """
    require(actor, IMPORT_RUN, ANYWHERE)
    first = files[0][0].rsplit("/", 1)[-1].rsplit("\\", 1)[-1]
    content = files[0][1] if len(files) == 1 else logs.pack(files)
    return ImportBatch(
        kind=KIND,
        source=(asked.get("source") or first)[:80],
        file_name=(first if len(files) == 1 else f"{first} … ({len(files)})")[-200:] or "?",
        digest=hashlib.sha256(content).hexdigest(),
        content=content,
        account_id=actor.account_id,
        mapping={"asked": {name: value for name, value in asked.items() if value}},
    )


@uncollected()
def first_reading(batch: ImportBatch, files: Sequence[tuple[str, bytes]] | None = None) -> None:
    """Guess how a new batch is read, and what it would do; the batch is not saved.

    Raises:
        Invalid: the files cannot be read (error of ``file``), a zone that does not exist.
    """
    asked = dict(batch.mapping.get("asked", {}))
    try:
        held = files or logs.unpack(batch.file_name, bytes(batch.content or b""))
        loaded = logs.load([one for name, content in held for one in logs.unpack(name, content)])
        reading = logs.guess(loaded)
    except FileRefused as error:
        raise Invalid({"file": Refusal(error.code, error.params)}) from error
    source = asked.get("source", "")
    stem = batch.file_name.partition(" … (")[0]
    stem = stem.rpartition(".")[0] or stem
    reading.source = (source or ("Jira" if reading.form == JIRA else stem))[:100]
    reading.until = asked.get("until", "")
    known = worklog.known_source(reading.source)
    if known is not None:
        _as_before(reading, known)
    reading.zone = asked.get("zone") or reading.zone or settings.TIME_ZONE
    everything = {name: asked[name] for name in TARGETS if asked.get(name)}
    if everything:
        reading.groups[ALL] = everything
    log = _log(loaded, reading)
    reading.kinds_out = reading.kinds_out or logs.containers(log)
    if reading.form == JIRA and known is None:
        _name_projects(reading, log, bool(source))
    _own_groups(reading, log)
    _keep(batch, reading, log)


def _as_before(reading: Reading, known: Any) -> None:
    """What was settled for this source at its last import."""
    reading.groups = {name: dict(group) for name, group in known.groups.items()}
    reading.states = {name: kind for name, kind in known.states if reading.form != "spans"}
    reading.kinds_out = list(known.columns.get("kinds_out", ()))
    places = {heading: place for place, heading in enumerate(reading.headings)}
    headings = known.columns.get("headings", {})
    if known.columns.get("form") == reading.form and all(h in places for h in headings.values()):
        reading.columns = {name: places[heading] for name, heading in headings.items()}
        stages = known.columns.get("stages", ())
        if stages and all(heading in places for heading in stages):
            reading.stages = [places[heading] for heading in stages]
        # The same text is the same moment as last time, unless the file proves another order.
        reading.order = reading.order or known.columns.get("order", "")
    reading.zone = known.zone or reading.zone


def _name_projects(reading: Reading, log: Log, named: bool) -> None:
    """A source of one Jira project is called by its key, so that projects do not mix."""
    projects = {value for e in log.entries.values() for value in e.groups.get("project", ())}
    if len(projects) == 1 and not named:
        reading.source = f"Jira {next(iter(projects))}"[:100]


def _own_groups(reading: Reading, log: Log) -> None:
    """Groups whose value is the code or the name of a team, product or initiative."""
    values = [place for place in log.group_values() if place not in reading.groups][:400]
    named = queries.named([place.partition(":")[2] for place in values])
    for place in values:
        kind, _, value = place.partition(":")
        wanted = {"team": ("team",), "product": ("product",), "epic": ("initiative",)}.get(
            kind, ("product", "team")
        )
        for target in wanted:
            code = named.get((target, value))
            if code:
                reading.groups[place] = {target: code}
                break


def _log(loaded: logs.Loaded, reading: Reading) -> Log:
    """The items of files under a reading.

    Raises:
        Invalid: there is none, or the zone does not exist.
    """
    try:
        ZoneInfo(reading.zone)
        return logs.read(loaded, reading)
    except FileRefused as error:
        raise Invalid({"file": Refusal(error.code, error.params)}) from error
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise Invalid({"zone": Refusal("work.zone", {"zone": reading.zone})}) from error


def _keep(
    batch: ImportBatch, reading: Reading, log: Log, before: Mapping[str, Any] | None = None
) -> Plan:
    """Compare items with what is there now; the batch keeps the plan, and is not saved."""
    logs.leave_out(log, reading.kinds_out)
    plan = make_plan(reading, log, before)
    batch.mapping, batch.plan = reading.to_json(), plan.summary
    batch.source = reading.source[:80]
    batch.state = State.PLANNED
    return plan


@uncollected()
def replan(batch: ImportBatch, reading: Reading, *, same: bool = False) -> Plan:
    """Read and compare a batch again with what is there now; the batch is not saved.

    ``same``: the reading is that of the plan, so that only what is there may differ.

    Raises:
        Invalid: it cannot be read so.
    """
    content = bytes(batch.content or b"")
    try:
        loaded = logs.load(logs.unpack(batch.file_name, content))
    except FileRefused as error:
        raise Invalid({"file": Refusal(error.code, error.params)}) from error
    return _keep(batch, reading, _log(loaded, reading), batch.plan if same else None)


def corrected(actor: Actor, batch: ImportBatch, wanted: Mapping[str, Any]) -> Reading:
    """The reading of a batch with changes: ``source``, ``zone``, ``until``, ``order``, ``form``,
    ``columns`` (field → place or -1), ``stages`` (places of columns), ``states`` (name → category),
    ``groups`` (place → codes), ``kinds_out``.

    Raises:
        Refused: no right to import.
        Invalid: a value that does not exist, or the batch is closed.
    """
    require(actor, IMPORT_RUN, ANYWHERE)
    must(check_changeable(batch))
    reading = Reading.from_json(batch.mapping)
    if wanted.get("until"):
        try:
            date.fromisoformat(wanted["until"])
        except ValueError as error:
            raise Invalid({"until": Refusal("invalid")}) from error
    for name in ("zone", "until", "order"):
        if name in wanted:
            setattr(reading, name, str(wanted[name]))
    if str(wanted.get("source", "")).strip():
        reading.source = str(wanted["source"]).strip()[:100]
    if wanted.get("form") in FORMS and (wanted["form"] == JIRA) == (reading.form == JIRA):
        reading.form = wanted["form"]
    for name, place in wanted.get("columns", {}).items():
        if place < 0:
            reading.columns.pop(name, None)
        elif place < len(reading.headings):
            reading.columns[name] = place
        else:
            raise Invalid({"columns": Refusal("invalid")})
    if "stages" in wanted:
        reading.stages = [p for p in wanted["stages"] if 0 <= p < len(reading.headings)]
    for name, kind in wanted.get("states", {}).items():
        if kind not in CATEGORIES:
            raise Invalid({"states": Refusal("kind.unknown", {"found": kind})})
        reading.states[name] = kind
        reading.guessed = [state for state in reading.guessed if state != name]
    for place, group in wanted.get("groups", {}).items():
        kept = {t: str(c) for t, c in group.items() if c and t in TARGETS}
        if kept:
            reading.groups[place] = kept
        else:
            reading.groups.pop(place, None)
    if "kinds_out" in wanted:
        reading.kinds_out = [str(kind) for kind in wanted["kinds_out"]]
    return reading


def correct(actor: Actor, batch: ImportBatch, wanted: Mapping[str, Any]) -> None:
    """Change how a batch is read, and compare it again.

    Raises:
        Refused, Invalid: as ``corrected``, or it cannot be read so.
    """
    replan(batch, corrected(actor, batch, wanted))
    batch.save()


def throw_away(actor: Actor, batch: ImportBatch) -> None:
    """Delete a file that was never taken in.

    Raises:
        Refused: no right to import.
        Invalid: it was taken in.
    """
    require(actor, IMPORT_RUN, ANYWHERE)
    must(check_changeable(batch))
    batch.delete()


def batch_for(actor: Actor, uid: UUID) -> ImportBatch:
    """One import: one's own, or any for who may import for the whole company.

    Raises:
        Refused: no right to import.
        NotFoundForActor: none of this identifier, or somebody else's.
    """
    require(actor, IMPORT_RUN, ANYWHERE)
    found = (
        ImportBatch.objects.filter(kind=KIND, uid=uid)
        .select_related("change", "account")
        .defer("content")
        .first()
    )
    if found is None or (found.account_id != actor.account_id and not may_see_all(actor)):
        raise NotFoundForActor("import", str(uid))
    return found


def past(actor: Actor, limit: int = 40) -> list[ImportBatch]:
    """The latest imports, newest first, without their files.

    Raises:
        Refused: no right to import.
    """
    require(actor, IMPORT_RUN, ANYWHERE)
    rows = ImportBatch.objects.filter(kind=KIND).defer("content").select_related("account")
    if not may_see_all(actor):
        rows = rows.filter(account__pk=actor.account_id) if actor.account_id else rows.none()
    return list(rows.order_by("-created_at")[:limit])


def must(refusal: Refusal | None) -> None:
    """Raise ``Invalid`` when there is a refusal."""
    if refusal is not None:
        raise Invalid({"batch": refusal})
