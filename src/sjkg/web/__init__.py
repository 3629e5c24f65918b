"""The Flask application: SPARQL endpoint, linked data, site, and the server process."""
