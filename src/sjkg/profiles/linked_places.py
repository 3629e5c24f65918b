"""The places of a translation in Linked Places JSON (a GeoJSON-T feature collection) and in LP-TSV.

Source: Linked Places format 1.1 and LP-TSV 0.5, https://github.com/LinkedPasts/linked-places-format
"""

import json
import re
from typing import Any

from sjkg.core.facts import Facts
from sjkg.core.ntriples import TextTerm, literal_parts, parse_triples, plain_text
from sjkg.core.vocabulary import PREFIXES, own
from sjkg.profiles.translate import Translation

NAME = "linked-places"  # of the profile
CONTEXT = "https://raw.githubusercontent.com/LinkedPasts/linked-places-format/main/linkedplaces-context-v1.1.jsonld"
LPO, GEOJSON = "http://linkedpasts.org/ontology/lpo_latest.ttl#", "https://purl.org/geojson/vocab#"
DCTERMS, RDFS, RDF = (PREFIXES[prefix] for prefix in ("dcterms", "rdfs", "rdf"))
GEOMETRY, AS_WKT = "<https://github.com/kgeographer/geojson-t/geometry>", f"<{PREFIXES['geo']}asWKT>"
POINT = re.compile(r"POINT\((\S+) (\S+)\)")
GETTY = "http://vocab.getty.edu/ontology#"
# GeoNames feature classes of our classes of places
FEATURE_CLASSES = {
    "Settlement": "P",
    "Lake": "H",
    "River": "H",
    "Island": "T",
    "BuiltFeature": "S",
    "DescribedSite": "S",
    "BorderSegment": "A",
}
OTHER_CLASS = "L"
ALIASES = {
    "https://sws.geonames.org/": "gn:",
    "http://www.wikidata.org/entity/": "wd:",
    "http://dbpedia.org/resource/": "dbp:",
}
ENDINGS = {"geojson": "application/geo+json", "tsv": "text/tab-separated-values"}  # to media types
COLUMNS = (
    *("id", "title", "title_source", "fclasses", "types", "attestation_year", "start", "end"),
    *("variants", "matches", "parent_name", "parent_id", "lon", "lat"),
)


def to_feature_collection(translation: Translation) -> dict[str, Any]:
    """Return the places of a translation by the profile NAME as Linked Places JSON, sorted by IRI."""
    facts = Facts(parse_triples(b"".join(translation.lines)))
    places = sorted(facts.subjects(f"<{RDF}type>", f"<{GEOJSON}Feature>"))
    return {"type": "FeatureCollection", "@context": CONTEXT, "features": [_feature(facts, each) for each in places]}


def write_places(translation: Translation, ending: str, modified: str | None) -> bytes:
    """Return the places in the format with a file ending: one of ENDINGS. modified: the day of the last change of the data."""
    if ending == "geojson":
        return json.dumps(to_feature_collection(translation), ensure_ascii=False, indent=1).encode() + b"\n"
    return to_tsv(translation, (modified or "")[:4])


def to_tsv(translation: Translation, year: str) -> bytes:
    """Return the places of a translation by the profile NAME as LP-TSV, in UTF-8, with the columns COLUMNS.

    year: of the state of the data, which attests the titles.
    """
    rows = ["\t".join(COLUMNS)]
    for feature in to_feature_collection(translation)["features"]:
        title = feature["properties"]["title"]
        spans = feature.get("when", {}).get("timespans", [])
        kinds = {each["identifier"].rpartition("#")[2]: each["label"] for each in feature["types"]}
        classes = [name for name in kinds if name != "Place"]  # which all of them have
        wholes = [each for each in feature["relations"] if each["relationType"] == "gvp:broaderPartitive"]
        longitude, latitude = feature["geometry"]["coordinates"] if feature["geometry"] else ("", "")
        row = {
            "id": feature["@id"].rpartition("/")[2],
            "title": title,
            "title_source": ", ".join(filter(None, (own().about.article_publisher, own().about.article_title))),
            "fclasses": _join(dict.fromkeys(FEATURE_CLASSES.get(name, OTHER_CLASS) for name in classes)) or OTHER_CLASS,
            "types": _join(kinds[name] for name in classes),
            "attestation_year": year,
            "start": min((span["start"]["earliest"] for span in spans), default=""),
            "end": max((span["end"]["latest"] for span in spans), default=""),
            "variants": _join(
                f"{name['toponym']}@{name['lang']}" for name in feature["names"] if name["toponym"] != title
            ),
            "matches": _join(_alias(link["identifier"]) for link in feature["links"] if link["type"] != "seeAlso"),
            "parent_name": _join(each["label"].removeprefix("part of ") for each in wholes),
            "parent_id": _join(each["relationTo"] for each in wholes),
            "lon": longitude,
            "lat": latitude,
        }
        rows.append("\t".join(" ".join(str(row.get(name, "")).split()) for name in COLUMNS))
    return "".join(f"{row}\n" for row in rows).encode()


def _alias(iri: str) -> str:
    """Return the IRI of a place in another gazetteer with the alias that LP-TSV has for it, such as wd:Q1; else the IRI."""
    for namespace, alias in ALIASES.items():
        if iri.startswith(namespace):
            return alias + iri.removeprefix(namespace).strip("/")
    return iri


def _join(values: Any) -> str:
    """Return texts separated by semicolons; a semicolon in a text becomes a comma."""
    return ";".join(value.replace(";", ",") for value in values)


def _feature(facts: Facts, place: TextTerm) -> dict[str, Any]:
    """Return the GeoJSON feature of a place, an IRI in N-Triples; its geometry is null without coordinates.

    facts: the triples of a translation by the profile NAME.
    """

    def nodes(name: str) -> list[TextTerm]:
        return sorted(facts.objects(place, f"<{LPO}{name}>"))

    def text(node: TextTerm, iri: str) -> str:
        value = facts.value(node, f"<{iri}>") or ""
        return literal_parts(value).lexical if value.startswith('"') else plain_text(value)

    names = (literal_parts(facts.value(node, f"<{LPO}toponym>") or '""') for node in nodes("name_attestation"))
    feature: dict[str, Any] = {
        "@id": plain_text(place),
        "type": "Feature",
        "properties": {"title": text(place, f"{DCTERMS}title")},
        "geometry": _geometry(facts, place),
        "names": [{"toponym": name.lexical, "lang": name.language or "und"} for name in names],
        "types": [
            {"identifier": text(node, f"{DCTERMS}identifier"), "label": text(node, f"{RDFS}label")}
            for node in nodes("type_attestation")
        ],
        "relations": [
            {
                "relationType": text(node, f"{LPO}relation_type").replace(GETTY, "gvp:"),
                "relationTo": text(node, f"{LPO}relation_to"),
                "label": text(node, f"{RDFS}label"),
            }
            for node in nodes("rel_attestation")
        ],
        "links": [
            {"type": text(node, f"{DCTERMS}type"), "identifier": text(node, f"{DCTERMS}identifier")}
            for node in nodes("link_attestation")
        ],
    }
    spans = sorted(node for when in nodes("when") for node in facts.objects(when, f"<{LPO}timespan>"))
    timespans = [
        {
            "start": {"earliest": text(facts.value(span, f"<{LPO}has_start>") or "", f"{LPO}earliest")},
            "end": {"latest": text(facts.value(span, f"<{LPO}has_end>") or "", f"{LPO}latest")},
            "label": text(span, f"{RDFS}label"),
            "seeAlso": {"@id": text(span, f"{RDFS}seeAlso")},
        }
        for span in spans
    ]
    if timespans:
        feature["when"] = {
            "timespans": sorted(timespans, key=lambda span: str(span["start"])),
            "label": "times of events there",
        }
    return feature


def _geometry(facts: Facts, place: TextTerm) -> dict[str, Any] | None:
    """Return the GeoJSON point of a place with its certainty; None for a place without coordinates."""
    node = facts.value(place, GEOMETRY)
    wkt = literal_parts(facts.value(node, AS_WKT) or '""').lexical if node else ""
    point = POINT.fullmatch(wkt)
    if node is None or point is None:
        return None
    certainty = literal_parts(facts.value(node, f"<{LPO}has_certainty>") or '""').lexical
    return {"type": "Point", "coordinates": [float(point[1]), float(point[2])], "geo_wkt": wkt, "certainty": certainty}
