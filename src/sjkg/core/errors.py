"""The package's own exceptions. Each is one sentence for the person who gave the input."""


class SjkgError(Exception):
    """Something the user can mend: the message says what, where and what to do.

    exit_status: of the command line; 1 stands for findings, 2 for usage and broken input.
    """

    exit_status = 2


class BrokenInput(SjkgError):
    """Files that cannot be read as what they should be; `findings` says where."""

    def __init__(self, message: str, findings: tuple = ()):
        super().__init__(message)
        self.findings = findings


class Violations(SjkgError):
    """Files that can be read but say something wrong; `findings` says what and where."""

    exit_status = 1

    def __init__(self, message: str, findings: tuple):
        super().__init__(message)
        self.findings = findings


class Inconsistent(SjkgError):
    """The graph contradicts its own ontology; `contradictions` are the reasoner's words, one for each."""

    def __init__(self, contradictions: tuple[str, ...]):
        super().__init__("the graph contradicts its ontology: " + "; ".join(contradictions))
        self.contradictions = contradictions


class BadDate(SjkgError):
    """A text that is no EDTF date, or one whose end lies before its begin."""


class BadQuery(SjkgError):
    """A SPARQL text that is not a query we answer; line and column count from 1."""

    def __init__(self, message: str, line: int | None = None, column: int | None = None, token: str | None = None):
        super().__init__(message)
        self.line, self.column, self.token = line, column, token


class ReadOnly(BadQuery):
    """An update sent to a graph that is only read."""


class ServiceRefused(BadQuery):
    """A query that would make us ask another endpoint."""


class ServiceFailed(SjkgError):
    """A query that asks another endpoint, which has not answered it."""


class LimitExceeded(SjkgError):
    """A query that needs more of something (memory, stack, space for its answer) than one query may have."""


class TooLargeForPage(LimitExceeded):
    """An answer too large to be shown as a page; `whole` is the address of all of it in each format."""

    def __init__(self, message: str, whole: dict[str, str]):
        super().__init__(message)
        self.whole = whole


class DeadlineExceeded(LimitExceeded):
    """A query that was still running at its deadline."""


class ClientDisconnected(SjkgError):
    """A query that was stopped because nobody waited for its answer any more."""


class EngineFailed(SjkgError):
    """A query at which the engine breaks off, though there is nothing wrong with it."""


class Unsortable(EngineFailed):
    """A query that sorts values which the engine cannot compare with each other."""


class Overloaded(SjkgError):
    """A query that could not be taken on now; the same one may be answered in `retry_after_s` seconds."""

    def __init__(self, message: str, retry_after_s: int = 1):
        super().__init__(message)
        self.retry_after_s = retry_after_s


class NotAcceptable(SjkgError):
    """An answer asked for in a format that its kind cannot be written in."""


class UnknownName(SjkgError):
    """A name (of a stored query, a graph, a format) that nothing here has."""


class UnknownThing(UnknownName):
    """An IRI of ours that nothing is said of; `suggestions` are IRIs that look like it."""

    def __init__(self, iri: str, suggestions: tuple[str, ...] = ()):
        names = " or ".join(f"<{name}>" for name in suggestions)
        super().__init__(
            f"nothing is known of <{iri}>; {f'did you mean {names}?' if names else 'look for it by its name'}"
        )
        self.suggestions = suggestions


class Retired(SjkgError):
    """An IRI of ours that is no longer in use; `replaced_by` are the IRIs that took its place."""

    def __init__(self, iri: str, replaced_by: tuple[str, ...]):
        names = " and ".join(f"<{name}>" for name in replaced_by)
        super().__init__(
            f"<{iri}> is no longer in use; {f'take {names} instead' if names else 'nothing took its place'}"
        )
        self.replaced_by = replaced_by


class BadParameter(SjkgError):
    """A parameter that is missing, unknown, or whose value is not of its type."""


class UnusableSnapshot(SjkgError):
    """A snapshot that is damaged or cannot be written."""


class NotInstalled(SjkgError):
    """Something that an option needs and that does not come with the package."""


class NotThere(SjkgError):
    """A triple to be explained that is not in the graph, or one to be missed that is."""

    exit_status = 1
