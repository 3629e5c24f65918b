"""The SQLite index of a snapshot (immutable build folder), from which the pages of the site read.

In: the store of the snapshot and the .rq files in `queries/`. Out: the file `index.sqlite`, and functions that read
from it lists, facets, names, places and events with coordinates for the map, and rows of precomputed queries.
"""
