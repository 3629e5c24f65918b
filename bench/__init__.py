"""Measurements: numbers to report, never assertions. Run with `make bench`."""
