"""Everything that the tools read: one snapshot (immutable folder with the built graph), opened with its query workers."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from threading import Thread

from sjkg.core.errors import BadParameter, UnknownName, UnknownThing
from sjkg.core.settings import Settings
from sjkg.core.terms import Iri, is_valid_term
from sjkg.core.vocabulary import curie, expand, own
from sjkg.kb.queries import SavedQuery, read_queries
from sjkg.pipeline.check_posted import TurtleChecker
from sjkg.profiles.read import profile_views, read_profiles
from sjkg.proofs.explainer import Explainer, read_explainer
from sjkg.site.context import PageContext, SnapshotLabels
from sjkg.site.entity import EntityPage, find_entity
from sjkg.site.model import Thing
from sjkg.site.paths import iri_of
from sjkg.site.questions import MAX_RESULT_BYTES
from sjkg.site.term_names import terms_for
from sjkg.snapshot.external_names import ExternalNames
from sjkg.snapshot.folder import Snapshot
from sjkg.snapshot.index.read import Index
from sjkg.snapshot.known_terms import KnownTerms, open_known_terms
from sjkg.snapshot.remote import remote_source
from sjkg.store.quad_store import QuadStore
from sjkg.store.sorted_quads import SortedQuads
from sjkg.workers.query_queue import QueryQueue, open_queue

MAX_NAME_CHARACTERS = 300
MAX_CHOICES = 8
PAGE = "/page/"


@dataclass(frozen=True)
class OpenedGraph:
    """A snapshot, opened for the tools. Threads may share it.

    queue: evaluates queries of clients, in processes of their own. labels: labels, lists and search. queries: the saved
    queries by name. known_terms: the IRIs of the snapshot. checker: validates Turtle. site: URL of the website for links to its
    pages, without a slash at the end; "" to give the paths of pages only.
    """

    settings: Settings
    snapshot: Snapshot
    queue: QueryQueue
    labels: SnapshotLabels
    queries: Mapping[str, SavedQuery]
    sorted_quads: SortedQuads
    known_terms: KnownTerms
    checker: TurtleChecker
    site: str

    @cached_property
    def explainer(self) -> Explainer:
        """The object that finds proofs; its data are read from disk at the first use."""
        return read_explainer(self.snapshot.proofs, self.known_terms.find_similar)

    def close(self) -> None:
        """End the processes that evaluate queries; a later query raises RuntimeError."""
        self.queue.close()

    def new_context(self) -> PageContext:
        """Return a page context, by which page builders read the graph."""
        return PageContext(self.labels)

    def find_iri(self, name: str, kinds: tuple[str, ...] = ()) -> str:
        """Return the IRI that a client means by a name.

        name: a prefixed name, an IRI, the path or URL of a page, or a label such as “Battle of Hastings”. kinds: of things that a
        label may mean, such as event; any if empty. Raises BadParameter for a label that nothing or more than one thing has, with
        the prefixed names to choose from.
        """
        name = name.strip()
        if not name:
            raise BadParameter("the name is empty; give one such as event:example")
        if len(name) > MAX_NAME_CHARACTERS:
            raise BadParameter(
                f"the name has more than {MAX_NAME_CHARACTERS} characters; give one such as event:example"
            )
        if self.site and name.startswith(self.site):
            name = name.removeprefix(self.site)
        if name.startswith(PAGE):
            return iri_of(name.removeprefix(PAGE))
        found = terms_for(self.labels, name, is_property=False)
        if found and kinds:
            spaces = tuple(f"{own().ids}{kind}/" for kind in kinds)
            found = tuple(thing for thing in found if thing.iri.startswith(spaces)) or self._similar(name, kinds)
        if len(found) > 1:
            choices = ", ".join(f"{curie(thing.iri)} ({thing.name})" for thing in found)
            raise BadParameter(f"“{name}” may mean several things; give one of these names instead: {choices}")
        return found[0].iri if found else expand(name)

    def _similar(self, name: str, kinds: tuple[str, ...]) -> tuple[Thing, ...]:
        """Return the things of some kinds that the search finds first for a name. Raises BadParameter if there are none."""
        hits = [hit.thing for hit in self.labels.search.find(name) if hit.kind in kinds]
        if not hits:
            raise BadParameter(f"“{name}” is the name of no {' or '.join(kinds)}; search for the name first")
        return self.labels.things(hits[:MAX_CHOICES])

    def find_entity(self, name: str) -> EntityPage:
        """Return the statements about the thing with a name and the mentions of it. name: as for `find_iri`.

        Raises BadParameter as `find_iri` does, UnknownThing, with similar names, for an IRI without triples, and Retired for
        a deprecated one.
        """
        iri = self.find_iri(name)
        try:
            if not is_valid_term(Iri(iri)):
                raise UnknownThing(iri)
            return find_entity(self.new_context(), iri, self.sorted_quads)
        except UnknownName:
            raise UnknownThing(iri, self.known_terms.find_similar(iri)) from None


def open_for_tools(settings: Settings, snapshot: Snapshot, site: str) -> OpenedGraph:
    """Open a snapshot and start its query workers.

    settings: limits of queries and checks, and the endpoint that evaluates the queries of clients, if there is one. site: URL of the website for links to its pages, "" for none. Raises
    UnusableSnapshot when the snapshot cannot be read, and BrokenInput when a saved query or profile cannot be read.
    """
    manifest, quads = snapshot.manifest, SortedQuads(snapshot.folder)
    known_terms = open_known_terms(snapshot)
    labels = SnapshotLabels(
        QuadStore.open(snapshot.store, manifest.groups), Index(snapshot.index), ExternalNames.open(snapshot)
    )
    queries, views = read_queries(settings.kb), profile_views(read_profiles(settings.kb))
    queue = open_queue(  # last, for it starts processes
        snapshot.store,
        manifest.groups,
        deadline_s=settings.query_deadline_s,
        memory_bytes=settings.query_memory_bytes,
        max_answer_bytes=MAX_RESULT_BYTES,
        max_running=settings.max_running_queries,
        max_waiting=settings.max_waiting_queries,
        find_unknown=known_terms.find_unknown,
        views=views,
        with_private=False,  # what a client reads goes to the provider of its language model
        remote=remote_source(snapshot, settings) if settings.store else None,
    )
    Thread(target=labels.warm_up, daemon=True).start()  # the first calls need not wait for it
    checker = TurtleChecker(settings)
    return OpenedGraph(settings, snapshot, queue, labels, queries, quads, known_terms, checker, site.rstrip("/"))
