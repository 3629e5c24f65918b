"""Identity links: the counterparts of a thing in other datasets, such as Wikidata, with match and evidence."""

from dataclasses import dataclass

from sjkg.core.terms import Iri
from sjkg.site.context import PageContext
from sjkg.site.model import Thing


@dataclass(frozen=True)
class IdentityLink:
    """A link from a thing to its counterpart in another dataset.

    iri: of the counterpart. identifier: of the counterpart in its dataset, or else its IRI. match: SKOS mapping
    property, such as skos:exactMatch. evidence: reason for the link, as text. status: degree of verification (a
    concept), or None. link: IRI of the link itself.
    """

    iri: str
    identifier: str
    dataset: Thing
    match: Thing
    evidence: str
    status: Thing | None
    link: str


def read_identity_links(context: PageContext, iri: str) -> tuple[IdentityLink, ...]:
    """Return the identity links of the thing with this IRI, sorted by dataset."""
    rows = context.query("identity-links", thing=Iri(iri))
    keys = ("dataset", "match", "status")
    names = context.labels.names(row[key].value for row in rows for key in keys if key in row)
    things = {iri: Thing(iri, name) for iri, name in names.items()}
    return tuple(
        IdentityLink(
            row["other"].value,
            row["identifier"].value if "identifier" in row else row["other"].value,
            things[row["dataset"].value],
            things[row["match"].value],
            row["evidence"].value,
            things[row["status"].value] if "status" in row else None,
            row["link"].value,
        )
        for row in rows
    )
