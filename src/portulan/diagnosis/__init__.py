"""How far the company is in product mode: computed from facts, kept over time, and a plan."""
