"""A SPARQL endpoint elsewhere that evaluates queries instead of the stores of a snapshot: address, login, state.

The endpoint holds, as named graphs, the graphs of a snapshot, the merge of each group of them, the merge of all, and a
graph that says of which state of the graph they are, the mark. `sjkg.snapshot.remote_load` writes them.
"""

import base64
import os
from dataclasses import dataclass
from pathlib import Path

from sjkg.core.errors import BadParameter
from sjkg.core.vocabulary import STANDARD_PREFIXES, own

LOGIN = "SJKG_STORE_LOGIN"  # environment variable
IDENTIFIER = (
    STANDARD_PREFIXES["dcterms"] + "identifier"
)  # from the mark to the state, and from each graph to its SHA-256
LOGIN_FORMS = "a user name, a colon and the password, or “Bearer” and a token"


@dataclass(frozen=True)
class RemoteSource:
    """A SPARQL endpoint that evaluates queries over a graph that was loaded there.

    url: of the endpoint. login: the file with the login, None for that in the environment or none. state: identifies what
    the endpoint must hold. graphs: the IRIs of the named graphs of the snapshot, which GRAPH with a variable matches.
    """

    url: str
    login: Path | None
    state: str
    graphs: tuple[str, ...]


def mark() -> str:
    """Return the IRI of the mark, the graph that identifies what is loaded."""
    return f"{own().graphs}loaded"


def read_authorization(login: Path | None) -> str:
    """Return the header Authorization for the login in a file or, without one, in the environment; "" without a login.

    A login is one line: a user name, a colon and the password (RFC 7617), or “Bearer” and a token (RFC 6750).
    Raises BadParameter, without the text, for a file that cannot be read and for any other text.
    """
    place = f"the file {login}" if login else f"the environment variable {LOGIN}"
    try:
        text = login.read_text(encoding="utf-8") if login else os.environ.get(LOGIN, "")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise BadParameter(
            f"the login for the SPARQL store cannot be read from {place} ({reason}); correct its path, or make it readable"
        ) from None
    text = text.strip()
    if not text and not login:
        return ""
    if text.isprintable() and text.startswith("Bearer ") and text.isascii():
        return text
    if text.isprintable() and ":" in text:
        return f"Basic {base64.b64encode(text.encode()).decode()}"
    raise BadParameter(f"{place} has no login for the SPARQL store; write {LOGIN_FORMS} there, on one line")
