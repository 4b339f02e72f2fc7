"""Who holds which role on what, what a change of the matrix gives and takes, what happened."""
