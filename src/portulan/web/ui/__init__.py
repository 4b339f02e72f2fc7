"""The pieces of the pages, as functions that give safe HTML; ``templatetags.portulan`` names
them for templates.
"""
