"""Value types of the comparison of sources: what one source says of an event, and how that agrees with this graph.

A source is this graph (with the article that it states) or another dataset. A record is the entry of a source for an event.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sjkg.core.vocabulary import ONTOLOGY
from sjkg.matching.periods import Period
from sjkg.matching.records import Point
from sjkg.site.claims import Claim
from sjkg.site.model import Source, Thing

Relation = Literal["same", "near", "part", "whole"]
# By the property of the link: the record is of the same event, of one that is nearly the same, of a part, or of a whole.
RELATIONS: dict[str, Relation] = {
    f"{ONTOLOGY}sameThing": "same",
    f"{ONTOLOGY}near": "near",
    f"{ONTOLOGY}hasPart": "part",
    f"{ONTOLOGY}partOf": "whole",
}
LICENCE_IRI = re.compile(
    r"https?://(?:creativecommons\.org/(?:licenses|publicdomain)/(?P<cc>[a-z-]+)|(?:www\.)?opendatacommons\.org/licenses/(?P<odc>by|odbl|pddl))"
    r"/(?P<version>\d[.-]\d)/?"
)
SPDX_CC = re.compile(r"https?://spdx\.org/licenses/CC(?:-(BY(?:-[A-Z]+)*)|0)-(\d\.\d)")
Verdict = Literal["agrees", "disagrees", "not compared"]
Dependence = Literal["independent", "derived", "not stated"]
Sort = Literal["strength", "loss", "count"]


@dataclass(frozen=True)
class Agreement:
    """Agreement of a value with those of this graph.

    verdict: “disagrees” if both cannot hold. reason: why, as text. confirms: it agrees, is as precise, and its source is
    independent of the article.
    """

    verdict: Verdict
    reason: str
    confirms: bool = False


@dataclass(frozen=True)
class SourceDataset:
    """A dataset of another source.

    iri: of the dataset. name: in the IRIs of its graphs, such as war-atlas. licence: its IRI. version, publisher, url, credit,
    description: "" if not given. derived_from: IRIs of what it is made from. dependence: whether that includes the source of the
    article. is_private: it must not be published.
    """

    iri: str
    name: str
    title: str
    publisher: str = ""
    licence: str = ""
    url: str = ""
    version: str = ""
    credit: str = ""
    description: str = ""
    derived_from: tuple[Thing, ...] = ()
    dependence: Dependence = "not stated"
    is_private: bool = False

    @property
    def licence_name(self) -> str:
        """The short name of its licence."""
        return licence_name(self.licence)


def web_address(text: str) -> str:
    """Return an address of the web unchanged, and "" for another IRI, such as javascript:…, to which no page may link."""
    return text if text.lower().startswith(("http://", "https://")) else ""


def licence_name(iri: str) -> str:
    """Return the short name of a licence of Creative Commons or Open Data Commons, such as “CC BY 4.0”, or its SPDX identifier.

    Of another licence the IRI is returned.
    """
    match = LICENCE_IRI.fullmatch(iri)
    if not match:
        if spdx := SPDX_CC.fullmatch(iri):
            return f"CC {spdx[1]} {spdx[2]}" if spdx[1] else f"CC0 {spdx[2]}"
        return re.sub(r"https?://spdx\.org/licenses/(?=[\w.+-]+$)", "", iri)
    version = match["version"].replace("-", ".")
    if match["odc"]:
        return f"{ {'by': 'ODC-By', 'odbl': 'ODbL', 'pddl': 'PDDL'}[match['odc']] } {version}"
    return f"CC0 {version}" if match["cc"] == "zero" else f"CC {match['cc'].upper()} {version}"


@dataclass(frozen=True)
class SourceDays:
    """The days on which an event began or ended, according to a source.

    first, last: ISO days; None where open. is_placeholder: they were written as a first day of a month or year, which may
    stand for all of it. is_approximate: the source marks its date as approximate or uncertain. is_computed: they follow from
    other statements of this graph. text: as text.
    """

    first: str | None
    last: str | None
    text: str
    is_placeholder: bool = False
    is_approximate: bool = False
    is_computed: bool = False
    agreement: Agreement | None = None

    @property
    def period(self) -> Period:
        """The same days as a period."""
        first, last = (date.fromisoformat(day) if day else None for day in (self.first, self.last))
        return Period(first, last, self.is_placeholder)


@dataclass(frozen=True)
class SourceFigure:
    """A figure of a source: a strength, loss or other count.

    iri: of the claim. party: in this graph, if the source's party is linked to it, else of the source. quantity: what is counted; materiel:
    kind of equipment, or None. exact, least, greatest, written: whole numbers; written is the number that the source
    writes, if it is not the bound. words: text instead of a number, or "". is_approximate: a word such as “about” is
    with the number. party_is_ours: the editors concluded the party. is_computed: it follows from another figure of this graph. is_part: another figure of the same kind includes it, or it counts one group of the party only.
    note: of the editors. url: of the row in the file of the source. sources, footnotes: of this graph.
    """

    iri: str
    sort: Sort
    party: Thing | None
    quantity: Thing | None
    materiel: Thing | None
    exact: int | None = None
    least: int | None = None
    greatest: int | None = None
    written: int | None = None
    words: str = ""
    is_approximate: bool = False
    is_part: bool = False
    is_computed: bool = False
    party_is_ours: bool = False
    note: str = ""
    url: str = ""
    sources: tuple[Source, ...] = ()
    footnotes: tuple[Thing, ...] = ()
    agreement: Agreement | None = None

    @property
    def key(self) -> tuple[str | None, ...]:
        """The IRIs of party, quantity and materiel: figures with the same ones are comparable."""
        return tuple(thing.iri if thing else None for thing in (self.party, self.quantity, self.materiel))


@dataclass(frozen=True)
class SourceOutcome:
    """The outcome of an event according to a source. victors, defeated: actors, as the party of a figure. text: its kind or words."""

    iri: str
    victors: tuple[Thing, ...]
    defeated: tuple[Thing, ...]
    text: str
    sources: tuple[Source, ...] = ()
    footnotes: tuple[Thing, ...] = ()
    agreement: Agreement | None = None


@dataclass(frozen=True)
class SourceRow:
    """The statements of one record of a source about an event.

    dataset: None for this graph. relation: of the record to the event. iri, label: of the record. key: by which the
    source knows it. url: of the row or page of the source. place_in_file: file and lines from which the record was read. words: dates in the
    words of the source. points: degrees. km: the least distance of its points from those of this graph, None if unknown.
    places: as text. date_sources, point_sources: of this graph.
    """

    dataset: SourceDataset | None
    relation: Relation
    iri: str
    label: str
    key: str = ""
    url: str = ""
    place_in_file: str = ""
    begin: SourceDays | None = None
    end: SourceDays | None = None
    words: tuple[str, ...] = ()
    date_sources: tuple[Source, ...] = ()
    points: tuple[Point, ...] = ()
    point_sources: tuple[Source, ...] = ()
    places: tuple[str, ...] = ()
    km: float | None = None
    figures: tuple[SourceFigure, ...] = ()
    outcomes: tuple[SourceOutcome, ...] = ()

    @property
    def source(self) -> str:
        """The name of the source."""
        return self.dataset.title if self.dataset else "this graph"


@dataclass(frozen=True)
class SourceDisagreement:
    """Two values of two sources about the same thing that cannot both hold. about: such as “begin” or “casualties of France”."""

    about: str
    one: str
    one_value: str
    other: str
    other_value: str
    reason: str


@dataclass(frozen=True)
class SourceComparison:
    """The statements of all sources about an event.

    ours: this graph. others: those of other datasets, the same event first. in_words: claims of this graph that compare losses,
    strengths or others of two parties in the event or its parts, without numbers.
    """

    event: Thing
    ours: SourceRow
    others: tuple[SourceRow, ...]
    disagreements: tuple[SourceDisagreement, ...]
    in_words: tuple[Claim, ...]

    @property
    def rows(self) -> tuple[SourceRow, ...]:
        """All rows, this graph first."""
        return (self.ours, *self.others)
