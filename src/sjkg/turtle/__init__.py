"""The Turtle syntax of RDF. In: Turtle text. Out: an rdflib graph with the line of every triple, the same text in the
project's standard formatting, or findings for syntax errors.
"""
