"""What can be done in the organisation, and which roles may: the letters shipped with Portulan."""

from __future__ import annotations

from portulan.base.policy import Activity
from portulan.organisation.roles import ROLES

#: Everybody is told; the PMO answers for who reads what.
EVERYONE = {**dict.fromkeys(ROLES, "I"), "pmo": "A"}

ORGANISATION_READ = Activity("organisation.read", EVERYONE, "RACI")
ORGANISATION_EDIT = Activity("organisation.edit", {"pmo": "A"})
PEOPLE_EDIT = Activity("people.edit", {"pmo": "A"})
MATRIX_EDIT = Activity("matrix.edit", {"pmo": "A"})
MATRIX_COMPARE = Activity(
    "matrix.compare", {"pmo": "A", "executive": "I", "coach": "C", "head_of_product": "I"}, "RACI"
)
SETTINGS_EDIT = Activity("settings.edit", {"pmo": "A"})
SHEET_READ = Activity("sheet.read", EVERYONE, "RACI")
SHEET_EDIT = Activity("sheet.edit", {"pmo": "A", "head_of_product": "R"})
LESSON_READ = Activity("lesson.read", EVERYONE, "RACI")
LESSON_WRITE = Activity(
    "lesson.write", {**dict.fromkeys(ROLES, "R"), "pmo": "A", "contributor": "I"}
)
LESSON_EDIT = Activity("lesson.edit", {"pmo": "A", "coach": "R"})
#: The person and their manager see levels without it; nobody else does.
SKILL_SEE = Activity("skill.see", {"hr": "A"})
SKILL_EDIT = Activity("skill.edit", {"pmo": "A", "hr": "R", "coach": "R"})
TRAINING_EDIT = Activity("training.edit", {"hr": "A", "pmo": "R", "coach": "R"})
