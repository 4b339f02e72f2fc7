"""Reads of profiles: those there are, one by its code, what was applied when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from portulan.base.policy import NotFoundForActor
from portulan.profiles.library import (
    SHIPPED,
    BadProfile,
    Files,
    Profile,
    folder_files,
    read,
    shipped,
    shipped_codes,
)
from portulan.profiles.models import Application, OwnProfile


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """A profile in the list; ``faults`` of one that can no longer be read."""

    code: str
    name: Mapping[str, str]
    description: Mapping[str, str]
    source: str
    steps: tuple[tuple[str, Mapping[str, str]], ...] = ()
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Applied:
    """One application of a profile."""

    profile: str
    name: str
    step: str
    before: str
    on: date
    by: str
    counts: Mapping[str, int]


def own_files(code: str) -> Files | None:
    """The files of a profile of the company's own (one query)."""
    found = OwnProfile.objects.filter(code=code).values_list("files", flat=True).first()
    return dict(found) if found else None


def profile_files(code: str) -> Files:
    """The files of a profile, shipped or the company's own, as they are.

    Raises:
        NotFoundForActor: there is no such profile.
    """
    own = own_files(code)
    if own is not None:
        return own
    if code in shipped_codes():
        return folder_files(SHIPPED / code)
    raise NotFoundForActor("profile", code)


def profile_of(code: str) -> Profile:
    """A profile, shipped or the company's own.

    Raises:
        NotFoundForActor: there is no such profile.
        BadProfile: its files can no longer be read.
    """
    if code in shipped_codes():
        return shipped(code)
    own = own_files(code)
    if own is None:
        raise NotFoundForActor("profile", code)
    return read(own, "own", own_files)


def profile_rows() -> list[ProfileRow]:
    """Every profile there is, the shipped ones first."""
    rows = [_row(shipped(code)) for code in shipped_codes()]
    for own in OwnProfile.objects.order_by("code"):
        try:
            rows.append(_row(read(own.files, "own", own_files)))
        except BadProfile as error:
            faults = tuple(str(problem) for problem in error.problems)
            rows.append(ProfileRow(own.code, {"fr": own.name}, {}, "own", (), faults))
    return rows


def _row(profile: Profile) -> ProfileRow:
    return ProfileRow(
        profile.code, profile.name, profile.description, profile.source,
        tuple((step["code"], step["name"]) for step in profile.steps),
    )


def applications(most: int = 20) -> list[Applied]:
    """What was applied, the latest first (one query)."""
    return [
        Applied(a.profile, a.name, a.step, a.before, a.applied_on, a.by, a.counts)
        for a in Application.objects.order_by("-pk")[:most]
    ]
