"""Risks and the register of processing."""
