"""Proofs of inferred triples and reasons for missing ones, and how they are rendered (tree, JSON, PROV-O)."""
