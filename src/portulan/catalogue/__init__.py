"""Products, strategic lines, life cycle and objectives."""
