"""The file kb.ttl: base IRI, title, article, licence, examples and prefixes of a knowledge base.

It describes one void:Dataset with terms of VoID, DCAT and Dublin Core, so that other programs can read it, too. Values whose order
matters are in an RDF list. Its triples are not in the graph; the description of the dataset for harvesters is made from them.
"""

import re
from pathlib import Path

from sjkg.core.description import Description
from sjkg.core.errors import BadParameter, BrokenInput
from sjkg.core.findings import Finding
from sjkg.core.messages import count_noun
from sjkg.core.ntriples import TextTerm, TextTriple, literal_parts
from sjkg.core.vocabulary import PREFIXES, SOFTWARE, STANDARD_PREFIXES, Namespaces, curie, using
from sjkg.kb.files import check_prefixes
from sjkg.kb.folders import FileVanished, read_text
from sjkg.turtle.content import ParsedTurtle
from sjkg.turtle.reader import read_turtle

FILE = "kb.ttl"
TYPE, DATASET = f"<{PREFIXES['rdf']}type>", f"<{PREFIXES['void']}Dataset>"
BASE = re.compile(r"https?://[A-Za-z0-9.-]+(?::\d+)?(?:/[A-Za-z0-9._~-]+)*/")
PERIOD = re.compile(r"(-?\d{4,})/(-?\d{4,})")
DEGREES = re.compile(r"-?\d{1,3}(?:\.\d+)?")
PREFIX_NAME = re.compile(r"[a-z][a-z0-9-]*")
# The properties of the dataset by field of `Description`: prefixed name, and whether it must be there.
PROPERTIES = {
    "base": ("void:uriSpace", True),
    "title": ("dcterms:title", True),
    "site_name": ("dcterms:alternative", False),
    "description": ("dcterms:description", False),
    "creator": ("dcterms:creator", False),
    "publisher": ("dcterms:publisher", False),
    "licence": ("dcterms:license", True),
    "article": ("dcterms:source", True),
    "area": ("dcterms:spatial", False),
    "years": ("dcterms:temporal", False),
    "keywords": ("dcat:keyword", False),
    "examples": ("void:exampleResource", False),
    "search_example": ("skos:example", False),
    "prefixes": ("sh:declare", False),
    "sides": ("skos:member", False),
    "questions": ("schema:mainEntity", False),
    "statement": ("schema:exampleOfWork", False),
    "map_labels": ("schema:contentLocation", False),
}
LISTS = ("keywords", "examples", "prefixes", "sides", "questions", "map_labels")  # the fields with any number of values
IRIS = ("licence", "article", "examples", "sides")
NODES = (
    "prefixes",
    "questions",
    "statement",
    "map_labels",
)  # the fields whose values are nodes with properties of their own


def read_description(root: Path) -> Description:
    """Return the content of kb.ttl in the folder `root` of a knowledge base.

    Raises BrokenInput, with file and line, when it is missing, is not Turtle, describes no or several datasets, lacks a property
    that it needs, has one twice or one that is unknown, or has an invalid value.
    """
    try:
        text = read_text(root / FILE, FILE)
    except FileVanished:
        raise BrokenInput(
            f"the folder has no {FILE}, in which a knowledge base says its base IRI and title; “sjkg new” writes one"
        ) from None
    return _DescriptionReader(read_turtle(text, FILE)).read()


def check_base(base: str) -> None:
    """Raise BadParameter unless a text can be the base IRI of a knowledge base."""
    if not base.startswith(("http://", "https://")):
        raise BadParameter(f"the base IRI “{base}” is not absolute; begin it with https://")
    if not base.endswith("/"):
        raise BadParameter(
            f"the base IRI “{base}” does not end with “/”; add it, because names such as id/event/x follow"
        )
    if not BASE.fullmatch(base):
        raise BadParameter(
            f"the base IRI “{base}” has other characters than letters, digits and . _ ~ - / or an empty part"
        )
    if base.startswith(SOFTWARE) and base != SOFTWARE:
        raise BadParameter(f"the base IRI “{base}” is below that of this software; choose one of your own")


class _DescriptionReader:
    """The triples of kb.ttl, and the reading of a Description from them."""

    def __init__(self, parsed: ParsedTurtle[TextTerm]):
        self._parsed, self._lines = parsed, dict(parsed.lines)
        datasets = [triple for triple in self._lines if triple[1:] == (TYPE, DATASET)]
        if len(datasets) != 1:
            what = "no void:Dataset" if not datasets else count_noun(len(datasets), "void:Dataset")
            raise self._error(f"the file describes {what}; describe one, the knowledge base", *datasets[-1:])
        self._dataset = datasets[0][0]

    def read(self) -> Description:
        """Return the description. Raises BrokenInput."""
        known = {_property(name): field for field, (name, _) in PROPERTIES.items()}
        values: dict[str, list[TextTriple]] = {field: [] for field in PROPERTIES}
        for triple in tuple(self._lines):
            if triple[0] == self._dataset and triple[1] != TYPE:
                if triple[1] not in known:
                    names = ", ".join(name for name, _ in PROPERTIES.values())
                    raise self._error(f"{curie(triple[1][1:-1])} says nothing here; the properties are {names}", triple)
                values[known[triple[1]]] += self._expand_list(triple)
        for field, (name, is_needed) in PROPERTIES.items():
            if is_needed and not values[field]:
                raise self._error(f"the dataset has no {name}; add it", (self._dataset, TYPE, DATASET))
            if field not in LISTS and len(values[field]) > 1:
                raise self._error(
                    f"the dataset has {count_noun(len(values[field]), 'value')} of {name}; keep one", values[field][-1]
                )
        base = self._read_base(values["base"][0])
        prefixes = tuple(map(self._read_prefix, values["prefixes"]))
        texts = {name: tuple(map(self._value, each)) for name, each in values.items() if name not in NODES}
        one = {name: next(iter(texts[name]), "") for name in texts if name not in LISTS}
        with using(Namespaces(base, prefixes)):
            check_prefixes(FILE, self._parsed)
        for triple in values["examples"]:
            if not self._value(triple).startswith(f"{base}id/"):
                raise self._error(f"the example {triple[2]} is not a thing below <{base}id/>; correct it", triple)
        return Description(
            base=base,
            title=one["title"],
            site_name=one["site_name"] or one["title"],
            description=one["description"] or f"What one article states, as linked data: {one['title']}.",
            creator=one["creator"] or one["publisher"] or f"The editors of {one['title']}",
            publisher=one["publisher"] or one["creator"] or one["title"],
            licence=one["licence"],
            licence_name=self._about(one["licence"], "title") or one["licence"],
            article=one["article"],
            article_title=self._about(one["article"], "title"),
            article_publisher=self._about(one["article"], "publisher"),
            area=one["area"],
            years=self._read_years(values["years"]),
            keywords=texts["keywords"],
            examples=texts["examples"],
            search_example=one["search_example"],
            prefixes=prefixes,
            article_rights=self._about(one["article"], "rights"),
            sides=tuple(
                (side, self._part(f"<{side}>", "skos:prefLabel", values["sides"][0])) for side in texts["sides"]
            ),
            questions=tuple(map(self._read_question, values["questions"])),
            statement=next(map(self._read_statement, values["statement"]), ()),
            map_labels=tuple(map(self._read_map_label, values["map_labels"])),
        )

    def _expand_list(self, triple: TextTriple) -> list[TextTriple]:
        """Return a triple with each item of the RDF list that is its value, in their order, or the triple itself for any other value."""
        found: list[TextTriple] = []
        node = triple[2]
        while (item := self._objects(node, "rdf:first")) and len(found) <= len(self._lines):
            found.append((*triple[:2], item[0][2]))
            self._lines.setdefault(found[-1], self._lines[item[0]])
            node = next((rest[2] for rest in self._objects(node, "rdf:rest")), "")
        return found or [triple]

    def _read_base(self, triple: TextTriple) -> str:
        """Return the base IRI, the value of a triple. Raises BrokenInput."""
        base = self._value(triple)
        try:
            check_base(base)
        except BadParameter as error:
            raise self._error(str(error), triple) from None
        if self._dataset != f"<{base}dataset>":
            message = f"the dataset of the base <{base}> is <{base}dataset>, not {self._dataset}; correct one of them"
            raise self._error(message, triple)
        return base

    def _read_prefix(self, triple: TextTriple) -> tuple[str, str]:
        """Return prefix and namespace of a value of sh:declare. Raises BrokenInput."""
        found = [self._objects(triple[2], f"sh:{name}") for name in ("prefix", "namespace")]
        if any(len(values) != 1 for values in found):
            raise self._error("a declaration needs one sh:prefix and one sh:namespace", triple)
        prefix, namespace = (self._value(values[0]) for values in found)
        taken = Namespaces().prefixes.keys() | STANDARD_PREFIXES.keys()
        if not PREFIX_NAME.fullmatch(prefix) or prefix in taken:
            raise self._error(
                f"the prefix “{prefix}” cannot be declared: it has another meaning, or invalid characters", triple
            )
        return prefix, namespace

    def _read_years(self, triples: list[TextTriple]) -> tuple[str, ...]:
        """Return the first and the last year of a period such as “1932/1939”; () if there is none. Raises BrokenInput."""
        for triple in triples:
            if not (match := PERIOD.fullmatch(self._value(triple))):
                raise self._error(
                    f"the period “{self._value(triple)}” is not two years; write it as “1932/1939”", triple
                )
            return (match[1], match[2])
        return ()

    def _read_question(self, triple: TextTriple) -> tuple[str, str]:
        """Return the words of a question and the path of its answer. Raises BrokenInput."""
        return self._part(triple[2], "schema:name", triple), self._part(triple[2], "schema:url", triple)

    def _read_statement(self, triple: TextTriple) -> tuple[str, ...]:
        """Return the three IRIs of an rdf:Statement. Raises BrokenInput."""
        return tuple(self._part(triple[2], f"rdf:{name}", triple) for name in ("subject", "predicate", "object"))

    def _read_map_label(self, triple: TextTriple) -> tuple[str, float, float]:
        """Return a name on the maps with longitude and latitude in degrees. Raises BrokenInput."""
        longitude, latitude = (self._read_degrees(triple, *each) for each in (("longitude", 180), ("latitude", 90)))
        return self._part(triple[2], "schema:name", triple), longitude, latitude

    def _read_degrees(self, triple: TextTriple, name: str, greatest: int) -> float:
        """Return a longitude or latitude of the node that is the value of a triple. Raises BrokenInput."""
        text = self._part(triple[2], f"schema:{name}", triple)
        if not DEGREES.fullmatch(text) or abs(float(text)) > greatest:
            raise self._error(f"the {name} “{text}” is not a number of degrees up to {greatest}; correct it", triple)
        return float(text)

    def _part(self, node: TextTerm, name: str, triple: TextTriple) -> str:
        """Return the one value of a property, given by its prefixed name, of a node. Raises BrokenInput at the place of `triple`."""
        found = self._objects(node, name)
        if len(found) != 1:
            shown = node if node.startswith("<") else "the blank node"
            raise self._error(f"{shown} needs one {name}, and has {len(found)}", triple)
        return self._value(found[0])

    def _value(self, triple: TextTriple) -> str:
        """Return the IRI or the text that is the value of a property. Raises BrokenInput for an empty or any other value."""
        predicate, value = triple[1:]
        needs_iri = predicate in map(_property, (PROPERTIES[name][0] for name in IRIS))
        if needs_iri and not value.startswith("<"):
            raise self._error(
                f"the value of {curie(predicate[1:-1])} is not an IRI; write it in angle brackets", triple
            )
        if value.startswith('"') and literal_parts(value).lexical.strip():
            return literal_parts(value).lexical
        if value.startswith("<"):
            return value[1:-1]
        raise self._error(f"the value of {curie(predicate[1:-1])} is not a text; write it in quotation marks", triple)

    def _about(self, iri: str, name: str) -> str:
        """Return the dcterms:title or dcterms:publisher of the article or licence, "" if there is none."""
        return next(map(self._value, self._objects(f"<{iri}>", f"dcterms:{name}")), "")

    def _objects(self, subject: TextTerm, name: str) -> list[TextTriple]:
        """Return the triples with a subject and a property, given by its prefixed name."""
        return [triple for triple in self._lines if triple[:2] == (subject, _property(name))]

    def _error(self, message: str, *at: TextTriple) -> BrokenInput:
        """Return a BrokenInput with the line of a triple, or line 1."""
        line = next((self._lines[triple] for triple in at if triple in self._lines), 1)
        return BrokenInput(
            f"{FILE}:{line}: {message}", (Finding("violation", message, rule="file", file=FILE, line=line),)
        )


def _property(name: str) -> TextTerm:
    """Return the IRI of a prefixed name in angle brackets."""
    prefix, _, local = name.partition(":")
    return f"<{STANDARD_PREFIXES[prefix]}{local}>"
