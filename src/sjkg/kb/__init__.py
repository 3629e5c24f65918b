"""The knowledge base folder: its Turtle files, its SPARQL queries (.rq), and the spans of the article that it models."""
