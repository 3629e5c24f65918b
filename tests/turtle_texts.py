"""Random Turtle texts that use the whole syntax: each is legal, and its comments are known."""

import re
from random import Random

PREFIXES = ["", "ex", "a", "p.q", "é", "event", "sjkg", "rdf"]
NAMESPACES = [
    "http://e/",
    "http://e/x#",
    "http://e/x",
    "https://w3id.org/sjkg/id/event/",
    "https://w3id.org/sjkg/ontology#",
    "urn:x:",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
]
RELATIVE = ["", "#f", "x", "../y", "/z", "?q=1", "x/./y"]
LOCAL_NAMES = [
    "a",
    "b",
    "a.b",
    "a:b",
    "0",
    "01.x",
    "a%20b",
    r"a\,b",
    r"\~c",
    "東京",
    "",
    "_x",
    "a-",
    r"e\.",
    "true",
    "1e0",
]
IRIS = [
    "http://e/a",
    "http://e/b",
    "http://e/x#a",
    "http://e/é",
    r"http://e/\u00e9\U0001F600",
    "urn:x:y",
    "http://e/a,b",
    "x:",
]
LABELS = ["a", "b", "c", "d.e", "0", "é-"]
NUMBERS = ["1", "+1", "-0", "01", "1.0", ".5", "-.5", "00.10", "1e0", "1.E5", ".5e-3", "+1.0E+9", "true", "false"]
PIECES = ["a", " ", "b\\\\", r"\"", r"\'", "#", "é", "😀", r"\u0041", r"\U0001F600", r"\n", r"\r", r"\t", r"\f", r"\b"]
PIECES += [
    "\x01",
    "\x0c",
    "\x7f",
    "\u2028",
    "\ufeff",
    "\t",
    r"\u0000",
    r"\u0085",
    "@en",
    "^^",
    ". ",
    "    ",
    "<",
    "_:a",
]
LINES = ["\n", "\r\n", "\r", "\n\n", "\n    ", "'", '"', "''", '""', r"\\"]
SUFFIXES = ["", "", "@en", "@EN", "@en-GB", "@ja-Latn", "^^<http://www.w3.org/2001/XMLSchema#integer>", "^^<urn:d>"]
COMMENTS = ["", " plain", " with \" and '", " @prefix x: <y> .", ' """', " ]", " é\x0c\u2028", " \t", "#"]
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


class TurtleText:
    """A random legal Turtle text. text: the text. comments: its comments, each of which is there once."""

    def __init__(self, seed: int):
        """Make the text that belongs to a number."""
        self._random = Random(seed)
        self._pick = self._random.choice
        self._line_end = self._pick(["\n", "\n", "\r\n", "\r", None])
        self._comment_rate = self._pick([0, 0.03, 0.3])
        self._has_base = False
        self._declared: dict[str, str] = {}
        self.comments: list[str] = []
        self._tokens: list[str] = []
        for _ in range(self._random.randrange(4)):
            self._directive()
        for _ in range(self._random.randrange(7)):
            (self._directive if self._random.random() < 0.1 else self._statement)()
        self.text = self._join()

    def _join(self) -> str:
        """Return the tokens as one text, with random white space and comments between them."""
        text = self._pick(["", "", "", "\ufeff"])
        for token in self._tokens:
            text += self._gap(text[-1:], token) + token
        return text + self._gap(text[-1:], "")

    def _gap(self, before: str, token: str) -> str:
        """Return random white space, perhaps with comments, for the place between a character and a token."""
        can_touch = before in "([;,>" or token[:1] in ("[", "(", ";", ",", "]", ")", "<") and before not in ("<", "")
        gap = "" if can_touch and self._random.random() < 0.5 else self._pick([" ", " ", "\t", "  ", self._end()])
        while self._random.random() < self._comment_rate:
            comment = f"#{len(self.comments)}{self._pick(COMMENTS)}"
            self.comments.append(comment)
            gap += f"{self._pick([' ', self._end()])}{comment}{self._end() * self._pick([1, 1, 2])}"
        return gap

    def _end(self) -> str:
        """Return an end of a line."""
        return self._line_end or self._pick(["\n", "\r\n", "\r"])

    def _directive(self) -> None:
        """Add a declaration of a prefix or a base."""
        word, end = self._pick([("@prefix", "."), ("PREFIX", ""), ("prefix", "")])
        if self._random.random() < 0.25:
            self._tokens += [
                word.replace("prefix", "base").replace("PREFIX", "Base"),
                f"<{self._pick(NAMESPACES[:3])}>",
            ]
            self._has_base = True
        else:
            prefix = self._pick(PREFIXES)
            namespace = self._pick(NAMESPACES)
            if prefix == "rdf":
                namespace = RDF
            self._declared[prefix] = namespace
            self._tokens += [word, f"{prefix}:", f"<{namespace}>"]
        self._tokens += [end] * bool(end)

    def _statement(self) -> None:
        """Add a subject with its predicates and objects, or a cell of a list."""
        kind = self._random.random()
        if kind < 0.1:
            rest = self._pick([self._label(), f"<{RDF}nil>", "( 1 )"]).split(" ")
            self._tokens += [self._label(), f"<{RDF}first>", self._iri(), ";", f"<{RDF}rest>", *rest, "."]
            return
        if kind < 0.5:
            self._tokens.append(self._iri())
        elif kind < 0.8:
            self._tokens.append(self._label())
        elif kind < 0.9:
            self._brackets(1)
        else:
            self._list(1)
        is_complete = self._tokens[-1] == "]" and self._tokens[-2] != "["
        if not is_complete or self._random.random() < 0.5:
            self._predicates(1)
        self._tokens.append(".")

    def _predicates(self, depth: int) -> None:
        """Add one or more predicates with objects."""
        for number in range(self._pick([1, 1, 2, 3])):
            self._tokens += [";"] * (self._pick([1, 1, 1, 2]) if number else 0)
            self._tokens.append(self._predicate())
            for index in range(self._pick([1, 1, 1, 2, 3])):
                self._tokens += [","] * bool(index)
                self._object(depth)
        self._tokens += [";"] * self._pick([0, 0, 1, 2])

    def _predicate(self) -> str:
        """Return a predicate."""
        return self._pick(["a", self._iri(), self._iri(), f"<{RDF}first>", f"<{RDF}rest>"])

    def _object(self, depth: int) -> None:
        """Add an object or item."""
        kind = self._random.random() * (1 if depth < 5 else 0.7)
        if kind < 0.2:
            self._tokens.append(self._iri())
        elif kind < 0.4:
            self._tokens.append(self._label())
        elif kind < 0.5:
            self._tokens.append(self._pick(NUMBERS))
        elif kind < 0.7:
            self._tokens.append(self._string())
        elif kind < 0.85:
            self._brackets(depth + 1)
        else:
            self._list(depth + 1)

    def _brackets(self, depth: int) -> None:
        """Add a property list in brackets, which may be empty."""
        self._tokens.append("[")
        if self._random.random() < 0.9:
            self._predicates(depth)
        self._tokens.append("]")

    def _list(self, depth: int) -> None:
        """Add a list, which may be empty or too long for a line."""
        self._tokens.append("(")
        for _ in range(self._pick([0, 1, 2, 3, 40]) if depth < 4 else 1):
            if self._random.random() < 0.2:
                self._object(depth)
            else:
                self._tokens.append(self._pick([self._iri(), self._label(), self._pick(NUMBERS)]))
        self._tokens.append(")")

    def _iri(self) -> str:
        """Return an IRI: in full, relative to the base, or with a prefix."""
        if self._declared and self._random.random() < 0.6:
            return f"{self._pick(list(self._declared))}:{self._pick(LOCAL_NAMES)}"
        if self._has_base and self._random.random() < 0.5:
            return f"<{self._pick(RELATIVE)}>"
        return f"<{self._pick([*IRIS, f'{RDF}nil'])}>"

    def _label(self) -> str:
        """Return a blank node with a label."""
        return f"_:{self._pick(LABELS)}"

    def _string(self) -> str:
        """Return a literal in one of the four kinds of quotes."""
        quote = self._pick(['"', "'", '"""', "'''"])
        text = None
        while text is None or not re.fullmatch(rf"(?:{quote[0]}{{0,2}}(?:[^{quote[0]}\\]|\\.))*", text, re.DOTALL):
            pieces = self._random.choices(PIECES if len(quote) == 1 else PIECES + LINES, k=self._random.randrange(8))
            text = "".join(pieces)
        return quote + text + quote + self._pick(SUFFIXES)
