"""The description of the dataset (VoID, DCAT, schema.org) is right, and all dumps can be downloaded."""

import gzip
from hashlib import sha256

import pytest
import requests
from rdflib import RDF, Dataset, Graph, Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, VOID

from sjkg.core.settings import packaged_kb
from sjkg.profiles.read import read_profiles

PROFILES = read_profiles(packaged_kb())
BASE = "https://w3id.org/sjkg/"
DATASET = URIRef(f"{BASE}dataset")
SCHEMA, SPDX = Namespace("https://schema.org/"), Namespace("http://spdx.org/rdf/terms#")
AS_IT_IS = {"Accept-Encoding": "identity"}
PARSERS = {"ttl": "turtle", "nt": "nt", "rdf": "xml", "jsonld": "json-ld", "trig": "trig", "nq": "nquads"}


@pytest.fixture(scope="module")
def description(server):
    return Graph().parse(data=requests.get(f"{server}/dataset", timeout=20).content, format="turtle")


@pytest.fixture(scope="module")
def everything(snapshot):
    return Graph().parse(snapshot.folder / "dumps" / "sjkg.nt", format="nt")


def test_the_description_is_at_well_known_void(server, description):
    response = requests.get(f"{server}/.well-known/void", headers={"Accept": "application/n-triples"}, timeout=20)
    assert set(Graph().parse(data=response.content, format="nt")) == set(description)


def test_the_dataset_has_the_types_of_void_dcat_and_schema_org(description):
    assert {VOID.Dataset, DCAT.Dataset, SCHEMA.Dataset} <= set(description.objects(DATASET, RDF.type))
    for name in (DCTERMS.title, DCTERMS.license, DCTERMS.modified, SCHEMA.name, SCHEMA.license, VOID.sparqlEndpoint):
        assert description.value(DATASET, name) is not None


def test_the_day_of_the_last_change_is_the_one_in_the_data_wherever_it_is_told(
    server, snapshot, description, everything
):
    (day,) = everything.objects(DATASET, DCTERMS.modified)
    service = Graph().parse(f"{server}/sparql", format="turtle")
    assert {day} == {*description.objects(None, DCTERMS.modified), *description.objects(None, SCHEMA.dateModified)}
    assert {day} == set(service.objects(None, DCTERMS.modified)) and str(day) == snapshot.manifest.modified
    pages = [requests.get(f"{server}/{name}.json", timeout=20).json() for name in ("dataset", "downloads")]
    assert {page["page"]["modified"] for page in pages} == {str(day)}


def test_the_void_counts_equal_those_of_the_graph(description, everything):
    own = {s for s in everything.subjects() if isinstance(s, URIRef) and s.startswith(f"{BASE}id/")}
    expected = {
        VOID.triples: len(everything),
        VOID.entities: len(own),
        VOID.distinctSubjects: len(set(everything.subjects())),
        VOID.distinctObjects: len(set(everything.objects())),
        VOID.properties: len(set(everything.predicates())),
        VOID.classes: len(set(everything.objects(None, RDF.type))),
    }
    assert {name: int(description.value(DATASET, name)) for name in expected} == expected


def test_each_class_and_property_is_counted(description, everything):
    for part in description.objects(DATASET, VOID.propertyPartition):
        name = description.value(part, VOID.property)
        assert int(description.value(part, VOID.triples)) == len(list(everything.triples((None, name, None))))
    kinds = {description.value(part, VOID["class"]) for part in description.objects(DATASET, VOID.classPartition)}
    assert URIRef(f"{BASE}ontology#Battle") in kinds


def test_size_checksum_and_type_of_every_dump_are_as_described(server, description):
    listed = list(description.objects(DATASET, DCAT.distribution))
    dumps = [dump for dump in listed if (dump, DCTERMS.conformsTo, None) not in description]  # others: of profiles
    assert len(dumps) == 48
    for dump in dumps:
        response = requests.get(str(dump).replace(BASE, f"{server}/"), headers=AS_IT_IS, timeout=20)
        body = response.content
        assert int(description.value(dump, DCAT.byteSize)) == len(body) == int(response.headers["Content-Length"])
        checksum = description.value(description.value(dump, SPDX.checksum), SPDX.checksumValue)
        assert str(checksum).lower() == str(description.value(dump, SCHEMA.sha256)) == sha256(body).hexdigest()
        assert str(description.value(dump, DCTERMS.license)).endswith("by-sa/4.0/")
        assert response.headers["ETag"] == f'"{sha256(body).hexdigest()}"'
        assert "Last-Modified" not in response.headers  # only the day of the last change is known


def test_the_dumps_of_each_profile_are_listed_with_the_standard_that_they_conform_to(server, description):
    for name, profile in PROFILES.items():
        dumps = set(description.subjects(DCTERMS.conformsTo, URIRef(profile.standard)))
        assert len(dumps) == 4 and dumps <= set(description.objects(DATASET, DCAT.distribution))
        for dump in dumps:
            assert (dump, DCTERMS.conformsTo, URIRef(f"{BASE}profiles/{name}")) in description
            assert description.value(dump, DCTERMS.isFormatOf) == URIRef(f"{BASE}graph/profile/{name}")
            path = str(description.value(dump, DCAT.downloadURL)).replace(BASE, f"{server}/")
            assert name != "linked-places" or requests.head(path, timeout=60).status_code == 200


def test_the_description_has_what_dcat_ap_recommends(description):
    service = description.value(predicate=RDF.type, object=DCAT.DataService)
    recommended = {
        DATASET: (DCAT.contactPoint, DCTERMS.publisher, DCAT.theme, DCTERMS.spatial, DCTERMS.temporal, DCAT.keyword),
        service: (DCAT.contactPoint, DCTERMS.publisher, DCAT.theme, DCAT.keyword, DCTERMS.license),
    }
    availability = URIRef("http://data.europa.eu/r5r/availability")
    for dump in description.objects(DATASET, DCAT.distribution):
        recommended[dump] = (DCTERMS.description, DCTERMS.format, availability, DCTERMS.license)
    assert [
        (node, name) for node, names in recommended.items() for name in names if (node, name, None) not in description
    ] == []
    for name in (DCTERMS.creator, DCTERMS.identifier, DCTERMS.accessRights):
        assert (DATASET, name, None) in description
    used = {
        node
        for name in (DCAT.contactPoint, DCTERMS.publisher, DCTERMS.spatial, DCTERMS.temporal)
        for node in description.objects(DATASET, name)
    }
    assert all((node, RDF.type, None) in description for node in used)
    period = description.value(DATASET, DCTERMS.temporal)
    assert [str(description.value(period, name)) for name in (DCAT.startDate, DCAT.endDate)] == ["1932", "1939"]


@pytest.mark.parametrize("ending", PARSERS)
def test_the_whole_graph_is_in_each_format(snapshot, everything, ending):
    path = snapshot.folder / "dumps" / f"sjkg.{ending}"
    assert gzip.decompress((path.parent / f"{path.name}.gz").read_bytes()) == path.read_bytes()
    read = Dataset(default_union=True)
    read.parse(path, format=PARSERS[ending])
    assert len({quad[:3] for quad in read.quads()}) == len(everything)


def test_a_broken_download_can_be_resumed(server):
    url = f"{server}/dumps/sjkg.nt"
    whole = requests.get(url, headers=AS_IT_IS, timeout=20)
    assert whole.headers["Accept-Ranges"] == "bytes"
    conditions = {**AS_IT_IS, "Range": "bytes=1000-", "If-Range": whole.headers["ETag"]}
    rest = requests.get(url, headers=conditions, timeout=20)
    assert rest.status_code == 206 and whole.content[:1000] + rest.content == whole.content
    changed = requests.get(url, headers={**conditions, "If-Range": '"another"'}, timeout=20)
    assert changed.status_code == 200 and changed.content == whole.content
    beyond = requests.get(url, headers={**AS_IT_IS, "Range": f"bytes={len(whole.content)}-"}, timeout=20)
    assert beyond.status_code == 416


def test_an_unchanged_dump_gives_304(server):
    url = f"{server}/dumps/sjkg.ttl.gz"
    first = requests.head(url, timeout=20)
    assert requests.get(url, headers={"If-None-Match": first.headers["ETag"]}, timeout=20).status_code == 304
    since = {"If-Modified-Since": "Sat, 01 Jan 2050 00:00:00 GMT"}
    assert (
        requests.get(url, headers=since, timeout=20).status_code == 200
    )  # it may have changed on the day that is known


@pytest.mark.parametrize("name", ["x.ttl", "..%2Fmanifest.json", "%2e%2e/graph.nq", "sjkg.ttl/../../manifest.json"])
def test_only_dumps_can_be_downloaded(server, name):
    assert requests.get(f"{server}/dumps/{name}", timeout=20).status_code == 404


def test_dataset_and_downloads_are_also_html_pages(server, snapshot):
    page = requests.get(f"{server}/dataset", headers={"Accept": "text/html"}, timeout=20).text
    assert f"{snapshot.manifest.statistics.triples:,}" in page
    downloads = requests.get(f"{server}/downloads", timeout=20).text
    size, digest = snapshot.manifest.files["dumps/sjkg.nq.gz"]
    assert digest in downloads and f"{size:,}" in downloads
