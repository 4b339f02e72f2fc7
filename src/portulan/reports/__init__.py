"""Committee packs, decision records and other documents."""
