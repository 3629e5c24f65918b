"""Snapshots: immutable folders named by the hash of their inputs, each with stores, dumps, index, proofs and manifest.

In: a knowledge base that conforms (see pipeline). Out: a `Snapshot`, read by describe, site, web and cli.
"""
