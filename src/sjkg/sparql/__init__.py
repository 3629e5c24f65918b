"""SPARQL query text before evaluation.

In: a query text. Out: its tokens, the facts that decide how it is evaluated (SERVICE, FROM, updates), a located syntax
error, a rewritten text.
"""
