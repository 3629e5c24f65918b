"""Pages about export profiles: the list, and for each its rules, what it carries and loses, and an example."""

from functools import partial

from sjkg.core.vocabulary import IDS
from sjkg.describe.documents import TURTLE
from sjkg.site.context import PageContext
from sjkg.site.profiles import ProfileExample, ProfilePage, ProfilesPage, profile_page, profiles_page
from sjkg.store.convert import convert_quads
from sjkg.store.sorted_quads import split_quad
from sjkg.web.context import current_served
from sjkg.web.pages.show import page
from sjkg.web.served import ServedSnapshot

EXAMPLES = (f"{IDS}event/halhamiao-clash", f"{IDS}place/halhamiao")


@page("/profiles", "profiles.html")
def profiles(_context: PageContext) -> ProfilesPage:
    """Show the vocabularies in whose terms the graph can be had."""
    return profiles_page(current_served().translations.profiles.values())


@page("/profiles/<name>", "profile.html")
def profile(_context: PageContext, name: str) -> ProfilePage:
    """Show the rules of a profile, what they carry over and lose, with reasons, and an example."""
    served = current_served()
    return profile_page(served.translations.get(name), partial(_example, served, name))


def _example(served: ServedSnapshot, name: str) -> ProfileExample | None:
    """Return what is stated about the first of EXAMPLES that a profile has, in our terms and in its own; None if it has none."""
    known = served.snapshot.manifest.sources
    for iri in EXAMPLES:
        quads = (split_quad(line) for line in served.sorted_quads.with_subject(f"<{iri}>"))
        before = "".join(f"{s} {p} {o} .\n" for s, p, o, graph in quads if graph[1:-1] in known).encode()
        after = b"".join(served.translations.things(name).own_lines(iri))
        if before and after:
            return ProfileExample(iri, convert_quads(before, TURTLE).decode(), convert_quads(after, TURTLE).decode())
    return None
