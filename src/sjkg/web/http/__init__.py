"""HTTP semantics in front of the Flask application, as WSGI middleware.

In: WSGI requests. Out: responses with caching, compression, ETags, CORS and security headers. Also content negotiation,
errors as problem details (RFC 9457), the access log and metrics.
"""
