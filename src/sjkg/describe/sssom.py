"""Links as a table in SSSOM, the Simple Standard for Sharing Ontology Mappings, as TSV with a commented YAML header.

Refused links are rows with the predicate_modifier Not. What SSSOM has no column for is in columns of our own, which the
header declares as extensions. There is no column confidence: no evidence gives a number.
Source: https://mapping-commons.github.io/sssom/
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import quote

from sjkg.core.vocabulary import ONTOLOGY, PREFIXES, SOFTWARE, curie, own
from sjkg.describe.links import Link, short_name
from sjkg.matching.link_tables import LinkRow, LinkTable, write_links
from sjkg.snapshot.manifest import Manifest

MEDIA_TYPE = "text/tab-separated-values"
SSSOM_VERSION = "1.1"
SEPARATOR = "|"  # between several values in a cell
COLUMNS = (
    "record_id",
    "subject_id",
    "subject_label",
    "predicate_id",
    "predicate_modifier",
    "object_id",
    "object_source",
    "mapping_justification",
    "reviewer_label",
    "comment",
    "verdict",
    "evidence",
    "evidence_status",
    "seen_in",
)
EXTENSIONS = {
    "verdict": ("verdict", "xsd:string"),
    "evidence": ("evidence", "xsd:string"),
    "evidence_status": ("status", "xsd:anyURI"),
    "seen_in": ("seenIn", "xsd:string"),
}


def write_sssom(links: Sequence[Link], spaces: Mapping[str, str], manifest: Manifest, is_part: bool = False) -> bytes:
    """Return links as an SSSOM table in TSV, UTF-8, one row a link, in their order.

    spaces: a dict from the IRI of each dataset to the namespace of its things; the local name of a dataset is the prefix of their CURIEs.
    manifest: of the snapshot. is_part: whether these are the links to one dataset only.
    """
    prefixes = {name: PREFIXES[name] for name in ("link", "semapv", "rdfs", "sjkg", "dataset", "status", "xsd")}
    prefixes |= {curie(link.thing).partition(":")[0]: PREFIXES[curie(link.thing).partition(":")[0]] for link in links}
    prefixes |= {short_name(iri): space for iri, space in spaces.items() if any(link.dataset == iri for link in links)}
    header = tuple(_header(manifest, prefixes, short_name(links[0].dataset) if is_part else ""))
    return write_links(LinkTable(tuple(LinkRow(_row(link, spaces)) for link in links), COLUMNS, header)).encode()


def _header(manifest: Manifest, prefixes: Mapping[str, str], dataset: str) -> Iterable[str]:
    """Yield the lines of the header, in YAML. prefixes: a dict from each prefix in the table to its namespace. dataset: the only one, or ""."""
    version = manifest.versions["sjkg"]
    values = {
        "sssom_version": SSSOM_VERSION,
        "mapping_set_id": f"{own().base}links.sssom.tsv" + (f"?dataset={dataset}" if dataset else ""),
        "mapping_set_version": f"{version}, {manifest.modified}" if manifest.modified else version,
        "mapping_set_title": "Links of the things of this graph to other datasets",
        "mapping_set_description": f"{own().about.title}. Predicates of the prefix sjkg are defined at {SOFTWARE}ontology.",
        "license": own().about.licence,
        "creator_label": [own().about.creator],
        "subject_source": f"{own().base}dataset",
    } | ({"mapping_date": manifest.modified} if manifest.modified else {})
    for name, value in values.items():
        yield f"{name}: {json.dumps(value, ensure_ascii=False)}"  # JSON is YAML
    yield "curie_map:"
    yield from (f"  {prefix}: {json.dumps(prefixes[prefix])}" for prefix in sorted(prefixes))
    yield "extension_definitions:"
    for slot, (name, kind) in EXTENSIONS.items():
        yield f"  - slot_name: {slot}"
        yield f"    property: {json.dumps(ONTOLOGY + name)}"
        yield f"    type_hint: {json.dumps(PREFIXES['xsd'] + kind.partition(':')[2])}"


def to_uri(iri: str) -> str:
    """Return the URI of an IRI: characters outside ASCII are percent-encoded.

    SSSOM's identifiers are URIs; sssom-py leaves out a row with another character. Source: RFC 3987 §3.1,
    https://www.rfc-editor.org/rfc/rfc3987#section-3.1
    """
    return "".join(character if character.isascii() else quote(character) for character in iri)


def _row(link: Link, spaces: Mapping[str, str]) -> dict[str, str]:
    """Return the cells of a link by column."""
    space, other = spaces.get(link.dataset, ""), to_uri(link.other)
    is_below = space and other.startswith(space)
    return {
        "record_id": curie(link.iri),
        "subject_id": curie(link.thing),
        "subject_label": link.thing_name,
        "predicate_id": curie(link.match),
        "predicate_modifier": "" if link.is_accepted else "Not",
        "object_id": f"{short_name(link.dataset)}:{other.removeprefix(space)}" if is_below else other,
        "object_source": curie(link.dataset),
        "mapping_justification": curie(link.justification),
        "reviewer_label": own().about.creator,
        "comment": SEPARATOR.join(link.notes),
        "verdict": short_name(link.verdict),
        "evidence": SEPARATOR.join(link.evidence),
        "evidence_status": curie(link.status),
        "seen_in": SEPARATOR.join(map(curie, link.seen_in)),
    }
