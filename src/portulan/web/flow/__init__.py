"""Pages of the work itself: flow, forecasts, backlog, releases."""
