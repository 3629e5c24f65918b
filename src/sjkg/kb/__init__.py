"""The knowledge base folder: Turtle files, SPARQL files (.rq), the article's text and its spans."""
