"""Where the page of an IRI is on this site, and back."""

import json
import re
from urllib.parse import quote

from sjkg.core.bounded_cache import bounded_cache
from sjkg.core.errors import UnknownName
from sjkg.core.vocabulary import BASE, IDS, ONTOLOGY, curie, shorten

ARTICLE_URL = "https://en.wikipedia.org/wiki/Soviet%E2%80%93Japanese_border_conflicts"
NOTE_MARKER = re.compile(r"\[\d+\]")
NAMESPACES_BESIDE_IDS = ("ontology", "vocab", "shapes", "graph")


def page_path(iri: str) -> str | None:
    """Return the path of the page of an IRI of ours, or None for an IRI of others."""
    if not iri.startswith(BASE):
        return None
    return "/page/" + iri.removeprefix(IDS).removeprefix(BASE).replace("#", "/")


def iri_of(name: str) -> str:
    """Return the IRI whose page is /page/{name}. Raises UnknownName where no IRI of ours looks like that."""
    if not re.fullmatch(r"[\w./-]+", name, re.ASCII):
        raise UnknownName(f"nothing here has the name “{name}”; look for it at /search")
    if name.startswith("ontology/"):
        return ONTOLOGY + name.removeprefix("ontology/")
    return (BASE if name.split("/")[0] in NAMESPACES_BESIDE_IDS else IDS) + name


def slug_words(iri: str) -> str:
    """Return the last part of an IRI as words: “halhamiao incident”."""
    return re.split(r"[/#]", iri.rstrip("/#"))[-1].replace("-", " ")


def spaced(name: str) -> str:
    """Return a name in words: “party from” for partyFrom."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()


def explain_path(
    subject: str, prop: str, text: str, iri: str | None = None, datatype: str | None = None, language: str | None = None
) -> str:
    """Return the path of the page that says why a triple is there; its terms are written as short as SPARQL can."""
    ending = f"@{language}" if language else f"^^{shorten(datatype)}" if datatype else ""
    value = _in_address(iri) if iri else quote(json.dumps(text, ensure_ascii=False) + ending, safe=":@")
    return f"/explain?s={_in_address(subject)}&p={_in_address(prop)}&o={value}"


@bounded_cache(4096)
def _in_address(iri: str) -> str:
    return quote(curie(iri), safe=":/")


def text_fragment(opens: str, closes: str) -> str:
    """Return the URL of the article that makes browsers scroll to a passage, given its first and last words.

    Footnote markers such as [6] are left out, because they are renumbered as the article changes.
    Source: URL Fragment Text Directives, https://wicg.github.io/scroll-to-text-fragment/
    """
    bare = (NOTE_MARKER.sub("", words).strip() for words in (opens, closes))
    start, end = (quote(words, safe="").replace("-", "%2D") for words in bare)
    return f"{ARTICLE_URL}#:~:text={start},{end}"
