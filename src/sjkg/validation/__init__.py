"""Checks of a knowledge base: SHACL, quality queries, undeclared IRIs, placement, dates. In: a loaded knowledge base and
graphs. Out: findings (message, rule, file, line), and reports of them as text, JSON or SARIF.
"""
