"""HTTP in front of Flask: cache, compression, conditional requests, CORS, problem details, access log, metrics."""
