"""Findings as the pages show them: in words, with where to go to mend them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from portulan.base.policy import Actor
from portulan.coherence import queries, words
from portulan.coherence.queries import Listed, Subject
from portulan.coherence.sentences import SENTENCES
from portulan.web.objects import FOLDERS, address
from portulan_core.coherence import first
from portulan_core.coherence.rule import Finding


@dataclass(frozen=True, slots=True)
class Row:
    """One finding on a page."""

    code: str
    uid: str
    severity: str
    topic: str
    topic_name: str
    title: str
    message: str
    why: str
    mend: str
    where: str
    where_url: str
    url: str
    accepted: bool
    item: Listed


def subject_url(subject: Subject) -> str:
    """The page of an object, "" when it has none of its own."""
    return address(subject.type, subject.code) if subject.type in FOLDERS and subject.code else ""


def row(item: Listed) -> Row:
    """A finding in the reader's language."""
    finding = item.finding
    said = SENTENCES[finding.code]
    place = item.subject
    url = subject_url(place)
    if not url:
        with_page = next((s for s in item.related if subject_url(s)), None)
        url = subject_url(with_page) if with_page else ""
    return Row(
        finding.code,
        finding.subject,
        finding.severity.code,
        finding.topic,
        words.topic(finding.topic),
        str(said.title),
        words.message(finding),
        str(said.why),
        str(said.mend),
        place.name or place.code,
        url,
        reverse("coherence:finding", args=[finding.code, finding.subject]),
        item.exception is not None,
        item,
    )


def first_rows(actor: Actor, count: int = 10) -> tuple[list[Row], int]:
    """The findings that matter first for a reader, and how many there are in all."""
    listed = [i for i in queries.visible(actor, queries.checked().listed) if i.exception is None]
    return [row(item) for item in first_of(listed, count)], len(listed)


def first_of(listed: Sequence[Listed], count: int = 10) -> list[Listed]:
    """Those that matter first, kept with their objects."""
    by_finding: dict[int, Listed] = {id(item.finding): item for item in listed}
    chosen: list[Finding] = first([item.finding for item in listed], count)
    return [by_finding[id(finding)] for finding in chosen]


def narrowed(request: HttpRequest, listed: Iterable[Listed]) -> list[Listed]:
    """What the address asks for: rule, topic, severity, object, accepted ones or not."""
    asked = request.GET
    accepted = asked.get("show") == "accepted"
    kept = []
    for item in listed:
        finding = item.finding
        if (item.exception is not None) != accepted:
            continue
        if asked.get("topic") and finding.topic != asked["topic"]:
            continue
        if asked.get("rule") and finding.code != asked["rule"]:
            continue
        if asked.get("severity") and finding.severity.code != asked["severity"]:
            continue
        if asked.get("object") and asked["object"] not in (
            item.subject.uid,
            item.subject.product,
            item.subject.code,
        ):
            continue
        kept.append(item)
    return kept
