"""The reader's words for values and codes: numbers, money, periods, stages, roles.

Pages, findings, reports and commands say the same thing in the same way.
"""
