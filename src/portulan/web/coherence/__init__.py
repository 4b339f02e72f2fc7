"""The coherence pages: what is wrong, why it matters, how to mend it, what was accepted."""
