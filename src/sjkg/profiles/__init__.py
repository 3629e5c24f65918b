"""Export profiles: the graph in the terms of another vocabulary, by CONSTRUCT queries, with the loss computed.

In: the folders profiles/NAME/ of a knowledge base, and a function that evaluates queries over its built graph. Out: the
translated triples, and for each property how many of its triples a rule used.
"""
