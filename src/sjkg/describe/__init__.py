"""RDF descriptions of a thing, the dataset (VoID, DCAT), the SPARQL service and its graphs, as N-Quads."""
