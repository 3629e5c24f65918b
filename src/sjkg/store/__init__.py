"""Where the graph is stored and asked; the only room that knows the engine."""
