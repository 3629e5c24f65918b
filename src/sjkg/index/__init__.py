"""The index of a snapshot: what lists, facets and search read, so that they need not count the whole graph each time."""
