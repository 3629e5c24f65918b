"""Snapshots: immutable folders, each with one build of the graph, named by the hash of what it was built from.

Each has Oxigraph stores, dumps for download, an SQLite index, the triples from which proofs are made, and a manifest.
In: a knowledge base without violations of its checks. Out: a `Snapshot`, read by describe, site, web and cli.
"""
