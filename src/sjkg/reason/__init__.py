"""OWL 2 RL reasoning by SQL: the rules as data, compiled to joins over tables of integers, run by DuckDB or Spark.

In: an rdflib graph or an RDF file. Out: the inferred triples, with their depths on request; Inconsistent is raised where
the input contradicts itself. owlrl, a separate implementation, serves as the reference in tests.
"""
