"""Triples derived by rule before reasoning (bounds of dates, conflicts between claims), each with its rule and premises."""
