"""The Turtle syntax of RDF. In: Turtle text. Out: its triples, as texts or as terms of rdflib, with the line of each;
the same text in the project's standard formatting; or a finding for the first syntax error.
"""
