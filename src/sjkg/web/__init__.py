"""The web server: SPARQL endpoint, graph store, linked data, validation, reconciliation, pages, OpenAPI document.

In: HTTP requests, and a snapshot (an immutable folder with one build of the graph). Out: HTTP responses.
The content of pages comes from `sjkg.site`; HTTP semantics such as caching are in `sjkg.web.http`.
"""
