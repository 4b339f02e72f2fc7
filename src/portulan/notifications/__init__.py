"""What people are told: in the pages, and by mail as often as each one wants."""
