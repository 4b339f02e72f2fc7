"""A dossier as the committee sees it: its whole content in one value, and the digest of that."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from portulan.base.changes import Recorder
from portulan.governance.models import Dossier, FrozenDossier
from portulan_core.register import canonical

FORM = "portulan.dossier.1"


def content_of(dossier: Dossier) -> dict[str, Any]:
    """Everything that is put to the vote: texts, lines, promises, options, waivers.

    People stand in it by their uid only, so that a name can be erased without touching the copy.
    """
    lines = dossier.lines.filter(withdrawn=False).select_related("initiative", "product")
    promises = dossier.promises.select_related("indicator", "guarantor")
    return {
        "form": FORM,
        "code": dossier.code,
        "name": dossier.name,
        "kind": dossier.kind,
        "owner": str(dossier.owner.uid) if dossier.owner else "",
        "entity": dossier.entity.code if dossier.entity else "",
        "product": dossier.product.code if dossier.product else "",
        "scenario": dossier.scenario.code if dossier.scenario else "",
        "reverts": dossier.reverts.code if dossier.reverts else "",
        "requested_on": _day(dossier.requested_on),
        "amount": dossier.amount,
        "sections": {code: str(text) for code, text in sorted(dossier.sections.items())},
        "lines": [
            {
                "line": str(line.uid),
                "title": line.title,
                "initiative": line.initiative.code if line.initiative else "",
                "product": line.product.code if line.product else "",
                "change": line.change,
                "amount": line.amount,
                "effects": line.effects,
            }
            for line in lines.order_by("position", "pk")
        ],
        "promises": [
            {
                "promise": str(promise.uid),
                "kind": promise.kind,
                "title": promise.title,
                "unit": promise.unit,
                "indicator": promise.indicator.code if promise.indicator else "",
                "baseline": _figure(promise.baseline),
                "promised": _figure(promise.promised),
                "promised_on": _day(promise.promised_on),
                "due_on": _day(promise.due_on),
                "guarantor": str(promise.guarantor.uid) if promise.guarantor else "",
            }
            for promise in promises.order_by("due_on", "pk")
        ],
        "options": [
            {
                "name": option.name,
                "code": option.code,
                "text": option.text,
                "effects": option.effects,
                "figures": option.figures,
            }
            for option in dossier.options.order_by("position", "pk")
        ],
        "waivers": [
            {
                "requirement": waiver.requirement,
                "reason": waiver.reason,
                "person": str(waiver.person.uid) if waiver.person else "",
                "on": _day(waiver.on),
            }
            for waiver in dossier.waivers.select_related("person").order_by("pk")
        ],
    }


def digest_of(content: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical JSON of a content, in hexadecimal."""
    return hashlib.sha256(canonical(content)).hexdigest()


def keep(rec: Recorder, dossier: Dossier) -> FrozenDossier:
    """Keep the dossier as it stands, within the caller's recording."""
    fresh = Dossier.objects.select_related(
        "owner", "entity", "product", "scenario", "reverts"
    ).get(pk=dossier.pk)
    content = content_of(fresh)
    return rec.create(
        FrozenDossier(
            dossier=dossier, at=timezone.now(), content=content, digest=digest_of(content)
        )
    )


def last(dossier: Dossier) -> FrozenDossier | None:
    """The copy that the committee sees, or saw."""
    return dossier.frozen.order_by("-pk").first()


def holds(frozen: FrozenDossier) -> bool:
    """Whether a copy still reads as its digest says."""
    return digest_of(frozen.content) == frozen.digest


def _day(value: Any) -> str:
    return value.isoformat() if value else ""


def _figure(value: float | None) -> str:
    return "" if value is None else repr(value)
