"""Triples derived by the project's own rules, before OWL 2 RL reasoning: bounds of the dates of events and their order,
figures that may be added up, labels, passages, and the results of the CONSTRUCT queries in ontology/rules/.
In: the asserted triples. Out: each derived triple with the rule and the premises it follows from.
"""
