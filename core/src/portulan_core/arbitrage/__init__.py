"""Arbitration: choose and place initiatives under budgets, capacities and rules, with a proof.

`Problem` says what may be chosen and under which limits; `solve` finds the best plan within a time
limit with a proven bound; `verify` checks a result without any solver; `explain`, `prices`,
`conflicts` and `differences` say why; `fit`, `cut`, `grow` and `stop` are the usual questions.
Everything comes back as codes and parameters: sentences belong to the callers.
"""

from portulan_core.arbitrage.greedy import greedy
from portulan_core.arbitrage.jsonform import schema
from portulan_core.arbitrage.problem import (
    Envelope,
    Goal,
    Group,
    Guardrail,
    Issue,
    Item,
    Mode,
    Placement,
    Precedence,
    Problem,
    ProblemError,
    Resource,
    Synergy,
    discounted,
)
from portulan_core.arbitrage.race import Progress
from portulan_core.arbitrage.result import GoalResult, Incumbent, Result, Usage
from portulan_core.arbitrage.solve import solve
from portulan_core.arbitrage.verify import Violation, verify

__all__ = [
    "Envelope",
    "Goal",
    "GoalResult",
    "Group",
    "Guardrail",
    "Incumbent",
    "Issue",
    "Item",
    "Mode",
    "Placement",
    "Precedence",
    "Problem",
    "ProblemError",
    "Progress",
    "Resource",
    "Result",
    "Synergy",
    "Usage",
    "Violation",
    "discounted",
    "greedy",
    "schema",
    "solve",
    "verify",
]
