"""Repeated calls of functions by a thread that no error ends, and the texts of their errors."""

import logging
from collections.abc import Callable

from sjkg.core.errors import SjkgError

LOGGER = logging.getLogger("sjkg")


class Attempts:
    """Calls functions that a thread has to call again and again; an error ends neither the thread nor the other calls.

    problems: a sentence for each function that failed at the last call of `make`.
    """

    def __init__(self) -> None:
        self.problems: list[str] = []

    def make(self, *steps: tuple[Callable[[], object], str]) -> None:
        """Call the function of each tuple; log its error, once while the same error lasts, and store it in `problems`.

        The text of a tuple says what an error means for users; the log line begins with it.
        """
        problems: list[str] = []
        for step, consequence in steps:
            try:
                step()
            except Exception as error:
                problems.append(f"{consequence}, because of an error: {describe_failure(error)}")
                if problems[-1] not in self.problems:
                    unexpected = None if isinstance(error, SjkgError | OSError) else error
                    LOGGER.error("%s", problems[-1], exc_info=unexpected)
        self.problems = problems


def describe_failure(error: Exception) -> str:
    """Return the text of an error: its findings, a line each, or else its message.

    The message of an unexpected error follows the name of its class.
    """
    findings = [f"{finding.place}: {finding.message}" for finding in getattr(error, "findings", ())]
    message = str(error) if isinstance(error, SjkgError | OSError) else f"{type(error).__name__}: {error}"
    return "\n".join(findings) or message
