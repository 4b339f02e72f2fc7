"""The library of lessons learned (REX)."""
