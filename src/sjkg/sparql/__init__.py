"""SPARQL query texts before evaluation: tokens, names, inspection, error messages and rewriting.

In: a query text. Out: its tokens; its use of SERVICE, FROM, GRAPH and updates; the full IRIs of its names; the first fault
of a text that the engine refuses, with line, column, token and advice, found by a grammar and a parser; a rewritten text.
"""
