"""Collection campaigns: many people give their part until a date, and it is looked at before it
enters.
"""
