"""The public Python API, re-exported by `sjkg`: open a graph, query it, look at things, explain triples, validate files.

In: a knowledge base folder, the packaged graph or the URL of a SPARQL endpoint. Out: Python values, rdflib graphs, findings.
"""
