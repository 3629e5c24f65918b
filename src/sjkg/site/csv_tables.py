"""The lists as CSV for programs: one column for one value, and their descriptions as CSV on the Web metadata.

A thing has two columns, its label and, with the ending “_iri”, its IRI. Dates are ISO days, numbers have no thousands
separators, and an empty cell is an unknown or missing value.
Source: CSV on the Web, https://www.w3.org/TR/tabular-metadata/
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sjkg.core.vocabulary import EDTF, expand, own
from sjkg.site.claims import LOSSES, STRENGTHS
from sjkg.site.context import SnapshotLabels
from sjkg.snapshot.index.lists import LIST_NAMES, ListDefinition, read_lists
from sjkg.snapshot.index.read import SqlRow

FIGURES = "figures"  # the claims of losses, strengths and supplies
TABLE_NAMES = (*LIST_NAMES, FIGURES)
FIGURE_KINDS = (*LOSSES, *STRENGTHS)
DATATYPES: dict[str, object] = {  # of CSV on the Web for those of CsvColumn that are none of its own
    **dict.fromkeys(("text", "label"), "string"),
    "passage number": "integer",
    "EDTF": {"base": "string", "@id": EDTF},
}
METADATA = "application/csvm+json"
# source: https://owasp.org/www-community/attacks/CSV_Injection
FORMULA = re.compile(r"[\t\r ]*(?![+-]\d+(?:\.\d+)?$)[=+@-]|[\t\r]")


@dataclass(frozen=True)
class CsvColumn:
    """A column of a CSV file.

    name: its heading. source: the list's column from which the values are taken. datatype: “text” (in English), “label” (of the thing
    with the IRI in the source), “passage number”, “EDTF”, or a datatype of CSV on the Web. description: for users. property: CURIE of the
    property that relates the thing of the row to the value, "" for none. separator: between several values in one cell,
    None if there is at most one.
    """

    name: str
    source: str
    datatype: str
    description: str
    property: str = ""
    separator: str | None = None

    def cell(self, row: SqlRow, labels: SnapshotLabels, names: dict[str, str]) -> str:
        """Return the text of the cell for a row of the index, "" for None; names: labels by IRI.

        A text that a spreadsheet would run as a formula is escaped.
        """
        value = row[self.source]
        if value is None:
            return ""
        if self.datatype == "passage number":
            passage = labels.passage_of.get(value)
            return str(passage.number) if passage else ""
        text = names[value] if self.datatype == "label" else str(value)
        return as_spreadsheet_text(text) if self.datatype in ("text", "label", "string") else text

    def describe(self) -> dict[str, object]:
        """Return the column description of CSV on the Web as JSON data.

        A column without property is left out of the RDF that can be made from the table (suppressOutput).
        """
        datatype = DATATYPES.get(self.datatype, self.datatype)
        described: dict[str, object] = {"name": self.name, "titles": self.name, "datatype": datatype}
        described["dc:description"] = self.description
        if self.datatype in ("text", "label"):
            described["lang"] = "en"
        if self.separator:
            described["separator"] = self.separator
        if not self.property:
            return {**described, "suppressOutput": True}
        described["propertyUrl"] = expand(self.property)
        return {**described, "valueUrl": f"{{+{self.name}}}"} if datatype == "anyURI" else described


def _thing(name: str, source: str, description: str, prop: str) -> tuple[CsvColumn, CsvColumn]:
    """Return the two columns of a related thing: its label and its IRI."""
    return (
        CsvColumn(name, source, "label", f"{description}: label"),
        CsvColumn(f"{name}_iri", source, "anyURI", f"{description}: IRI", prop),
    )


def _several(name: str, source: str, description: str, prop: str, separator: str = " ") -> CsvColumn:
    """Return a column with any number of values in one cell: IRIs, or EDTF dates with another separator than a space."""
    return CsvColumn(name, source, "anyURI" if separator == " " else "EDTF", description, prop, separator)


IRI = CsvColumn("iri", "item", "anyURI", "IRI of the thing that the row is about")
NAME = CsvColumn("name", "name", "text", "Preferred English name, or a description", "skos:prefLabel")
KIND = _thing("kind", "kind", "Class of the thing", "rdf:type")
LATITUDE = CsvColumn(
    "latitude", "lat", "decimal", "Degrees north (WGS 84), of the place if an event has none of its own"
)
LONGITUDE = CsvColumn(
    "longitude", "long", "decimal", "Degrees east (WGS 84), of the place if an event has none of its own"
)
EVENTS = (
    CsvColumn("events", "events", "integer", "Number of events that the article names it for"),
    CsvColumn("events_inferred", "inferred", "integer", "Number of further events, by inference"),
)
PASSAGE = (
    CsvColumn("passage", "passage", "passage number", "Number of the passage of the article, as in passages.csv"),
    CsvColumn("passage_iri", "passage", "anyURI", "IRI of the passage, or of the graph of the editors' conclusions"),
)
COLUMNS: dict[str, tuple[CsvColumn, ...]] = {
    "events": (
        *(IRI, NAME, *KIND),
        _several("edtf", "date", "Date in the Extended Date/Time Format (EDTF), level 2", "sjkg:date", ";"),
        CsvColumn("date_text", "wording", "text", "Date in the words of the article", "sjkg:dateText"),
        CsvColumn("earliest_begin", "begin", "date", "First day on which it may have begun", "sjkg:earliestBegin"),
        CsvColumn("latest_begin", "sureBegin", "date", "Last day on which it may have begun", "sjkg:latestBegin"),
        CsvColumn("earliest_end", "sureEnd", "date", "First day on which it may have ended", "sjkg:earliestEnd"),
        CsvColumn("latest_end", "end", "date", "Last day on which it may have ended", "sjkg:latestEnd"),
        *_thing("place", "place", "Place that the article gives, one of them if there are several", "sjkg:occurredAt"),
        *(LATITUDE, LONGITUDE),
        *_thing("part_of", "whole", "Event that it is directly a part of", "sjkg:directSubEventOf"),
        CsvColumn("claims", "claims", "integer", "Number of claims about the event itself"),
    ),
    "actors": (
        *(IRI, NAME, *KIND),
        *_thing("state", "state", "State that it belongs to", "sjkg:ofState"),
        *_thing("unit_of", "unit", "Force or larger unit that it is a unit of", "sjkg:unitOf"),
        *EVENTS,
    ),
    "places": (
        *(IRI, NAME, *KIND),
        *_thing("within", "within", "Larger place that it lies in", "sjkg:placePartOf"),
        *(LATITUDE, LONGITUDE, *EVENTS),
    ),
    "claims": (
        *(IRI, NAME, *KIND),
        *_thing("about", "about", "Event or other thing that the claim is about", "sjkg:about"),
        *_thing("party", "party", "Actor whose loss, strength or act it is", "sjkg:party"),
        *_thing("power", "power", "State that the party is or belongs to, computed", "sjkg:power"),
        *_thing("side", "side", "Side of the party in the event, computed", "sjkg:partySide"),
        *_thing("counted_group", "counted", "Unnamed group that the figure counts", "sjkg:countedGroup"),
        *_thing("quantity", "quantity", "What is counted", "sjkg:quantityKind"),
        *_thing("materiel", "materiel", "Equipment that is counted or spoken of", "sjkg:materiel"),
        CsvColumn("exact", "exact", "integer", "The number, if the article gives an exact one", "sjkg:countExact"),
        CsvColumn("minimum", "least", "integer", "Lower bound: 1301 for “over 1,300”", "sjkg:countMin"),
        CsvColumn("maximum", "greatest", "integer", "Upper bound", "sjkg:countMax"),
        CsvColumn("written", "written", "integer", "Number written, if not the bound: 1300", "sjkg:countWritten"),
        CsvColumn("count_text", "words", "string", "Number in words, such as “several”", "sjkg:countText"),
        _several(
            "counts_towards_iri",
            "countsTowards",
            "IRIs of the events for which the figure can be added up with the others of its kind and power; a figure without "
            "any is included in another one, or is not a loss or supply",
            "sjkg:countsTowards",
        ),
        _several("included_in_iri", "larger", "IRIs of the figures in which this one is included", "sjkg:subcountOf"),
        *_thing(
            "claimed_by", "speaker", "Person or organization to whom the article attributes it", "sjkg:attributedTo"
        ),
        *_thing("footnote", "footnote", "Footnote of the article, one of them if there are several", "sjkg:cites"),
        *PASSAGE,
    ),
    "passages": (
        IRI,
        CsvColumn("number", "item", "passage number", "Number of the passage in the order of the article"),
        *_thing("section", "section", "Section of the article", "sjkg:inSection"),
        CsvColumn("opens_with", "name", "text", "First words of the passage", "sjkg:opensWith"),
        CsvColumn("start", "start", "integer", "Position of its first character in the article", "sjkg:spanStart"),
        CsvColumn("summary", "abstract", "text", "Summary by the editors", "dcterms:abstract"),
        CsvColumn("statements", "statements", "integer", "Number of triples in its graph"),
    ),
    "remarks": (
        IRI,
        CsvColumn("text", "name", "text", "Text of the remark", "dcterms:description"),
        *_thing("kind", "kind", "Kind of the remark", "sjkg:remarkKind"),
        _several("concerns_iri", "concerned", "IRIs of the things that it concerns", "sjkg:concerns"),
        *PASSAGE,
    ),
}


COLUMNS = {
    name: tuple(sorted(columns, key=lambda column: column.datatype == "anyURI")) for name, columns in COLUMNS.items()
}  # IRIs last


def table_definition(name: str) -> ListDefinition:
    """Return the definition of the list whose items are the rows of a CSV table. name: one of TABLE_NAMES."""
    return read_lists()["claims" if name == FIGURES else name]


def write_table(labels: SnapshotLabels, definition: ListDefinition, rows: Sequence[SqlRow]) -> str:
    """Return rows of a list as CSV with headings.

    A text that spreadsheets would run as a formula has an apostrophe before it.
    """
    columns = COLUMNS[definition.name]
    sources = {column.source for column in columns if column.datatype == "label"}
    names = labels.names(row[source] for row in rows for source in sources if row[source] is not None)
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(column.name for column in columns)
    writer.writerows([column.cell(row, labels, names) for column in columns] for row in rows)
    return stream.getvalue()


def describe_table(name: str, url: str) -> dict[str, object]:
    """Return the description of a table as CSV on the Web metadata, as JSON data.

    name: of TABLE_NAMES. url: of the CSV file, relative to that of the metadata.
    """
    definition = table_definition(name)
    return {
        **describe_file(url, "Figures" if name == FIGURES else definition.title, definition.description),
        "dc:license": {"@id": own().about.licence},
        "tableSchema": {"aboutUrl": "{+iri}", "primaryKey": "iri", **describe_columns(COLUMNS[definition.name])},
    }


def describe_file(url: str, title: str, description: str) -> dict[str, object]:
    """Return the members of CSV on the Web metadata that describe a file. url: relative to that of the metadata."""
    context = ["http://www.w3.org/ns/csvw", {"@language": "en"}]
    return {"@context": context, "url": url, "dc:title": title, "dc:description": description}


def describe_columns(columns: Iterable[CsvColumn]) -> dict[str, object]:
    """Return the member “columns” of a table schema of CSV on the Web."""
    return {"columns": [column.describe() for column in columns]}


def as_spreadsheet_text(text: str) -> str:
    """Return the text of a CSV cell with an apostrophe before it if a spreadsheet would run it as a formula."""
    return f"'{text}" if FORMULA.match(text) else text
