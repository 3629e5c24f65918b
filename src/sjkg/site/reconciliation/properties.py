"""Properties of entities in the reconciliation service: those by which rows are matched and with which tables are extended.

Most are SPARQL queries in .rq files of the folder properties/, named by the id of the property, with ?thing and ?value.
Header lines: title (name of the property), description, order (among the properties that are proposed), types (local names
of the classes whose entities have it; without them all have it), values (local name of the class of the values, if they are
entities), and form (“figure”: the value is composed of the parts of a figure). Identifiers in other datasets and addresses
are properties, too.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sjkg.core.terms import Iri, Literal, Term, read_json_term, to_ntriples
from sjkg.core.vocabulary import ONTOLOGY, cached_for_own
from sjkg.kb.queries import QueryFile, read_query_files
from sjkg.site.citation import as_text, cite_page
from sjkg.site.context import SnapshotLabels
from sjkg.site.reconciliation.entities import Entities
from sjkg.site.wording import count_in_words
from sjkg.snapshot.index.precomputed import Row
from sjkg.snapshot.manifest import Manifest
from sjkg.sparql.tokens import insert_first

FOLDER = Path(__file__).parent / "properties"
LAST = 1000  # order of properties that are proposed after all others

Values = dict[str, list[Term]]  # the values of a property by the IRI of the entity


@dataclass(frozen=True)
class EntityProperty:
    """A property of entities.

    id: such as “begin”. name, description: for users. types: IRIs of the classes whose entities can have it; empty for all.
    value_type: IRI of the class of its values, None if they are not entities. order: among proposed properties.
    read: returns the values for the IRIs of some entities.
    """

    id: str
    name: str
    description: str
    types: tuple[str, ...]
    value_type: str | None
    order: int
    read: Callable[[Iterable[str]], Values]


def read_properties(labels: SnapshotLabels, entities: Entities, manifest: Manifest) -> dict[str, EntityProperty]:
    """Return the properties of the entities of a snapshot by id, in the order in which they are proposed.

    manifest: of the snapshot, which citations name.
    """
    found = [_property_of_query(labels, file) for file in _property_files()]
    datasets = labels.names(each.dataset for each in entities.identifiers)
    found += [_property_of_dataset(entities, iri, name) for iri, name in sorted(datasets.items())]
    found += _computed_properties(labels, manifest)
    return {each.id: each for each in sorted(found, key=lambda each: (each.order, each.id))}


@cached_for_own
def _property_files() -> tuple[QueryFile, ...]:
    """Return the query files of properties. They are read once for each knowledge base."""
    return tuple(read_query_files(FOLDER))


def _property_of_query(labels: SnapshotLabels, file: QueryFile) -> EntityProperty:
    """Return the property whose values a query file gives. labels: have the store that evaluates it."""
    compose = FORMS[file.value("form", "value")]

    def read(things: Iterable[str]) -> Values:
        listed = " ".join(to_ntriples(Iri(thing)) for thing in things)
        rows = labels.store.query(insert_first(file.body, f"VALUES ?thing {{ {listed} }}")).bindings
        values: dict[str, dict[Term, None]] = {}
        for row in ({name: read_json_term(term) for name, term in row.items()} for row in rows):
            values.setdefault(row["thing"].value, {})[compose(row)] = None
        return {thing: list(found) for thing, found in values.items()}

    return EntityProperty(
        file.name,
        file.title,
        file.description,
        tuple(ONTOLOGY + name for name in file.value("types").split()),
        ONTOLOGY + file.value("values") if file.value("values") else None,
        int(file.value("order", str(LAST))),
        read,
    )


def _property_of_dataset(entities: Entities, dataset: str, name: str) -> EntityProperty:
    """Return the property with the identifiers of entities in a dataset. dataset, name: its IRI and label."""
    known: dict[str, list[Term]] = {}
    for each in entities.identifiers:
        if each.dataset == dataset and each.is_exact:
            known.setdefault(each.thing, []).append(Literal(each.text))
    return EntityProperty(
        dataset.rpartition("/")[2],
        name,
        f"The identifier of the same thing in {name}.",
        (),
        None,
        LAST - 1,
        lambda things: {thing: known[thing] for thing in things if thing in known},
    )


def _computed_properties(labels: SnapshotLabels, manifest: Manifest) -> Iterable[EntityProperty]:
    """Yield the properties of every entity that follow from its IRI and name. manifest: of the snapshot."""

    def cite(things: Iterable[str]) -> Values:
        return {
            thing: [Literal(as_text(cite_page(thing, name, manifest)))] for thing, name in labels.names(things).items()
        }

    def address(things: Iterable[str]) -> Values:
        return {thing: [Literal(thing)] for thing in things}

    yield EntityProperty(
        "iri", "permanent address", "The IRI, which leads to the page and the data.", (), None, LAST, address
    )
    yield EntityProperty("citation", "citation", "How to cite the page.", (), None, LAST + 1, cite)


def _figure(row: Row) -> Literal:
    """Return a figure as text, such as “France: 20,000 (killed, wounded)”, from the parts in a query row."""
    parts: Mapping[str, str] = {name: term.value for name, term in row.items()}
    exact, least, greatest = (int(parts[name]) if name in parts else None for name in ("exact", "least", "greatest"))
    count = count_in_words(exact, least, greatest, parts.get("words"))
    counted = ", ".join(parts[name] for name in ("quantity", "materiel") if name in parts)
    text = " ".join(each for each in (count, counted) if each)
    text = f"{parts['party']}: {text}" if "party" in parts else text
    return Literal(f"{text}, according to {parts['speaker']}" if "speaker" in parts else text)


FORMS: dict[str, Callable[[Row], Term]] = {"value": lambda row: row["value"], "figure": _figure}
