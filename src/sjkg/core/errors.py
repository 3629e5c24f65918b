"""Exceptions of the package. Each message is one sentence for the person who gave the input.

A message starts with a small letter (except for a name), because the command line prints it after “sjkg: ”; HTML pages
capitalise it. The command line exits with `exit_status`. The server sends it in an HTTP response of type
application/problem+json (RFC 9457); the HTTP status that each docstring names is assigned in web/http/problem.py.
A finding (`sjkg.core.findings.Finding`) is one result of a check: message, rule, file and line.
"""

from sjkg.core.findings import Finding


class SjkgError(Exception):
    """Base class of all expected errors; the message says what is wrong, where, and what to do. HTTP 500.

    exit_status: exit status of the command line: 1 for a negative result (violations, no proof), 2 for wrong usage or
    unreadable input.
    """

    exit_status = 2


class BrokenInput(SjkgError):
    """Raised when a file cannot be read, or is not Turtle, SPARQL or part of a knowledge base. Exit status 2, HTTP 500.

    findings: a finding with file and line for each error; empty where the message says all.
    """

    def __init__(self, message: str, findings: tuple[Finding, ...] = ()):
        super().__init__(message)
        self.findings = findings


class Violations(SjkgError):
    """Raised when files can be read but break rules of the knowledge base or of its formatting. Exit status 1, HTTP 500.

    findings: all results of the check, violations first, with their files and lines.
    """

    exit_status = 1

    def __init__(self, message: str, findings: tuple[Finding, ...]):
        super().__init__(message)
        self.findings = findings


class Inconsistent(SjkgError):
    """Raised by the reasoner when the graph is inconsistent under OWL 2 RL. Exit status 2, HTTP 500.

    contradictions: for each inconsistency a sentence with the name of the OWL 2 RL rule and the full IRIs concerned.
    """

    def __init__(self, contradictions: tuple[str, ...]):
        listed = "; ".join(contradictions)
        super().__init__(f"the graph contradicts its ontology: {listed}; remove or correct one of these statements")
        self.contradictions = contradictions


class BadDate(SjkgError):
    """Raised for a text that is not an EDTF date, or whose end lies before its begin. Exit status 2, HTTP 500.

    Validation turns it into a finding; the derivation of date bounds skips such a date.
    """


class BadQuery(SjkgError):
    """Raised for a SPARQL query that is invalid or not supported. Exit status 2, HTTP 400.

    line, column: position of the error in the query, counted from 1. token: the text at that position. Each is None
    where unknown.
    """

    def __init__(self, message: str, line: int | None = None, column: int | None = None, token: str | None = None):
        super().__init__(message)
        self.line, self.column, self.token = line, column, token


class ReadOnly(BadQuery):
    """Raised for a SPARQL update: the graph is read-only. Exit status 2, HTTP 403."""


class ServiceRefused(BadQuery):
    """Raised for a SERVICE clause with an endpoint that `Settings.services` does not list. Exit status 2, HTTP 403."""


class ServiceFailed(SjkgError):
    """Raised when a remote SPARQL endpoint cannot be reached or sends no valid result. Exit status 2, HTTP 502."""


class LimitExceeded(SjkgError):
    """Raised when a query, reasoning or a proof needs more memory, stack, disk or result space than permitted.

    Exit status 2, HTTP 507.
    """


class TooLargeForPage(LimitExceeded):
    """Raised when a query result is too large for an HTML page. HTTP 507.

    whole: a dict from the name of a format, such as csv, to the URL of the full result in it.
    """

    def __init__(self, message: str, whole: dict[str, str]):
        super().__init__(message)
        self.whole = whole


class DeadlineExceeded(LimitExceeded):
    """Raised when a query or the validation of a text is stopped at its deadline. Exit status 2, HTTP 504."""


class ClientDisconnected(SjkgError):
    """Raised when a query or validation is stopped because its client closed the connection. HTTP 408, in the log only."""


class EngineFailed(SjkgError):
    """Raised when the query engine crashes on a valid query, or DuckDB or Spark fails in reasoning. Exit status 2, HTTP 501."""


class Unsortable(EngineFailed):
    """Raised when the query engine crashes on ORDER BY over values that it cannot compare. Exit status 2, HTTP 501."""


class Overloaded(SjkgError):
    """Raised when a server is too busy for a request, such as when its queue is full. Exit status 2, HTTP 503.

    retry_after_s: seconds after which to try again, sent as the Retry-After header.
    """

    def __init__(self, message: str, retry_after_s: int = 1):
        super().__init__(message)
        self.retry_after_s = retry_after_s


class TooManyRequests(Overloaded):
    """Raised when a busy server refuses a request of a client that takes more than its share. Exit status 2, HTTP 429."""


class NotAcceptable(SjkgError):
    """Raised when a result cannot be written in any requested format, such as a table as Turtle. Exit status 2, HTTP 406."""


class UnknownName(SjkgError):
    """Raised for a name of a saved query, graph, format or page that does not exist. Exit status 2, HTTP 404."""


class UnknownThing(UnknownName):
    """Raised for an IRI that is the subject of no triple of the knowledge base. Exit status 2, HTTP 404.

    suggestions: existing IRIs with similar names, also listed in the message; may be empty.
    """

    def __init__(self, iri: str, suggestions: tuple[str, ...] = ()):
        names = " or ".join(f"<{name}>" for name in suggestions)
        super().__init__(
            f"the graph has no triples about <{iri}>; {f'did you mean {names}?' if names else 'search for it by its name'}"
        )
        self.suggestions = suggestions


class UnknownTermWarning(UserWarning):
    """Issued when a query contains an IRI of this project that is nowhere in the graph; the message names similar IRIs."""


class EmptyResultWarning(UserWarning):
    """Issued when a query has no rows or triples; the message names conditions of the query that nothing matches together."""


class Retired(SjkgError):
    """Raised for an IRI that the knowledge base marks as deprecated. Exit status 2, HTTP 410.

    replaced_by: the IRIs to use instead, also listed in the message; may be empty.
    """

    def __init__(self, iri: str, replaced_by: tuple[str, ...]):
        names = " and ".join(f"<{name}>" for name in replaced_by)
        super().__init__(f"<{iri}> is deprecated; {f'use {names} instead' if names else 'it has no replacement'}")
        self.replaced_by = replaced_by


class BadParameter(SjkgError):
    """Raised for a setting, option or request parameter that is missing, unknown or invalid. Exit status 2, HTTP 400."""


class TooLarge(BadParameter):
    """Raised for a request parameter with more items than one request may have. Exit status 2, HTTP 413."""


class UnusableSnapshot(SjkgError):
    """Raised when a snapshot (an immutable folder with the built graph) is missing, damaged or cannot be written.

    Exit status 2, HTTP 503.
    """


class NotInstalled(SjkgError):
    """Raised when an option needs an optional dependency, such as PySpark or Java. Exit status 2, HTTP 500."""


class NotExplainable(SjkgError):
    """Raised when a proof is requested of a triple that is not in the graph, or a search for missing premises of one that is.

    Exit status 1, HTTP 404.
    """

    exit_status = 1


class NotInGraph(NotExplainable):
    """Raised when a proof is requested of a triple that is not in the graph, of which missing premises can be searched."""
