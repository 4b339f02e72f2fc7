"""The list of indicators, by family, with what is out of date and what misses its target."""
