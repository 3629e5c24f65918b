"""Turtle: a parser that keeps the line of every triple, and a formatter in the house style."""
