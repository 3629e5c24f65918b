"""The comparison of sources as a flat table: a row for each value that a source gives, for CSV, the command line and Python."""

import csv
import io
from collections.abc import Iterator, Mapping

from sjkg.core.vocabulary import own
from sjkg.site.csv_tables import CsvColumn, as_spreadsheet_text, describe_columns, describe_file
from sjkg.site.model import Source, Thing
from sjkg.site.source_agreement import figure_text
from sjkg.site.source_model import Agreement, SourceComparison, SourceDays, SourceRow

Cells = Mapping[str, str | int | float | bool | None]


def _column(name: str, datatype: str, description: str, property: str = "") -> CsvColumn:
    """Return a column of the table."""
    return CsvColumn(name, name, datatype, description, property)


COLUMNS = (
    _column("source", "text", "Title of the source; “this graph” for what the article says", "dcterms:source"),
    _column("source_iri", "anyURI", "IRI of the dataset"),
    _column("licence_iri", "anyURI", "IRI of the licence of the dataset", "dcterms:license"),
    _column(
        "dependence", "string", "“derived” if it is made from the source of the article, “independent” or “not stated”"
    ),
    _column("record", "text", "Name of the event in the source"),
    _column("record_iri", "anyURI", "IRI of the record of the source"),
    _column("row_key", "string", "Key of the row in the files of the source"),
    _column("row_url", "anyURI", "Address of the row or page of the source"),
    _column(
        "relation", "string", "“same” event, “near” for nearly the same, “part” of it, or “whole” of which it is a part"
    ),
    _column(
        "topic",
        "string",
        "begin, end, date (words without days), place, strength, loss, count or outcome; “record” if it gives none of these",
    ),
    _column("party", "text", "Actor whose strength or loss it is, or who won"),
    _column("party_iri", "anyURI", "IRI of that actor"),
    _column("quantity", "text", "What is counted"),
    _column("quantity_iri", "anyURI", "IRI of what is counted"),
    _column("materiel", "text", "Equipment that is counted"),
    _column("materiel_iri", "anyURI", "IRI of that equipment"),
    _column("exact", "integer", "The number, if it is exact"),
    _column("minimum", "integer", "Lower bound"),
    _column("maximum", "integer", "Upper bound"),
    _column("written", "integer", "Number that the source writes, if it is not the bound"),
    _column("first_day", "date", "First day on which the event may have begun, or ended"),
    _column("last_day", "date", "Last day on which the event may have begun, or ended"),
    _column("latitude", "decimal", "Degrees north (WGS 84)"),
    _column("longitude", "decimal", "Degrees east (WGS 84)"),
    _column("distance_km", "decimal", "Distance from the nearest point of this graph, in kilometres"),
    _column("text", "text", "The value as text"),
    _column("agreement", "string", "With this graph: agrees, disagrees or not compared"),
    _column("confirms", "boolean", "Whether an independent source agrees that is as precise"),
    _column("reason", "text", "Why it agrees, disagrees or is not compared"),
    _column(
        "passage_iri",
        "anyURI",
        "IRI of the passage of the article that states it, or of the graph of the editors' conclusions",
    ),
    _column("footnote_iri", "anyURI", "IRI of the footnote that is cited, the first if there are several"),
)


def table_rows(found: SourceComparison) -> Iterator[Cells]:
    """Yield a row for each value of each source, this graph first; only columns with a value. A source without values has one row."""
    for row in found.rows:
        common = _common_cells(row, found)
        values = list(_values(row))
        for value in values or [{"topic": "record"}]:
            yield {**common, **value}


def _common_cells(row: SourceRow, found: SourceComparison) -> Cells:
    """Return the cells that all values of a record share."""
    dataset = row.dataset
    if dataset is None:
        return {
            **{
                "source": row.source,
                "source_iri": own().dataset,
                "licence_iri": own().about.licence,
                "relation": row.relation,
            },
            **{"record": found.event.name, "record_iri": found.event.iri},
        }
    return {
        **{"source": dataset.title, "source_iri": dataset.iri, "licence_iri": dataset.licence},
        **{"dependence": dataset.dependence, "record": row.label, "record_iri": row.iri},
        **{"row_key": row.key, "row_url": row.url, "relation": row.relation},
    }


def _values(row: SourceRow) -> Iterator[Cells]:
    """Yield the cells of each value of a record."""
    for topic, days in (("begin", row.begin), ("end", row.end)):
        if days:
            sources = () if days.is_computed else row.date_sources
            yield {"topic": topic, **_days_cells(days), **_origin_cells(sources, ())}
    if row.words and not row.begin and not row.end:
        yield {"topic": "date", "text": "; ".join(f"“{words}”" for words in row.words)}
    if row.points or row.places:
        point = row.points[0] if row.points else None
        yield {
            **{"topic": "place", "text": "; ".join(row.places), "distance_km": row.km and round(row.km, 1)},
            **({"latitude": point.latitude, "longitude": point.longitude} if point else {}),
            **_origin_cells(row.point_sources, ()),
        }
    for figure in row.figures:
        yield {
            **{
                "topic": figure.sort,
                "text": figure_text(figure) + " (computed)" * figure.is_computed,
                "exact": figure.exact,
                "minimum": figure.least,
            },
            **{"maximum": figure.greatest, "written": figure.written},
            **_thing_cells("party", figure.party),
            **_thing_cells("quantity", figure.quantity),
            **_thing_cells("materiel", figure.materiel),
            **_agreement_cells(figure.agreement),
            **_origin_cells(figure.sources, figure.footnotes),
            **({"row_url": figure.url} if figure.url else {}),
        }
    for outcome in row.outcomes:
        for victor in outcome.victors or (None,):
            yield {
                **{"topic": "outcome", "text": outcome.text},
                **_thing_cells("party", victor),
                **_agreement_cells(outcome.agreement),
                **_origin_cells(outcome.sources, outcome.footnotes),
            }


def _days_cells(days: SourceDays) -> Cells:
    """Return the cells of a begin or end."""
    return {
        "first_day": days.first,
        "last_day": days.last,
        "text": days.text + " (computed)" * days.is_computed,
        **_agreement_cells(days.agreement),
    }


def _thing_cells(name: str, thing: Thing | None) -> Cells:
    """Return the two cells of a thing: its label and its IRI."""
    return {name: thing.name, f"{name}_iri": thing.iri} if thing else {}


def _agreement_cells(found: Agreement | None) -> Cells:
    """Return the cells of an agreement."""
    return {"agreement": found.verdict, "confirms": found.confirms, "reason": found.reason} if found else {}


def _origin_cells(sources: tuple[Source, ...], footnotes: tuple[Thing, ...]) -> Cells:
    """Return the cells of the passage, or else the graph of the editors' conclusions, and of the footnote of a value."""
    passage = next((source.graph for source in sources if source.sort in ("passage", "editorial")), None)
    return {"passage_iri": passage, "footnote_iri": footnotes[0].iri if footnotes else None}


def write_comparison(found: SourceComparison) -> str:
    """Return the comparison as CSV with headings; texts that a spreadsheet would run as a formula are escaped."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(column.name for column in COLUMNS)
    for row in table_rows(found):
        writer.writerow(_cell(row.get(column.name), column.datatype) for column in COLUMNS)
    return stream.getvalue()


def _cell(value: str | int | float | bool | None, datatype: str) -> str:
    """Return a cell as text, "" for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return as_spreadsheet_text(str(value)) if datatype in ("text", "string") else str(value)


def describe_comparison(name: str, url: str) -> dict[str, object]:
    """Return the description of the table as CSV on the Web metadata, as JSON data. name: of the event. url: of the CSV file."""
    about = "A row for each value that a source gives. Each source has a licence of its own, in the column licence_iri."
    described = describe_file(url, f"{name}: what the sources say", about)
    return {**described, "tableSchema": describe_columns(COLUMNS)}
