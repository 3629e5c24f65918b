"""Turtle files: read with the line of every triple, written in the house style."""
