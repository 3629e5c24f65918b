"""HTTP semantics in front of the Flask application, as WSGI middleware.

In: WSGI requests. Out: responses with caching, compression, conditional requests, CORS, security headers, problem details.
"""
