"""The curator's path: Turtle files in, findings and a graph enriched with derived and inferred triples out."""
