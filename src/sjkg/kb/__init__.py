"""The knowledge base: a folder with ontology/, triples/, shapes/ and queries/. In: its Turtle files, its SPARQL queries
(.rq) and the text of the article that it models. Out: graphs with the file and line of every triple, queries, findings.
"""
