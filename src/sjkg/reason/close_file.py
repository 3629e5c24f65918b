"""Close a file of triples into a file of inferred triples, without Python objects for triples: for large graphs."""

import time
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
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
from sjkg.reason.spark import open_spark_tables
from sjkg.reason.tables import Tables, open_tables, quoted
from sjkg.reason.values import Value, holds

RDFS = PREFIXES["rdfs"]


@dataclass(frozen=True)
class ClosedFile:
    """The counts of asserted and inferred triples, and the seconds that loading, reasoning and writing took."""

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
) -> ClosedFile:
    """Write the triples that OWL 2 RL adds to a file to another one, without those that the output filter drops.

    source: .nt, .nq or .parquet, see load_file; other RDF formats are read, too, but more slowly. target: .nt or .parquet.
    memory_gib: DuckDB's memory limit; beyond it data spills to a temporary folder. spark_master: the URL of a Spark
    master; Spark then reasons instead of DuckDB and the target becomes a folder of part files.
    Raises Inconsistent; BrokenInput for a source that cannot be read or a target of another kind; NotInstalled.
    Source: OWL 2 Profiles §4.3, https://www.w3.org/TR/owl2-profiles/
    """
    if target.suffix not in (".nt", ".parquet"):
        raise BrokenInput(f"the output {target} is neither .nt nor .parquet; choose a name with one of these endings")
    if spark_master and target.exists():
        raise BrokenInput(
            f"the output {target} exists already, and Spark writes a new folder; delete it or choose another name"
        )
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
    return ClosedFile(asserted, inferred, *(round(b - a, 3) for a, b in zip(times, times[1:], strict=False)))


def _open(spark_master: str | None, memory_gib: float) -> AbstractContextManager[Tables]:
    """Open tables in Spark, or in DuckDB if no master is given."""
    if spark_master is None:
        return open_tables(memory_gib)
    return open_spark_tables(spark_master, memory_gib)


def read_input(tables: Tables, source: Path) -> ReasonerInput:
    """Load a file, as close_file takes it, into the tables term(node, text, hash) and asserted(s, p, o) for a Reasoner."""
    load_file(tables, source, VOCABULARY)
    numbers: dict[str, tuple[int, ...]] = {name: (number,) for number, name in enumerate(VOCABULARY)}
    number_values(tables, numbers)
    encoding = Encoding({**numbers, **{digit: literals_of(tables, digit) for digit in "01"}})
    add_axiomatic(tables, encoding)
    return ReasonerInput(tables, encoding, partial(_texts, tables), partial(_select_members, tables))


def _texts(tables: Tables, nodes: set[int]) -> dict[int, str]:
    """Return the texts of nodes in N-Triples syntax."""
    listed = ", ".join(map(str, nodes or {-1}))
    return dict(tables.rows(f"SELECT node, text FROM term WHERE node IN ({listed})"))


def _select_members(tables: Tables, pairs: str, iri_of: dict[int, str]) -> None:
    """Create the table member_of_datatype, see ReasonerInput.select_members."""
    judge = lambda node, datatype, text: "yes" if holds(iri_of[datatype], parse_literal(text)) else None
    tables.apply(
        "judged", f"SELECT a.node, a.datatype, t.text FROM ({pairs}) AS a JOIN term AS t ON t.node = a.node", judge
    )
    tables.create("member_of_datatype", "SELECT node, datatype FROM judged WHERE result IS NOT NULL")


def literals_of(tables: Tables, digit: str) -> tuple[int, ...]:
    """Return the nodes of the literals whose value is the integer 0 or 1 (`digit`); (-1,) where there are none."""
    is_digit = tables.matches("text", rf'"[+-]?0*{digit}(\.0*)?"\^\^<.*')
    rows = tables.rows(f"SELECT node, text FROM term WHERE left(text, 1) = '\"' AND {is_digit}")
    return tuple(node for node, text in rows if parse_literal(text) == Value("decimal", digit)) or (-1,)


def _write(tables: Tables, inferred: str, target: Path) -> int:
    """Write the inferred triples that pass the output filter (as closure.passes_output_filter) and return their number."""
    standard = " OR ".join(f"left(text, {len(namespace) + 1}) = {quoted('<' + namespace)}" for namespace in STANDARDS)
    tables.create(
        "classified",
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
        "JOIN classified AS s ON s.node = i.s JOIN classified AS p ON p.node = i.p JOIN classified AS o ON o.node = i.o "
        "WHERE s.kind = 'own' AND o.kind <> 'blank' AND CASE "
        f"WHEN p.text IN ({kinds}) THEN s.node <> o.node AND o.kind <> 'standard' "
        f"WHEN p.text = {quoted(f'<{SAME_AS}>')} THEN s.node <> o.node ELSE p.kind = 'own' END",
        target,
    )
