"""Shared concepts without I/O: errors, findings, settings, RDF terms, vocabulary (namespaces and prefixes), caching."""
