"""Triples derived by the project's own rules, before OWL 2 RL reasoning: bounds of the dates of events, conflicts between
claims. In: the asserted triples. Out: each derived triple with the rule and the premises it follows from.
"""
