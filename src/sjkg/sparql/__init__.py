"""SPARQL text, before evaluation: tokens, inspection (SERVICE, FROM, updates), error messages, a rewrite for sorting."""
