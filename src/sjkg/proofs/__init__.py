"""Proofs of inferred triples and explanations of missing ones.

In: a closure (asserted, derived and inferred triples, with source locations and depths), and a triple to explain.
Out: proofs as trees, JSON or PROV-O; for a missing triple, the rules that nearly conclude it.
"""
