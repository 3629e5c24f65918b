"""A made-up external dataset for tests."""

from pathlib import Path

DESCRIPTION = """@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dcterms: <http://purl.org/dc/terms/> .

<https://w3id.org/sjkg/datasets/chronicle>
    a dcat:Dataset ;
    dcterms:title "A made-up chronicle"@en ;
    dcterms:license <https://creativecommons.org/publicdomain/zero/1.0/> ;
    dcterms:source <https://example.org/chronicle> ;
.
"""
STATEMENTS = """@prefix sjkg: <https://w3id.org/sjkg/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix : <https://example.org/chronicle/> .

:fight a sjkg:Battle ;
    skos:prefLabel "The fight"@en ;
    skos:note [ skos:prefLabel "a node without a name" ] .

:elsewhere a sjkg:Battle .
"""
LINKS = "subject_id\tpredicate_id\tobject_id\tverdict\n"
LINK = "event:only\tsjkg:sameThing\thttps://example.org/chronicle/fight\taccepted\n"


def write_dataset(kb: Path, name: str = "chronicle", links: str = LINKS + LINK, **files: str) -> Path:
    """Write the folder of a dataset into a knowledge base and return it.

    files: their contents, by name with __ for the dot; without one, statements.ttl.
    """
    folder = kb / "datasets" / name
    folder.mkdir(parents=True)
    description = DESCRIPTION.replace("chronicle>", f"{name}>", 1)
    (folder / "dataset.ttl").write_text(description, encoding="utf-8")
    (folder / "links.sssom.tsv").write_text(links, encoding="utf-8")
    for file, content in (files or {"statements__ttl": STATEMENTS}).items():
        (folder / file.replace("__", ".")).write_text(content, encoding="utf-8")
    return folder
