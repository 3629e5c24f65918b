"""The package's own exceptions. Each is one sentence for the person who gave the input."""


class SjkgError(Exception):
    """Something the user can mend: the message says what, where and what to do."""


class BrokenInput(SjkgError):
    """Files that cannot be read as what they should be; `findings` says where."""

    def __init__(self, message: str, findings: tuple = ()):
        super().__init__(message)
        self.findings = findings


class Inconsistent(SjkgError):
    """The graph contradicts its own ontology; `findings` names the nodes and their files."""

    def __init__(self, message: str, findings: tuple = ()):
        super().__init__(message)
        self.findings = findings


class BadDate(SjkgError):
    """A text that is no EDTF date, or one whose end lies before its begin."""


class BadQuery(SjkgError):
    """A SPARQL text that is not a query we answer; line and column count from 1."""

    def __init__(self, message: str, line: int | None = None, column: int | None = None, token: str | None = None):
        super().__init__(message)
        self.line, self.column, self.token = line, column, token


class UnknownName(SjkgError):
    """A name (of a stored query, a graph, a format) that nothing here has."""


class BadParameter(SjkgError):
    """A parameter that is missing, unknown, or whose value is not of its type."""


class UnusableSnapshot(SjkgError):
    """A snapshot that is damaged or cannot be written."""
