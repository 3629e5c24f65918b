"""Citations of pages in the formats of reference managers: BibTeX, RIS and CSL-JSON."""

import json

PUBLISHED_AS = "sjkg: a knowledge graph of the Soviet–Japanese border conflicts, 1932–1939"
LICENCE_NAME = "CC BY-SA 4.0"


def bibtex(key: str, title: str, iri: str, version: str) -> str:
    """Return a BibTeX entry. key: the citation key. Source: https://ctan.org/pkg/bibtex"""
    fields = {
        "title": f"{{{_escape(title)}}}",
        "howpublished": f"{_escape(PUBLISHED_AS)}, version {version}",
        "url": iri,
        "note": f"{LICENCE_NAME}; from the Wikipedia article ``Soviet--Japanese border conflicts''",
    }
    body = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
    return f"@misc{{{key},\n{body}}}\n"


def ris(key: str, title: str, iri: str, version: str) -> str:
    """Return an RIS record. Source: https://en.wikipedia.org/wiki/RIS_(file_format)"""
    lines = [("TY", "DATA"), ("ID", key), ("TI", title), ("T2", PUBLISHED_AS), ("ET", version), ("UR", iri)]
    return "".join(f"{tag}  - {value}\r\n" for tag, value in [*lines, ("N1", LICENCE_NAME), ("ER", "")])


def csl_json(key: str, title: str, iri: str, version: str) -> str:
    """Return a CSL-JSON list of one item. Source: https://github.com/citation-style-language/schema"""
    item = {
        "id": key,
        "type": "dataset",
        "title": title,
        "container-title": PUBLISHED_AS,
        "version": version,
        "URL": iri,
        "note": LICENCE_NAME,
    }
    return json.dumps([item], ensure_ascii=False, indent=2) + "\n"


def _escape(text: str) -> str:
    """Return text with the special characters of TeX escaped."""
    return text.translate({ord(c): f"\\{c}" for c in "&%$#_{}"})
