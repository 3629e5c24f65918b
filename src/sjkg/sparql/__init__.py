"""SPARQL query texts before evaluation: tokens, inspection, error messages and rewriting.

In: a query text. Out: its tokens; its use of SERVICE, FROM and updates; an error with line, column and token; a rewritten
text.
"""
