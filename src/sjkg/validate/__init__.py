"""Validation: what a curator got wrong, where it stands, and what to do."""
