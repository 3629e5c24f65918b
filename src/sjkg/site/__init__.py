"""View models of the site: one builder for each kind of page.

In: the labels, SQLite index and queries of a snapshot (an immutable build folder), and the request as plain values.
Out: page models, frozen dataclasses that Jinja templates render and that are also sent as JSON.
"""
