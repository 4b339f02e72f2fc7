"""A linter for a product organisation: coded rules over a World, findings as data.

``check(world, day)`` returns findings; the sentences, the reasons and the ways to mend live in the
pages and in the command line. ``RULES`` is the published list.
"""

from portulan_core.coherence.engine import check, first
from portulan_core.coherence.rule import RULES, Finding, Profile, Rule, Severity

__all__ = ["RULES", "Finding", "Profile", "Rule", "Severity", "check", "first"]
