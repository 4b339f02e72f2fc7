"""Every piece of the pages in every state, on one page."""
