"""From representatives back to everything they stand for: the inferred triples as they are reported."""

from sjkg.reason.compile import SAME_AS, Encode
from sjkg.reason.tables import Tables

NAMES = "FROM {} AS f LEFT JOIN same AS a ON a.rep = f.s LEFT JOIN same AS b ON b.rep = f.p LEFT JOIN same AS c ON c.rep = f.o"
NAMED = "coalesce(a.node, f.s) AS s, coalesce(b.node, f.p) AS p, coalesce(c.node, f.o) AS o"


def inferred(tables: Tables, encode: Encode, complete: bool) -> str:
    """Return a SELECT of s, p, o: every inferred triple once.

    complete: what is said of a number is also said of the same number written otherwise; without, only where nothing
    tells how it was written.
    """
    if not tables.count("same"):
        return "SELECT s, p, o FROM fact WHERE round > 0"
    same_as = encode(SAME_AS)[0]
    equal = f"SELECT x.node AS s, {same_as} AS p, y.node AS o FROM same AS x, same AS y WHERE x.rep = y.rep"
    tables.create(
        "expanded",
        f"SELECT DISTINCT {NAMED}, f.s AS rs, f.p AS rp, f.o AS ro {NAMES.format('fact')} "
        f"WHERE f.p <> {same_as} OR a.node IS NULL UNION SELECT f.s, coalesce(b.node, f.p), f.o, f.s, f.p, f.o FROM ({equal}) AS f LEFT JOIN same AS b ON b.rep = f.p",
    )
    if not complete:
        _keep_as_written(tables)
    return (
        "SELECT s, p, o FROM expanded AS e WHERE NOT EXISTS "
        "(SELECT 1 FROM asserted AS f WHERE f.s = e.s AND f.p = e.p AND f.o = e.o)"
    )


def _keep_as_written(tables: Tables) -> None:
    """Take away the triples that only write a value in another way than a triple from before values were compared."""
    tables.create(
        "kept",
        "SELECT DISTINCT coalesce(x.rep, f.s) AS rs, coalesce(y.rep, f.p) AS rp, coalesce(z.rep, f.o) AS ro, f.o AS o "
        "FROM written AS f LEFT JOIN same AS x ON x.node = f.s LEFT JOIN same AS y ON y.node = f.p "
        "LEFT JOIN same AS z ON z.node = f.o",
    )
    same_fact = "k.rs = expanded.rs AND k.rp = expanded.rp AND k.ro = expanded.ro"
    tables.delete(
        "expanded",
        f"EXISTS (SELECT 1 FROM literal WHERE node = o) AND EXISTS (SELECT 1 FROM kept AS k WHERE {same_fact}) "
        f"AND NOT EXISTS (SELECT 1 FROM kept AS k WHERE {same_fact} AND k.o = expanded.o)",
    )
