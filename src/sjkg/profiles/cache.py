"""The translations of one built graph, each made at its first use and kept."""

from collections.abc import Mapping
from functools import cache
from threading import Lock

from sjkg.profiles.documents import TranslatedThings
from sjkg.profiles.read import Profile, find_profile
from sjkg.profiles.translate import Construct, Translation, translate


class Translations:
    """The graph in the terms of each profile; threads may share it. profiles: by name."""

    def __init__(self, profiles: Mapping[str, Profile], construct: Construct):
        """Use these profiles, and a function that evaluates their queries over the graph."""
        self.profiles = profiles
        self._construct = construct
        self._locks = {name: Lock() for name in profiles}
        self._translate = cache(lambda name: translate(self.profiles[name], self._construct))
        self._index = cache(lambda name: TranslatedThings(self._translate(name).lines))

    def get(self, name: str) -> Translation:
        """Return the graph in the terms of the profile with a name or IRI.

        The first call takes a second or two, and calls meanwhile wait for it. Raises UnknownName if there is no such profile,
        and the errors of queries.
        """
        found = find_profile(self.profiles, name).name
        with self._locks[found]:
            return self._translate(found)

    def things(self, name: str) -> TranslatedThings:
        """Return the index of the things in a translation; otherwise as `get`."""
        found = find_profile(self.profiles, name).name
        with self._locks[found]:
            return self._index(found)
