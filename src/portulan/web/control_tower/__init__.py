"""The control tower: what awaits the reader, the portfolio in one look, what changed."""
