"""The pages of single objects: products, initiatives, projects, teams, people."""
