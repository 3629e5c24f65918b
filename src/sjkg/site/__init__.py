"""View models of the site: one builder per page kind, from the queries and the index of a snapshot to dataclasses that templates render."""
