"""What the timeline reads of an index: how many events begin and end on each day."""

from sjkg.index.definitions import List
from sjkg.index.read import DATED, Choice, Index, where


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
