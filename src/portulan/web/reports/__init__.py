"""Documents to hand out: committee packs, records of decisions, one page, roadmap, budget."""
