"""Concepts without I/O that every package shares: errors, settings, vocabulary (IRIs and prefixes), terms, findings, bounded cache."""
