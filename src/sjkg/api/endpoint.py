"""Client for a SPARQL endpoint at a URL, by the SPARQL 1.1 Protocol (https://www.w3.org/TR/sparql11-protocol/)."""

import http.client
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import replace
from email.message import Message
from typing import IO

import sjkg
from sjkg.core.errors import BadParameter, BadQuery, DeadlineExceeded, LimitExceeded, Overloaded, ServiceFailed
from sjkg.core.vocabulary import PREFIXES
from sjkg.sparql.empty_results import EMPTY_RESULT, read_reason
from sjkg.sparql.own_terms import UNKNOWN_TERMS, read_unknown_terms
from sjkg.sparql.tokens import tokenize
from sjkg.store.formats import GRAPH_FORMATS, RESULT_FORMATS, ResultKind
from sjkg.store.query_result import QueryResult

GRAPH_TYPES = {GRAPH_FORMATS[name].media_type: name for name in ("nt", "turtle", "rdfxml", "jsonld")}
JSON_TYPES = ("application/sparql-results+json", "application/json")
ACCEPT = ", ".join((JSON_TYPES[0], *(f"{kind};q=0.{9 - place}" for place, kind in enumerate(GRAPH_TYPES))))
CHUNK_BYTES = 64 * 1024
MAX_ERROR_BYTES = 4000


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Handler that turns every HTTP redirect into an HTTPError, so that a query is sent to the given URL only."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> None:
        """Return None, which makes urllib raise HTTPError for the redirect; the arguments are ignored."""


class Endpoint:
    """Client for the SPARQL endpoint at `url`.

    deadline_s: maximum seconds from sending a query to the last byte of its result. max_bytes: maximum size of the
    serialised result of one query.
    Raises BadParameter for a URL that is not http or https.
    """

    def __init__(self, url: str, deadline_s: float, max_bytes: int):
        try:
            parts = urllib.parse.urlsplit(url)
            is_web_address = parts.scheme in ("http", "https") and bool(parts.hostname)
        except ValueError:  # an unclosed bracket of an IPv6 address
            is_web_address = False
        if not is_web_address:
            raise BadParameter(
                f"“{url}” is not the URL of an endpoint; give an http or https URL such as https://example.org/sparql"
            )
        self.url, self._deadline_s, self._max_bytes = url, deadline_s, max_bytes
        self._opener = urllib.request.build_opener(_NoRedirects)

    def query(self, text: str) -> QueryResult:
        """Send a SPARQL query by POST (SPARQL 1.1 Protocol §2.1.2) and return its result as bytes with their format.

        The format is SPARQL JSON for SELECT and ASK; for CONSTRUCT and DESCRIBE it is N-Triples, Turtle, RDF/XML or
        JSON-LD, as the endpoint chooses.
        text: the query; prefixes of the project that it uses without declaring them are declared in front of it.
        Raises BadQuery when the endpoint rejects the query, DeadlineExceeded after `deadline_s`, LimitExceeded above
        `max_bytes` (both also when the endpoint reports a limit of its own), Overloaded when the endpoint is busy, and
        ServiceFailed when it cannot be reached or sends anything but a query result.
        """
        request = urllib.request.Request(
            self.url,
            data=urllib.parse.urlencode({"query": declare_prefixes(text)}).encode(),
            headers={"Accept": ACCEPT, "User-Agent": f"sjkg/{sjkg.__version__}"},
        )
        until = time.monotonic() + self._deadline_s
        try:
            with self._opener.open(request, timeout=self._deadline_s) as response:
                body = self._read_body(response, until)
                result = self._to_result(response.headers.get_content_type(), body)
                unknown = read_unknown_terms(response.headers.get(UNKNOWN_TERMS, ""))
                empty_reason = read_reason(response.headers.get(EMPTY_RESULT, ""))
                return replace(result, unknown_terms=unknown, empty_reason=empty_reason)
        except urllib.error.HTTPError as error:
            with error:
                raise self._to_exception(error) from None
        except (OSError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", None) or error
            if isinstance(reason, TimeoutError):
                raise DeadlineExceeded(
                    f"{self.url} sent no complete result within {self._deadline_s:g} s; make the query more specific, "
                    "or open the endpoint with a larger deadline_s"
                ) from None
            raise ServiceFailed(f"{self.url} cannot be reached ({reason}); check the URL and the network") from None

    def _read_body(self, response: http.client.HTTPResponse, until: float) -> bytes:
        """Return the body of an HTTP response.

        Raises TimeoutError when time.monotonic() passes `until`, and LimitExceeded above the maximum size.
        """
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

    def _to_result(self, media_type: str, body: bytes) -> QueryResult:
        """Return the query result in the body of an HTTP response.

        media_type: of the body, without parameters. Raises ServiceFailed for a media type that is none of SPARQL JSON
        and GRAPH_TYPES, and for invalid JSON.
        """
        if media_type in JSON_TYPES:
            try:
                kind: ResultKind = "boolean" if "boolean" in json.loads(body) else "bindings"
            except (ValueError, TypeError):
                raise ServiceFailed(
                    f"{self.url} sent a response of type {media_type} that is not valid JSON; "
                    "check that this is the URL of a SPARQL endpoint"
                ) from None
            return QueryResult(kind, RESULT_FORMATS["json"], body)
        if media_type in GRAPH_TYPES:
            return QueryResult("graph", GRAPH_FORMATS[GRAPH_TYPES[media_type]], body)
        raise ServiceFailed(
            f"{self.url} responded with {media_type}, which is not a SPARQL result; "
            "check that this is the URL of a SPARQL endpoint"
        )

    def _to_exception(self, error: urllib.error.HTTPError) -> Exception:
        """Return the exception to raise for an HTTP response with status 300 or more.

        Its message contains the endpoint's error message, or the target of a redirect (status 3xx). 429 and 503 give
        Overloaded, 504 DeadlineExceeded, 413 and 507 LimitExceeded, 400 and 403 BadQuery, every other status
        ServiceFailed.
        """
        if 300 <= error.code < 400:
            target = error.headers.get("Location", "another address")
            return ServiceFailed(
                f"{self.url} redirects to {target}, which is not followed; open that URL if you trust it"
            )
        detail = _error_detail(error.headers.get_content_type(), error.read(MAX_ERROR_BYTES)) or error.reason
        if error.code in (429, 503):
            return Overloaded(f"{self.url} is busy ({detail}); send the query again later")
        if error.code == 504:
            return DeadlineExceeded(f"{self.url} reached its time limit ({detail}); make the query more specific")
        if error.code in (413, 507):
            return LimitExceeded(
                f"the query or its result is too large for {self.url} ({detail}); ask for less, for example with LIMIT"
            )
        if error.code in (400, 403):
            return BadQuery(f"{self.url} rejects the query: {detail}; correct the query")
        return ServiceFailed(
            f"{self.url} responded with status {error.code} ({detail}); "
            "check that this is the URL of a SPARQL endpoint, or try again later"
        )


def declare_prefixes(text: str) -> str:
    """Return a SPARQL query with a PREFIX declaration added for each prefix of the project that it uses undeclared.

    The declarations are put at the beginning of the first line, so that line numbers in error messages stay right.
    """
    tokens = list(tokenize(text))
    names = [(place, token.text.partition(":")[0]) for place, token in enumerate(tokens) if token.kind == "name"]
    declared = {name for place, name in names if place and tokens[place - 1].is_word("PREFIX")}
    used = dict.fromkeys(name for _, name in names if name in PREFIXES and name not in declared)
    return "".join(f"PREFIX {name}: <{PREFIXES[name]}> " for name in used) + text


def _error_detail(media_type: str, body: bytes) -> str:
    """Return the message in the body of an HTTP error response.

    It is the member “detail” of an RFC 9457 problem document (JSON), or the first line of a text/plain body; "" for
    other media types and invalid documents. media_type: of the body, without parameters.
    """
    text = body.decode(errors="replace")
    if media_type == "application/problem+json":
        try:
            return str(json.loads(text)["detail"])
        except (ValueError, KeyError, TypeError):
            return ""
    return text.strip().split("\n")[0] if media_type == "text/plain" else ""
