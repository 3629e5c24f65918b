"""Exceptions of the package. Each message is one sentence for the person who gave the input.

The command line prints it and exits with `exit_status`; the server answers with a problem document (RFC 9457) whose
HTTP status is given here and assigned in web/http/problem.py.
"""

from sjkg.core.findings import Finding


class SjkgError(Exception):
    """Base class of all expected errors; the message says what is wrong, where, and what to do. HTTP 500.

    exit_status: 1 for a negative result (violations, no proof), 2 for wrong usage or unreadable input.
    """

    exit_status = 2


class BrokenInput(SjkgError):
    """Raised when input files cannot be read as Turtle, SPARQL, EDTF or a knowledge base. Exit status 2, HTTP 500.

    findings: the file and line of each syntax error, where known.
    """

    def __init__(self, message: str, findings: tuple[Finding, ...] = ()):
        super().__init__(message)
        self.findings = findings


class Violations(SjkgError):
    """Raised by a build or `sjkg fmt --check` when readable files do not conform. Exit status 1, HTTP 500.

    findings: all violations and warnings, with their files and lines.
    """

    exit_status = 1

    def __init__(self, message: str, findings: tuple[Finding, ...]):
        super().__init__(message)
        self.findings = findings


class Inconsistent(SjkgError):
    """Raised by the reasoner when the graph is inconsistent under OWL 2 RL. Exit status 2, HTTP 500.

    contradictions: a sentence for each inconsistency, naming the rule and the IRIs.
    """

    def __init__(self, contradictions: tuple[str, ...]):
        super().__init__("the graph contradicts its ontology: " + "; ".join(contradictions))
        self.contradictions = contradictions


class BadDate(SjkgError):
    """Raised for a text that is not an EDTF date, or whose end lies before its begin. Exit status 2, HTTP 500.

    Callers in this package catch it and report a finding.
    """


class BadQuery(SjkgError):
    """Raised for a SPARQL query that is invalid or not supported. Exit status 2, HTTP 400.

    line, column: position of the error, counted from 1. token: the text found there. None where unknown.
    """

    def __init__(self, message: str, line: int | None = None, column: int | None = None, token: str | None = None):
        super().__init__(message)
        self.line, self.column, self.token = line, column, token


class ReadOnly(BadQuery):
    """Raised for a SPARQL update: the graph is read-only. Exit status 2, HTTP 403."""


class ServiceRefused(BadQuery):
    """Raised for a SERVICE clause whose endpoint is not in the setting `services`. Exit status 2, HTTP 403."""


class ServiceFailed(SjkgError):
    """Raised when an endpoint called with SERVICE does not answer, or answers with an error. Exit status 2, HTTP 502."""


class LimitExceeded(SjkgError):
    """Raised when a query needs more memory, stack or space for its result than permitted. Exit status 2, HTTP 507."""


class TooLargeForPage(LimitExceeded):
    """Raised when a query result is too large for an HTML page. HTTP 507.

    whole: the URL of the full result, by name of format.
    """

    def __init__(self, message: str, whole: dict[str, str]):
        super().__init__(message)
        self.whole = whole


class DeadlineExceeded(LimitExceeded):
    """Raised when a query or check was stopped at its deadline. Exit status 2, HTTP 504."""


class ClientDisconnected(SjkgError):
    """Raised when a query or check was stopped because its client closed the connection. HTTP 408, only in the log."""


class EngineFailed(SjkgError):
    """Raised when the query engine crashes on a valid query. Exit status 2, HTTP 501."""


class Unsortable(EngineFailed):
    """Raised when the query engine crashes on ORDER BY over values that it cannot compare. Exit status 2, HTTP 501."""


class Overloaded(SjkgError):
    """Raised when the queue is full or the waiting time is over. HTTP 503.

    retry_after_s: the value of the Retry-After header.
    """

    def __init__(self, message: str, retry_after_s: int = 1):
        super().__init__(message)
        self.retry_after_s = retry_after_s


class NotAcceptable(SjkgError):
    """Raised when a result cannot be written in any requested format, such as a table as Turtle. Exit status 2, HTTP 406."""


class UnknownName(SjkgError):
    """Raised for a name of a saved query, graph, format or page that does not exist. Exit status 2, HTTP 404."""


class UnknownThing(UnknownName):
    """Raised for an IRI of this knowledge base that no triple is about. Exit status 2, HTTP 404.

    suggestions: existing IRIs with similar names.
    """

    def __init__(self, iri: str, suggestions: tuple[str, ...] = ()):
        names = " or ".join(f"<{name}>" for name in suggestions)
        super().__init__(
            f"nothing is known of <{iri}>; {f'did you mean {names}?' if names else 'look for it by its name'}"
        )
        self.suggestions = suggestions


class Retired(SjkgError):
    """Raised for an IRI that is deprecated. Exit status 2, HTTP 410.

    replaced_by: the IRIs to use instead; may be empty.
    """

    def __init__(self, iri: str, replaced_by: tuple[str, ...]):
        names = " and ".join(f"<{name}>" for name in replaced_by)
        super().__init__(
            f"<{iri}> is no longer in use; {f'take {names} instead' if names else 'nothing took its place'}"
        )
        self.replaced_by = replaced_by


class BadParameter(SjkgError):
    """Raised for a setting, option or request parameter that is missing, unknown or invalid. Exit status 2, HTTP 400."""


class UnusableSnapshot(SjkgError):
    """Raised when a snapshot is damaged, missing or cannot be written. Exit status 2, HTTP 503."""


class NotInstalled(SjkgError):
    """Raised when an option needs an optional dependency, such as PySpark or Java. Exit status 2, HTTP 500."""


class NotExplainable(SjkgError):
    """Raised by `why` for a triple that is not in the graph, and by `why_not` for one that is. Exit status 1, HTTP 404."""

    exit_status = 1
