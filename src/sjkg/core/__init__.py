"""Concepts that every package shares: exceptions and parts of messages, findings (results of checks), settings, RDF
terms and triples, datatypes, namespaces and prefixes, memoisation, locks and temporary folders.
"""
