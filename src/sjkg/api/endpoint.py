"""A SPARQL endpoint at a URL, queried by the SPARQL 1.1 Protocol (https://www.w3.org/TR/sparql11-protocol/)."""

import http.client
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from email.message import Message
from typing import IO

import sjkg
from sjkg.core.errors import BadParameter, BadQuery, DeadlineExceeded, LimitExceeded, Overloaded, ServiceFailed
from sjkg.core.vocabulary import PREFIXES
from sjkg.sparql.tokens import tokenize
from sjkg.store.formats import GRAPH_FORMATS, RESULT_FORMATS, ResultKind
from sjkg.store.query_result import QueryResult

GRAPH_TYPES = {GRAPH_FORMATS[name].media_type: name for name in ("nt", "turtle", "rdfxml", "jsonld")}
JSON_TYPES = ("application/sparql-results+json", "application/json")
ACCEPT = ", ".join((JSON_TYPES[0], *(f"{kind};q=0.{9 - place}" for place, kind in enumerate(GRAPH_TYPES))))
CHUNK_BYTES = 64 * 1024
MAX_ERROR_BYTES = 4000


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Turns every redirect into an HTTPError, so that a query is sent to no other address than the one given."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> None:
        """Return None, on which urllib raises HTTPError."""


class Endpoint:
    """The endpoint at `url`.

    deadline_s: seconds from sending a query to the last byte of its result. max_bytes: the size of a result.
    Raises BadParameter for a URL that is not http or https.
    """

    def __init__(self, url: str, deadline_s: float, max_bytes: int):
        try:
            parts = urllib.parse.urlsplit(url)
            is_web_address = parts.scheme in ("http", "https") and bool(parts.hostname)
        except ValueError:  # an unclosed bracket of an IPv6 address
            is_web_address = False
        if not is_web_address:
            raise BadParameter(f"“{url}” is not the URL of an endpoint; write it as https://example.org/sparql")
        self.url, self._deadline_s, self._max_bytes = url, deadline_s, max_bytes
        self._opener = urllib.request.build_opener(_NoRedirects)

    def query(self, text: str) -> QueryResult:
        """Send a query by POST and return its result: JSON for SELECT and ASK, an RDF format for CONSTRUCT and DESCRIBE.

        Prefixes of the project that the text uses without declaring them are declared in front of it.
        Raises BadQuery for what the endpoint rejects, DeadlineExceeded, LimitExceeded, Overloaded, and ServiceFailed for
        everything else that is no result.
        """
        request = urllib.request.Request(
            self.url,
            data=urllib.parse.urlencode({"query": declare_prefixes(text)}).encode(),
            headers={"Accept": ACCEPT, "User-Agent": f"sjkg/{sjkg.__version__}"},
        )
        until = time.monotonic() + self._deadline_s
        try:
            with self._opener.open(request, timeout=self._deadline_s) as response:
                body = self._read(response, until)
                return self._result(response.headers.get_content_type(), body)
        except urllib.error.HTTPError as error:
            with error:
                raise self._rejection(error) from None
        except TimeoutError:
            raise self._too_late() from None
        except (OSError, http.client.HTTPException) as error:
            if isinstance(getattr(error, "reason", None), TimeoutError):
                raise self._too_late() from None
            reason = getattr(error, "reason", None) or error
            raise ServiceFailed(f"{self.url} cannot be reached ({reason}); check the URL and the network") from None

    def _read(self, response: http.client.HTTPResponse, until: float) -> bytes:
        """Return the body. Raises TimeoutError at the deadline and LimitExceeded above the size limit."""
        parts: list[bytes] = []
        size_bytes = 0
        while chunk := response.read1(CHUNK_BYTES):
            parts.append(chunk)
            size_bytes += len(chunk)
            if size_bytes > self._max_bytes:
                raise LimitExceeded(
                    f"the result of {self.url} is larger than {self._max_bytes:,} bytes; ask for less with LIMIT, "
                    "or open the endpoint with a larger memory_bytes"
                )
            if time.monotonic() >= until:
                raise TimeoutError
        return b"".join(parts)

    def _result(self, media_type: str, body: bytes) -> QueryResult:
        """Return the result that a response holds. Raises ServiceFailed where it holds none."""
        if media_type in JSON_TYPES:
            try:
                kind: ResultKind = "boolean" if "boolean" in json.loads(body) else "bindings"
            except (ValueError, TypeError):
                raise ServiceFailed("the response is not the json that it claims to be") from None
            return QueryResult(kind, RESULT_FORMATS["json"], body)
        if media_type in GRAPH_TYPES:
            return QueryResult("graph", GRAPH_FORMATS[GRAPH_TYPES[media_type]], body)
        raise ServiceFailed(
            f"{self.url} responded with {media_type}, which is not a SPARQL result; is it the address of the endpoint itself?"
        )

    def _rejection(self, error: urllib.error.HTTPError) -> Exception:
        """Return the exception for a response with an error status, with the endpoint's own words."""
        if 300 <= error.code < 400:
            target = error.headers.get("Location", "another address")
            return ServiceFailed(
                f"{self.url} redirects to {target}, which is not followed; open that URL if you trust it"
            )
        detail = _detail(error.headers.get_content_type(), error.read(MAX_ERROR_BYTES)) or error.reason
        if error.code in (429, 503):
            return Overloaded(f"{self.url} is busy: {detail}")
        if error.code == 504:
            return DeadlineExceeded(f"{self.url}: {detail}")
        if error.code in (413, 507):
            return LimitExceeded(f"{self.url}: {detail}")
        if error.code in (400, 403):
            return BadQuery(f"{self.url} rejects the query: {detail}")
        return ServiceFailed(f"{self.url} responded with status {error.code}: {detail}")

    def _too_late(self) -> DeadlineExceeded:
        return DeadlineExceeded(
            f"{self.url} gave no whole result within {self._deadline_s:g} s; make the query more specific, "
            "or open the endpoint with a larger deadline_s"
        )


def declare_prefixes(text: str) -> str:
    """Return a query with PREFIX declarations in front for the project's prefixes that it uses and does not declare.

    They are put on the query's first line, so that line numbers in error messages stay right.
    """
    tokens = list(tokenize(text))
    names = [(place, token.text.partition(":")[0]) for place, token in enumerate(tokens) if token.kind == "name"]
    declared = {name for place, name in names if place and tokens[place - 1].is_word("PREFIX")}
    used = dict.fromkeys(name for _, name in names if name in PREFIXES and name not in declared)
    return "".join(f"PREFIX {name}: <{PREFIXES[name]}> " for name in used) + text


def _detail(media_type: str, body: bytes) -> str:
    """Return what the body of an error says: the detail of an RFC 9457 problem, or the first line of a plain text."""
    text = body.decode(errors="replace")
    if media_type == "application/problem+json":
        try:
            return str(json.loads(text)["detail"])
        except (ValueError, KeyError, TypeError):
            return ""
    return text.strip().split("\n")[0] if media_type == "text/plain" else ""
