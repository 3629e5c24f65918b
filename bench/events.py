"""Adds made-up events to the index of a snapshot: `python -m bench.events --count 100000 SNAPSHOT FOLDER`.

Lists, map and timeline read the index alone, so their speed with very many events is measured without hours of building. A fifth
as many places have coordinates of their own, every tenth event too, and dates are as rough as ours: days, months, spans, open ends.
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


class Span(NamedTuple):
    """The bounds of a date, in ISO form."""

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
    """Write a copy of SNAPSHOT with COUNT more events in its index below FOLDER."""
    click.echo(with_events(read_snapshot(snapshot), folder, count, seed).folder)


def with_events(snapshot: Snapshot, snapshots: Path, count: int, seed: int) -> Snapshot:
    """Return a snapshot with that many more events in its index; its store and dumps stay as they are."""
    with unfinished_folder(snapshots) as folder:
        shutil.copytree(snapshot.folder, folder, dirs_exist_ok=True)
        (folder / MANIFEST).unlink()
        connection = sqlite3.connect(folder / INDEX, isolation_level=None)
        connection.execute("BEGIN")
        write_events(connection, count, Random(seed))
        for table in ("spots", "event_spots", "most_claimed"):
            connection.execute(f"DROP TABLE {table}")
        write_summaries(connection)
        connection.execute("COMMIT")
        connection.execute("ANALYZE")
        connection.close()
        name = f"{snapshot.manifest.inputs_sha256[:16]}-with-{count}-events-{seed}"
        return publish(folder, replace(snapshot.manifest, inputs_sha256=name), snapshots)


def write_events(connection: sqlite3.Connection, count: int, random: Random) -> None:
    """Add events, and the places and actors of them, with all that lists know of each."""
    places = [PREFIXES["place"] + f"made-up-{n}" for n in range(max(1, count // 5))]
    actors = [PREFIXES["actor"] + f"made-up-{n}" for n in range(max(1, count // 100))]
    wholes = [PREFIXES["event"] + f"made-up-{n}" for n in range(max(1, count // 50))]
    insert(connection, "places", ("item", "name", "kind", "lat", "long", "events"), place_rows(places, random))
    insert(
        connection,
        "actors",
        ("item", "name", "kind"),
        ((a, f"unit {n}", sjkg("MilitaryUnit")) for n, a in enumerate(actors)),
    )
    names = [(thing, thing.rpartition("/")[2], "en", 1) for thing in (*places, *actors)]
    first = connection.execute("SELECT MAX(number) + 1 FROM events").fetchone()[0]
    columns = "number item name kind date begin sureBegin sureEnd end place whole claims lat long".split()
    events, facets = [], []
    for n in range(count):
        event, of_event, days = made_up(n, random, places, actors, wholes)
        events.append((first + n, *event))
        facets += [
            ("events", facet, value, first + n, asserted_only, *days) for facet, value, asserted_only in of_event
        ]
    insert(connection, "events", columns, events)
    insert(connection, "facets", ("list", "facet", "value", "item", "asserted", "begin", "end"), facets)
    insert(
        connection,
        "names",
        ("thing", "name", "language", "preferred"),
        [*names, *((e[1], e[2], "en", 1) for e in events)],
    )


def made_up(
    n: int, random: Random, places: list[str], actors: list[str], wholes: list[str]
) -> tuple[tuple, set[tuple[str, str, int]], tuple[str, str | None]]:
    """Return the columns of one event after its number, its facets (name, value, whether it is stated), and its days."""
    kind, span, has_own = random.choice(KINDS), made_up_span(random), random.random() < 0.1
    place, whole, actor, other = random.choice(places), random.choice(wholes), *random.sample(actors, 2)
    lat, long = spot(random) if has_own else (None, None)
    years = range(int(span.begin[:4]), int((span.end or span.begin)[:4]) + 1)
    facets = {
        ("kind", sjkg(kind), 1),
        ("whole", whole, 1),
        ("whole", WHOLE, 0),
        ("dated", PREFIXES["basis"] + "stated", 1),
    }
    facets |= {("year", str(year), 1) for year in years}
    facets |= {("power", PREFIXES["actor"] + power, 0) for power in random.sample(POWERS, 2)}
    facets |= {("actor", actor, 1), ("actor", other, 1), ("place", REGION, 0)}
    facets |= set() if has_own else {("place", place, 1)}
    facets |= {("figures", sjkg("CasualtyClaim"), 1)} if n % 2 else set()
    name, item = f"{kind} no. {n}", PREFIXES["event"] + f"made-up-{n}"
    columns = (item, name, sjkg(kind), span.begin, *span, None if has_own else place, whole, n % 7, lat, long)
    return columns, facets, (span.begin, span.end)


def made_up_span(random: Random) -> Span:
    """Return a day, some days for certain, some time in a month, or a day from which the end is left open."""
    day, chance = FIRST + timedelta(days=random.randrange(DAYS)), random.random()
    if chance < 0.6:
        return Span(*[day.isoformat()] * 4)
    if chance < 0.7:
        last = (day + timedelta(days=random.randrange(1, 20))).isoformat()
        return Span(day.isoformat(), day.isoformat(), last, last)
    if chance < 0.95:
        first = day.replace(day=1)
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        return Span(first.isoformat(), last.isoformat(), first.isoformat(), last.isoformat())
    return Span(*[day.isoformat()] * 3, None)


def place_rows(places: list[str], random: Random) -> Iterator[tuple]:
    for n, place in enumerate(places):
        yield place, f"made-up place {n}", sjkg("Settlement"), *spot(random), 5


def spot(random: Random) -> tuple[float, float]:
    return round(random.uniform(SOUTH, NORTH), 4), round(random.uniform(WEST, EAST), 4)


def sjkg(name: str) -> str:
    return PREFIXES["sjkg"] + name


def insert(connection: sqlite3.Connection, table: str, columns, rows) -> None:
    """Add rows to a table."""
    listed = ", ".join(f'"{column}"' for column in columns)
    marks = ", ".join("?" * len(columns))
    connection.executemany(f'INSERT INTO "{table}" ({listed}) VALUES ({marks})', rows)


if __name__ == "__main__":
    main()
