"""The profiles of a knowledge base: folders profiles/NAME/ with a description, rules, reasons for losses, and shapes.

profile.ttl describes the profile by the W3C Profiles Vocabulary; out/*.rq are CONSTRUCT queries from our terms to theirs,
in/*.rq from theirs to ours; reasons.ttl has, for each property of ours of which triples are lost, a sjkg:lossNote; shapes.ttl has SHACL shapes of the result.
Source: The Profiles Vocabulary, https://www.w3.org/TR/dx-prof/
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sjkg.core.errors import BadQuery, UnknownName
from sjkg.core.facts import Facts
from sjkg.core.ntriples import literal_parts, plain_text
from sjkg.core.settings import packaged_kb
from sjkg.core.vocabulary import ONTOLOGY, PREFIXES, PROFILES, own
from sjkg.kb.folders import file_error, read_text
from sjkg.kb.inherited import inherits
from sjkg.kb.queries import QueryFile, query_file_error, read_query_files
from sjkg.profiles.patterns import used_triples_query
from sjkg.turtle.reader import read_turtle

FOLDER = "profiles"
DESCRIPTION, REASONS, SHAPES, OUT, IN = "profile.ttl", "reasons.ttl", "shapes.ttl", "out", "in"
PROF = PREFIXES["prof"]
LOSS_NOTE = f"<{ONTOLOGY}lossNote>"


@dataclass(frozen=True)
class ProfileRule:
    """A CONSTRUCT query from our terms to those of a profile, or back.

    name: that of its file without ending. path: of the file, such as profiles/sem/out/events.rq. construct: the query. used: the query of the triples that it uses. title,
    description: from the header of the file.
    """

    name: str
    path: str
    title: str
    description: str
    construct: str
    used: str


@dataclass(frozen=True)
class Profile:
    """A profile: rules that translate the graph into the terms of another vocabulary.

    name: that of its folder, such as “cidoc-crm”. title, description: texts. standard: the IRI of the vocabulary. version: of
    the vocabulary, such as “7.1.3”. namespaces: others under which its terms are written, such as http://schema.org/. rules:
    from our terms to theirs, in the order of their names. back: from their terms to ours. reasons: a dict from the IRI of a
    property to the reason why triples of it are lost. folder: its path.
    """

    name: str
    title: str
    description: str
    standard: str
    version: str
    namespaces: tuple[str, ...]
    rules: tuple[ProfileRule, ...]
    back: tuple[ProfileRule, ...]
    reasons: Mapping[str, str]
    folder: Path

    @property
    def iri(self) -> str:
        """Return the IRI of the profile, which is also the address of its page."""
        return PROFILES + self.name

    @property
    def graph(self) -> str:
        """Return the IRI of the graph of all triples in the terms of the profile."""
        return own().profile_graphs + self.name

    @property
    def shapes(self) -> Path:
        """Return the path of the SHACL shapes to which the translated graph conforms; the file may not exist."""
        return self.folder / SHAPES


def read_profiles(kb: Path, *, with_imports: bool = False) -> dict[str, Profile]:
    """Return the profiles of the knowledge base in the folder `kb`: a dict from name to profile, sorted by name.

    They are its folders profiles/NAME/ with a file profile.ttl, and those of the packaged knowledge base if it inherits them.
    with_imports: whether to return also profiles without a folder out/, which only translate external datasets into our terms.
    Raises BrokenInput, with file and line, when a file cannot be read, the description lacks a title or a standard, or a rule is
    not valid.
    """
    folders = {
        path.parent.name: (path.parent, root)
        for root in ((packaged_kb(), kb) if inherits(kb) else (kb,))
        for path in (root / FOLDER).glob(f"[!.]*/{DESCRIPTION}")
        if with_imports or (path.parent / OUT).is_dir()
    }
    return {name: _read_profile(*folders[name]) for name in sorted(folders)}


def profile_views(profiles: Mapping[str, Profile]) -> dict[str, dict[str, str]]:
    """Return a dict from the IRI of the graph of each profile to the queries that make it, by the path of their files."""
    return {profile.graph: {rule.path: rule.construct for rule in profile.rules} for profile in profiles.values()}


def find_profile(profiles: Mapping[str, Profile], name: str) -> Profile:
    """Return the profile with a name, or with its IRI or that of its standard. Raises UnknownName, with the list, if none."""
    for profile in profiles.values():
        if name in (profile.name, profile.iri, profile.standard):
            return profile
    known = f"the profiles are {', '.join(profiles)}" if profiles else "this knowledge base has none"
    raise UnknownName(f"there is no profile “{name}”; {known}")


def _read_profile(folder: Path, kb: Path) -> Profile:
    """Return the profile in a folder of the knowledge base `kb`. Raises BrokenInput as `read_profiles` does."""
    about, reasons = _read_facts(folder / DESCRIPTION, kb), Facts()
    if (folder / REASONS).is_file():
        reasons = _read_facts(folder / REASONS, kb)
    node = f"<{PROFILES}{folder.name}>"

    def value(name: str, prefix: str, is_needed: bool = True) -> str:
        found = about.value(node, f"<{PREFIXES[prefix]}{name}>")
        if found is None and is_needed:
            where = (folder / DESCRIPTION).relative_to(kb).as_posix()
            raise file_error(where, f"the profile {node} has no {prefix}:{name}; add it", 1)
        return "" if found is None else literal_parts(found).lexical if found.startswith('"') else plain_text(found)

    return Profile(
        folder.name,
        value("title", "dcterms"),
        value("description", "dcterms", is_needed=False),
        value("isProfileOf", "prof"),
        value("versionInfo", "owl", is_needed=False),
        tuple(literal_parts(text).lexical for text in sorted(about.objects(node, f"<{PREFIXES['void']}uriSpace>"))),
        tuple(map(_to_rule, read_query_files(folder / OUT))),
        tuple(map(_to_rule, read_query_files(folder / IN))),
        {plain_text(term): literal_parts(text).lexical for term, text in reasons.pairs(LOSS_NOTE)},
        folder,
    )


def _read_facts(path: Path, kb: Path) -> Facts:
    """Return the triples of a Turtle file of the knowledge base `kb`. Raises BrokenInput when it is not valid."""
    name = path.relative_to(kb).as_posix()
    return Facts(read_turtle(read_text(path, name), name).lines)


def _to_rule(query: QueryFile) -> ProfileRule:
    """Return the rule in a query file. Raises BrokenInput, with the file, for a query that cannot be a rule."""
    try:
        path = "/".join(query.path.parts[-4:])
        return ProfileRule(query.name, path, query.title, query.description, query.body, used_triples_query(query.body))
    except BadQuery as error:
        raise query_file_error(query.path, str(error), 1) from None
