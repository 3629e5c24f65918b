"""The page of a search: things whose names are like the words, by kind."""

from dataclasses import dataclass

from sjkg.site.context import SnapshotLabels
from sjkg.site.paths import page_path

KINDS = {
    "event": "Events",
    "actor": "Actors",
    "place": "Places",
    "treaty": "Treaties",
    "work": "Works",
    "claim": "Claims",
    "section": "Sections",
    "footnote": "Footnotes",
}
LONGEST = 200


@dataclass(frozen=True)
class Found:
    """A thing that was found, and the name by which it was, where that is not the one it goes by."""

    iri: str
    path: str
    name: str
    kind: str
    found_as: str | None
    language: str | None
    score: int


@dataclass(frozen=True)
class SearchPage:
    """What was found, by kind; the kind with the best find comes first."""

    words: str
    total: int
    groups: tuple[tuple[str, tuple[Found, ...]], ...]


def search_page(labels: SnapshotLabels, words: str) -> SearchPage:
    """Return what `words` find; more than LONGEST characters are not read."""
    hits = labels.search.find(words[:LONGEST])
    names = labels.names(hit.thing for hit in hits)
    groups: dict[str, list[Found]] = {}
    for hit in hits:
        if hit.kind in KINDS:
            name = names[hit.thing]
            found_as = hit.name if hit.name != name else None
            found = Found(hit.thing, page_path(hit.thing), name, hit.kind, found_as, hit.language, round(hit.score))
            groups.setdefault(hit.kind, []).append(found)
    ordered = tuple((KINDS[kind], tuple(found)) for kind, found in groups.items())
    return SearchPage(words, sum(len(found) for _, found in ordered), ordered)
