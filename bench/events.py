"""Synthetic events for measurements of the site: `python -m bench.events --count 100000 SNAPSHOT FOLDER`.

Lists, map and timeline read only the index (an SQLite file) of a snapshot (an immutable folder that a build writes), so
the events are added to a copy of the index alone, without hours of building. There are a fifth as many places with
coordinates, every tenth event has its own, and dates vary as in the packaged graph: days, ranges, months, open ends.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import NamedTuple

import click

from sjkg.core.vocabulary import PREFIXES
from sjkg.snapshot.folder import INDEX, Snapshot, publish, read_snapshot, unfinished_folder
from sjkg.snapshot.index.write import write_summaries
from sjkg.snapshot.manifest import MANIFEST

FIRST, DAYS = date(1932, 1, 1), 2900
WEST, EAST, SOUTH, NORTH = 100.0, 140.0, 38.0, 54.0
KINDS = ("BorderIncident", "Battle", "Engagement", "Incursion", "AirRaid", "Protest", "Negotiation")
POWERS = ("soviet-union", "empire-of-japan", "manchukuo", "mongolian-peoples-republic")
WHOLE = PREFIXES["event"] + "soviet-japanese-border-conflicts"
REGION = PREFIXES["place"] + "manchuria"


class DateBounds(NamedTuple):
    """The bounds of a date in ISO form: the begin is between the first two, the end between the others (None: open)."""

    begin: str
    sure_begin: str
    sure_end: str
    end: str | None


@click.command()
@click.option("--count", type=click.IntRange(1), default=100_000, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same events.")
@click.argument("snapshot", type=click.Path(path_type=Path, exists=True))
@click.argument("folder", type=click.Path(path_type=Path))
def main(count: int, seed: int, snapshot: Path, folder: Path) -> None:
    """Write a copy of SNAPSHOT with COUNT more events in its index below FOLDER; print its path."""
    click.echo(add_events(read_snapshot(snapshot), folder, count, seed).folder)


def add_events(snapshot: Snapshot, snapshots: Path, count: int, seed: int) -> Snapshot:
    """Return a new snapshot below `snapshots` with `count` more events in its index; nothing else differs."""
    with unfinished_folder(snapshots) as folder:
        shutil.copytree(snapshot.folder, folder, dirs_exist_ok=True)
        (folder / MANIFEST).unlink()
        connection = sqlite3.connect(folder / INDEX, isolation_level=None)
        connection.execute("BEGIN")
        insert_events(connection, count, Random(seed))
        for table in ("spots", "event_spots", "most_claimed"):
            connection.execute(f"DROP TABLE {table}")
        write_summaries(connection)
        connection.execute("COMMIT")
        connection.execute("ANALYZE")
        connection.close()
        name = f"{snapshot.manifest.inputs_sha256[:16]}-with-{count}-events-{seed}"
        return publish(folder, replace(snapshot.manifest, inputs_sha256=name), snapshots)


def insert_events(connection: sqlite3.Connection, count: int, random: Random) -> None:
    """Insert random events into the tables of an index, with their places, actors, facets and names."""
    places = [PREFIXES["place"] + f"made-up-{n}" for n in range(max(1, count // 5))]
    actors = [PREFIXES["actor"] + f"made-up-{n}" for n in range(max(1, count // 100))]
    wholes = [PREFIXES["event"] + f"made-up-{n}" for n in range(max(1, count // 50))]
    insert_rows(connection, "places", ("item", "name", "kind", "lat", "long", "events"), place_rows(places, random))
    insert_rows(
        connection,
        "actors",
        ("item", "name", "kind"),
        ((a, f"unit {n}", ontology_iri("MilitaryUnit")) for n, a in enumerate(actors)),
    )
    names = [(thing, thing.rpartition("/")[2], "en", 1) for thing in (*places, *actors)]
    first = connection.execute("SELECT MAX(number) + 1 FROM events").fetchone()[0]
    columns = "number item name kind date begin sureBegin sureEnd end place whole claims lat long".split()
    events, facets = [], []
    for n in range(count):
        event, of_event, days = random_event(n, random, places, actors, wholes)
        events.append((first + n, *event))
        facets += [
            ("events", facet, value, first + n, asserted_only, *days) for facet, value, asserted_only in of_event
        ]
    insert_rows(connection, "events", columns, events)
    insert_rows(connection, "facets", ("list", "facet", "value", "item", "asserted", "begin", "end"), facets)
    insert_rows(
        connection,
        "names",
        ("thing", "name", "language", "preferred"),
        [*names, *((e[1], e[2], "en", 1) for e in events)],
    )


def random_event(
    n: int, random: Random, places: list[str], actors: list[str], wholes: list[str]
) -> tuple[tuple, set[tuple[str, str, int]], tuple[str, str | None]]:
    """Return the columns of a random event, its facets, and its begin and end as ISO dates (end None if open).

    n: its ordinal, in name and IRI. places, actors, wholes: IRIs to choose from. The columns are those of the table
    events after "number"; a facet is (name, value, 1 if asserted or 0 if inferred).
    """
    kind, span, has_own = random.choice(KINDS), random_dates(random), random.random() < 0.1
    place, whole, actor, other = random.choice(places), random.choice(wholes), *random.sample(actors, 2)
    lat, long = random_position(random) if has_own else (None, None)
    years = range(int(span.begin[:4]), int((span.end or span.begin)[:4]) + 1)
    facets = {
        ("kind", ontology_iri(kind), 1),
        ("whole", whole, 1),
        ("whole", WHOLE, 0),
        ("dated", PREFIXES["basis"] + "stated", 1),
    }
    facets |= {("year", str(year), 1) for year in years}
    facets |= {("power", PREFIXES["actor"] + power, 0) for power in random.sample(POWERS, 2)}
    facets |= {("actor", actor, 1), ("actor", other, 1), ("place", REGION, 0)}
    facets |= set() if has_own else {("place", place, 1)}
    facets |= {("figures", ontology_iri("CasualtyClaim"), 1)} if n % 2 else set()
    name, item = f"{kind} no. {n}", PREFIXES["event"] + f"made-up-{n}"
    columns = (item, name, ontology_iri(kind), span.begin, *span, None if has_own else place, whole, n % 7, lat, long)
    return columns, facets, (span.begin, span.end)


def random_dates(random: Random) -> DateBounds:
    """Return random bounds: one day (60 %), some days (10 %), a day in a month (25 %), or with open end (5 %)."""
    day, chance = FIRST + timedelta(days=random.randrange(DAYS)), random.random()
    if chance < 0.6:
        return DateBounds(*[day.isoformat()] * 4)
    if chance < 0.7:
        last = (day + timedelta(days=random.randrange(1, 20))).isoformat()
        return DateBounds(day.isoformat(), day.isoformat(), last, last)
    if chance < 0.95:
        first = day.replace(day=1)
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        return DateBounds(first.isoformat(), last.isoformat(), first.isoformat(), last.isoformat())
    return DateBounds(*[day.isoformat()] * 3, None)


def place_rows(places: list[str], random: Random) -> Iterator[tuple]:
    """Yield rows for the table places: IRI, name, class, latitude, longitude, number of events."""
    for n, place in enumerate(places):
        yield place, f"made-up place {n}", ontology_iri("Settlement"), *random_position(random), 5


def random_position(random: Random) -> tuple[float, float]:
    """Return a random latitude and longitude in degrees, within the region of the conflicts."""
    return round(random.uniform(SOUTH, NORTH), 4), round(random.uniform(WEST, EAST), 4)


def ontology_iri(name: str) -> str:
    """Return the IRI of a local name in the project's ontology."""
    return PREFIXES["sjkg"] + name


def insert_rows(connection: sqlite3.Connection, table: str, columns, rows) -> None:
    """Insert rows into columns of a table of an SQLite database."""
    listed = ", ".join(f'"{column}"' for column in columns)
    marks = ", ".join("?" * len(columns))
    connection.executemany(f'INSERT INTO "{table}" ({listed}) VALUES ({marks})', rows)


if __name__ == "__main__":
    main()
