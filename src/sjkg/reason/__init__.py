"""OWL 2 RL: the rules as data, compiled to SQL and run by DuckDB or Spark; owlrl as the reference."""
