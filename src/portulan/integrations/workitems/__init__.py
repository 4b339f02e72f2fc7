"""Work items with their history: tables of changes or of dates, and Jira search results."""
