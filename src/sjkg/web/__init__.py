"""The web server: SPARQL endpoint, graph store, linked data, validation, reconciliation, pages, OpenAPI document.

In: HTTP requests, a snapshot. Out: HTTP responses. Page models come from `sjkg.site`; HTTP semantics are in `web.http`.
"""
