"""Checks of a loaded knowledge base (SHACL, quality queries, references, literals) that return findings, and their reports."""
