"""From a file of triples to a file of what follows from them: for graphs too large for Python objects."""

import time
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from sjkg.core.errors import BrokenInput
from sjkg.core.vocabulary import PREFIXES
from sjkg.reason.axiomatic import VOCABULARY, add_axiomatic
from sjkg.reason.closure import STANDARDS
from sjkg.reason.compile import SAME_AS, TYPE
from sjkg.reason.engine import Progress
from sjkg.reason.literals import number_values, parse_literal
from sjkg.reason.load import load_file
from sjkg.reason.reasoner import Reasoner, ReasonerInput
from sjkg.reason.rules import Encoding
from sjkg.reason.tables import Tables, open_tables, quoted
from sjkg.reason.values import Value, holds

RDFS = PREFIXES["rdfs"]


@dataclass(frozen=True)
class Closed:
    """How many triples were asserted and inferred, and how long loading, reasoning and writing took."""

    asserted: int
    inferred: int
    load_s: float
    reason_s: float
    write_s: float


def close_file(
    source: Path,
    target: Path,
    *,
    memory_gib: float,
    spark_master: str | None = None,
    progress: Progress = lambda text: None,
) -> Closed:
    """Write what OWL 2 RL adds to a file to another: only additions, and of those only the useful ones (see owl.closure).

    source: .nt, .nq or .parquet; other RDF formats are taken, too, but more slowly. target: .nt or .parquet.
    memory_gib: what does not fit goes to a temporary folder. spark_master: let Spark do it, which makes the target a
    folder of parts; else DuckDB does. Raises Inconsistent, BrokenInput for a file that cannot be read or a target of
    another kind, and NotInstalled.
    """
    if target.suffix not in (".nt", ".parquet"):
        raise BrokenInput(f"{target} would be neither .nt nor .parquet; give it one of these endings")
    if spark_master and target.exists():
        raise BrokenInput(f"{target} is there already, and Spark writes a new folder; take it away or name another")
    with _open(spark_master, memory_gib) as tables:
        times = [time.perf_counter()]
        progress("load")
        given = read_input(tables, source)
        asserted = tables.count("asserted")
        times.append(time.perf_counter())
        reasoner = Reasoner(given, progress)
        reasoner.close()
        times.append(time.perf_counter())
        progress("write")
        inferred = _write(tables, reasoner.inferred(), target)
        times.append(time.perf_counter())
    return Closed(asserted, inferred, *(round(b - a, 3) for a, b in zip(times, times[1:], strict=False)))


def _open(spark_master: str | None, memory_gib: float) -> AbstractContextManager[Tables]:
    if spark_master is None:
        return open_tables(memory_gib)
    return import_module("sjkg.reason.spark").open_spark_tables(spark_master, memory_gib)


def read_input(tables: Tables, source: Path) -> ReasonerInput:
    """Load a file, as close_file takes it, for a Reasoner: its terms into the table term(node, text), its triples into asserted(s, p, o)."""
    load_file(tables, source, VOCABULARY)
    ids = {name: (number,) for number, name in enumerate(VOCABULARY)}
    number_values(tables, ids)
    ids |= {digit: literals_of(tables, digit) for digit in "01"}
    encoding = Encoding(ids)
    add_axiomatic(tables, encoding)
    return ReasonerInput(
        tables, encoding, lambda nodes: _texts(tables, nodes), lambda pairs, names: _hold(tables, pairs, names)
    )


def _texts(tables: Tables, nodes: set[int]) -> dict[int, str]:
    listed = ", ".join(map(str, nodes or {-1}))
    return dict(tables.rows(f"SELECT node, text FROM term WHERE node IN ({listed})"))


def _hold(tables: Tables, pairs: str, names: dict[int, str]) -> None:
    """Make the table held, see Input.hold."""
    judge = lambda node, datatype, text: "yes" if holds(names[datatype], parse_literal(text)) else None
    tables.apply(
        "judged", f"SELECT a.node, a.datatype, t.text FROM ({pairs}) AS a JOIN term AS t ON t.node = a.node", judge
    )
    tables.create("held", "SELECT node, datatype FROM judged WHERE result IS NOT NULL")


def literals_of(tables: Tables, digit: str) -> tuple[int, ...]:
    """Return the numbers of the literals that have the value of a digit, or a number that nothing has."""
    is_digit = tables.matches("text", rf'"[+-]?0*{digit}(\.0*)?"\^\^<.*')
    rows = tables.rows(f"SELECT node, text FROM term WHERE left(text, 1) = '\"' AND {is_digit}")
    return tuple(node for node, text in rows if parse_literal(text) == Value("decimal", digit)) or (-1,)


def _write(tables: Tables, inferred: str, target: Path) -> int:
    """Write the useful ones of the inferred triples, as useful.is_useful has it; return their number."""
    standard = " OR ".join(f"left(text, {len(namespace) + 1}) = {quoted('<' + namespace)}" for namespace in STANDARDS)
    tables.create(
        "word",
        f"SELECT node, text, CASE WHEN {standard} THEN 'standard' WHEN left(text, 1) = '<' THEN 'own' "
        "WHEN left(text, 1) = '_' THEN 'blank' ELSE 'literal' END AS kind FROM term",
    )
    kinds = ", ".join(quoted(f"<{name}>") for name in (TYPE, f"{RDFS}subClassOf", f"{RDFS}subPropertyOf"))
    columns = (
        "s.text AS subject, p.text AS predicate, o.text AS object"
        if target.suffix == ".parquet"
        else "concat(s.text, ' ', p.text, ' ', o.text, ' .') AS line"
    )
    return tables.write(
        f"SELECT {columns} FROM ({inferred}) AS i "
        "JOIN word AS s ON s.node = i.s JOIN word AS p ON p.node = i.p JOIN word AS o ON o.node = i.o "
        "WHERE s.kind = 'own' AND o.kind <> 'blank' AND CASE "
        f"WHEN p.text IN ({kinds}) THEN s.node <> o.node AND o.kind <> 'standard' "
        f"WHEN p.text = {quoted(f'<{SAME_AS}>')} THEN s.node <> o.node ELSE p.kind = 'own' END",
        target,
    )
