"""The portfolio: table, board by stage, roadmap by quarter; what is shown can be taken away."""
