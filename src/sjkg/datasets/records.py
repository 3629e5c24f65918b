"""Records of external datasets, by which they are linked with our things.

They are read from the statements in our terms; of a dataset that is not translated, from those that a profile finds, or from its tables.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from sjkg.core.errors import BrokenInput
from sjkg.core.terms import resolve_iri
from sjkg.core.vocabulary import own
from sjkg.datasets.read import ExternalDataset, find_metadata, is_table
from sjkg.matching.csv_dataset import read_csv
from sjkg.matching.foreign import ForeignDataset
from sjkg.matching.rdf_dataset import read_rdf
from sjkg.matching.tables import QUERY
from sjkg.profiles.read import Profile
from sjkg.store.datasets import Scope
from sjkg.store.quad_store import QuadStore

TRANSLATED = QUERY.with_name("translated-records.rq")
RECORDS = "records.rq"  # of a profile


def read_records(
    dataset: ExternalDataset,
    store: QuadStore,
    graphs: Mapping[str, int],
    profiles: Mapping[str, Profile],
    kind: str = "",
    *,
    lenient: bool = False,
) -> ForeignDataset:
    """Return the records of a dataset.

    store, graphs: the stores of a snapshot, and its external graphs with their numbers of triples. kind: of all records; "" if the dataset
    decides. lenient: whether to leave out values that are neither dates nor points, with a warning each. Raises BrokenInput when there are no records.
    """
    if graphs.get(dataset.translated):
        scope = Scope((dataset.translated,), (f"{own().graphs}ontology",))
        return _found(dataset, read_rdf(store, dataset.folder, TRANSLATED, kind, lenient=lenient, scope=scope))
    tables = [file for file in dataset.files if is_table(file.name)]
    if tables:
        read = [_read_table(dataset, file, kind, lenient) for file in tables]
        joined = tuple(record for each in read for record in each.records)
        return _found(dataset, replace(max(read, key=lambda each: len(each.records)), records=joined))
    queries = [profile.folder / RECORDS for profile in profiles.values() if (profile.folder / RECORDS).is_file()]
    scope = Scope((dataset.published,), ())
    found = [read_rdf(store, dataset.folder, query, kind, lenient=True, scope=scope) for query in queries]
    return _found(dataset, max(found, key=lambda each: len(each.records)))


def _found(dataset: ExternalDataset, read: ForeignDataset) -> ForeignDataset:
    """Return the records of a dataset, named like it. Raises BrokenInput if there are none."""
    if not read.records:
        raise BrokenInput(
            f"the dataset {dataset.name} has no records with names; say by a profile which of its statements are names, dates and places"
        )
    return replace(read, file=dataset.name)


def _read_table(dataset: ExternalDataset, file: Path, kind: str, lenient: bool) -> ForeignDataset:
    """Return the records of a table, with the IRIs that its rows have in the graph; none if it has no names."""
    try:
        read = read_csv(file, find_metadata(file), kind, lenient=lenient)
    except BrokenInput as error:
        if any("no column is a name" in finding.message for finding in error.findings):
            return ForeignDataset(str(file), ())
        raise
    base = dataset.file_iri(file)
    return replace(read, records=tuple(replace(each, subject=resolve_iri(each.subject, base)) for each in read.records))
