"""Page model of the name search: things of the graph by kind, and apart from them those of external datasets."""

from dataclasses import dataclass

from sjkg.site.context import SnapshotLabels
from sjkg.site.external_datasets import DatasetThing, dataset_path, dataset_thing
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
    "passage": "Passages",
    "remark": "Remarks",
}
MAX_PER_KIND = 30
MAX_QUERY_CHARACTERS = 200


@dataclass(frozen=True)
class Found:
    """A thing that was found.

    path: of its page. name: its preferred name, or the text of a remark. found_as: the name that matches the words, or the
    summary of a passage; None if that is the preferred name, or if only its kind or related things match. language: BCP 47
    tag of found_as, or None. is_elsewhere: whether only another dataset has the name found_as. dataset: the title of that
    dataset if it is an external one, else "".
    score: similarity, 0 to 100. missing: words of the text that it lacks, beside those that all lack.
    """

    iri: str
    path: str
    name: str
    kind: str
    found_as: str | None
    language: str | None
    is_elsewhere: bool
    score: int
    missing: tuple[str, ...]
    dataset: str = ""


@dataclass(frozen=True)
class FoundElsewhere:
    """The things of an external dataset that were found; they are not part of this graph and in none of its numbers.

    title, path: of the dataset. things: at most MAX_PER_KIND. more: number of the others, of those that were looked at.
    """

    title: str
    path: str
    things: tuple[DatasetThing, ...]
    more: int


@dataclass(frozen=True)
class SearchPage:
    """The result of a search.

    total: number of things found. groups: titles such as “Events” with the first MAX_PER_KIND things of the kind; the
    kind of the best match is first. counts: number of things found of the kind of each group. dropped: words that none of them has. replaced: pairs of a word and a similar one that the
    best match has instead. elsewhere: the things of external datasets with a name that has all words, which `total` does not count.
    """

    words: str
    total: int
    groups: tuple[tuple[str, tuple[Found, ...]], ...]
    counts: tuple[int, ...]
    dropped: tuple[str, ...]
    replaced: tuple[tuple[str, str], ...]
    elsewhere: tuple[FoundElsewhere, ...] = ()


def search_page(labels: SnapshotLabels, words: str) -> SearchPage:
    """Return the page (dataclass for HTML and JSON) of a search.

    words: names, kinds, years, roles or words of a summary; characters after the first 200 are ignored.
    """
    words_used = words[:MAX_QUERY_CHARACTERS]
    hits, datasets = labels.search.find(words_used), labels.linked.datasets
    dropped = [word for word in hits[0].missing if all(word in hit.missing for hit in hits)] if hits else []
    names = labels.names(hit.thing for hit in hits)
    groups: dict[str, list[Found]] = {}
    for hit in hits:
        name = hit.name if hit.kind == "remark" else names[hit.thing]
        is_named = not hit.is_by_context or hit.kind == "passage"
        found_as = hit.name if is_named and hit.name != name else None
        path = local_page_path(hit.thing)
        missing = tuple(word for word in hit.missing if word not in dropped)
        source = datasets[hit.dataset].title if found_as and hit.dataset else ""
        found = Found(
            hit.thing, path, name, hit.kind, found_as, hit.language, hit.is_elsewhere, round(hit.score), missing, source
        )
        groups.setdefault(hit.kind, []).append(found)
    ordered = tuple((KINDS[kind], tuple(found[:MAX_PER_KIND])) for kind, found in groups.items())
    counts = tuple(len(found) for found in groups.values())
    replaced = hits[0].replaced if hits else ()
    elsewhere = _find_elsewhere(labels, words_used)
    return SearchPage(words, len(hits), ordered, counts, tuple(dropped), replaced, elsewhere)


def _find_elsewhere(labels: SnapshotLabels, words: str) -> tuple[FoundElsewhere, ...]:
    """Return what is found in external datasets, in the order of their titles."""
    hits = labels.external.find(words)
    own_things = labels.external.own_things
    names = labels.names({hit.kind for hit in hits} | {own_things.get(hit.iri, "") for hit in hits} - {""})
    found: dict[str, list[DatasetThing]] = {name: [] for name in labels.linked.datasets}
    for hit in hits:
        kind = names.get(hit.kind, "")
        found[hit.dataset].append(dataset_thing(hit.dataset, hit.iri, hit.name, kind, names, own_things))
    return tuple(
        FoundElsewhere(
            labels.linked.datasets[name].title,
            dataset_path(name),
            tuple(things[:MAX_PER_KIND]),
            max(0, len(things) - MAX_PER_KIND),
        )
        for name, things in found.items()
        if things
    )
