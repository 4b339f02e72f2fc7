"""Portulan's core: the organisation as a value, changes to it as values, and what can be computed.

Pure Python with NumPy and OR-Tools; no Django, no input or output, no sentence in any language.
"""
