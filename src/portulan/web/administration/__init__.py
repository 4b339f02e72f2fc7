"""The settings: people and rights, entities, scoring models, sample data."""
