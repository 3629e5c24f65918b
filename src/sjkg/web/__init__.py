"""HTTP: the SPARQL endpoint and the pages, by Flask."""
