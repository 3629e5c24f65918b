"""Description of the dataset for harvesters, in VoID, DCAT and schema.org, as N-Quads.

Sources: https://www.w3.org/TR/void/, https://www.w3.org/TR/vocab-dcat-3/, https://schema.org/Dataset
"""

from collections.abc import Iterator

from sjkg.core.terms import Iri
from sjkg.core.vocabulary import BASE, IDS, PREFIXES, curie
from sjkg.describe.statements import DATASET, LICENCE, english, iri_of, to_nquads, xsd_literal
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
    """Return the description of the dataset of a snapshot as UTF-8 N-Quads in the default graph.

    manifest: that of the snapshot, with counts, hashes and sizes of the dumps.
    """
    lines = [*_dataset_quads(manifest), *_service_quads(), *_partition_quads(manifest), *_linkset_quads(manifest)]
    for dump in all_dumps(manifest.groups):
        lines += _distribution_quads(dump, manifest)
    return "".join(f"{line}\n" for line in lines).encode()


def download_path(dump: Dump) -> str:
    """Return the path of a dump, relative to the base URL of the site, such as dumps/sjkg.nq.gz."""
    return f"{FOLDER}/{dump.name}"


def _dataset_quads(manifest: Manifest) -> Iterator[str]:
    """Yield N-Quads lines with title, licence, source, distributions and VoID counts of the dataset."""
    figures = manifest.statistics
    distributions = [Iri(BASE + download_path(dump)) for dump in all_dumps(manifest.groups)]
    whole = [Iri(BASE + download_path(dump)) for dump in all_dumps(())]
    return to_nquads(
        DATASET,
        {
            "rdf:type": [iri_of("void:Dataset"), iri_of("dcat:Dataset"), iri_of("schema:Dataset")],
            "dcterms:title": english(TITLE),
            "dcterms:description": english(DESCRIPTION),
            "dcterms:license": LICENCE,
            "dcterms:source": ARTICLE,
            "dcterms:modified": xsd_literal(manifest.built, "dateTime"),
            "dcterms:language": Iri("http://id.loc.gov/vocabulary/iso639-1/en"),
            "dcterms:conformsTo": Iri(f"{BASE}ontology"),
            "dcat:version": manifest.versions["sjkg"],
            "dcat:landingPage": Iri(BASE),
            "dcat:keyword": list(map(english, ("border conflicts", "Khalkhin Gol", "Lake Khasan", "Manchukuo"))),
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
            "schema:dateModified": xsd_literal(manifest.built, "dateTime"),
            "schema:version": manifest.versions["sjkg"],
            "schema:temporalCoverage": "1932/1939",
            "schema:url": Iri(DATASET),
            "schema:isAccessibleForFree": xsd_literal("true", "boolean"),
            "schema:distribution": distributions,
        },
    )


def _service_quads() -> Iterator[str]:
    """Yield N-Quads lines that describe the SPARQL endpoint as a dcat:DataService."""
    return to_nquads(
        SERVICE,
        {
            "rdf:type": iri_of("dcat:DataService"),
            "dcterms:title": english("SPARQL endpoint"),
            "dcterms:conformsTo": Iri("https://www.w3.org/TR/sparql11-protocol/"),
            "dcat:endpointURL": Iri(SERVICE),
            "dcat:endpointDescription": Iri(SERVICE),
            "dcat:servesDataset": Iri(DATASET),
        },
    )


def _partition_quads(manifest: Manifest) -> Iterator[str]:
    """Yield N-Quads lines with a void:classPartition for each class and a void:propertyPartition for each property.

    Each has its number of entities or triples.
    """
    figures = manifest.statistics
    for link, key, measure, counts in (
        ("void:classPartition", "void:class", "void:entities", figures.classes),
        ("void:propertyPartition", "void:property", "void:triples", figures.properties),
    ):
        for name, count in sorted(counts.items()):
            node = f"{DATASET}#{_fragment(name)}"
            yield from to_nquads(DATASET, {link: Iri(node)})
            yield from to_nquads(node, {"rdf:type": iri_of("void:Dataset"), key: Iri(name), measure: count})


def _linkset_quads(manifest: Manifest) -> Iterator[str]:
    """Yield N-Quads lines with a void:Linkset for each pair of property and external site, and its number of links."""
    for site, counts in sorted(manifest.statistics.links.items()):
        for name, count in sorted(counts.items()):
            host = site.split(":", 1)[1].strip("/") or site.rstrip(":")
            node = f"{DATASET}#links-{host}-{_fragment(name)}"
            yield from to_nquads(DATASET, {"void:subset": Iri(node)})
            yield from to_nquads(
                node,
                {
                    "rdf:type": iri_of("void:Linkset"),
                    "void:subjectsTarget": Iri(DATASET),
                    "void:objectsTarget": Iri(f"{DATASET}#site-{host}"),
                    "void:linkPredicate": Iri(name),
                    "void:triples": count,
                },
            )
            yield from to_nquads(f"{DATASET}#site-{host}", {"rdf:type": iri_of("void:Dataset"), "void:uriSpace": site})


def _fragment(name: str) -> str:
    """Return a URL fragment: the prefixed name of a class or property, with hyphens for “:”, “/” and “#”."""
    return curie(name).replace(":", "-").replace("/", "-").replace("#", "-")


def _distribution_quads(dump: Dump, manifest: Manifest) -> Iterator[str]:
    """Yield N-Quads lines that describe a dump as a dcat:Distribution: graph, media type, size in bytes and SHA-256."""
    size, digest = manifest.files[download_path(dump)]
    node = BASE + download_path(dump)
    media_type = Iri(MEDIA_TYPES + dump.format.media_type)
    yield from to_nquads(
        node,
        {
            "rdf:type": [iri_of("dcat:Distribution"), iri_of("schema:DataDownload")],
            "dcterms:title": english(f"{dump.title} graph, {dump.format.name}{', gzip' if dump.is_compressed else ''}"),
            "dcterms:license": LICENCE,
            "dcterms:modified": xsd_literal(manifest.built, "dateTime"),
            "dcterms:isFormatOf": Iri(dump.graph),
            "dcat:downloadURL": Iri(node),
            "dcat:accessURL": Iri(f"{BASE}downloads"),
            "dcat:mediaType": media_type,
            "dcat:compressFormat": [Iri(f"{MEDIA_TYPES}application/gzip")] * dump.is_compressed,
            "dcat:byteSize": xsd_literal(str(size), "nonNegativeInteger"),
            "spdx:checksum": Iri(f"{node}#sha256"),
            "schema:contentUrl": Iri(node),
            "schema:encodingFormat": dump.format.media_type,
            "schema:contentSize": f"{size} B",
            "schema:sha256": digest,
        },
    )
    yield from to_nquads(
        f"{node}#sha256",
        {
            "rdf:type": iri_of("spdx:Checksum"),
            "spdx:algorithm": iri_of("spdx:checksumAlgorithm_sha256"),
            "spdx:checksumValue": xsd_literal(digest, "hexBinary"),
        },
    )
