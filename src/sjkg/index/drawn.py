"""What drawings read of an index: how many events begin and end on each day, and where they are."""

from sjkg.index.definitions import List
from sjkg.index.read import DATED, Choice, Index, where

AT_LOCATED_PLACE = """SELECT facets.item FROM facets JOIN places ON places.item = facets.value
                      WHERE facets.list = 'events' AND facets.facet = 'place' AND places.lat IS NOT NULL"""


def days(index: Index, events: List, choice: Choice, side: str) -> list[tuple[str | None, int]]:
    """Return of how many dated events each day is the first (side "begin") or the last ("end"), in order.

    None stands for a side that is left open.
    """
    condition, values = where(events, choice)
    rows = index.select(
        f'SELECT "{side}" AS day, COUNT(*) AS total FROM events WHERE {DATED} AND {condition} GROUP BY day ORDER BY day',
        values,
    )
    return [(row["day"], row["total"]) for row in rows]


def placed_by_themselves(index: Index, events: List, choice: Choice) -> list[dict]:
    """Return the events that have coordinates of their own and take place at no place that has some."""
    condition, values = where(events, choice)
    return index.select(
        f"SELECT * FROM events WHERE {condition} AND lat IS NOT NULL AND number NOT IN ({AT_LOCATED_PLACE})", values
    )


def count_placed(index: Index, events: List, choice: Choice) -> int:
    """Return how many events a map can show."""
    condition, values = where(events, choice)
    return index.select(
        f"SELECT COUNT(*) AS total FROM events WHERE {condition} AND (lat IS NOT NULL OR number IN ({AT_LOCATED_PLACE}))",
        values,
    )[0]["total"]


def spots_of_thing(index: Index, thing: str) -> list[dict]:
    """Return item, name, lat and long of a place; of the places of an event, or of the event itself where no place has any."""
    return index.select(
        f"""SELECT item, name, lat, long FROM places WHERE lat IS NOT NULL AND (item = :thing OR item IN (
              SELECT value FROM facets JOIN events ON events.number = facets.item
              WHERE facets.list = 'events' AND facets.facet = 'place' AND events.item = :thing))
            UNION SELECT item, name, lat, long FROM events
            WHERE item = :thing AND lat IS NOT NULL AND number NOT IN ({AT_LOCATED_PLACE})""",
        {"thing": thing},
    )
