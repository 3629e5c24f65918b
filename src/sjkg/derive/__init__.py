"""Triples computed by rule before reasoning: bounds of EDTF dates, order, conflicts between claims, with their provenance."""
