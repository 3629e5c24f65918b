"""Paths and URLs: of the page of an IRI and back, of the proof of a triple, of a passage in the article.

The IRIs of this software and of the knowledge base have pages, those of other namespaces have none.
"""

import json
import re
from urllib.parse import quote

from sjkg.core.bounded_cache import bounded_cache
from sjkg.core.errors import UnknownName
from sjkg.core.vocabulary import ONTOLOGY, OWN_SCHEMES, SOFTWARE, curie, own, shorten

NOTE_MARKER = re.compile(r"\[\d+\]")
OF_SOFTWARE = ("ontology", "vocab", "shapes")  # the first parts of its IRIs, which are also those of the paths of pages
OF_KNOWLEDGE_BASE = ("graph/", *(f"vocab/{name}/" for name in OWN_SCHEMES))  # beside things


def page_path(iri: str) -> str | None:
    """Return the URL path of the page of an IRI of this software or the knowledge base, such as /page/event/…; None for any other IRI."""
    return local_page_path(iri) if iri.startswith(own().all_own) else None


def local_page_path(iri: str) -> str:
    """Return the URL path of the page of an IRI that is known to be of this software or the knowledge base."""
    if iri == own().dataset:
        return "/dataset"
    local = iri.removeprefix(own().ids).removeprefix(own().base).removeprefix(SOFTWARE)
    return "/page/" + local.replace("#", "/")


def compare_path(event: str) -> str:
    """Return the URL path of the page that compares what the sources say of an event. event: its IRI."""
    return f"/compare/event/{event.rpartition('/')[2]}"


def iri_of(name: str) -> str:
    """Return the IRI whose page has the path /page/{name}. Raises UnknownName for characters that none of our IRIs has."""
    if not re.fullmatch(r"[\w./-]+", name, re.ASCII):
        raise UnknownName(f"there is no thing named “{name}”; search for it at /search")
    if name.startswith("ontology/"):
        return ONTOLOGY + name.removeprefix("ontology/")
    if name.startswith(OF_KNOWLEDGE_BASE):
        return own().base + name
    return (SOFTWARE if name.split("/")[0] in OF_SOFTWARE else own().ids) + name


def slug_words(iri: str) -> str:
    """Return the last segment of an IRI with spaces for hyphens, such as “night raid”."""
    return re.split(r"[/#]", iri.rstrip("/#"))[-1].replace("-", " ")


def spaced(name: str) -> str:
    """Return a camel-case name as lower-case words, such as “party from” for partyFrom."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()


def explain_path(
    subject: str, prop: str, text: str, iri: str | None = None, datatype: str | None = None, language: str | None = None
) -> str:
    """Return the path and query string of the proof of a triple (/explain?s=…&p=…&o=…), with IRIs as CURIEs.

    The object is `iri` if given, else the literal with the lexical form `text` and its datatype (IRI) or language.
    """
    ending = f"@{language}" if language else f"^^{shorten(datatype)}" if datatype else ""
    value = _in_address(iri) if iri else quote(json.dumps(text, ensure_ascii=False) + ending, safe=":@")
    return f"/explain?s={_in_address(subject)}&p={_in_address(prop)}&o={value}"


@bounded_cache(4096)
def _in_address(iri: str) -> str:
    """Return an IRI as the value of a URL parameter: its CURIE, or the whole IRI if it has none, percent-encoded. Cached."""
    return quote(curie(iri), safe=":/")


def text_fragment(opens: str, closes: str) -> str:
    """Return the URL of the article that makes browsers scroll to a passage.

    opens, closes: first and last words of the passage; footnote markers such as [6] in them are left out, because they
    are renumbered as the article changes. Source: URL Fragment Text Directives,
    https://wicg.github.io/scroll-to-text-fragment/
    """
    bare = (NOTE_MARKER.sub("", words).strip() for words in (opens, closes))
    start, end = (quote(words, safe="").replace("-", "%2D") for words in bare)
    return f"{own().about.article}#:~:text={start},{end}"
