"""A knowledge graph of the Soviet–Japanese border conflicts: validate, enrich, serve, export."""

__version__ = "0.1.0"
