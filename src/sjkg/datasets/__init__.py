"""External datasets: data of other people beside the graph, described, parsed into stores of their own, linked and translated.

They are in the folders datasets/NAME/ of a knowledge base, and never in its default graph, counts, dumps and checks.
"""
