"""The pipeline from files to a checked graph. In: the Turtle files of a knowledge base. Out: findings (results of checks),
triples derived by the project's rules, and triples inferred with OWL 2 RL.
"""
