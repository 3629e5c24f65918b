"""Citations of pages in the formats of reference managers: BibTeX, RIS and CSL-JSON.

All functions take the same values. key: citation key. title: of the page. iri: of the thing on the page, used as URL.
version: of the dataset.
"""

import json

PUBLISHED_AS = "sjkg: a knowledge graph of the Soviet–Japanese border conflicts, 1932–1939"
LICENCE_NAME = "CC BY-SA 4.0"


def bibtex(key: str, title: str, iri: str, version: str) -> str:
    """Return a BibTeX entry of type @misc as text. Source: https://ctan.org/pkg/bibtex

    key: citation key. title: of the page. iri: of the thing, used as URL. version: of the dataset.
    """
    fields = {
        "title": f"{{{_escape(title)}}}",
        "howpublished": f"{_escape(PUBLISHED_AS)}, version {version}",
        "url": iri,
        "note": f"{LICENCE_NAME}; from the Wikipedia article ``Soviet--Japanese border conflicts''",
    }
    body = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
    return f"@misc{{{key},\n{body}}}\n"


def ris(key: str, title: str, iri: str, version: str) -> str:
    """Return an RIS record of type DATA as text with CRLF line ends.

    key: citation key. title: of the page. iri: of the thing, used as URL. version: of the dataset.
    Source: https://en.wikipedia.org/wiki/RIS_(file_format)
    """
    lines = [("TY", "DATA"), ("ID", key), ("TI", title), ("T2", PUBLISHED_AS), ("ET", version), ("UR", iri)]
    return "".join(f"{tag}  - {value}\r\n" for tag, value in [*lines, ("N1", LICENCE_NAME), ("ER", "")])


def csl_json(key: str, title: str, iri: str, version: str) -> str:
    """Return the JSON text of a CSL-JSON list with one item of type “dataset”.

    key: citation key. title: of the page. iri: of the thing, used as URL. version: of the dataset.
    Source: https://github.com/citation-style-language/schema
    """
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
    """Return text with a backslash before each special character of TeX: & % $ # _ { }"""
    return text.translate({ord(c): f"\\{c}" for c in "&%$#_{}"})
