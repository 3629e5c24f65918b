"""Checks of the knowledge base (SHACL, quality queries, references, literals) and their reports (text, JSON, SARIF)."""
