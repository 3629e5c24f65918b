"""Description of the dataset for harvesters, in VoID, DCAT and schema.org, as N-Quads.

Sources: https://www.w3.org/TR/void/, https://www.w3.org/TR/vocab-dcat-3/, https://schema.org/Dataset
"""

from collections.abc import Iterable, Iterator

from sjkg.core.terms import Iri, JsonTerm
from sjkg.core.vocabulary import PREFIXES, curie, own
from sjkg.describe.statements import LICENCE, english, iri_of, modified_on, to_nquads, xsd_literal
from sjkg.profiles.read import Profile
from sjkg.snapshot.dumps import FOLDER, Dump, all_dumps
from sjkg.snapshot.manifest import Manifest
from sjkg.store.convert import read_json_triples
from sjkg.store.formats import GRAPH_FORMATS

TITLE = "sjkg: a knowledge graph of the Soviet–Japanese border conflicts, 1932–1939"
CREATOR = "The sjkg maintainers"  # as in CITATION.cff
PUBLISHER = "sjkg"
DESCRIPTION = (
    "What one encyclopaedia article states about the events, actors, places, figures and sources of the border conflicts, "
    "each statement with the passage of the article that makes it (its named graph); statements that follow from these by "
    "general rules (OWL 2 RL) are kept apart, in a named graph of their own."
)
ARTICLE = Iri("https://en.wikipedia.org/wiki/Soviet%E2%80%93Japanese_border_conflicts")
SERVICE = f"{own().base}sparql"
VOCABULARIES = ("sjkg", "skos", "dcterms", "rdfs")
SCHEMA, TYPE = PREFIXES["schema"], PREFIXES["rdf"] + "type"
MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
KEYWORDS = ("border conflicts", "Khalkhin Gol", "Lake Khasan", "Manchukuo")
PROFILE_FORMATS = ("turtle", "nt", "jsonld", "rdfxml")  # of the dumps of profiles that are listed
THEME = Iri("http://publications.europa.eu/resource/authority/data-theme/EDUC")  # education, culture and sport
PUBLIC = Iri("http://publications.europa.eu/resource/authority/access-right/PUBLIC")
AVAILABLE = Iri("http://publications.europa.eu/resource/authority/planned-availability/AVAILABLE")
FILE_TYPES = "http://publications.europa.eu/resource/authority/file-type/"
# names of RDF formats in the authority table of file types
FILE_TYPE_NAMES = {
    "turtle": "RDF_TURTLE",
    "nt": "RDF_N_TRIPLES",
    "rdfxml": "RDF_XML",
    "jsonld": "JSON_LD",
    "trig": "RDF_TRIG",
    "nq": "RDF_N_QUADS",
}
YEARS = ("1932", "1939")
AGENT, CONTACT, PERIOD, SPACE = (f"{own().dataset}#{name}" for name in ("creator", "contact", "period", "area"))
AREA = "The borders of Manchukuo with the Soviet Union and the Mongolian People’s Republic"
EXAMPLES = ("event/soviet-japanese-border-conflicts", "event/halhamiao-incident", "actor/kwantung-army")


def describe_dataset(manifest: Manifest, profiles: Iterable[Profile] = ()) -> bytes:
    """Return the description of the dataset of a snapshot as UTF-8 N-Quads in the default graph.

    manifest: that of the snapshot, with counts, hashes and sizes of the dumps. profiles: those with dumps of their own.
    """
    lines = [*_dataset_quads(manifest), *_service_quads(), *_partition_quads(manifest), *_linkset_quads(manifest)]
    for dump in all_dumps(manifest.groups):
        lines += _distribution_quads(dump, manifest)
    for profile in profiles:
        lines += _profile_quads(profile, manifest)
    return "".join(f"{line}\n" for line in lines).encode()


def dataset_as_jsonld(manifest: Manifest) -> dict[str, object]:
    """Return the part of the description that is in terms of schema.org, as JSON-LD for a page: the dataset with its parts nested.

    Source: https://developers.google.com/search/docs/appearance/structured-data/dataset
    """
    nodes: dict[str, dict[str, list[JsonTerm]]] = {}
    for s, p, o in read_json_triples(describe_dataset(manifest)):
        is_type = p["value"] == TYPE and o["value"].startswith(SCHEMA)
        if is_type or p["value"].startswith(SCHEMA):
            name = "@type" if is_type else p["value"].removeprefix(SCHEMA)
            nodes.setdefault(s["value"], {}).setdefault(name, []).append(o)

    def nest(iri: str) -> dict[str, object]:
        node: dict[str, object] = {"@id": iri}
        for name, terms in nodes[iri].items():
            values = [
                nest(value)
                if (value := term["value"]) in nodes and name not in ("url", "identifier", "contentUrl")
                else value.removeprefix(SCHEMA)
                for term in terms
            ]
            node[name] = values[0] if len(values) == 1 else values
        return node

    return {"@context": SCHEMA, **nest(own().dataset)}


def download_path(dump: Dump) -> str:
    """Return the path of a dump, relative to the base URL of the site, such as dumps/sjkg.nq.gz."""
    return f"{FOLDER}/{dump.name}"


def _dataset_quads(manifest: Manifest) -> Iterator[str]:
    """Yield N-Quads lines with title, licence, source, distributions and VoID counts of the dataset."""
    figures = manifest.statistics
    distributions = [Iri(own().base + download_path(dump)) for dump in all_dumps(manifest.groups)]
    whole = [Iri(own().base + download_path(dump)) for dump in all_dumps(())]
    yield from to_nquads(
        own().dataset,
        {
            "rdf:type": [iri_of("void:Dataset"), iri_of("dcat:Dataset"), iri_of("schema:Dataset")],
            "dcterms:title": english(TITLE),
            "dcterms:description": english(DESCRIPTION),
            "dcterms:license": LICENCE,
            "dcterms:source": ARTICLE,
            "dcterms:identifier": own().dataset,
            "dcterms:creator": Iri(AGENT),
            "dcterms:publisher": Iri(AGENT),
            "dcterms:accessRights": PUBLIC,
            "dcterms:spatial": Iri(SPACE),
            "dcterms:temporal": Iri(PERIOD),
            "dcat:contactPoint": Iri(CONTACT),
            "dcat:theme": THEME,
            "dcterms:modified": modified_on(manifest.modified),
            "dcterms:language": Iri("http://id.loc.gov/vocabulary/iso639-1/en"),
            "dcterms:conformsTo": Iri(f"{own().base}ontology"),
            "dcat:version": manifest.versions["sjkg"],
            "dcat:landingPage": Iri(own().base),
            "dcat:keyword": list(map(english, KEYWORDS)),
            "dcat:distribution": distributions,
            "foaf:homepage": Iri(own().base),
            "void:sparqlEndpoint": Iri(SERVICE),
            "void:dataDump": whole,
            "void:uriSpace": own().ids,
            "void:vocabulary": [Iri(PREFIXES[prefix]) for prefix in VOCABULARIES],
            "void:exampleResource": [Iri(own().ids + name) for name in EXAMPLES],
            "void:triples": figures.triples,
            "void:entities": figures.entities,
            "void:classes": figures.class_count,
            "void:properties": len(figures.properties),
            "void:distinctSubjects": figures.subjects,
            "void:distinctObjects": figures.objects,
            "schema:name": TITLE,
            "schema:description": DESCRIPTION,
            "schema:license": LICENCE,
            "schema:isBasedOn": ARTICLE,
            "schema:dateModified": modified_on(manifest.modified),
            "schema:version": manifest.versions["sjkg"],
            "schema:temporalCoverage": "/".join(YEARS),
            "schema:url": Iri(own().dataset),
            "schema:identifier": own().dataset,
            "schema:keywords": list(KEYWORDS),
            "schema:creator": Iri(AGENT),
            "schema:publisher": Iri(AGENT),
            "schema:spatialCoverage": Iri(SPACE),
            "schema:isAccessibleForFree": xsd_literal("true", "boolean"),
            "schema:distribution": distributions,
        },
    )
    yield from _context_quads()


def _context_quads() -> Iterator[str]:
    """Yield N-Quads lines that describe the creator, the contact, the area and the period of the dataset."""
    yield from to_nquads(
        AGENT,
        {
            "rdf:type": [iri_of("foaf:Agent"), iri_of("schema:Organization")],
            "foaf:name": CREATOR,
            "foaf:homepage": Iri(own().base),
            "schema:name": CREATOR,
            "schema:url": Iri(own().base),
        },
    )
    yield from to_nquads(
        CONTACT, {"rdf:type": iri_of("vcard:Organization"), "vcard:fn": CREATOR, "vcard:hasURL": Iri(own().base)}
    )
    yield from to_nquads(
        SPACE,
        {
            "rdf:type": [iri_of("dcterms:Location"), iri_of("schema:Place")],
            "skos:prefLabel": english(AREA),
            "schema:name": AREA,
        },
    )
    begin, end = (xsd_literal(year, "gYear") for year in YEARS)
    yield from to_nquads(
        PERIOD, {"rdf:type": iri_of("dcterms:PeriodOfTime"), "dcat:startDate": begin, "dcat:endDate": end}
    )


def _service_quads() -> Iterator[str]:
    """Yield N-Quads lines that describe the SPARQL endpoint as a dcat:DataService."""
    return to_nquads(
        SERVICE,
        {
            "rdf:type": iri_of("dcat:DataService"),
            "dcterms:title": english("SPARQL endpoint"),
            "dcterms:description": english(
                "SPARQL 1.1 queries over all graphs; its service description lists formats and limits."
            ),
            "dcterms:license": LICENCE,
            "dcterms:publisher": Iri(AGENT),
            "dcterms:accessRights": PUBLIC,
            "dcat:contactPoint": Iri(CONTACT),
            "dcat:theme": THEME,
            "dcat:keyword": list(map(english, KEYWORDS)),
            "dcterms:conformsTo": Iri("https://www.w3.org/TR/sparql11-protocol/"),
            "dcat:endpointURL": Iri(SERVICE),
            "dcat:endpointDescription": Iri(SERVICE),
            "dcat:servesDataset": Iri(own().dataset),
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
            node = f"{own().dataset}#{_fragment(name)}"
            yield from to_nquads(own().dataset, {link: Iri(node)})
            yield from to_nquads(node, {"rdf:type": iri_of("void:Dataset"), key: Iri(name), measure: count})


def _linkset_quads(manifest: Manifest) -> Iterator[str]:
    """Yield N-Quads lines with a void:Linkset for each pair of property and other dataset, and its number of links.

    Namespace and name of the other dataset are in the graph, at its concept.
    """
    for dataset, counts in sorted(manifest.statistics.links.items()):
        for name, count in sorted(counts.items()):
            node = f"{own().dataset}#links-{_fragment(dataset)}-{_fragment(name)}"
            yield from to_nquads(own().dataset, {"void:subset": Iri(node)})
            yield from to_nquads(
                node,
                {
                    "rdf:type": iri_of("void:Linkset"),
                    "void:subjectsTarget": Iri(own().dataset),
                    "void:objectsTarget": Iri(dataset),
                    "void:linkPredicate": Iri(name),
                    "void:triples": count,
                },
            )
        yield from to_nquads(dataset, {"rdf:type": iri_of("void:Dataset")})


def _fragment(name: str) -> str:
    """Return a URL fragment for a class or property: its prefixed name with hyphens for “:”, “/” and “#”, as sjkg-Event.

    name: its IRI. An IRI without a known prefix is taken whole.
    """
    return curie(name).replace(":", "-").replace("/", "-").replace("#", "-")


def _distribution_quads(dump: Dump, manifest: Manifest) -> Iterator[str]:
    """Yield N-Quads lines that describe a dump as a dcat:Distribution: graph, media type, size in bytes and SHA-256."""
    size, digest = manifest.files[download_path(dump)]
    node = own().base + download_path(dump)
    media_type = Iri(MEDIA_TYPES + dump.format.media_type)
    yield from to_nquads(
        node,
        {
            "rdf:type": [iri_of("dcat:Distribution"), iri_of("schema:DataDownload")],
            "dcterms:title": english(f"{dump.title} graph, {dump.format.name}{', gzip' if dump.is_compressed else ''}"),
            "dcterms:description": english(
                f"{'All triples' if dump.graph == own().union else f'The triples of the graph {dump.title}'}, in {dump.format.name}"
            ),
            "dcterms:format": Iri(FILE_TYPES + FILE_TYPE_NAMES[dump.format.name]),
            "dcatap:availability": AVAILABLE,
            "dcterms:license": LICENCE,
            "dcterms:modified": modified_on(manifest.modified),
            "dcterms:isFormatOf": Iri(dump.graph),
            "dcat:downloadURL": Iri(node),
            "dcat:accessURL": Iri(f"{own().base}downloads"),
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


def _profile_quads(profile: Profile, manifest: Manifest) -> Iterator[str]:
    """Yield N-Quads lines that describe the dumps in the terms of a profile, which are made when they are requested."""
    for form in map(GRAPH_FORMATS.__getitem__, PROFILE_FORMATS):
        node = f"{own().base}{FOLDER}/sjkg.{profile.name}.{form.ending}.gz"
        yield from to_nquads(own().dataset, {"dcat:distribution": Iri(node)})
        yield from to_nquads(
            node,
            {
                "rdf:type": iri_of("dcat:Distribution"),
                "dcterms:title": english(f"all triples in the terms of {profile.title}, {form.name}, gzip"),
                "dcterms:description": english(profile.description),
                "dcterms:conformsTo": [Iri(profile.iri), Iri(profile.standard)],
                "dcterms:format": Iri(FILE_TYPES + FILE_TYPE_NAMES[form.name]),
                "dcatap:availability": AVAILABLE,
                "dcterms:license": LICENCE,
                "dcterms:modified": modified_on(manifest.modified),
                "dcterms:isFormatOf": Iri(profile.graph),
                "dcat:downloadURL": Iri(node),
                "dcat:accessURL": Iri(profile.iri),
                "dcat:mediaType": Iri(MEDIA_TYPES + form.media_type),
                "dcat:compressFormat": Iri(f"{MEDIA_TYPES}application/gzip"),
            },
        )
