"""What the pages of single objects show: products, initiatives, projects, teams, people."""
