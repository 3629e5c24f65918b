"""Checks of a knowledge base: SHACL, quality queries (SPARQL), undeclared IRIs, statements in the wrong file, literals.

In: a loaded knowledge base and graphs. Out: findings (message, rule, file, line), and reports as text, JSON or SARIF.
"""
