"""Arbitration: choose and place initiatives under budgets, capacities and rules, with a proof.

`Problem` says what may be chosen and under which limits; `solve` finds the best plan within a time
limit with a proven bound; `verify` checks a result without any solver; `explain`, `prices`,
`conflicts` and `differences` say why; `fit`, `cut`, `grow` and `stop` are the usual questions;
`frontier`, `uncertainty`, `mandatory_costs` and `stability_costs` look around the answer.
Everything comes back as codes and parameters: sentences belong to the callers.
"""

from portulan_core.arbitrage.conflicts import Conflict, Limit, conflicts
from portulan_core.arbitrage.costs import (
    MandatoryCost,
    MandatoryCosts,
    Stability,
    StabilityPoint,
    mandatory_costs,
    stability_costs,
)
from portulan_core.arbitrage.differences import Comparison, Difference, differences
from portulan_core.arbitrage.frontier import Frontier, FrontierPoint, frontier, limited
from portulan_core.arbitrage.greedy import greedy
from portulan_core.arbitrage.jsonform import schema
from portulan_core.arbitrage.presets import cut, fit, grow, present_plan, stop
from portulan_core.arbitrage.prices import Bottleneck, Price, bottlenecks, price
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
from portulan_core.arbitrage.reasons import Reason, Remedy, Step, apply_remedy, explain
from portulan_core.arbitrage.result import GoalResult, Incumbent, Result, Usage
from portulan_core.arbitrage.solve import solve
from portulan_core.arbitrage.uncertainty import (
    Break,
    Doubt,
    ItemShare,
    Range,
    Uncertainty,
    from_confidence,
    uncertainty,
)
from portulan_core.arbitrage.verify import Violation, verify

__all__ = [
    "Bottleneck",
    "Break",
    "Comparison",
    "Conflict",
    "Difference",
    "Doubt",
    "Envelope",
    "Frontier",
    "FrontierPoint",
    "Goal",
    "GoalResult",
    "Group",
    "Guardrail",
    "Incumbent",
    "Issue",
    "Item",
    "ItemShare",
    "Limit",
    "MandatoryCost",
    "MandatoryCosts",
    "Mode",
    "Placement",
    "Precedence",
    "Price",
    "Problem",
    "ProblemError",
    "Progress",
    "Range",
    "Reason",
    "Remedy",
    "Resource",
    "Result",
    "Stability",
    "StabilityPoint",
    "Step",
    "Synergy",
    "Uncertainty",
    "Usage",
    "Violation",
    "apply_remedy",
    "bottlenecks",
    "conflicts",
    "cut",
    "differences",
    "discounted",
    "explain",
    "fit",
    "from_confidence",
    "frontier",
    "greedy",
    "grow",
    "limited",
    "mandatory_costs",
    "present_plan",
    "price",
    "schema",
    "solve",
    "stability_costs",
    "stop",
    "uncertainty",
    "verify",
]
