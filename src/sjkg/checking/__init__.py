"""Turtle checked as if it were part of the graph: files on the command line, a text that somebody sends in a process of its own."""
