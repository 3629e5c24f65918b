"""Checks of a knowledge base, and of any RDF files against any SHACL shapes.

The checks: SHACL shapes, quality queries (SPARQL), IRIs that are undeclared or declared twice, statements in the wrong
file, malformed literals, inconsistencies with OWL 2 RL.

In: a loaded knowledge base and graphs. Out: findings (message, rule, file, line), and reports as text, JSON or SARIF.
"""
