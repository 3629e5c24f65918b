"""Structured data of pages for search engines: JSON-LD in terms of schema.org. Source: https://schema.org/docs/gs.html"""

from sjkg.core.vocabulary import ONTOLOGY, own
from sjkg.site.context import SnapshotLabels
from sjkg.site.entity import EntityPage, read_names

CONTEXT = "https://schema.org/"
SAME_THING = f"{ONTOLOGY}sameThing"


def thing_as_jsonld(labels: SnapshotLabels, entity: EntityPage, url: str) -> dict[str, object]:
    """Return the JSON-LD of the thing of a page: types, name, other names, description, and the same thing in other datasets.

    Its types are the classes of schema.org with which the ontology is aligned. url: of the page.
    """
    types = sorted({name for thing in entity.types for name in labels.schema_types.get(thing.iri, ())})
    others = [
        {"@value": name.text, "@language": name.language} if name.language else name.text
        for name in read_names(entity.statements)
        if name.text != entity.title
    ]
    document = {
        "@context": CONTEXT,
        "@id": entity.iri,
        "@type": types or "Thing",
        "name": entity.title,
        "alternateName": others,
        "description": entity.description,
        "url": url,
        "sameAs": [each.iri for each in entity.identity_links if each.match.iri == SAME_THING and not each.is_refused],
        "subjectOf": {"@type": "Dataset", "@id": own().dataset, "name": own().about.title},
    }
    return {name: value for name, value in document.items() if value}
