"""Citations of pages: as text, and in the formats of reference managers (BibTeX, RIS, CSL-JSON)."""

import json
from dataclasses import dataclass

from sjkg.core.vocabulary import own
from sjkg.site.context import PageContext, SnapshotLabels
from sjkg.site.entity import entity_page
from sjkg.site.wording import day_in_words
from sjkg.snapshot.manifest import Manifest


@dataclass(frozen=True)
class Citation:
    """The parts of a citation of a page.

    key: citation key. title: of the page. url: the permanent IRI of its subject. version: of the dataset, with the build.
    issued: the day on which the data were last changed, None if unknown. accessed: the day on which the reader saw the page,
    None if unknown. Days are in ISO 8601.
    """

    key: str
    title: str
    url: str
    version: str
    issued: str | None
    accessed: str | None = None


def _note() -> str:
    """Return licence and source of the data as a phrase."""
    return f"{own().about.licence_name}; from {own().about.source}"


def page_title(labels: SnapshotLabels, iri: str) -> str:
    """Return the title by which the page of an IRI is cited.

    Raises UnknownName if the graph has no statement with the IRI as subject or object.
    """
    return labels.title(iri) or entity_page(PageContext(labels), iri).title


def cite_page(iri: str, title: str, manifest: Manifest, accessed: str | None = None) -> Citation:
    """Return the citation of the page of an IRI. manifest: of the served snapshot (built graph). accessed: ISO day."""
    return Citation(
        key=iri.rpartition("/")[2].rpartition("#")[2],
        title=title[:1].upper() + title[1:],
        url=iri,
        version=f"{manifest.versions['sjkg']}, build {manifest.inputs_sha256[:12]}",
        issued=manifest.modified,
        accessed=accessed,
    )


def as_text(citation: Citation) -> str:
    """Return a citation as a sentence for a list of references."""
    year = f" ({citation.issued[:4]})" if citation.issued else ""
    changed = f", data of {day_in_words(citation.issued)}" if citation.issued else ""
    accessed = f" Accessed {day_in_words(citation.accessed)}." if citation.accessed else ""
    title = "" if citation.title == own().about.title else f"“{citation.title}”. In: "
    return f"{own().about.creator}{year}. {title}{own().about.title}. Version {citation.version}{changed}. {own().about.publisher}. {citation.url}.{accessed}"


def bibtex(citation: Citation) -> str:
    """Return a BibTeX entry of type @misc as text. Source: https://ctan.org/pkg/bibtex"""
    fields = {
        "author": f"{{{own().about.creator}}}",
        "title": f"{{{_escape(citation.title)}}}",
        "year": (citation.issued or "")[:4],
        "date": citation.issued or "",
        "howpublished": _escape(own().about.title),
        "version": citation.version,
        "publisher": own().about.publisher,
        "url": citation.url,
        "urldate": citation.accessed or "",
        "note": _note().replace("“", "``").replace("”", "''").replace("–", "--"),
    }
    body = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@misc{{{citation.key},\n{body}}}\n"


def ris(citation: Citation) -> str:
    """Return an RIS record of type DATA as text with CRLF line ends.

    Source: https://en.wikipedia.org/wiki/RIS_(file_format)
    """
    lines = [
        ("TY", "DATA"),
        ("ID", citation.key),
        ("AU", own().about.creator),
        ("TI", citation.title),
        ("T2", own().about.title),
        ("PY", (citation.issued or "")[:4]),
        ("DA", (citation.issued or "").replace("-", "/")),
        ("ET", citation.version),
        ("PB", own().about.publisher),
        ("UR", citation.url),
        ("Y2", (citation.accessed or "").replace("-", "/")),
        ("N1", _note()),
    ]
    return "".join(f"{tag}  - {value}\r\n" for tag, value in lines if value) + "ER  - \r\n"


def csl_json(citation: Citation) -> str:
    """Return the JSON text of a CSL-JSON list with one item of type “dataset”.

    Source: https://github.com/citation-style-language/schema
    """
    dates = {"issued": citation.issued, "accessed": citation.accessed}
    item = {
        "id": citation.key,
        "type": "dataset",
        "author": [{"literal": own().about.creator}],
        "title": citation.title,
        "container-title": own().about.title,
        **{name: {"date-parts": [list(map(int, day.split("-")))]} for name, day in dates.items() if day},
        "version": citation.version,
        "publisher": own().about.publisher,
        "URL": citation.url,
        "note": _note(),
    }
    return json.dumps([item], ensure_ascii=False, indent=2) + "\n"


def _escape(text: str) -> str:
    """Return text with a backslash before each special character of TeX: & % $ # _ { }"""
    return text.translate({ord(c): f"\\{c}" for c in "&%$#_{}"})
