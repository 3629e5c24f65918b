"""Equality by representatives: of things that are the same, one stands for all in the facts.

Table same(node, rep) holds every thing that is the same as another, representatives included. Components are found by
large and small stars in turn, in few rounds even for long chains.
Source: Kiveris et al., Connected Components in MapReduce and Beyond, https://doi.org/10.1145/2670979.2670997
"""

from sjkg.reason.axioms import is_axiom
from sjkg.reason.encoding import Encoding
from sjkg.reason.tables import Tables

AFFECTED = " OR ".join(f"EXISTS (SELECT 1 FROM moved WHERE node = {column})" for column in "spo")


def start_equality(tables: Tables) -> None:
    """Make the empty table `same`."""
    tables.create("same", "SELECT 0 AS node, 0 AS rep LIMIT 0")


def merge(tables: Tables, encoding: Encoding, pairs: str, round_number: int) -> bool:
    """Unite the pairs of a SELECT of a, b, and put representatives in all facts; tell whether any thing got another one.

    Facts that thereby change count as new in this round: they are in `fresh`, too. What was asserted stays as it was in
    the table `asserted`, made the first time.
    """
    edges = f"SELECT DISTINCT greatest(a, b) AS a, least(a, b) AS b FROM ({pairs}) AS pairs WHERE a <> b"
    if not tables.create("edge", edges):
        return False
    if not tables.append("edge", "SELECT node, rep FROM same WHERE node <> rep"):
        tables.create("asserted", "SELECT s, p, o FROM fact WHERE round = 0")
    _connect(tables)
    moved = tables.create("moved", "SELECT a AS node, b AS rep FROM edge EXCEPT SELECT node, rep FROM same")
    tables.create("same", "SELECT a AS node, b AS rep FROM edge UNION SELECT b, b FROM edge")
    encoding.follow(tables)
    _rewrite(tables)
    for table in ("fresh", "axiom"):
        tables.delete(table, AFFECTED)
    tables.append("fresh", "SELECT s, p, o FROM renewed")
    tables.append("fact", f"SELECT s, p, o, {round_number} FROM renewed")
    tables.append("axiom", f"SELECT s, p, o, {round_number} FROM renewed WHERE {is_axiom(encoding)}")
    return bool(moved)


def _rewrite(tables: Tables) -> None:
    """Take the facts with things that are represented out of the table; keep in `renewed` what they become, if that is new."""
    tables.create(
        "rewritten",
        "SELECT DISTINCT coalesce(ms.rep, f.s) AS s, coalesce(mp.rep, f.p) AS p, coalesce(mo.rep, f.o) AS o "
        "FROM fact AS f LEFT JOIN moved AS ms ON f.s = ms.node LEFT JOIN moved AS mp ON f.p = mp.node "
        "LEFT JOIN moved AS mo ON f.o = mo.node "
        "WHERE ms.node IS NOT NULL OR mp.node IS NOT NULL OR mo.node IS NOT NULL",
    )
    tables.delete("fact", AFFECTED)
    tables.create(
        "renewed",
        "SELECT s, p, o FROM rewritten AS r WHERE NOT EXISTS "
        "(SELECT 1 FROM fact AS f WHERE f.s = r.s AND f.p = r.p AND f.o = r.o)",
    )


def _connect(tables: Tables) -> None:
    """Turn the edges, each from the greater to the lesser node, into stars around the least node of each component."""
    changed = 1
    while changed:
        # Large star: every greater neighbour of a node is tied to the least of the node and all its neighbours.
        tables.create(
            "star",
            "SELECT DISTINCT b AS a, least(a, lowest) AS b FROM (SELECT a, b, min(b) OVER (PARTITION BY a) AS lowest "
            "FROM (SELECT a, b FROM edge UNION ALL SELECT b, a FROM edge) AS pairs) AS p WHERE b > a",
        )
        # Small star: a node and its lesser neighbours are tied to the least of these.
        lowest = "(SELECT a, b, min(b) OVER (PARTITION BY a) AS lowest FROM star) AS p"
        tables.create(
            "lesser", f"SELECT a, lowest AS b FROM {lowest} UNION SELECT b, lowest FROM {lowest} WHERE b <> lowest"
        )
        changed = tables.number(
            "SELECT (SELECT count(*) FROM (SELECT * FROM lesser EXCEPT SELECT a, b FROM edge) AS new) "
            "+ (SELECT count(*) FROM (SELECT a, b FROM edge EXCEPT SELECT * FROM lesser) AS old)"
        )
        tables.rename("lesser", "edge")
