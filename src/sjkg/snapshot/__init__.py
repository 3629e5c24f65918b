"""Snapshots: immutable folders named by the hash of their inputs; building, dumps, statistics, export."""
