"""The page of the ontology: every class and property with its definition."""

from dataclasses import dataclass

from sjkg.pages.ask import Asker
from sjkg.pages.claims import Thing
from sjkg.vocab import ONTOLOGY


@dataclass(frozen=True)
class TermEntry:
    """A class or property; `anchor` is the part of its IRI after the #."""

    iri: str
    anchor: str
    name: str
    definition: str
    example: str


@dataclass(frozen=True)
class OntologyPage:
    """The terms of the ontology by sort: classes, then properties; and the schemes of concepts that they lead to."""

    iri: str
    schemes: tuple[Thing, ...]
    classes: tuple[TermEntry, ...]
    properties: tuple[TermEntry, ...]


def ontology_page(asker: Asker) -> OntologyPage:
    """Return the page."""
    entries = {}
    for row in asker.ask("ontology"):
        iri = row["term"].value
        definition, example = (row[key].value if key in row else "" for key in ("definition", "example"))
        entries[iri] = TermEntry(iri, iri.removeprefix(ONTOLOGY), row["label"].value, definition, example)
    ordered = sorted(entries.values(), key=lambda entry: entry.name)
    return OntologyPage(
        ONTOLOGY.rstrip("#"),
        tuple(Thing(row["scheme"].value, row["label"].value) for row in asker.ask("schemes")),
        tuple(entry for entry in ordered if entry.anchor[0].isupper()),
        tuple(entry for entry in ordered if not entry.anchor[0].isupper()),
    )
