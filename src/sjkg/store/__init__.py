"""Oxigraph stores on disk, SPARQL queries over them, serialization formats, sorted N-Quads files.

In: N-Quads files and query texts. Out: serialized query results, and N-Quads lines found by subject, object or named graph.
"""
