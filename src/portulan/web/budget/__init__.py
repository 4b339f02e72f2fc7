"""Load and budget: teams against capacity, money against envelopes, the overrun in words."""
