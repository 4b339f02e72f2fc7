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
from portulan.governance.models import Decision, Meeting, RegisterEntry
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
    """Add an entry on a decision to the register, inside the caller's transaction.

    ``event``: ``decided``, ``applied``, ``reverted``, ``superseded``, ``cascaded``, ``condition``.
    """
    return _append({"event": event, **identity(decision), **payload}, decision)


def append_minutes(event: str, meeting: Meeting, payload: Mapping[str, Any]) -> RegisterEntry:
    """Add an entry on the minutes of a sitting, inside the caller's transaction.

    ``event``: ``minutes`` (signed), ``corrected`` (a note was added).
    """
    return _append({"event": event, **minutes_identity(meeting), **payload}, None)


def minutes_identity(meeting: Meeting) -> dict[str, Any]:
    """What an entry says of a sitting; its minutes and who signed them as commitments only."""
    return {
        "meeting": meeting.code,
        "uid": str(meeting.uid),
        "forum": meeting.forum.code,
        "on": meeting.on.isoformat(),
        "texts": {
            "minutes": register.commitment(meeting.salt, meeting.minutes),
            "signed_by": register.commitment(
                meeting.salt, str(meeting.signed_by.uid) if meeting.signed_by else ""
            ),
        },
    }


def text_commitment(salt: str, text: str) -> str:
    """What commits the register to a text without telling it."""
    return register.commitment(salt, text)


def _append(full: Mapping[str, Any], decision: Decision | None) -> RegisterEntry:
    hold()
    last = RegisterEntry.objects.order_by("-number").first()
    at = timezone.now()
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
    return findings + _differences() + _changed_minutes()


def _faults(chain: list[Entry], known: Head | None) -> list[Fault]:
    return register.verify(key(), chain, known)


def _inside(value: Any, name: str) -> Any:
    """What an entry says under a name; an altered entry may say anything."""
    return value.get(name) if isinstance(value, dict) else None


def _differences() -> list[Finding]:
    """Decisions that no longer read as the register has them."""
    found: list[Finding] = []
    sealed: dict[int, RegisterEntry] = {}
    for row in RegisterEntry.objects.select_related("decision").order_by("number"):
        if row.payload.get("event") == "decided" and row.decision_id is not None:
            sealed[row.decision_id] = row
        told = row.payload.get("uid")
        # An entry hangs on the decision that it tells of, and on no other.
        of_decision = "decision" in row.payload
        if told is None or of_decision != (row.decision is not None) or (
            row.decision is not None and told != str(row.decision.uid)
        ):
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
                    if committed != _inside(kept, column):
                        found.append(Finding("differs", entry.number, decision.code, column))
            elif value != kept:
                found.append(Finding("differs", entry.number, decision.code, name))
    return found


def _changed_minutes() -> list[Finding]:
    """Sittings whose minutes no longer read as they were signed."""
    found: list[Finding] = []
    signed = {
        row.payload.get("uid"): row
        for row in RegisterEntry.objects.filter(decision=None).order_by("number")
        if row.payload.get("event") == "minutes"
    }
    # What was closed elsewhere or before minutes were signed has no salt; an erasure takes it.
    meetings = Meeting.objects.exclude(salt="").select_related("forum", "signed_by")
    for meeting in meetings:
        entry = signed.get(str(meeting.uid))
        if entry is None:
            found.append(Finding("unsealed", 0, meeting.code))
            continue
        for name, value in minutes_identity(meeting).items():
            kept = entry.payload.get(name)
            if name != "texts" and value != kept:
                found.append(Finding("differs", entry.number, meeting.code, name))
            elif name == "texts":
                found += [
                    Finding("differs", entry.number, meeting.code, column)
                    for column, committed in value.items()
                    if committed != _inside(kept, column)
                ]
    return found
