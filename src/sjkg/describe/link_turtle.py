"""Decided lines of an SSSOM table as links in Turtle, in the form of the files in triples/links/."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sjkg.core.facts import Facts
from sjkg.core.findings import Finding
from sjkg.core.messages import count_noun
from sjkg.core.ntriples import literal_parts, literal_text, plain_text
from sjkg.core.vocabulary import ONTOLOGY, PREFIXES, curie, expand, own
from sjkg.describe.links import ACCEPTED, IDENTIFIER, LABEL, NOTE, REFUSED, URI_SPACE
from sjkg.describe.sssom import SEPARATOR
from sjkg.kb.rdf_files import parse_rdf_file
from sjkg.matching.foreign import file_finding, refuse_file
from sjkg.matching.link_tables import LinkRow, LinkTable
from sjkg.turtle.format import format_turtle

MATCHES = ("sjkg:sameThing", "sjkg:near", "sjkg:partOf", "sjkg:hasPart", "rdfs:seeAlso")
JUSTIFICATIONS = ("semapv:ManualMappingCuration", "semapv:LexicalMatching", "semapv:UnspecifiedMatching")
CURIE_MAP = re.compile(r"\s+([\w-]+)\s*:\s*\"?([^\s\"]+)\"?\s*")
ENCODED = re.compile(r"(?:%[89A-Fa-f][0-9A-Fa-f])+")  # characters outside ASCII
NOT_RECORDED = "not recorded"


@dataclass(frozen=True)
class LinkedDataset:
    """A dataset to which links lead. iri: of its concept. name: its label. space: how the IRIs of its things begin."""

    iri: str
    name: str
    space: str


def links_to_turtle(file: str, table: LinkTable, datasets: list[LinkedDataset]) -> str:
    """Return the decided lines of a table of links as formatted Turtle, an sjkg:IdentityLink for each.

    file: the path of the table. datasets: those that the knowledge base knows. The evidence is the column “evidence”, else
    “comment”; a line decided by a person has the justification semapv:ManualMappingCuration unless it names another one of
    JUSTIFICATIONS. Raises BrokenInput, with the line of each error, when a line cannot become a link.
    """
    prefixes = {found[1]: found[2] for line in table.header if (found := CURIE_MAP.fullmatch(line))}
    errors: list[Finding] = []
    lines: list[str] = []
    seen: dict[str, int] = {}
    for row in table.rows:
        if not row.is_decided:
            continue
        try:
            iri, properties = _to_link(row, prefixes, datasets)
        except ValueError as error:
            errors.append(file_finding(file, row.line, str(error)))
            continue
        if iri in seen:
            message = (
                f"the line gives the same link as line {seen[iri]}, {curie(iri)}; delete one, or name it in record_id"
            )
            errors.append(file_finding(file, row.line, message))
        seen[iri] = row.line
        lines += [f"<{iri}> <{predicate}> {value} .\n" for predicate, value in properties]
    if errors:
        raise refuse_file(file, errors)
    declared = "".join(f"@prefix {name}: <{namespace}> .\n" for name, namespace in PREFIXES.items())
    return format_turtle(declared + "".join(lines), file)


def count_lines(table: LinkTable) -> str:
    """Return how many lines of a table are decided, and how many are left out, as text."""
    decided = sum(row.is_decided for row in table.rows)
    return f"{count_noun(decided, 'decided line')} of {len(table.rows)} written as links"


def _to_link(
    row: LinkRow, prefixes: Mapping[str, str], datasets: list[LinkedDataset]
) -> tuple[str, list[tuple[str, str]]]:
    """Return the IRI of the link in a line, and pairs of property and value in N-Triples. Raises ValueError for a line that is none."""

    def cell(name: str) -> str:
        return row.values.get(name, "").strip()

    thing = expand(cell("subject_id"))
    if not thing.startswith(own().ids):
        raise ValueError(f"“{cell('subject_id')}” is not a thing of the graph; write one such as event:example")
    match = curie(expand(cell("predicate_id")))
    if match not in MATCHES:
        raise ValueError(f"“{cell('predicate_id')}” is not a kind of match; write one of {', '.join(MATCHES)}")
    other = _read_object(cell("object_id"), prefixes)
    dataset = next((each for each in datasets if other.startswith(each.space)), None)
    if dataset is None:
        known = ", ".join(each.space for each in datasets)
        raise ValueError(
            f"<{other}> is in no dataset with a void:uriSpace; add the dataset to ontology/vocab/dataset.ttl (known: {known})"
        )
    slug, local = thing.rpartition("/")[2], dataset.iri.rpartition("/")[2]
    name = cell("subject_label") or slug.replace("-", " ")
    justification = cell("mapping_justification")
    notes = [text for text in cell("comment").split(SEPARATOR) if text]
    evidence = [text for text in cell("evidence").split(SEPARATOR) if text] or (
        [NOT_RECORDED] if row.is_refused else notes or [NOT_RECORDED]
    )
    kept_notes = notes if row.is_refused or cell("evidence") else []
    seen_in = [each for each in cell("seen_in").split(SEPARATOR) if each]
    iris = {
        f"{PREFIXES['rdf']}type": f"{ONTOLOGY}IdentityLink",
        f"{ONTOLOGY}linkedThing": thing,
        f"{ONTOLOGY}linkedTo": other,
        f"{ONTOLOGY}match": expand(match),
        f"{ONTOLOGY}dataset": dataset.iri,
        f"{ONTOLOGY}verdict": REFUSED if row.is_refused else ACCEPTED,
        f"{ONTOLOGY}status": expand(cell("evidence_status") or "status:unnamed-source"),
        f"{ONTOLOGY}justification": expand(justification if justification in JUSTIFICATIONS else JUSTIFICATIONS[0]),
    }
    texts = [(LABEL, f"{name[:1].upper()}{name[1:]} in {dataset.name}"), *((NOTE, note) for note in kept_notes)]
    texts += [(f"{ONTOLOGY}evidence", text) for text in evidence]
    return expand(cell("record_id") or f"link:{slug}--{local}"), [
        *((predicate, f"<{iri}>") for predicate, iri in iris.items()),
        *((f"{ONTOLOGY}seenIn", f"<{expand(each)}>") for each in seen_in),
        *((predicate, literal_text(text, language="en")) for predicate, text in texts),
        (IDENTIFIER, literal_text(other.removeprefix(dataset.space).strip("/"))),
    ]


def _read_object(text: str, prefixes: Mapping[str, str]) -> str:
    """Return the IRI of an object, without percent-encoding of characters outside ASCII. Raises ValueError for none."""
    prefix, colon, local = text.partition(":")
    if not colon or (prefix not in prefixes and "//" not in local):
        raise ValueError(
            f"“{text}” is not an IRI, and its prefix is not in curie_map; write the IRI, or add the prefix to the header"
        )
    iri = prefixes[prefix] + local if prefix in prefixes and not local.startswith("//") else text
    return ENCODED.sub(_decode, iri)


def _decode(found: re.Match[str]) -> str:
    """Return the characters of percent-encoded bytes, or the text unchanged where they are not UTF-8."""
    try:
        return bytes.fromhex(found[0].replace("%", "")).decode()
    except UnicodeDecodeError:
        return found[0]


def read_linked_datasets(kb: Path) -> list[LinkedDataset]:
    """Return the datasets in ontology/vocab/dataset.ttl whose things have a common URI space, those with the longest first."""
    facts = Facts(parse_rdf_file(kb / "ontology" / "vocab" / "dataset.ttl").lines)
    found = (
        (
            plain_text(node),
            *(literal_parts(facts.value(node, f"<{iri}>") or '""').lexical for iri in (LABEL, URI_SPACE)),
        )
        for node in facts.subjects(f"<{PREFIXES['rdf']}type>", f"<{PREFIXES['skos']}Concept>")
    )
    datasets = [LinkedDataset(iri, name, space) for iri, name, space in found if space]
    return sorted(datasets, key=lambda each: -len(each.space))
