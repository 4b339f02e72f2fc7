"""Entries of the decision register: written once, sealed with the one before, verified at will."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from portulan.base.models import Setting
from portulan.environment import secret_key
from portulan.governance.models import Decision, RegisterEntry
from portulan_core import register
from portulan_core.register import Entry, Fault, Head

#: Where the head is kept beside the register; locking this row puts entries one after another.
HEAD = "register.head"
_TEXTS = ("name", "text", "conditions", "dissent")


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with the register: a fault of the chain, or a decision that differs from it.

    ``code``: those of ``portulan_core.register.Fault``, and ``differs`` (the decision's column
    ``detail`` no longer reads as sealed), ``unsealed`` (a decision outside the register).
    """

    code: str
    number: int
    decision: str = ""
    detail: str = ""


def key() -> bytes:
    """The company's key of the register, from the settings or kept in the instance's folder."""
    return (settings.REGISTER_KEY or secret_key(settings.HOME, "register_key")).encode()


def hold() -> None:
    """Keep the register to oneself until the end of the caller's transaction."""
    setting, _ = Setting.objects.get_or_create(key=HEAD, defaults={"value": None})
    Setting.objects.select_for_update().get(pk=setting.pk)


def append(event: str, decision: Decision, payload: Mapping[str, Any]) -> RegisterEntry:
    """Add an entry to the register, inside the caller's transaction.

    ``event``: ``decided``, ``applied``, ``reverted``, ``superseded``, ``cascaded``, ``condition``.
    """
    hold()
    last = RegisterEntry.objects.order_by("-number").first()
    at = timezone.now()
    full = {"event": event, **identity(decision), **payload}
    entry = register.append(key(), _entry(last) if last else None, moment(at), full)
    stored = RegisterEntry.objects.create(
        number=entry.number,
        at=at,
        decision=decision,
        payload=entry.payload,
        previous=entry.previous,
        seal=entry.seal,
    )
    head = register.head(key(), entry)
    Setting.objects.filter(key=HEAD).update(
        value={"number": head.number, "seal": head.seal, "mac": head.mac}
    )
    return stored


def identity(decision: Decision) -> dict[str, Any]:
    """What every entry says of its decision; personal texts as commitments only."""
    return {
        "decision": decision.code,
        "uid": str(decision.uid),
        "kind": decision.kind,
        "forum": decision.forum.code if decision.forum else "",
        "meeting": decision.meeting.code if decision.meeting else "",
        "verdict": decision.verdict,
        "amount": decision.amount,
        "decided_on": decision.decided_on.isoformat() if decision.decided_on else "",
        "effective_on": decision.effective_on.isoformat() if decision.effective_on else "",
        "effects": decision.effects,
        "texts": {
            name: register.commitment(decision.salt, getattr(decision, name)) for name in _TEXTS
        },
    }


def moment(at: datetime) -> str:
    """A moment as the register writes it: UTC, to the microsecond."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _entry(row: RegisterEntry) -> Entry:
    return Entry(row.number, moment(row.at), row.payload, row.previous, row.seal)


def entries() -> Iterator[Entry]:
    """The register from its first entry on."""
    for row in RegisterEntry.objects.order_by("number").iterator(chunk_size=500):
        yield _entry(row)


def head() -> Head:
    """The head to export: number and seal of the last entry, under the key."""
    last = RegisterEntry.objects.order_by("-number").first()
    return register.head(key(), _entry(last) if last else None)


def kept_head() -> Head | None:
    """The head kept beside the register at its last entry."""
    value = Setting.objects.filter(key=HEAD).values_list("value", flat=True).first()
    if not value:
        return None
    return Head(int(value["number"]), str(value["seal"]), str(value["mac"]))


def verify(exported: Head | None = None) -> list[Finding]:
    """Everything wrong with the register, against the kept head and one exported before."""
    chain = list(entries())
    faults: set[tuple[int, str]] = set()
    for known in (kept_head(), exported):
        faults |= {(f.number, f.code) for f in _faults(chain, known)}
    findings = [Finding(code, number) for number, code in sorted(faults)]
    return findings + _differences()


def _faults(chain: list[Entry], known: Head | None) -> list[Fault]:
    return register.verify(key(), chain, known)


def _differences() -> list[Finding]:
    """Decisions that no longer read as the register has them."""
    found: list[Finding] = []
    sealed: dict[int, RegisterEntry] = {}
    for row in RegisterEntry.objects.order_by("number"):
        if row.payload.get("event") == "decided" and row.decision_id is not None:
            sealed[row.decision_id] = row
        if row.payload.get("uid") is None:
            found.append(Finding("differs", row.number, detail="uid"))
    decisions = Decision.objects.exclude(state=Decision.State.DRAFT).select_related(
        "forum", "meeting"
    )
    for decision in decisions:
        entry = sealed.get(decision.pk)
        if entry is None:
            if not decision.origin:
                found.append(Finding("unsealed", 0, decision.code))
            continue
        now = identity(decision)
        for name, value in now.items():
            kept = entry.payload.get(name)
            if name == "texts":
                # An erased text (its salt gone with it) leaves its commitment alone.
                if not decision.salt:
                    continue
                for column, committed in value.items():
                    if committed != (kept or {}).get(column):
                        found.append(Finding("differs", entry.number, decision.code, column))
            elif value != kept:
                found.append(Finding("differs", entry.number, decision.code, name))
    return found
