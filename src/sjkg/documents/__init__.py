"""The documents that IRIs lead to: about a thing, about the dataset, about the service. Each is made as N-Quads lines."""
