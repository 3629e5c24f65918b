"""Page model of the search: things with names similar to the words of the reader, by kind."""

from dataclasses import dataclass

from sjkg.site.context import SnapshotLabels
from sjkg.site.paths import local_page_path

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
MAX_QUERY_CHARACTERS = 200


@dataclass(frozen=True)
class Found:
    """A thing that was found.

    path: of its page. found_as: the matching name, None if it is the preferred name; language: its BCP 47 tag or None.
    score: similarity, 0 to 100.
    """

    iri: str
    path: str
    name: str
    kind: str
    found_as: str | None
    language: str | None
    score: int


@dataclass(frozen=True)
class SearchPage:
    """The result of a search.

    total: number of things found. groups: titles such as “Events” with the things of the kind; the kind of the best
    match is first.
    """

    words: str
    total: int
    groups: tuple[tuple[str, tuple[Found, ...]], ...]


def search_page(labels: SnapshotLabels, words: str) -> SearchPage:
    """Return the page (dataclass for HTML and JSON) of a search by name.

    words: compared with all names, tolerating spelling mistakes; characters after the first 200 are ignored. At most
    100 things are found.
    """
    hits = labels.search.find(words[:MAX_QUERY_CHARACTERS])
    names = labels.names(hit.thing for hit in hits)
    groups: dict[str, list[Found]] = {}
    for hit in hits:
        if hit.kind in KINDS:
            name = names[hit.thing]
            found_as = hit.name if hit.name != name else None
            path = local_page_path(hit.thing)
            found = Found(hit.thing, path, name, hit.kind, found_as, hit.language, round(hit.score))
            groups.setdefault(hit.kind, []).append(found)
    ordered = tuple((KINDS[kind], tuple(found)) for kind, found in groups.items())
    return SearchPage(words, sum(len(found) for _, found in ordered), ordered)
