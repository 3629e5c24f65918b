"""Aggregation over tables of integers in DuckDB, for queries that read large parts of the graph.

In: an Oxigraph store, and a query text. Out: a file of tables; the result of the query, equal to the engine's, or None for a
query that the engine must evaluate.
"""
