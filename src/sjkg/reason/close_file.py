"""The closure of an RDF file, written to a file: triples never become Python objects, so that large graphs fit."""

import os
import time
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sjkg.core.errors import BrokenInput
from sjkg.core.locks import temporary_folder
from sjkg.reason.axiomatic import VOCABULARY, add_axiomatic
from sjkg.reason.engine import Progress
from sjkg.reason.literals import number_values, parse_literal
from sjkg.reason.load import load_file
from sjkg.reason.output_filter import classify_terms, complete_condition, select_texts, useful_condition
from sjkg.reason.reasoner import Reasoner, ReasonerInput
from sjkg.reason.rules import Encoding
from sjkg.reason.spark import open_spark_tables
from sjkg.reason.tables import Tables, open_tables
from sjkg.reason.values import DataValue, is_in_value_space

TARGET_ENDINGS = (".nt", ".parquet")


@dataclass(frozen=True)
class ClosedFile:
    """The result of `close_file`: counts of triples, and times in seconds.

    asserted: triples of the source. inferred: inferred triples that were written. load_s, reason_s, write_s: times of the
    three stages.
    """

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
    only_useful: bool = False,
    with_asserted: bool = False,
    progress: Progress = lambda text: None,
) -> ClosedFile:
    """Write the triples that OWL 2 RL infers from an RDF file to a new file; return counts and times.

    source: .nt, .nq, .parquet (text columns subject, predicate and object, terms in N-Triples syntax) or a folder of
    such parts; other RDF formats are read more slowly. Named graphs are merged. target: .nt or .parquet.
    memory_gib: DuckDB's memory limit, beyond which data spills to a temporary folder, or the memory of each Spark
    process.
    spark_master: the URL of a Spark master; Spark then reasons instead of DuckDB and the target becomes a folder of
    part files. progress: receives a text for each step and each round of rule applications.
    Left out are tautologies (`output_filter.is_tautology`), triples with a literal as subject or a blank node as
    property, which RDF does not permit, and those that differ from another one only in how they write a value (1 and 01).
    only_useful: leave out also triples of no use to readers, such as those about terms of RDF, RDFS, OWL and XSD
    (`output_filter.passes_output_filter`). with_asserted: write the triples of the source, too. Blank nodes keep their
    labels in the source; those without get anonymous1, anonymous2 and so on.
    The target appears only when it is complete. Raises Inconsistent if the graph contradicts itself; BrokenInput for a
    source that cannot be read or an unusable target; LimitExceeded if the engine runs out of memory or disk space;
    NotInstalled if Spark or Java is missing.
    Source: OWL 2 Profiles §4.3, https://www.w3.org/TR/owl2-profiles/
    """
    _check_target(source, target, has_parts=spark_master is not None)
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
        classify_terms(tables)
        triples = select_texts(reasoner.inferred(), useful_condition() if only_useful else complete_condition())
        if with_asserted:
            triples += f" UNION ALL {select_texts('SELECT s, p, o FROM asserted')}"
        inferred = _write(tables, triples, target, is_file=spark_master is None) - asserted * with_asserted
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
    """Create member_of_datatype(node, datatype) with those pairs whose literal has a value in the datatype's value space.

    pairs: a SELECT of node (of a literal) and datatype (its node). iri_of: a dict from the node of each datatype to its IRI.
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


def _check_target(source: Path, target: Path, has_parts: bool) -> None:
    """Raise BrokenInput if the path `target` cannot become the output.

    That is so if it has a wrong ending, is the source or a folder, or lies in a folder that is missing or not writable.
    has_parts: whether the output is a new folder of part files, so that nothing may exist at `target`.
    """
    if target.suffix not in TARGET_ENDINGS:
        raise BrokenInput(f"the output {target} is neither .nt nor .parquet; choose a name with one of these endings")
    if has_parts and target.exists():
        raise BrokenInput(
            f"the output {target} exists already, and Spark writes a new folder; delete it or choose another name"
        )
    if target.exists() and source.exists() and target.samefile(source):
        raise BrokenInput(f"the output {target} is the input itself; choose another name")
    if target.is_dir():
        raise BrokenInput(f"the output {target} is a folder; choose another name")
    if not os.access(target.parent, os.W_OK):
        raise BrokenInput(
            f"no file can be written to the folder {target.parent}; create it, make it writable, or choose another one"
        )


def _write(tables: Tables, triples: str, target: Path, is_file: bool) -> int:
    """Write the triples of a SELECT of subject, predicate, object to a .nt or .parquet file; return their number.

    is_file: write a file in a temporary folder beside the target and rename it when complete; otherwise the target is a new folder of parts.
    """
    if target.suffix == ".nt":
        triples = f"SELECT concat(subject, ' ', predicate, ' ', object, ' .') AS line FROM ({triples}) AS t"
    if not is_file:
        return tables.write(triples, target)
    with temporary_folder("reason", target.parent) as folder:
        written = tables.write(triples, folder / target.name)
        (folder / target.name).replace(target)
    return written
