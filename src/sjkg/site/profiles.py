"""Page models about export profiles: what they are, their rules, and what they carry and lose."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sjkg.core.vocabulary import curie
from sjkg.profiles.linked_places import ENDINGS, NAME
from sjkg.profiles.read import Profile
from sjkg.profiles.translate import Translation

DUMPS = ("ttl.gz", "nt.gz", "jsonld.gz", "rdf.gz")  # file endings


@dataclass(frozen=True)
class ProfileSummary:
    """A profile in the list. standard: IRI of the vocabulary. path: of its page."""

    name: str
    title: str
    version: str
    standard: str
    description: str
    path: str


@dataclass(frozen=True)
class ProfilesPage:
    """Content of the page of all profiles."""

    profiles: tuple[ProfileSummary, ...]


@dataclass(frozen=True)
class RuleRow:
    """A rule of a profile. triples: number of the triples that it makes. text: the CONSTRUCT query."""

    name: str
    title: str
    description: str
    triples: int
    text: str


@dataclass(frozen=True)
class PropertyRow:
    """The statements of a property. iri, name: of the property. statements, carried, lost: numbers of statements.

    rules: the names of the rules that carry some. reason: why some are lost; "" if none is, or if the profile does not say.
    """

    iri: str
    name: str
    statements: int
    carried: int
    lost: int
    rules: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class ProfileExample:
    """The statements about a thing in our terms and in theirs, both as Turtle. iri: of the thing."""

    iri: str
    before: str
    after: str


@dataclass(frozen=True)
class ProfilePage:
    """Content of the page of a profile.

    triples: number of triples in the translated graph. statements: number of our statements without rdf:type; carried: number
    of those that a rule uses; percent: their share, such as “98.6”. lost: properties of which statements are lost;
    carried_whole: the others. dumps: URL paths. example: None if there is none.
    """

    profile: ProfileSummary
    triples: int
    statements: int
    carried: int
    percent: str
    rules: tuple[RuleRow, ...]
    lost: tuple[PropertyRow, ...]
    carried_whole: tuple[PropertyRow, ...]
    dumps: tuple[str, ...]
    example: ProfileExample | None


def profiles_page(profiles: Iterable[Profile]) -> ProfilesPage:
    """Return the page (dataclass for HTML and JSON) of all profiles."""
    return ProfilesPage(tuple(map(_summary, profiles)))


def profile_page(translation: Translation, example: Callable[[], ProfileExample | None]) -> ProfilePage:
    """Return the page (dataclass for HTML and JSON) of a profile. example: called once, returns the example to show."""
    profile, loss = translation.profile, translation.loss
    rows = [
        PropertyRow(row.iri, curie(row.iri), row.total, row.carried, row.lost, row.rules, row.reason or "")
        for row in loss.properties
    ]
    return ProfilePage(
        profile=_summary(profile),
        triples=len(translation.lines),
        statements=loss.total,
        carried=loss.carried,
        percent=f"{loss.share:.1%}"[:-1],
        rules=tuple(
            RuleRow(rule.name, rule.title, rule.description, translation.constructed[rule.name], rule.construct)
            for rule in profile.rules
        ),
        lost=tuple(sorted((row for row in rows if row.lost), key=lambda row: (-row.lost, row.name))),
        carried_whole=tuple(sorted((row for row in rows if not row.lost), key=lambda row: (-row.statements, row.name))),
        dumps=tuple(
            f"/dumps/sjkg.{profile.name}.{ending}" for ending in (*DUMPS, *(ENDINGS if profile.name == NAME else ()))
        ),
        example=example(),
    )


def _summary(profile: Profile) -> ProfileSummary:
    """Return the row of a profile in the list."""
    return ProfileSummary(
        profile.name,
        profile.title,
        profile.version,
        profile.standard,
        profile.description,
        f"/profiles/{profile.name}",
    )
