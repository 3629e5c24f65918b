"""Oxigraph datasets on disk: writing, querying, serialization formats, sorted N-Quads files for look-ups by term."""
