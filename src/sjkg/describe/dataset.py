"""Description of the dataset for harvesters, in VoID, DCAT and schema.org, as N-Quads.

Sources: https://www.w3.org/TR/void/, https://www.w3.org/TR/vocab-dcat-3/, https://schema.org/Dataset
"""

from collections.abc import Iterable, Iterator

from sjkg.core.terms import Iri, JsonTerm
from sjkg.core.vocabulary import PREFIXES, curie, own
from sjkg.describe.statements import english, iri_of, licence, modified_on, to_nquads, xsd_literal
from sjkg.profiles.read import Profile
from sjkg.snapshot.dumps import FOLDER, Dump, all_dumps
from sjkg.snapshot.manifest import Manifest
from sjkg.store.convert import read_json_triples
from sjkg.store.formats import GRAPH_FORMATS

# fragments of the IRIs of parts of the description
AGENT, CONTACT, PERIOD, AREA = "creator", "contact", "period", "area"
VOCABULARIES = ("sjkg", "skos", "dcterms", "rdfs")
SCHEMA, TYPE = PREFIXES["schema"], PREFIXES["rdf"] + "type"
MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
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
            "dcterms:title": english(own().about.title),
            "dcterms:description": english(own().about.description),
            "dcterms:license": licence(),
            "dcterms:source": Iri(own().about.article),
            "dcterms:identifier": own().dataset,
            "dcterms:creator": _part(AGENT),
            "dcterms:publisher": _part(AGENT),
            "dcterms:accessRights": PUBLIC,
            "dcterms:spatial": [_part(AREA)] * bool(own().about.area),
            "dcterms:temporal": [_part(PERIOD)] * bool(own().about.years),
            "dcat:contactPoint": _part(CONTACT),
            "dcat:theme": THEME,
            "dcterms:modified": modified_on(manifest.modified),
            "dcterms:language": Iri("http://id.loc.gov/vocabulary/iso639-1/en"),
            "dcterms:conformsTo": Iri(f"{own().base}ontology"),
            "dcat:version": manifest.versions["sjkg"],
            "dcat:landingPage": Iri(own().base),
            "dcat:keyword": list(map(english, own().about.keywords)),
            "dcat:distribution": distributions,
            "foaf:homepage": Iri(own().base),
            "void:sparqlEndpoint": _service(),
            "void:dataDump": whole,
            "void:uriSpace": own().ids,
            "void:vocabulary": [Iri(PREFIXES[prefix]) for prefix in VOCABULARIES],
            "void:exampleResource": list(map(Iri, own().about.examples)),
            "void:triples": figures.triples,
            "void:entities": figures.entities,
            "void:classes": figures.class_count,
            "void:properties": len(figures.properties),
            "void:distinctSubjects": figures.subjects,
            "void:distinctObjects": figures.objects,
            "schema:name": own().about.title,
            "schema:description": own().about.description,
            "schema:license": licence(),
            "schema:isBasedOn": Iri(own().about.article),
            "schema:dateModified": modified_on(manifest.modified),
            "schema:version": manifest.versions["sjkg"],
            "schema:temporalCoverage": ["/".join(own().about.years)] * bool(own().about.years),
            "schema:url": Iri(own().dataset),
            "schema:identifier": own().dataset,
            "schema:keywords": list(own().about.keywords),
            "schema:creator": _part(AGENT),
            "schema:publisher": _part(AGENT),
            "schema:spatialCoverage": [_part(AREA)] * bool(own().about.area),
            "schema:isAccessibleForFree": xsd_literal("true", "boolean"),
            "schema:distribution": distributions,
        },
    )
    yield from _context_quads()


def _context_quads() -> Iterator[str]:
    """Yield N-Quads lines that describe the creator, the contact, the area and the period of the dataset."""
    yield from to_nquads(
        _part(AGENT).value,
        {
            "rdf:type": [iri_of("foaf:Agent"), iri_of("schema:Organization")],
            "foaf:name": own().about.creator,
            "foaf:homepage": Iri(own().base),
            "schema:name": own().about.creator,
            "schema:url": Iri(own().base),
        },
    )
    yield from to_nquads(
        _part(CONTACT).value,
        {"rdf:type": iri_of("vcard:Organization"), "vcard:fn": own().about.creator, "vcard:hasURL": Iri(own().base)},
    )
    if own().about.area:
        yield from to_nquads(
            _part(AREA).value,
            {
                "rdf:type": [iri_of("dcterms:Location"), iri_of("schema:Place")],
                "skos:prefLabel": english(own().about.area),
                "schema:name": own().about.area,
            },
        )
    if own().about.years:
        begin, end = (xsd_literal(year, "gYear") for year in own().about.years)
        yield from to_nquads(
            _part(PERIOD).value,
            {"rdf:type": iri_of("dcterms:PeriodOfTime"), "dcat:startDate": begin, "dcat:endDate": end},
        )


def _part(name: str) -> Iri:
    """Return the IRI of a part of the description, such as the creator."""
    return Iri(f"{own().dataset}#{name}")


def _service() -> Iri:
    """Return the IRI of the SPARQL endpoint."""
    return Iri(f"{own().base}sparql")


def _service_quads() -> Iterator[str]:
    """Yield N-Quads lines that describe the SPARQL endpoint as a dcat:DataService."""
    return to_nquads(
        _service().value,
        {
            "rdf:type": iri_of("dcat:DataService"),
            "dcterms:title": english("SPARQL endpoint"),
            "dcterms:description": english(
                "SPARQL 1.1 queries over all graphs; its service description lists formats and limits."
            ),
            "dcterms:license": licence(),
            "dcterms:publisher": _part(AGENT),
            "dcterms:accessRights": PUBLIC,
            "dcat:contactPoint": _part(CONTACT),
            "dcat:theme": THEME,
            "dcat:keyword": list(map(english, own().about.keywords)),
            "dcterms:conformsTo": Iri("https://www.w3.org/TR/sparql11-protocol/"),
            "dcat:endpointURL": _service(),
            "dcat:endpointDescription": _service(),
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
            "dcterms:license": licence(),
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
                "dcterms:license": licence(),
                "dcterms:modified": modified_on(manifest.modified),
                "dcterms:isFormatOf": Iri(profile.graph),
                "dcat:downloadURL": Iri(node),
                "dcat:accessURL": Iri(profile.iri),
                "dcat:mediaType": Iri(MEDIA_TYPES + form.media_type),
                "dcat:compressFormat": Iri(f"{MEDIA_TYPES}application/gzip"),
            },
        )
