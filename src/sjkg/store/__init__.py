"""Oxigraph stores on disk, query results and their formats, sorted N-Quads files.

In: N-Quads files and query texts. Out: query results as bytes, and quads found by subject, object or graph.
"""
