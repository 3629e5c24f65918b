"""RDF descriptions, as N-Quads: of a thing, the dataset (VoID, DCAT), the SPARQL service, and single graphs.

In: a snapshot (manifest, sorted quads, dumps). Out: bytes that the web converts to the format asked for.
"""
