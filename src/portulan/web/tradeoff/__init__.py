"""Trade-off: scenarios with their assumptions, the plan that fits them, and why."""
