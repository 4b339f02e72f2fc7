"""Pages of collection campaigns: for who asks, and for who is asked."""
