"""The public Python API, re-exported by `sjkg`: open a graph, query it, describe things, prove triples, validate files.

In: a knowledge base folder, the packaged graph or the URL of a SPARQL endpoint. Out: Python values, rdflib graphs, findings.
"""
