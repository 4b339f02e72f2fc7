"""Roles held on projects."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from portulan.base.policy import Grant
from portulan.organisation.rights import in_force
from portulan.portfolio.models import ProjectRole


def project_grants(person_id: int, day: date) -> Iterable[Grant]:
    """Roles held on projects."""
    found = ProjectRole.objects.filter(in_force(day), person_id=person_id)
    return [Grant(role, project=pk) for role, pk in found.values_list("role", "project_id")]
