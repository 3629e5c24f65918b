"""Concepts that every package shares, without I/O: exceptions, findings (results of checks), settings, RDF terms,
namespaces and prefixes, memoisation.
"""
