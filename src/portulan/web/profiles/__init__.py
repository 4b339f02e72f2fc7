"""The governance profile: what is applied, the plan of another, the wizard of a new company."""
