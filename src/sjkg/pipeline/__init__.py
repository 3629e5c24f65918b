"""The curator's path: files, findings, derived triples, inferred triples, findings; and the same with extra files."""
