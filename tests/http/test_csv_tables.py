"""The CSV files for programs against their CSV on the Web metadata, and the triples that these give against the graph."""

import csv
import io
import re
from datetime import date
from decimal import Decimal
from urllib.parse import urljoin

import pytest
import requests

from sjkg.core.terms import Iri, Literal, to_ntriples
from sjkg.core.vocabulary import EDTF, PREFIXES
from sjkg.site.csv_tables import TABLE_NAMES

XSD = PREFIXES["xsd"]
READERS = {
    "integer": int,
    "decimal": Decimal,
    "date": date.fromisoformat,
    "anyURI": lambda text: re.fullmatch(r"https?://\S+", text)[0],
    "string": str,
}


def read(address: str) -> tuple[list[dict[str, str]], dict]:
    """Return the rows of a CSV file and its metadata, found by the header Link as CSV on the Web says."""
    response = requests.get(address, timeout=60)
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    (link,) = requests.utils.parse_header_links(response.headers["Link"])
    assert (link["rel"], link["type"]) == ("describedby", "application/csvm+json")
    answer = requests.get(urljoin(address, link["url"]), timeout=60)
    assert answer.headers["Content-Type"] == "application/csvm+json"
    metadata = answer.json()
    assert urljoin(answer.url, metadata["url"]) == response.url  # else a program has to ignore the metadata
    return list(csv.DictReader(io.StringIO(response.text, newline=""))), metadata


def values(text: str, column: dict) -> list[str]:
    """Return the values in a cell: none of an empty one, several if the column has a separator."""
    return [each for each in text.split(column.get("separator") or "\0") if each]


def base(column: dict) -> str:
    return column["datatype"] if isinstance(column["datatype"], str) else column["datatype"]["base"]


@pytest.mark.parametrize("name", TABLE_NAMES)
def test_every_cell_has_the_datatype_that_the_metadata_states(server, name):
    rows, metadata = read(f"{server}/{name}.csv")
    columns = metadata["tableSchema"]["columns"]
    assert [column["name"] for column in columns] == [column["titles"] for column in columns] == list(rows[0])
    assert len({row["iri"] for row in rows}) == len(rows) > 20 and all(column["dc:description"] for column in columns)
    filled = set()
    for row in rows:
        for column in columns:
            for value in values(row[column["name"]], column):
                READERS[base(column)](value)
                filled.add(column["name"])
    assert filled == set(rows[0])


def triples(row: dict[str, str], columns: list[dict]):
    """Yield the triples that CSV on the Web makes of a row, in N-Triples: those of columns with a property."""
    for column in columns:
        if column.get("suppressOutput"):
            continue
        for value in values(row[column["name"]], column):
            kind = column["datatype"]
            if "valueUrl" in column:
                term = Iri(value)
            elif "lang" in column:
                term = Literal(value, None, column["lang"])
            else:
                term = Literal(value, EDTF if isinstance(kind, dict) else f"{XSD}{kind}")
            yield f"{to_ntriples(Iri(row['iri']))} <{column['propertyUrl']}> {to_ntriples(term)}"


@pytest.mark.parametrize("name", TABLE_NAMES)
def test_the_triples_that_the_metadata_make_of_a_table_are_in_the_graph(server, store, name):
    rows, metadata = read(f"{server}/{name}.csv")
    made = [each for row in rows for each in triples(row, metadata["tableSchema"]["columns"])]
    assert len(made) > 2 * len(rows)
    for start in range(0, len(made), 200):
        some = made[start : start + 200]
        wanted = " ".join(f"({each})" for each in some)
        found = store.query(f"SELECT ?s ?p ?o {{ VALUES (?s ?p ?o) {{ {wanted} }} ?s ?p ?o }}").bindings
        if len(found) < len(set(some)):
            missing = [each for each in some if not store.query(f"SELECT * {{ {each} }} LIMIT 1").bindings]
            assert missing == []


def test_the_figures_are_the_claims_of_losses_strengths_and_supplies_with_numbers_apart(server):
    rows, _ = read(f"{server}/figures.csv")
    claims, _ = read(f"{server}/claims.csv")
    kinds = {"casualty claim", "materiel loss claim", "strength claim", "supply claim"}
    assert rows == [row for row in claims if row["kind"] in kinds]
    assert {row["exact"].isdigit() for row in rows if row["exact"]} == {True}
    only_strengths, _ = read(f"{server}/figures.csv?kind=sjkg:StrengthClaim&kind=sjkg:CausalClaim")
    assert {row["kind"] for row in only_strengths} == {"strength claim"}
    negotiated = requests.get(f"{server}/figures?format=csv", timeout=20)
    assert negotiated.text == requests.get(f"{server}/figures.csv", timeout=20).text


def test_figures_of_a_power_are_added_up_without_counting_any_twice(server):
    rows, _ = read(f"{server}/figures.csv")
    event = "https://w3id.org/sjkg/id/event/tauran-incident"
    counted = [row for row in rows if event in row["counts_towards_iri"].split()]
    inside = {row["iri"] for row in counted}
    assert counted and not [row for row in counted if inside & set(row["included_in_iri"].split())]


def test_a_strength_names_the_group_that_it_counts_beside_its_army(server):
    rows = {row["iri"].rpartition("/")[2]: row for row in read(f"{server}/figures.csv")[0]}
    patrol = rows["halhamiao-patrol-strength"]
    assert patrol["counted_group_iri"].endswith("actor/halhamiao-patrol")
    assert patrol["party_iri"].endswith("actor/manchukuo-imperial-army")
    claim = requests.get(f"{server}/page/claim/halhamiao-patrol-strength", timeout=20).text
    assert "Group counted" in claim and patrol["counted_group"] in claim
    clash = requests.get(f"{server}/page/event/halhamiao-clash.json", timeout=20).json()["page"]
    parts = {part["actor"]["name"]: part for _, members in clash["participants"] for part in members}
    assert [figure["exact"] for figure in parts[patrol["counted_group"]]["strengths"]] == [11]


def test_claims_are_joined_to_passages_by_number_and_iri(server):
    numbers = {row["iri"]: row["number"] for row in read(f"{server}/passages.csv")[0]}
    claims = [row for row in read(f"{server}/claims.csv")[0] if row["passage"]]
    assert len(claims) > 200 and all(numbers[row["passage_iri"]] == row["passage"] for row in claims)


def test_a_filtered_table_and_its_metadata_name_the_filter(server):
    rows, metadata = read(f"{server}/events.csv?year=1936&kind=sjkg:BorderIncident")
    assert metadata["url"] == "events.csv?year=1936&kind=sjkg:BorderIncident"
    assert "Tauran incident" in {row["name"] for row in rows}
    (open_ended,) = (row for row in read(f"{server}/events.csv")[0] if row["iri"].endswith("/world-war-1"))
    assert (open_ended["edtf"], open_ended["earliest_begin"], open_ended["latest_begin"]) == (
        "1914/",
        "1914-01-01",
        "1914-12-31",
    )


def test_a_query_string_cannot_leave_the_link(server):
    response = requests.get(f"{server}/events.csv?%22%3E=&x%0A=", timeout=20)
    assert response.headers["Link"].startswith("<events.csv-metadata.json?%22%3E=&x%0A=>; rel=")


def test_a_byte_order_mark_is_there_if_asked_for(server):
    plain, marked = (requests.get(f"{server}/events.csv{query}", timeout=20).content for query in ("", "?bom=1"))
    assert marked == b"\xef\xbb\xbf" + plain
    assert requests.get(f"{server}/events.csv?bom=yes", timeout=20).status_code == 400


@pytest.mark.parametrize("name", ["events", "claims", "figures"])
def test_internal_addresses_are_the_last_columns(server, name):
    columns = requests.get(f"{server}/{name}.csv", timeout=20).text.splitlines()[0].split(",")
    is_address = [column == "iri" or column.endswith("_iri") for column in columns]
    assert is_address == sorted(is_address) and True in is_address
