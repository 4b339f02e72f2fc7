"""The pages of single objects: product, initiative, project, line, entity, team, person and more."""
