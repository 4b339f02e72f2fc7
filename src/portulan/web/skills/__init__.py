"""Skills and careers: one's own levels, those of one's team, trainings, the map of roles."""
