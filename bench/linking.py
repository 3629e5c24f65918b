"""Benchmark of linking: `python -m bench.linking`.

Rows are made of the things of the graph, as other datasets write them: another name of the thing, misspelt, with initials
or with another word for its kind, a date of another precision, a point nearby, or none of these; and of events that are
made up. The table has the rows per second of processor time, the shares of the certain links that are right and of the right links
that are certain, and the rows to check for 95 % of the right links. A table goes to stderr, JSON to stdout.
"""

import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import click

from bench.words import random_place_name
from sjkg.core.settings import packaged_kb
from sjkg.matching.foreign import ForeignDataset, ForeignRecord
from sjkg.matching.link_check import check_links
from sjkg.matching.link_tables import LinkRow, LinkTable
from sjkg.matching.proposals import propose_links
from sjkg.matching.record_table import RecordTable
from sjkg.matching.records import FieldValue, Record, make_record
from sjkg.snapshot.build import ensure_snapshot
from sjkg.snapshot.index.read import Index

KINDS = ("event", "person", "state", "army", "place", "treaty")  # works are named like their authors
OTHER_WORDS = {"incident": "battle", "battle": "engagement", "clash": "skirmish", "War": "conflict", "attack": "battle"}
MADE_UP = ("Battle of {}", "Siege of {}", "{} incident", "{} War", "clash at {}")


def vary_name(record: Record, chance: random.Random) -> str:
    """Return a name of a record as another dataset may write it."""
    name, how = chance.choice(record.names).text, chance.random()
    words = name.split()
    if record.kind == "person" and how < 0.5 and len(words) > 1 and name.isascii():
        first, last = words[0], words[-1]
        return chance.choice((f"{last}, {' '.join(words[:-1])}", f"{first[0]}. {last}", f"{last}, {first[0]}."))
    letters = [place for place, letter in enumerate(name) if letter.isalpha()]
    if how < 0.15 and letters:
        place = chance.choice(letters)
        return name[:place] + chance.choice("aeiourstn") + name[place + 1 :]
    word = next((word for word in OTHER_WORDS if word in words), "")
    return name.replace(word, OTHER_WORDS[word]) if word and how < 0.35 else name


def vary_record(record: Record, table: RecordTable, chance: random.Random) -> Iterator[FieldValue]:
    """Yield statements about a thing of ours as another dataset may make them."""
    yield FieldValue("kind", record.kind)
    yield FieldValue("name", vary_name(record, chance))
    begin = record.begin
    if begin and begin.first and begin.days and chance.random() < 0.8:
        day = begin.first + timedelta(chance.randrange(begin.days))
        yield FieldValue("begin", chance.choice((f"{day}", f"{day}", f"{day.year}-01-01", f"{day:%Y-%m}", f"{day:%Y}")))
        if record.end and record.end.last and chance.random() < 0.5:
            yield FieldValue("end", str(max(day, record.end.last)))
    if record.points and chance.random() < 0.7:
        latitude, longitude = record.points[0]
        yield FieldValue("point", f"{latitude + chance.gauss(0, 0.05):.4f} {longitude + chance.gauss(0, 0.05):.4f}")
    for field, things in (("whole", record.wholes), ("participant", record.participants)):
        if things and chance.random() < 0.4:
            yield FieldValue(field, table.records[chance.choice(things)].name)


def make_dataset(table: RecordTable, others: int, chance: random.Random) -> tuple[ForeignDataset, LinkTable]:
    """Return a dataset of the things of the graph and of `others` events that are made up, and its right links."""
    ours = [record for record in table.records.values() if record.kind in KINDS]
    described = [list(vary_record(record, table, chance)) for record in ours]
    for _ in range(others):
        name = chance.choice(MADE_UP).format(random_place_name(chance))
        day = date(1850, 1, 1) + timedelta(chance.randrange(40_000))
        described.append([FieldValue("kind", "event"), FieldValue("name", name), FieldValue("begin", str(day))])
    records = tuple(
        ForeignRecord(f"row:{row}", make_record(str(row), statements), row) for row, statements in enumerate(described)
    )
    links = (
        LinkRow({"subject_id": record.key, "predicate_id": "sjkg:sameThing", "object_id": str(row)})
        for row, record in enumerate(ours)
    )
    return ForeignDataset("made up", records), LinkTable(tuple(links))


@click.command()
@click.option("--others", type=click.IntRange(0), default=3000, help="Events that are made up.")
@click.option("--seed", type=int, default=7)
def main(others: int, seed: int) -> None:
    """Measure how many rows per second are linked, and how well."""
    with tempfile.TemporaryDirectory() as folder:
        table = Index(ensure_snapshot(packaged_kb(), Path(folder)).index).read_records()
    dataset, right = make_dataset(table, others, random.Random(seed))
    begun = time.process_time()
    proposals = propose_links(dataset, table)
    seconds = time.process_time() - begun
    checked = check_links(proposals, right, dataset, table)
    row = {
        "rows": len(dataset.records),
        "rows_per_cpu_s": round(len(dataset.records) / seconds),
        "right_links": checked.true,
        "precision": round(checked.precision, 3),
        "recall": round(checked.recall, 3),
        "rows_to_check": checked.rows_to_check,
        "all_to_check": checked.all_to_check,
    }
    click.echo("\n".join(f"{name:>14}  {value}" for name, value in row.items()), err=True)
    json.dump(row, sys.stdout)
    print()


if __name__ == "__main__":
    main()
