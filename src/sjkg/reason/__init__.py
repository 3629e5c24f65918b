"""Enrichment by OWL 2 RL: only what is new and useful, or a clear word on what contradicts what."""
