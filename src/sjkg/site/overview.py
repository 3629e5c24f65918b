"""The losses of the event that the graph is about: of each power in the whole, and of each side in its battles and incidents."""

from collections.abc import Iterable
from dataclasses import dataclass

from sjkg.core.terms import Iri
from sjkg.core.vocabulary import ONTOLOGY, shorten
from sjkg.site.context import PageContext
from sjkg.site.model import Source, Thing
from sjkg.site.paths import page_path
from sjkg.site.wording import event_date_in_words
from sjkg.snapshot.index.precomputed import Row


@dataclass(frozen=True)
class PowerLoss:
    """The casualties of a power in the whole event: one figure and the source of the claim. claim: its IRI."""

    power: Thing
    number: int
    claim: str
    source: Source


@dataclass(frozen=True)
class FightLoss:
    """Losses of one side, of one kind (killed, wounded, …), in a battle or incident.

    number: the sum of the exact numbers and lower bounds, 0 without any. text: the sum of the exact numbers, and the figures that are not exact numbers, such as “27” or “very heavy”. path: of the
    page of the figure; of all losses in the fight if there are several. sources: of the figures, without duplicates.
    """

    kind: Thing
    number: int
    text: str
    path: str
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Fight:
    """A battle or incident.

    is_battle: it is a battle, not an incident. words: its date as text. losses: those of each side of `Overview.sides`, in the
    same order.
    """

    event: Thing
    is_battle: bool
    words: str
    losses: tuple[tuple[FightLoss, ...], ...]

    @property
    def largest(self) -> int:
        """Largest number of people lost by one side, of one kind; 0 without numbers."""
        return max((loss.number for losses in self.losses for loss in losses), default=0)


@dataclass(frozen=True)
class Overview:
    """The event that the graph is about.

    summary: what happened, in one or two sentences. powers: with the most casualties first. sides: their names. fights: in
    the order of their begin; battles and incidents without figures of losses are included.
    """

    event: Thing
    summary: str
    powers: tuple[PowerLoss, ...]
    sides: tuple[str, ...]
    fights: tuple[Fight, ...]

    @property
    def ranked(self) -> tuple[Fight, ...]:
        """The fights with battles first, then by their largest number, then by date."""
        return tuple(sorted(self.fights, key=lambda fight: (not fight.is_battle, -fight.largest)))


def read_overview(context: PageContext) -> Overview | None:
    """Return the overview of the event that the dataset names as its subject; None if it names none."""
    named = context.query("main-event")
    if not named:
        return None
    event, labels = named[0]["event"].value, context.labels
    rows = context.query("losses-of-fights", thing=Iri(event))
    sides = sorted({row["side"].value for row in rows})
    fights = context.index.events_of({row["fight"].value for row in rows})
    in_order = sorted(fights.values(), key=lambda row: (row["begin"] or "9999", row["end"] or "9999", row["item"]))
    return Overview(
        event=Thing(event, labels.names([event])[event]),
        summary=named[0]["summary"].value,
        powers=tuple(
            PowerLoss(
                labels.things([row["power"].value])[0],
                int(row["number"].value),
                row["claim"].value,
                labels.source(row["passage"].value),
            )
            for row in context.query("losses-of-powers", thing=Iri(event))
        ),
        sides=tuple(labels.name(side) for side in sides),
        fights=tuple(
            Fight(
                Thing(fight["item"], fight["name"]),
                fight["kind"] == f"{ONTOLOGY}Battle",
                event_date_in_words(fight),
                tuple(
                    _add_up(
                        context,
                        [row for row in rows if (row["fight"].value, row["side"].value) == (fight["item"], side)],
                    )
                    for side in sides
                ),
            )
            for fight in in_order
        ),
    )


def _add_up(context: PageContext, rows: Iterable[Row]) -> tuple[FightLoss, ...]:
    """Return the losses of one side in one fight by kind. rows: of the query losses-of-fights for both."""
    by_kind: dict[str, list[Row]] = {}
    for row in rows:
        by_kind.setdefault(row["kind"].value, []).append(row)
    return tuple(
        FightLoss(
            context.labels.things([kind])[0],
            sum(int(row[key].value) for row in of_kind for key in ("exact", "least") if key in row),
            _figures_in_words(of_kind),
            page_path(of_kind[0]["claim"].value) or ""
            if len(of_kind) == 1
            else f"/questions/losses-of-event?event={shorten(of_kind[0]['fight'].value)}",
            tuple(dict.fromkeys(context.labels.source(row["passage"].value) for row in of_kind)),
        )
        for kind, of_kind in by_kind.items()
    )


def _figures_in_words(rows: list[Row]) -> str:
    """Return the sum of the exact numbers of some rows, and the others, as text: “27”, “at least 5”, “3 and several”."""
    exact = [int(row["exact"].value) for row in rows if "exact" in row]
    others = [f"at least {int(row['least'].value):,}" for row in rows if "least" in row and "exact" not in row]
    others += [row["words"].value for row in rows if "words" in row and not row.keys() & {"exact", "least"}]
    return " and ".join([f"{sum(exact):,}"] * bool(exact) + others)
