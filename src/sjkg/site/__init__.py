"""View models of the site: one builder for each kind of page.

In: the labels, index and queries of a snapshot, and the request as plain values.
Out: frozen dataclasses that templates render and that are written as JSON twins.
"""
