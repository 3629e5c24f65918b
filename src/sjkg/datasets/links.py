"""The accepted links with external datasets, as triples: from our things to those of the datasets."""

from collections.abc import Collection, Iterable

from sjkg.core.errors import BrokenInput
from sjkg.core.findings import Finding
from sjkg.core.terms import Iri, is_valid_term
from sjkg.core.vocabulary import ONTOLOGY, curie, expand
from sjkg.datasets.read import FOLDER, LINKS, ExternalDataset
from sjkg.matching.foreign import file_finding
from sjkg.matching.link_tables import LinkTable, read_links

MATCHES = ("sameThing", "partOf", "hasPart", "near")
SAME = f"{ONTOLOGY}{MATCHES[0]}"


def read_accepted_links(
    datasets: Iterable[ExternalDataset], things: Collection[str]
) -> tuple[list[str], list[Finding]]:
    """Return the accepted links of datasets as lines of N-Quads with line ends, and findings on those that cannot be right.

    things: the IRIs of our things. Links with a finding, at the line of the table, are left out.
    """
    lines: list[str] = []
    findings: list[Finding] = []
    for dataset in datasets:
        if not dataset.links.is_file():
            continue
        try:
            table = read_links(dataset.links)
        except BrokenInput as error:
            findings += error.findings
            continue
        found, faults = _read_table(dataset, table, things)
        lines += found
        findings += faults
    return lines, findings


def _read_table(dataset: ExternalDataset, table: LinkTable, things: Collection[str]) -> tuple[list[str], list[Finding]]:
    """Return the accepted links of a dataset as lines, and the findings on its table."""
    lines: list[str] = []
    findings: list[Finding] = []
    same: dict[str, int] = {}
    prefixes = table.prefixes
    for row in table.rows:
        if not row.is_accepted:
            continue
        subject, item = row.pair[0], expand_with(row.pair[1], prefixes)
        match = expand(row.values["predicate_id"].strip())
        fault = _find_fault(subject, match, item, things)
        if match == SAME and not fault:
            if taken := next((name for name in (subject, item) if name in same), None):
                fault = f"{curie(taken)} is the same thing as another one in line {same[taken]}; refuse one of the two links"
            else:
                same |= {subject: row.line, item: row.line}
        if fault:
            findings.append(
                file_finding(f"{FOLDER}/{dataset.name}/{LINKS}", row.line, f"{fault}; the link is left out", "warning")
            )
        else:
            lines.append(f"<{subject}> <{match}> <{item}> <{dataset.linked}> .\n")
    return lines, findings


def _find_fault(subject: str, match: str, item: str, things: Collection[str]) -> str | None:
    """Return why a link cannot be right; None if it can."""
    if subject not in things:
        return f"{curie(subject)} is not a thing of the graph; correct it, or refuse the link"
    if match not in {f"{ONTOLOGY}{name}" for name in MATCHES}:
        return f"{curie(match)} is not a match; write {', '.join(f'sjkg:{name}' for name in MATCHES)}"
    if not is_valid_term(Iri(item)):
        return f"“{item}” is not an absolute IRI; write it in full, or declare its prefix in the curie_map"
    return None


def expand_with(name: str, prefixes: dict[str, str]) -> str:
    """Return the IRI of a CURIE by the prefixes of its table, else by ours; a text without such a prefix is returned unchanged."""
    prefix, colon, local = name.partition(":")
    return prefixes[prefix] + local if colon and prefix in prefixes else expand(name)
