"""What a thing is in other datasets: how well it matches there, and on which evidence."""

from dataclasses import dataclass

from sjkg.core.terms import Iri
from sjkg.site.claims import Thing
from sjkg.site.context import Asker, Frame


@dataclass(frozen=True)
class Counterpart:
    """A thing of another dataset. match: the property that says how well it matches; link: where the evidence is written."""

    iri: str
    identifier: str
    dataset: Thing
    match: Thing
    evidence: str
    status: Thing | None
    link: str


def read_counterparts(asker: Asker, frame: Frame, iri: str) -> tuple[Counterpart, ...]:
    """Return what a thing is elsewhere, by dataset."""
    rows = asker.ask("elsewhere", thing=Iri(iri))
    names = frame.names(row[key].value for row in rows for key in ("dataset", "match", "status") if key in row)

    def thing(term: Iri) -> Thing:
        return Thing(term.value, names[term.value])

    return tuple(
        Counterpart(
            row["other"].value,
            row["identifier"].value if "identifier" in row else row["other"].value,
            thing(row["dataset"]),
            thing(row["match"]),
            row["evidence"].value,
            thing(row["status"]) if "status" in row else None,
            row["link"].value,
        )
        for row in rows
    )
