"""The translations of one built graph, each made at its first use and kept."""

from collections.abc import Mapping
from threading import Lock

from sjkg.profiles.documents import TranslatedThings
from sjkg.profiles.read import Profile, find_profile
from sjkg.profiles.translate import Construct, Translation, translate


class Translations:
    """The graph in the terms of each profile; threads may share it. profiles: by name.

    It is in no reference cycle, so that a graph that is served no more is freed at once, with its query workers.
    """

    def __init__(self, profiles: Mapping[str, Profile], construct: Construct):
        """Use these profiles, and a function that evaluates their queries over the graph."""
        self.profiles = profiles
        self._construct = construct
        self._locks = {name: Lock() for name in profiles}
        self._translations: dict[str, Translation] = {}
        self._indexes: dict[str, TranslatedThings] = {}

    def get(self, name: str) -> Translation:
        """Return the graph in the terms of the profile with a name or IRI.

        The first call takes a second or two, and calls meanwhile wait for it. Raises UnknownName if there is no such profile,
        and the errors of queries.
        """
        found = find_profile(self.profiles, name).name
        with self._locks[found]:
            if found not in self._translations:
                self._translations[found] = translate(self.profiles[found], self._construct)
            return self._translations[found]

    def things(self, name: str) -> TranslatedThings:
        """Return the index of the things in a translation; otherwise as `get`."""
        translation = self.get(name)
        found = translation.profile.name
        with self._locks[found]:
            if found not in self._indexes:
                self._indexes[found] = TranslatedThings(translation.lines)
            return self._indexes[found]
