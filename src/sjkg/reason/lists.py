"""The lists that axioms are made of: intersections, chains, keys, enumerations."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from sjkg.reason.compile import FIRST, NIL, REST, Encode
from sjkg.reason.tables import Tables

Cells = dict[int, list[tuple[int, int]]]


def collect_lists(tables: Tables, encode: Encode, properties: Iterable[str], whole: Iterable[str]) -> set[int]:
    """Make the tables member(list, place, item) and list{n}(list, item1, …) of the lists that axioms point to.

    properties: those whose value is a list; whole: those of them whose rules are about all members at once.
    Returns the lengths of the latter, 0 not among them: no rule says anything about an empty list.
    A list counts that ends in rdf:nil; one that forks is all the lists along its branches, one that goes in a circle none.
    """
    of_axioms = ", ".join(str(number) for name in properties for number in encode(name))
    tables.create(
        "cell",
        "SELECT f.s AS node, f.o AS item, r.o AS rest FROM fact f, fact r "
        f"WHERE f.s = r.s AND f.p = {encode(FIRST)[0]} AND r.p = {encode(REST)[0]}",
    )
    cells: Cells = defaultdict(list)
    for node, item, rest in tables.rows(
        f"WITH RECURSIVE reached(node) AS (SELECT o FROM axiom WHERE p IN ({of_axioms}) UNION "
        "SELECT rest FROM reached, cell WHERE cell.node = reached.node) "
        "SELECT cell.* FROM reached, cell WHERE cell.node = reached.node ORDER BY ALL"
    ):
        cells[node].append((item, rest))
    heads = tables.rows(f"SELECT DISTINCT p, o FROM axiom WHERE p IN ({of_axioms}) ORDER BY ALL")
    lists = {(head, items) for _, head in heads for items in _walk(head, cells, encode(NIL)[0])}
    members = {(head, place, item) for head, items in lists for place, item in enumerate(items)}
    tables.fill("member", ("list", "place", "item"), sorted(members))
    taken_whole = {head for p, head in heads if p in {number for name in whole for number in encode(name)}}
    lengths = {len(items) for head, items in lists if head in taken_whole and items}
    for length in lengths:
        columns = ("list", *(f"item{place}" for place in range(1, length + 1)))
        rows = sorted((head, *items) for head, items in lists if head in taken_whole and len(items) == length)
        tables.fill(f"list{length}", columns, rows)
    return lengths


def _walk(head: int, cells: Cells, nil: int) -> Iterator[tuple[int, ...]]:
    """Yield the items along every way from a head to the end."""
    ways: list[tuple[int, list[int], set[int]]] = [(head, [], set())]
    while ways:
        node, items, passed = ways.pop()
        while node in cells and node not in passed:
            passed.add(node)
            (item, rest), *forks = cells[node]
            ways += [(other_rest, [*items, other], set(passed)) for other, other_rest in forks]
            items.append(item)
            node = rest
        if node == nil:
            yield tuple(items)
