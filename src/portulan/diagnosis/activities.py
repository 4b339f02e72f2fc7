"""What can be done with the diagnosis, and which roles may: the letters shipped with Portulan."""

from __future__ import annotations

from portulan.base.policy import Activity

DIAGNOSIS_READ = Activity(
    "diagnosis.read",
    {
        "pmo": "A",
        "executive": "I",
        "head_of_product": "C",
        "product_manager": "I",
        "coach": "R",
        "finance": "I",
        "sponsor": "I",
    },
    "RACI",
)
DIAGNOSIS_PLAN = Activity("diagnosis.plan", {"pmo": "A", "head_of_product": "R", "coach": "R"})
COACHING_READ = Activity(
    "coaching.read",
    {"pmo": "R", "head_of_product": "A", "coach": "R", "product_manager": "I"},
    "RACI",
)
COACHING_WRITE = Activity("coaching.write", {"coach": "R", "head_of_product": "A", "pmo": "R"})
