"""Linked Places files of others: Linked Places JSON (a GeoJSON-T feature collection) and LP-TSV, also compressed (.gz).

Source: Linked Places format 1.1 and LP-TSV 0.5, https://github.com/LinkedPasts/linked-places-format
"""

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sjkg.core.errors import BadParameter
from sjkg.core.findings import Finding
from sjkg.core.located_json import LocatedJson
from sjkg.matching.csv_rows import read_rows
from sjkg.matching.foreign import file_finding, refuse_file
from sjkg.profiles.linked_places import GETTY
from sjkg.profiles.linked_places_graph import BadPlace, PlaceTriples, expand_iri, read_coordinates

JSON_ENDINGS, TABLE_ENDINGS = (".json", ".geojson"), (".tsv", ".csv")
LISTS = {  # of a feature, each with what an entry must have
    "names": ("toponym",),
    "types": (),
    "links": ("type", "identifier"),
    "relations": ("relationType", "relationTo"),
}
KNOWN = ("@id", "uri", "type", "properties", "geometry", "when", "@context", *LISTS)
NEEDED = ("id", "title")  # columns of LP-TSV
LANGUAGE = re.compile(r"(.+)@([A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*)")
BOUNDS = ("in", "earliest", "latest")
BROADER = f"{GETTY}broaderPartitive"


def is_linked_places(path: Path) -> bool:
    """Return whether the ending of a file is that of Linked Places JSON or LP-TSV, which are not RDF formats."""
    return path.name.lower().removesuffix(".gz").endswith((*JSON_ENDINGS, *TABLE_ENDINGS))


def read_places(path: Path, base: str = "") -> list[bytes]:
    """Return the places in a file, in the terms of the profile linked-places, as lines of N-Triples.

    base: the namespace of the ids in LP-TSV that are not IRIs. Raises BrokenInput, with the line of each error, for a file that is
    not valid.
    """
    is_table = path.name.lower().removesuffix(".gz").endswith(TABLE_ENDINGS)
    errors: list[Finding] = []
    places = list(_read_table(path, base, errors) if is_table else _read_json(path, errors))
    if errors:
        raise refuse_file(str(path), errors)
    return sorted({line for place in places for line in place.lines()})


def _read_json(path: Path, errors: list[Finding]) -> Iterator[PlaceTriples]:
    """Yield the places in a file of Linked Places JSON, and append its errors."""
    file = str(path)
    try:
        content = gzip.decompress(path.read_bytes()) if path.suffix.lower() == ".gz" else path.read_bytes()
        text = LocatedJson(content.decode("utf-8-sig"))
    except OSError as error:
        message = f"the file cannot be read: {error.strerror or error}; check its path"
        raise refuse_file(file, [file_finding(file, None, message)]) from None
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise refuse_file(file, [file_finding(file, line, "a byte is not UTF-8; save the file as UTF-8")]) from None
    except json.JSONDecodeError as error:
        raise refuse_file(
            file, [file_finding(file, error.lineno, f"this is not JSON ({error.msg}); correct it")]
        ) from None
    found = text.value
    features = found.get("features") if isinstance(found, dict) else None
    if not isinstance(found, dict) or (not isinstance(features, list) and found.get("type") != "Feature"):
        message = "this is not Linked Places JSON; it needs “type”: “FeatureCollection” and “features”"
        raise refuse_file(file, [file_finding(file, 1, message)])
    seen: dict[str, int | None] = {}
    for feature in features if isinstance(features, list) else [found]:
        if not isinstance(feature, dict):
            errors.append(file_finding(file, text.line(found, "features"), "a feature is not an object; write {…}"))
            continue
        try:
            place = _read_feature(feature)
        except _BadPart as error:
            errors.append(file_finding(file, text.line(error.part) or text.line(feature), str(error)))
            continue
        if place.iri in seen:
            message = f"the feature <{place.iri}> is also in line {seen[place.iri]}; give one of them another @id"
            errors.append(file_finding(file, text.line(feature), message))
        seen.setdefault(place.iri, text.line(feature))
        yield place


class _BadPart(BadPlace):
    """Raised for a part of a feature. part: the object with the error."""

    def __init__(self, part: object, message: str):
        super().__init__(message)
        self.part = part


def _read_feature(feature: dict[str, Any]) -> PlaceTriples:
    """Return the place that a feature describes. Raises _BadPart if it lacks something or has a wrong value."""
    part: object = feature
    try:
        if not (name := feature.get("@id") or feature.get("uri")):
            raise BadPlace("the feature has no “@id”; add its IRI")
        place = PlaceTriples(expand_iri(str(name)))
        part = properties = _as_object(feature.get("properties"), "properties")
        title = str(properties.get("title") or "").strip()
        if not title:
            raise BadPlace("the feature has no title; add “title” to its “properties”")
        place.add_title(title)
        for key, value in properties.items():
            if key != "title":
                place.add_other(key, _show(value))
        for key in LISTS:
            for part in _as_list(feature.get(key), key):
                _add_part(place, key, _as_object(part, key))
        part = feature
        if geometry := feature.get("geometry"):
            _add_geometry(place, _as_object(geometry, "geometry"))
        if when := feature.get("when"):
            part = when
            _add_spans(place, _as_object(when, "when"))
        for key, value in feature.items():
            if key not in KNOWN:
                place.add_other(key.replace("@", ""), _show(value))
    except BadPlace as error:
        raise error if isinstance(error, _BadPart) else _BadPart(part, str(error)) from None
    return place


def _add_part(place: PlaceTriples, key: str, part: dict[str, Any]) -> None:
    """Add an entry of one of the lists of a feature. key: one of LISTS. Raises BadPlace if it lacks something."""
    if missing := [name for name in LISTS[key] if not str(part.get(name) or "").strip()]:
        raise BadPlace(f"an entry of “{key}” has no “{missing[0]}”; add it")
    if key == "names":
        place.add_name(str(part["toponym"]), str(part.get("lang") or ""))
    elif key == "types":
        identifier = part.get("identifier")
        place.add_type(str(part.get("label") or ""), expand_iri(str(identifier)) if identifier else "")
    elif key == "links":
        place.add_link(str(part["type"]), expand_iri(str(part["identifier"])))
    else:
        relation, other = expand_iri(str(part["relationType"])), expand_iri(str(part["relationTo"]))
        place.add_relation(relation, other, str(part.get("label") or ""))
    for name in ("citations", "when", "sourceLabels"):
        if name in part:
            place.add_other(f"{key}.{name}", _show(part[name]))


def _add_geometry(place: PlaceTriples, geometry: dict[str, Any]) -> None:
    """Add a geometry, or those of a collection. Raises _BadPart for a point without right coordinates.

    A member `geo_wkt`, which keeps the digits, is preferred to the coordinates. Lines and areas are added as GeoJSON, which no rule uses.
    """
    for each in _as_list(geometry.get("geometries"), "geometries"):
        _add_geometry(place, _as_object(each, "geometries"))
    sort, coordinates, certainty = (
        geometry.get("type"),
        geometry.get("coordinates"),
        str(geometry.get("certainty") or ""),
    )
    if sort == "Point":
        if not isinstance(coordinates, list) or len(coordinates) < 2:
            raise _BadPart(geometry, "a point needs “coordinates”: [longitude, latitude]; add them")
        try:
            wkt = read_coordinates(*coordinates[:2])
        except BadPlace as error:
            raise _BadPart(geometry, str(error)) from None
        place.add_point(str(geometry.get("geo_wkt") or wkt), certainty)
    elif sort != "GeometryCollection":
        place.add_other(f"geometry.{sort}", _show(coordinates))


def _add_spans(place: PlaceTriples, when: dict[str, Any]) -> None:
    """Add the timespans of a feature. Raises BadPlace for what is none."""
    for span in _as_list(when.get("timespans"), "timespans"):
        found = _as_object(span, "timespans")
        bounds = {
            f"{side} {bound}": str(value)
            for side in ("start", "end")
            for bound, value in _as_object(found.get(side) or {}, side).items()
            if bound in BOUNDS
        }
        event = found.get("seeAlso") or {}
        see_also = str(event.get("@id", "")) if isinstance(event, dict) else str(event)
        place.add_span(bounds, str(found.get("label") or ""), see_also if "://" in see_also else "")


def _as_object(value: object, name: str) -> dict[str, Any]:
    """Return an object. Raises BadPlace for another value."""
    if not isinstance(value, dict):
        raise BadPlace(f"the value of “{name}” is not a JSON object; write {{ … }}")
    return value


def _as_list(value: object, name: str) -> list[Any]:
    """Return a list; [] for null. Raises BadPlace for another value."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise BadPlace(f"the value of “{name}” is not a JSON list; write [ … ]")
    return value


def _show(value: object) -> str:
    """Return a JSON value as text."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _read_table(path: Path, base: str, errors: list[Finding]) -> Iterator[PlaceTriples]:
    """Yield the places in an LP-TSV file, and append its errors. Raises BadParameter for ids that need a namespace."""
    file = str(path)
    header, rows = read_rows(path, None)
    if missing := [name for name in NEEDED if name not in header]:
        message = f"this is not LP-TSV; the header lacks {' and '.join(missing)}"
        raise refuse_file(file, [file_finding(file, 1, message)])
    if base:
        expand_iri(base)
    ids: dict[str, int] = {}
    for row in rows:
        cells = {name: value.strip() for name, value in row.values.items()}
        try:
            if not cells["id"] or not cells["title"]:
                raise BadPlace(f"the cell {'id' if not cells['id'] else 'title'} of this row is empty; fill it in")
            if ":" not in cells["id"] and not base:
                raise BadParameter(
                    f"{file}:{row.line}: the id “{cells['id'][:40]}” is not an IRI; give the namespace of the ids with --base IRI"
                )
            place = PlaceTriples(expand_iri(cells["id"], base))
            if place.iri in ids:
                raise BadPlace(f"the id “{cells['id']}” is also in line {ids[place.iri]}; give one of them another id")
            ids[place.iri] = row.line
            _add_row(place, cells, base)
        except BadPlace as error:
            errors.append(file_finding(file, row.line, str(error)))
            continue
        yield place


def _add_row(place: PlaceTriples, cells: dict[str, str], base: str) -> None:
    """Add the cells of a row. Raises BadPlace for a wrong one. Matches are close ones, as LP-TSV defines them."""
    place.add_title(cells.pop("title"))
    for variant in _split(cells.pop("variants", "")):
        found = LANGUAGE.fullmatch(variant)
        place.add_name(*((found[1], found[2]) if found else (variant,)))
    longitude, latitude, wkt = (cells.pop(name, "") for name in ("lon", "lat", "geowkt"))
    if longitude or latitude:
        wkt = read_coordinates(longitude, latitude)
    if wkt:
        place.add_point(wkt)
    for match in _split(cells.pop("matches", "")):
        place.add_link("closeMatch", expand_iri(match))
    names, parents = _split(cells.pop("parent_name", "")), _split(cells.pop("parent_id", ""))
    for number in range(max(len(names), len(parents))):
        parent = expand_iri(parents[number], base) if number < len(parents) else ""
        name = names[number] if number < len(names) else parent
        place.add_relation(BROADER, parent, f"part of {name}")
    bounds = {
        f"{column} {bound}": cells[column]
        for column, bound in (("start", "earliest"), ("end", "latest"))
        if cells.get(column)
    }
    if bounds:
        place.add_span(bounds)
    for name, value in cells.items():
        if value and name not in ("id", "start", "end"):
            place.add_other(re.sub(r"\W", "_", name), value)


def _split(cell: str) -> list[str]:
    """Return the values of a cell, which are separated by semicolons."""
    return [value.strip() for value in cell.split(";") if value.strip()]
