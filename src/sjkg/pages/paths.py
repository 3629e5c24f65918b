"""Where the page of an IRI is on this site, and back."""

import json
import re
from urllib.parse import urlencode

from sjkg.errors import UnknownName
from sjkg.vocab import BASE, IDS, ONTOLOGY

OTHER_ROOMS = ("ontology", "vocab", "shapes", "graph")


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
    return (BASE if name.split("/")[0] in OTHER_ROOMS else IDS) + name


def slug_words(iri: str) -> str:
    """Return the last part of an IRI as words: “halhamiao incident”."""
    return re.split(r"[/#]", iri.rstrip("/#"))[-1].replace("-", " ")


def explain_path(subject: str, prop: str, text: str, iri: str | None = None, datatype: str | None = None) -> str:
    """Return the path of the page that says why a triple is there; a literal is given as SPARQL writes it."""
    literal = json.dumps(text, ensure_ascii=False) + (f"^^<{datatype}>" if datatype else "")
    return "/explain?" + urlencode({"s": subject, "p": prop, "o": iri or literal})
