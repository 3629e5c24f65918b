"""The closure of an RDF file, written to a file: triples never become Python objects, so that large graphs fit."""

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
from sjkg.reason.values import DataValue, is_in_value_space

RDFS = PREFIXES["rdfs"]


@dataclass(frozen=True)
class ClosedFile:
    """The counts of asserted and of written inferred triples, and the seconds for loading, reasoning and writing."""

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
    """Write the triples that OWL 2 RL infers from an RDF file to a new file; return counts and times.

    source: .nt, .nq, .parquet (text columns subject, predicate and object, terms in N-Triples syntax) or a folder of
    such parts; other RDF formats are read more slowly. Named graphs are merged. target: .nt or .parquet.
    memory_gib: DuckDB's memory limit, beyond which data spills to a temporary folder, or the memory of each Spark
    process.
    spark_master: the URL of a Spark master; Spark then reasons instead of DuckDB and the target becomes a folder of
    part files. progress: receives a text for each step and round.
    Left out are triples with a literal or blank subject, a blank object, a term of RDF, RDFS, OWL or XSD as subject,
    class or property, and rdf:type, rdfs:subClassOf, rdfs:subPropertyOf or owl:sameAs from a thing to itself.
    Raises Inconsistent if the graph contradicts itself; BrokenInput for a source that cannot be read or an unusable
    target; NotInstalled if Spark or Java is missing.
    Source: OWL 2 Profiles §4.3, https://www.w3.org/TR/owl2-profiles/
    """
    if target.suffix not in (".nt", ".parquet"):
        raise BrokenInput(f"the output {target} is neither .nt nor .parquet; choose a name with one of these endings")
    if spark_master and target.exists():
        raise BrokenInput(
            f"the output {target} exists already, and Spark writes a new folder; delete it or choose another name"
        )
    opened: AbstractContextManager[Tables] = (
        open_spark_tables(spark_master, memory_gib) if spark_master else open_tables(memory_gib)
    )
    with opened as tables:
        times = [time.perf_counter()]
        progress("load")
        given = load_reasoner_input(tables, source)
        asserted = tables.count("asserted")
        times.append(time.perf_counter())
        reasoner = Reasoner(given, progress)
        reasoner.close()
        times.append(time.perf_counter())
        progress("write")
        inferred = _write_inferred(tables, reasoner.inferred(), target)
        times.append(time.perf_counter())
    return ClosedFile(asserted, inferred, *(round(b - a, 3) for a, b in zip(times, times[1:], strict=False)))


def load_reasoner_input(tables: Tables, source: Path) -> ReasonerInput:
    """Load an RDF file into the tables that a Reasoner needs, and return them as its input.

    source: .nt, .nq, .parquet (columns subject, predicate, object) or a folder of such parts; other RDF formats are
    converted first. Tables created: term(node, text, hash), asserted(s, p, o), literal(node, datatype, value),
    axiomatic(s, p, o), fact(s, p, o, round). Raises BrokenInput if the file is missing or cannot be read.
    """
    load_file(tables, source, VOCABULARY)
    numbers: dict[str, tuple[int, ...]] = {name: (number,) for number, name in enumerate(VOCABULARY)}
    number_values(tables, numbers)
    encoding = Encoding({**numbers, **{digit: nodes_of_integer(tables, digit) for digit in "01"}})
    add_axiomatic(tables, encoding)
    return ReasonerInput(tables, encoding, partial(_texts_of_nodes, tables), partial(_select_members, tables))


def _texts_of_nodes(tables: Tables, nodes: set[int]) -> dict[int, str]:
    """Return a dict from each of some node numbers to its term in N-Triples syntax, read from the table term."""
    listed = ", ".join(map(str, nodes or {-1}))
    return dict(tables.rows(f"SELECT node, text FROM term WHERE node IN ({listed})"))


def _select_members(tables: Tables, pairs: str, iri_of: dict[int, str]) -> None:
    """Create member_of_datatype(node, datatype) of the pairs whose literal has a value that belongs to the datatype.

    pairs: a SELECT of node (a literal) and datatype (its number). iri_of: from the number of each datatype to its IRI.
    """
    judge = lambda node, datatype, text: "yes" if is_in_value_space(iri_of[datatype], parse_literal(text)) else None
    tables.apply(
        "judged", f"SELECT a.node, a.datatype, t.text FROM ({pairs}) AS a JOIN term AS t ON t.node = a.node", judge
    )
    tables.create("member_of_datatype", "SELECT node, datatype FROM judged WHERE result IS NOT NULL")


def nodes_of_integer(tables: Tables, digit: str) -> tuple[int, ...]:
    """Return the nodes of all literals in the table term whose value is the integer 0 or 1; (-1,) if there are none.

    digit: "0" or "1". Literals of any numeric datatype and lexical form count, such as "01"^^xsd:byte.
    """
    is_digit = tables.matches("text", rf'"[+-]?0*{digit}(\.0*)?"\^\^<.*')
    rows = tables.rows(f"SELECT node, text FROM term WHERE left(text, 1) = '\"' AND {is_digit}")
    return tuple(node for node, text in rows if parse_literal(text) == DataValue("decimal", digit)) or (-1,)


def _write_inferred(tables: Tables, inferred: str, target: Path) -> int:
    """Write the inferred triples that pass the output filter to a .nt or .parquet file; return their number.

    inferred: a SELECT of s, p, o. The output filter is that of `closure.passes_output_filter`, here in SQL: it drops
    triples that are trivial, about blank nodes or literals, or about terms of RDF, RDFS, OWL and XSD.
    """
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
