"""Turtle: the parser that keeps the line of every triple, and the formatter."""
