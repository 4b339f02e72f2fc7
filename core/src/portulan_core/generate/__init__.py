"""Worlds made up: a coherent organisation of any size, for tests, benchmarks and first steps.

``clean_world`` gives an organisation in which nothing is wrong; the same seed gives the same World.
"""

from portulan_core.generate.clean import clean_world
from portulan_core.generate.uids import UidSource

__all__ = ["UidSource", "clean_world"]
