"""The Turtle syntax of RDF. In: Turtle text. Out: its triples, as texts or as terms of rdflib, with the line of each;
or the same text in the project's standard formatting. The first syntax error is raised as BrokenInput with one finding:
message, file, line and column.
"""
