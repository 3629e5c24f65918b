"""The SQLite index of a snapshot, from which the site reads lists, facets, names, map spots and precomputed query rows.

In: the store of a snapshot and the .rq files in `queries/`. Out: `index.sqlite`, and typed reads of it.
"""
