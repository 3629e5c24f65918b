"""Evidence for and against two records being the same thing: a comparison for each feature, as a weight with words.

The weights are in weights.toml. A feature that one of the records lacks gives no evidence.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from math import asin, cos, radians, sin, sqrt
from pathlib import Path

from sjkg.matching.name_comparison import NameComparison, compare_names
from sjkg.matching.name_words import KIND_WORDS
from sjkg.matching.names import ParsedName
from sjkg.matching.periods import Period, gap_days
from sjkg.matching.record_table import RecordTable
from sjkg.matching.records import ACTORS, Identifier, Point, Record

EARTH_KM = 6371.0
IDENTIFIED = {"wikidata": "Wikidata", "dbpedia": "DBpedia", "geonames": "GeoNames", "viaf": "VIAF", "gnd": "GND"}
Weights = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class Evidence:
    """Evidence from one feature. feature: such as “name”. bits: its weight, negative if it speaks against.

    score: the agreement, from 0 to 100. words: what was compared, such as “both begin on 1935-01-08”. refutes: whether it
    proves that they are two things, whatever else agrees.
    """

    feature: str
    bits: float
    score: float
    words: str
    refutes: bool = False


@cache
def read_weights() -> dict[str, dict[str, float]]:
    """Return the weights in weights.toml by section and name; those before the first section are in the section “”."""
    parsed = tomllib.loads((Path(__file__).parent / "weights.toml").read_text(encoding="utf-8"))
    sections = {name: dict(value) for name, value in parsed.items() if isinstance(value, dict)}
    return {"": {name: value for name, value in parsed.items() if not isinstance(value, dict)}, **sections}


def name_evidence(
    pairs: Iterable[tuple[ParsedName, ParsedName]], table: RecordTable
) -> tuple[Evidence, NameComparison] | None:
    """Return the evidence of the two most similar names of two records, and their comparison; None without pairs.

    pairs: each a name of their record and one of ours. table: the table of our records.
    """
    weights = read_weights()["name"]
    lost = weights["lost"], weights["lost_ours"]
    best: tuple[float, Evidence, NameComparison] | None = None
    for theirs, ours in pairs:
        compared = compare_names(theirs, ours, table.rarity, table.unknown_bits, lost)
        bits = max(weights["least"], min(weights["most"], compared.bits))
        words = [f"“{theirs.text}” and “{ours.text}”"]
        if compared.is_exact:
            bits += weights["exact"]
            words.append("have the same words")
        elif compared.shared:
            words.append(f"share {_quote(compared.words)}")
        else:
            words.append("share no word")
        both = bool(theirs.numerals and ours.numerals)
        if compared.numerals_differ and compared.shared:
            bits += weights["other_numeral" if both else "numeral"]
            words.append("but have different numerals" if both else "but only one has a numeral")
        if theirs.years and ours.years and not set(theirs.years) & set(ours.years):
            bits += weights["other_year"]
            words.append("but have different years")
        if best is None or bits > best[0]:
            score = 0.0 if compared.numerals_differ else 100.0 if compared.is_exact else min(compared.similarity, 99.0)
            refutes = compared.numerals_differ and both and bool(compared.shared)
            best = bits, Evidence("name", bits, round(score, 1), " ".join(words), refutes), compared
    return None if best is None else best[1:]


def _quote(words: Iterable[str]) -> str:
    """Return words in quotation marks, separated by commas."""
    return ", ".join(f"“{word}”" for word in words)


def date_evidence(theirs: Record, ours: Record) -> list[Evidence]:
    """Return the evidence of the first and last days of two records, at most one for each."""
    is_inside = lies_within(theirs, ours) or lies_within(ours, theirs)
    compared = (
        _compare_periods("begin", theirs.begin, ours.begin, is_inside),
        _compare_periods("end", theirs.end, ours.end, is_inside),
    )
    found = [each for each in compared if each]
    is_one_day = ours.begin == ours.end and ours.begin is not None and ours.begin.days == 1
    if theirs.end is None and is_one_day and theirs.begin == ours.begin:
        weight = read_weights()["end"]["single"]
        found.append(Evidence("end", weight, 100.0, f"theirs has one day, and ours ends on it, {ours.end}"))
    return found


def lies_within(part: Record, whole: Record) -> bool:
    """Return whether the time of `part` certainly lies within that of `whole`, as far as the days of `whole` are known.

    False if the first or last day of `part` is unknown, or both of `whole`.
    """
    first, last = extent(part)
    begin, end = extent(whole)
    if first is None or last is None or (begin is None and end is None):
        return False
    return (begin is None or begin <= first) and (end is None or last <= end)


def extent(record: Record) -> tuple[int | None, int | None]:
    """Return the first and last day that a record can have, as ordinals; None where open or unknown.

    A record without an end ends on the last day on which it can have begun; one without a begin begins on the first day on
    which it can have ended. An end on the first day of a month is taken literally.
    """
    begin, end = record.begin, record.end or record.begin
    first = begin.first if begin else end.first if end else None
    last = end and (end.first if record.end and end.is_placeholder else end.last)
    return first.toordinal() if first else None, last.toordinal() if last else None


def _compare_periods(feature: str, theirs: Period | None, ours: Period | None, is_inside: bool) -> Evidence | None:
    """Return the evidence of two begins, or of two ends; None if one is unknown.

    feature: “begin” or “end”. is_inside: whether one record lies within the time of the other.
    """
    if theirs is None or ours is None:
        return None
    weights = read_weights()[feature]
    verb = f"{feature}s"
    gap = gap_days(theirs, ours)
    if gap == 0:
        if theirs.is_placeholder and ours.first == ours.last == theirs.first:
            return Evidence(feature, weights["placeholder"], 95.0, f"both {feature} on {ours}")
        coarser = max((theirs, ours), key=lambda each: each.days or 10**9)
        level = "years" if coarser.precision == "open" else coarser.precision
        said = f"both {feature} on {ours}" if level == "day" else f"theirs {verb} {theirs}, ours {ours}"
        agreement = {"day": 100.0, "month": 90.0, "year": 75.0, "years": 60.0}[level]
        return Evidence(feature, weights[level], agreement, said)
    said = f"theirs {verb} {theirs}, ours {ours}"
    if is_inside:
        return Evidence(feature, weights["inside"], 50.0, f"{said}: the one lies within the time of the other")
    level, score = ("near", 30.0) if gap <= 31 else ("apart", 10.0) if gap <= 366 else ("far", 0.0)
    return Evidence(feature, weights[level], score, f"{said}: {gap} days apart")


def point_evidence(theirs: Record, ours: Record) -> Evidence | None:
    """Return the evidence of the smallest distance of the points of two records; None if one has none."""
    if not theirs.points or not ours.points:
        return None
    km = min(distance_km(one, other) for one in theirs.points for other in ours.points)
    weights = read_weights()["point"]
    bits = next(bits for limit, bits in weights.items() if km <= float(limit))
    return Evidence("point", bits, round(100 / (1 + km / 50), 1), f"the points are {_round_km(km)} km apart")


def _round_km(km: float) -> str:
    """Return a distance with one decimal below 10 km, else without."""
    return f"{km:.1f}" if km < 10 else f"{km:.0f}"


def distance_km(one: Point, other: Point) -> float:
    """Return the great-circle distance of two points, by the haversine formula."""
    p1, l1, p2, l2 = map(radians, (*one, *other))
    a = sin((p2 - p1) / 2) ** 2 + cos(p1) * cos(p2) * sin((l2 - l1) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(min(1.0, a)))


def reference_evidence(theirs: Record, ours: Record, table: RecordTable) -> list[Evidence]:
    """Return the evidence of places, wholes and participants, at most one for each feature.

    References of theirs that mean no record of `table` are ignored.
    """
    found = (
        _compare_places(theirs, ours, table),
        _compare_wholes(theirs, ours, table),
        _compare_participants(theirs, ours, table),
    )
    return [each for each in found if each]


def _compare_places(theirs: Record, ours: Record, table: RecordTable) -> Evidence | None:
    """Return the evidence of the places of two records; None if one of them has none in `table`."""
    resolved = [keys for place in theirs.places if (keys := table.resolve(place))]
    if not resolved or not ours.places:
        return None
    weights, own = read_weights()["place"], set(ours.places)
    same = [keys & own for keys in resolved if keys & own]
    if same:
        return Evidence("place", weights["same"], 100.0, f"both are at {_names(same[0], table)}")
    words = f"theirs is at {_names(resolved[0], table)}, ours at {_names(list(ours.places)[:1], table)}"
    return Evidence("place", weights["other"], 0.0, words)


def _compare_wholes(theirs: Record, ours: Record, table: RecordTable) -> Evidence | None:
    """Return the evidence of the things of which two records are parts; None if one has none in `table`.

    None also if theirs is a part of ours.
    """
    resolved = frozenset(key for whole in theirs.wholes for key in table.resolve(whole))
    if not resolved or not ours.wholes or ours.key in resolved:
        return None
    weights = read_weights()["whole"]
    if direct := resolved & set(ours.direct_wholes):
        return Evidence("whole", weights["direct"], 100.0, f"both are parts of {_names(direct, table)}")
    if same := resolved & set(ours.wholes):
        return Evidence("whole", weights["same"], 80.0, f"ours is a part of a part of {_names(same, table)}")
    words = f"theirs is a part of {_names(resolved, table)}, ours of {_names(ours.wholes[:1], table)}"
    return Evidence("whole", weights["other"], 0.0, words)


def _compare_participants(theirs: Record, ours: Record, table: RecordTable) -> Evidence | None:
    """Return the evidence of those who took part; None if one of the records has none in `table`."""
    resolved = [keys for each in theirs.participants if (keys := table.resolve(each))]
    if not resolved or not ours.participants:
        return None
    weights, own = read_weights()["participants"], set(ours.participants)
    same = [keys & own for keys in resolved if keys & own]
    score = round(100 * len(same) / len(resolved), 1)
    if not same:
        return Evidence("participants", weights["other"], 0.0, f"{_names(resolved[0], table)} took no part in ours")
    level = "same" if len(same) == len(resolved) else "some"
    return Evidence("participants", weights[level], score, f"{_names([*map(min, same)], table)} took part in both")


def _names(keys: Iterable[str], table: RecordTable) -> str:
    """Return the names of at most three records, separated by commas."""
    return ", ".join(table.records[key].name if key in table.records else key for key in sorted(keys)[:3])


def identifier_evidence(theirs: Record, ours: Record) -> Evidence | None:
    """Return the evidence of identifiers in other datasets; None if the records have none of the same dataset.

    An identifier that both records have decides: it may be that of the same thing, of a nearly same thing or, for one of
    them, of another thing, which refutes. Only without one do two identifiers of the same dataset refute.
    """
    if not theirs.identifiers or not ours.identifiers:
        return None
    weights = read_weights()["identifiers"]
    own: dict[tuple[str, str], str] = {(each.scheme, each.value): each.relation for each in ours.identifiers}
    relations = {
        each: "other"
        if "other" in (relation, each.relation)
        else "close"
        if "close" in (relation, each.relation)
        else "same"
        for each in theirs.identifiers
        if (relation := own.get((each.scheme, each.value)))
    }
    for level, score in (("other", 0.0), ("same", 100.0), ("close", 80.0)):
        if found := next((each for each, relation in relations.items() if relation == level), None):
            said = {
                "other": "is known to be another thing",
                "same": "is the same thing",
                "close": "is nearly the same thing",
            }
            return Evidence("identifiers", weights[level], score, f"{_show(found)} {said[level]}", level == "other")
    for each in theirs.identifiers:
        known = next((i for i in ours.identifiers if i.scheme == each.scheme != "iri" and i.relation == "same"), None)
        if known and each.relation == "same":
            return Evidence("identifiers", weights["other"], 0.0, f"theirs is {_show(each)}, ours {known.value}", True)
    return None


def _show(identifier: Identifier) -> str:
    """Return an identifier with the name of its dataset."""
    return f"{IDENTIFIED.get(identifier.scheme, '')} {identifier.value}".strip()


def kind_evidence(theirs: Record, ours: Record, compared: NameComparison | None) -> Evidence | None:
    """Return the evidence of the kinds of two records.

    It is None if one is unknown, unless a word in the name of the one, such as “battle” or “army”, says that the other is of
    another kind, or theirs has a date and ours is not an event. compared: the comparison of their names.
    """
    weights = read_weights()["kind"]
    is_known = bool(theirs.kind and ours.kind)
    is_same = theirs.kind == ours.kind or ("actor" in (theirs.kind, ours.kind) and {theirs.kind, ours.kind} <= ACTORS)
    if is_known and not is_same:
        return Evidence("kind", weights["other"], 0.0, f"theirs is of the kind {theirs.kind}, ours {ours.kind}")
    if compared:
        word = _find_other_kind(compared.only_theirs, ours) or _find_other_kind(compared.only_ours, theirs)
        if word:
            return Evidence("kind", weights["named"], 20.0, f"only one of the names has the word “{word}”")
    if not theirs.kind and theirs.begin and ours.kind not in ("", "event"):
        return Evidence("kind", weights["dated"], 30.0, f"theirs has a date, ours is of the kind {ours.kind}")
    return Evidence("kind", weights["same"], 100.0, f"both are of the kind {ours.kind}") if is_known else None


def _find_other_kind(words: Iterable[str], other: Record) -> str:
    """Return the first of some words that says that a thing is of another kind than `other`; "" if none does.

    A word for a place says nothing, because many things are named after places; nor does any word of an event or work,
    which are named after all sorts of things.
    """
    for word in words:
        kind = KIND_WORDS.get(word, "place")
        is_same = kind == other.kind or (other.kind == "actor" and kind in ACTORS)
        if kind != "place" and other.kind not in ("", "event", "work") and not is_same:
            return word
    return ""
