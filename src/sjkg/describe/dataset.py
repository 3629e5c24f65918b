"""Description of the dataset in VoID, DCAT and schema.org.

Sources: https://www.w3.org/TR/void/, https://www.w3.org/TR/vocab-dcat-3/, https://schema.org/Dataset
"""

from collections.abc import Iterator

from sjkg.core.terms import Iri
from sjkg.core.vocabulary import BASE, IDS, PREFIXES, curie
from sjkg.describe.statements import DATASET, LICENCE, english, iri, statements, typed
from sjkg.snapshot.dumps import FOLDER, Dump, all_dumps
from sjkg.snapshot.manifest import Manifest

TITLE = "sjkg: a knowledge graph of the Soviet–Japanese border conflicts, 1932–1939"
DESCRIPTION = (
    "What one encyclopaedia article states about the events, actors, places, figures and sources of the border conflicts, "
    "each statement in the named graph of the passage that makes it; what follows from it by OWL 2 RL is kept apart."
)
ARTICLE = Iri("https://en.wikipedia.org/wiki/Soviet%E2%80%93Japanese_border_conflicts")
SERVICE = f"{BASE}sparql"
VOCABULARIES = ("sjkg", "skos", "dcterms", "rdfs")
MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
EXAMPLES = ("event/soviet-japanese-border-conflicts", "event/halhamiao-incident", "actor/kwantung-army")


def describe_dataset(manifest: Manifest) -> bytes:
    """Return the description of the dataset of a snapshot as N-Quads in the default graph."""
    lines = [*_dataset(manifest), *_service(), *_partitions(manifest), *_linksets(manifest)]
    for dump in all_dumps(manifest.groups):
        lines += _distribution(dump, manifest)
    return "".join(f"{line}\n" for line in lines).encode()


def download_path(dump: Dump) -> str:
    """Return the path of a dump, relative to the base URL of the site."""
    return f"{FOLDER}/{dump.name}"


def _dataset(manifest: Manifest) -> Iterator[str]:
    """Yield title, licence, source, distributions and VoID counts of the dataset."""
    figures = manifest.statistics
    distributions = [Iri(BASE + download_path(dump)) for dump in all_dumps(manifest.groups)]
    whole = [Iri(BASE + download_path(dump)) for dump in all_dumps(())]
    return statements(
        DATASET,
        {
            "rdf:type": [iri("void:Dataset"), iri("dcat:Dataset"), iri("schema:Dataset")],
            "dcterms:title": english(TITLE),
            "dcterms:description": english(DESCRIPTION),
            "dcterms:license": LICENCE,
            "dcterms:source": ARTICLE,
            "dcterms:modified": typed(manifest.built, "dateTime"),
            "dcterms:language": Iri("http://id.loc.gov/vocabulary/iso639-1/en"),
            "dcterms:conformsTo": Iri(f"{BASE}ontology"),
            "dcat:version": manifest.versions["sjkg"],
            "dcat:landingPage": Iri(BASE),
            "dcat:keyword": [
                english(word) for word in ("border conflicts", "Khalkhin Gol", "Lake Khasan", "Manchukuo")
            ],
            "dcat:distribution": distributions,
            "foaf:homepage": Iri(BASE),
            "void:sparqlEndpoint": Iri(SERVICE),
            "void:dataDump": whole,
            "void:uriSpace": IDS,
            "void:vocabulary": [Iri(PREFIXES[prefix]) for prefix in VOCABULARIES],
            "void:exampleResource": [Iri(IDS + name) for name in EXAMPLES],
            "void:triples": figures.triples,
            "void:entities": figures.entities,
            "void:classes": len(figures.classes),
            "void:properties": len(figures.properties),
            "void:distinctSubjects": figures.subjects,
            "void:distinctObjects": figures.objects,
            "schema:name": TITLE,
            "schema:description": DESCRIPTION,
            "schema:license": LICENCE,
            "schema:isBasedOn": ARTICLE,
            "schema:dateModified": typed(manifest.built, "dateTime"),
            "schema:version": manifest.versions["sjkg"],
            "schema:temporalCoverage": "1932/1939",
            "schema:url": Iri(DATASET),
            "schema:isAccessibleForFree": typed("true", "boolean"),
            "schema:distribution": distributions,
        },
    )


def _service() -> Iterator[str]:
    """Yield the SPARQL endpoint as a dcat:DataService."""
    return statements(
        SERVICE,
        {
            "rdf:type": iri("dcat:DataService"),
            "dcterms:title": english("SPARQL endpoint"),
            "dcterms:conformsTo": Iri("https://www.w3.org/TR/sparql11-protocol/"),
            "dcat:endpointURL": Iri(SERVICE),
            "dcat:endpointDescription": Iri(SERVICE),
            "dcat:servesDataset": Iri(DATASET),
        },
    )


def _partitions(manifest: Manifest) -> Iterator[str]:
    """Yield the void:classPartition and void:propertyPartition of each class and property, with their counts."""
    figures = manifest.statistics
    for link, key, measure, counts in (
        ("void:classPartition", "void:class", "void:entities", figures.classes),
        ("void:propertyPartition", "void:property", "void:triples", figures.properties),
    ):
        for name, count in sorted(counts.items()):
            node = f"{DATASET}#{_fragment(name)}"
            yield from statements(DATASET, {link: Iri(node)})
            yield from statements(node, {"rdf:type": iri("void:Dataset"), key: Iri(name), measure: count})


def _linksets(manifest: Manifest) -> Iterator[str]:
    """Yield a void:Linkset for each property and external site, with the number of its links."""
    for site, counts in sorted(manifest.statistics.links.items()):
        for name, count in sorted(counts.items()):
            host = site.split(":", 1)[1].strip("/") or site.rstrip(":")
            node = f"{DATASET}#links-{host}-{_fragment(name)}"
            yield from statements(DATASET, {"void:subset": Iri(node)})
            yield from statements(
                node,
                {
                    "rdf:type": iri("void:Linkset"),
                    "void:subjectsTarget": Iri(DATASET),
                    "void:objectsTarget": Iri(f"{DATASET}#site-{host}"),
                    "void:linkPredicate": Iri(name),
                    "void:triples": count,
                },
            )
            yield from statements(f"{DATASET}#site-{host}", {"rdf:type": iri("void:Dataset"), "void:uriSpace": site})


def _fragment(name: str) -> str:
    """Return a URL fragment for the part of the dataset that an IRI (of a class or property) names."""
    return curie(name).replace(":", "-").replace("/", "-").replace("#", "-")


def _distribution(dump: Dump, manifest: Manifest) -> Iterator[str]:
    """Yield a dump as a dcat:Distribution: graph, format, size and checksum."""
    size, digest = manifest.files[download_path(dump)]
    node = BASE + download_path(dump)
    media_type = Iri(MEDIA_TYPES + dump.format.media_type)
    yield from statements(
        node,
        {
            "rdf:type": [iri("dcat:Distribution"), iri("schema:DataDownload")],
            "dcterms:title": english(f"{dump.title} graph, {dump.format.name}{', gzip' if dump.is_compressed else ''}"),
            "dcterms:license": LICENCE,
            "dcterms:modified": typed(manifest.built, "dateTime"),
            "dcterms:isFormatOf": Iri(dump.graph),
            "dcat:downloadURL": Iri(node),
            "dcat:accessURL": Iri(f"{BASE}downloads"),
            "dcat:mediaType": media_type,
            "dcat:compressFormat": [Iri(f"{MEDIA_TYPES}application/gzip")] * dump.is_compressed,
            "dcat:byteSize": typed(str(size), "nonNegativeInteger"),
            "spdx:checksum": Iri(f"{node}#sha256"),
            "schema:contentUrl": Iri(node),
            "schema:encodingFormat": dump.format.media_type,
            "schema:contentSize": f"{size} B",
            "schema:sha256": digest,
        },
    )
    yield from statements(
        f"{node}#sha256",
        {
            "rdf:type": iri("spdx:Checksum"),
            "spdx:algorithm": iri("spdx:checksumAlgorithm_sha256"),
            "spdx:checksumValue": typed(digest, "hexBinary"),
        },
    )
