"""OWL 2 RL reasoning: the standard's rules as data, compiled to SQL joins over integers, run by DuckDB or Spark.

In: an rdflib graph or an RDF file. Out: the inferred triples, on request with their depths (the number of inference
steps on the longest path of the shallowest proof). Inconsistent is raised if the input contradicts itself. The package
owlrl is the reference in tests.
"""
