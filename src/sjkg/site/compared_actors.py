"""Comparison of two actors: kind, relations, events with roles and sides, figures, claims and statements."""

from sjkg.core.vocabulary import ONTOLOGY, curie
from sjkg.site.actor import BONDS, ActorPage, actor_page
from sjkg.site.claims import COUNTS, LOSSES, STRENGTHS
from sjkg.site.comparison import (
    Cell,
    ComparedItem,
    RowGroup,
    compare_by_title,
    compare_cells,
    item_of_claim,
    items_of,
    items_of_values,
    kind_in_words,
    list_path,
    related_by_title,
)
from sjkg.site.context import PageContext
from sjkg.site.paths import local_page_path

FIGURES = {*LOSSES, *STRENGTHS, *COUNTS}
MEMBERSHIPS = {f"{ONTOLOGY}{name}" for name in ("unitOf", "armedForceOf", "ofState", "clientStateOf")}


def compare_actors(context: PageContext, iris: tuple[str, str]) -> tuple[RowGroup, ...]:
    """Return the rows that compare two actors, made from what their pages show. iris: of the actors.

    Raises UnknownName if the graph has no statement with one of the IRIs as subject or object.
    """
    pages = [actor_page(context, iri) for iri in iris]
    paths = (local_page_path(iris[0]), local_page_path(iris[1]))
    lists = (list_path("events", actor=curie(iris[0])), list_path("events", actor=curie(iris[1])))
    facts = (
        compare_cells("Kind", [items_of(page.entity.types) for page in pages]),
        compare_cells("Summary", [_summary(page) for page in pages]),
        compare_cells("Units, forces, members and client states", [_read_members(page) for page in pages], paths),
    )
    bonds = compare_by_title("", [related_by_title(page.bonds, BONDS) for page in pages])
    events = (
        compare_cells("Number of events", [_count_events(*pair) for pair in zip(pages, lists, strict=True)]),
        compare_cells("Took part in", [_read_events(page) for page in pages], lists),
        compare_cells("Further events, inferred", [_count_inferred_events(page) for page in pages]),
        compare_cells("Roles", [_count_roles(page) for page in pages]),
        compare_cells("Sides", [_read_sides(page) for page in pages]),
    )
    claims = (
        compare_cells("Other claims", [_read_other_claims(page) for page in pages]),
        compare_cells(
            "Statements that the article attributes to it", [map(item_of_claim, page.said) for page in pages]
        ),
        compare_cells("Remarks of the editors", [_read_remarks(page) for page in pages]),
    )
    return (
        RowGroup("Facts", (*facts, *bonds.rows)),
        RowGroup("Events", events),
        compare_by_title("Figures, each as claimed", [_read_figures(page) for page in pages]),
        RowGroup("Claims", claims),
    )


def _summary(page: ActorPage) -> Cell:
    """Return the summary of an actor; an empty cell if it has none."""
    return (ComparedItem(page.entity.description),) if page.entity.description else ()


def _read_members(page: ActorPage) -> Cell:
    """Return the units, armed forces and client states of an actor, and those who belong to it."""
    return items_of_values((prop for prop in page.entity.mentions if prop.iri in MEMBERSHIPS), "inferred")


def _count_events(page: ActorPage, path: str) -> Cell:
    """Return the number of events that an actor took part in, linked to their list; an empty cell if it is 0."""
    count = len({part.within.iri for _, part in page.parts})
    return (ComparedItem(f"{count:,}", path=path),) if count else ()


def _read_events(page: ActorPage) -> Cell:
    """Return the events that an actor took part in, by date, each with its date and the actor's roles."""
    return tuple(
        ComparedItem(
            part.within.name,
            part.within.iri,
            note=", ".join([date, *(role.name for role in part.roles)]),
            sources=(part.source,),
        )
        for date, part in page.parts
    )


def _count_inferred_events(page: ActorPage) -> Cell:
    """Return the number of events to which an actor belongs by inference only, linked to their list."""
    found = page.inferred_events
    return (ComparedItem(f"{found.total:,}", path=found.path),) if found.total else ()


def _count_roles(page: ActorPage) -> Cell:
    """Return the roles of an actor, the most frequent first, each with the number of participations."""
    roles = [role for _, part in page.parts for role in part.roles]
    return tuple(
        ComparedItem(role.name, role.iri, note=f"{roles.count(role)} ×")
        for role in dict.fromkeys(sorted(roles, key=lambda role: (-roles.count(role), role.name)))
    )


def _read_sides(page: ActorPage) -> Cell:
    """Return the sides of the conflict that an actor was on."""
    return items_of(dict.fromkeys(part.side for _, part in page.parts if part.side))


def _read_figures(page: ActorPage) -> dict[str, Cell]:
    """Return the figures about an actor by kind, each with the event that it is about."""
    cells: dict[str, Cell] = {}
    for claim in page.claims:
        if claim.kind.iri in FIGURES:
            title = kind_in_words(*(thing.name if thing else "" for thing in (claim.quantity, claim.materiel)))
            cells[title] = (*cells.get(title, ()), item_of_claim(claim, [claim.about.name]))
    return dict(sorted(cells.items()))


def _read_other_claims(page: ActorPage) -> Cell:
    """Return the claims about an actor that are not figures."""
    return tuple(item_of_claim(claim, [claim.kind.name]) for claim in page.claims if claim.kind.iri not in FIGURES)


def _read_remarks(page: ActorPage) -> Cell:
    """Return the editors' remarks about an actor."""
    return tuple(
        ComparedItem(remark.words, remark.iri, note=remark.kind.name, sources=(remark.source,))
        for remark in page.remarks
    )
