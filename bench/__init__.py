"""Benchmarks and the generator of synthetic graphs that they use. Results are reported, never asserted.

`make bench` times the commands; each other benchmark is run with `python -m bench.NAME`. The packaged graph is the
knowledge graph of this project; a generated graph has a multiple of its size.
"""
