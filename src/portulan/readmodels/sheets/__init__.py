"""What the pages of single objects show: product, initiative, project, team, person and the rest."""
