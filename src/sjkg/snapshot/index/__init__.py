"""The SQLite index of a snapshot: lists, facets, names, precomputed rows, spots on the map."""
