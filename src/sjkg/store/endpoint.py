"""Client for a SPARQL endpoint at a URL, by the SPARQL 1.1 Protocol (https://www.w3.org/TR/sparql11-protocol/)."""

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from urllib.parse import urlencode

from sjkg.core.errors import BadQuery, DeadlineExceeded, LimitExceeded, Overloaded, ServiceFailed, SjkgError
from sjkg.sparql.empty_results import EMPTY_RESULT, read_reason
from sjkg.sparql.own_terms import UNKNOWN_TERMS, read_unknown_terms
from sjkg.sparql.prologue import declare_prefixes
from sjkg.store.formats import GRAPH_FORMATS, RESULT_FORMATS, GraphFormat, ResultFormat, ResultKind
from sjkg.store.http_client import HttpReply, HttpService, read_detail
from sjkg.store.query_result import QueryResult

GRAPH_TYPES = {GRAPH_FORMATS[name].media_type: GRAPH_FORMATS[name] for name in ("nt", "turtle", "rdfxml", "jsonld")}
JSON_TYPES = (RESULT_FORMATS["json"].media_type, "application/json")
ACCEPT = ", ".join((JSON_TYPES[0], *(f"{kind};q=0.{9 - place}" for place, kind in enumerate(GRAPH_TYPES))))

PARTIAL = "S1TAT"  # Virtuoso's SQL state after its time limit, with status 200 in older versions and 206 in newer ones


class Endpoint:
    """Client for the SPARQL endpoint at `url`; threads may share it.

    deadline_s: maximum seconds from sending a query to the last byte of its result. max_bytes: maximum size of the
    serialised result of one query. name: the endpoint in messages of errors; by default the URL. authorization: the header
    Authorization to send; "" for none.
    Raises BadParameter for a URL that is not http or https.
    """

    def __init__(self, url: str, deadline_s: float, max_bytes: int, name: str = "", authorization: str = ""):
        self._service = HttpService(url, name, authorization)
        self.url, self.name = url, self._service.name
        self._deadline_s, self._max_bytes = deadline_s, max_bytes

    def query(self, text: str, default: Collection[str] = (), named: Collection[str] = ()) -> QueryResult:
        """Send a SPARQL query and return its result as bytes with their format.

        The format is SPARQL JSON for SELECT and ASK; for CONSTRUCT and DESCRIBE it is N-Triples, Turtle, RDF/XML or
        JSON-LD, as the endpoint chooses.
        text, default, named, and the errors raised: as for `send`.
        """
        with self.send(text, default, named) as (form, reply):
            body = reply.read()
            unknown = read_unknown_terms(reply.headers.get(UNKNOWN_TERMS, ""))
            empty_reason = read_reason(reply.headers.get(EMPTY_RESULT, ""))
        kind: ResultKind = "graph"
        if isinstance(form, ResultFormat):
            try:
                kind = "boolean" if "boolean" in json.loads(body) else "bindings"
            except (ValueError, TypeError):
                raise ServiceFailed(
                    f"{self.name} sent a response of type {form.media_type} that is not valid JSON; "
                    "check that this is the URL of a SPARQL endpoint"
                ) from None
        return replace(QueryResult(kind, form, body), unknown_terms=unknown, empty_reason=empty_reason)

    @contextmanager
    def send(
        self, text: str, default: Collection[str] = (), named: Collection[str] = ()
    ) -> Iterator[tuple[ResultFormat | GraphFormat, HttpReply]]:
        """Return a context manager that sends a query by POST (SPARQL 1.1 Protocol §2.1.2); its value is the response.

        That is a pair: the format of the body, and the body, a stream to read.
        text: the query; prefixes of the project that it uses without declaring them are declared in front of it.
        default, named: the IRIs of the graphs to query (default-graph-uri, named-graph-uri); without any, those of the query,
        or those that the endpoint chooses.
        Raises BadQuery when the endpoint rejects the query, DeadlineExceeded after `deadline_s`, LimitExceeded above
        `max_bytes` (both also when the endpoint reports a limit of its own), Overloaded when the endpoint is busy, and
        ServiceFailed when it cannot be reached or sends anything but a query result. While the body is read, the stream
        raises DeadlineExceeded, LimitExceeded and ServiceFailed.
        """
        form = [("query", declare_prefixes(text))]
        form += [("default-graph-uri", graph) for graph in default] + [("named-graph-uri", graph) for graph in named]
        headers = {"Accept": ACCEPT, "Content-Type": "application/x-www-form-urlencoded"}
        with self._service.request(
            "POST",
            body=urlencode(form).encode(),
            headers=headers,
            deadline_s=self._deadline_s,
            max_bytes=self._max_bytes,
        ) as reply:
            if reply.status != 200 or reply.headers.get("X-SQL-State") == PARTIAL:
                raise self._to_exception(reply)
            yield self._find_format(reply.media_type), reply

    def _find_format(self, media_type: str) -> ResultFormat | GraphFormat:
        """Return the format of a response with a media type. Raises ServiceFailed for none of those in ACCEPT."""
        if media_type in JSON_TYPES:
            return RESULT_FORMATS["json"]
        if media_type in GRAPH_TYPES:
            return GRAPH_TYPES[media_type]
        raise ServiceFailed(
            f"{self.name} responded with {media_type}, which is not a SPARQL result; "
            "check that this is the URL of a SPARQL endpoint"
        )

    def _to_exception(self, reply: HttpReply) -> SjkgError:
        """Return the exception to raise for an HTTP response with a status other than 200, or with a part of a result.

        Its message contains the endpoint's error message. 206 gives LimitExceeded, 429 and 503 give Overloaded, 504 DeadlineExceeded, 413 and 507
        LimitExceeded, 400 and 403 BadQuery, every other status ServiceFailed.
        """
        detail = read_detail(reply) or reply.reason
        if reply.status in (200, 206):
            return LimitExceeded(
                f"{self.name} reached a limit and sent only a part of the result; make the query more specific"
            )
        if reply.status in (429, 503):
            return Overloaded(f"{self.name} is busy ({detail}); send the query again later")
        if reply.status == 504:
            return DeadlineExceeded(f"{self.name} reached its time limit ({detail}); make the query more specific")
        if reply.status in (413, 507):
            return LimitExceeded(
                f"the query or its result is too large for {self.name} ({detail}); ask for less, for example with LIMIT"
            )
        if reply.status in (400, 403):
            return BadQuery(f"{self.name} rejects the query: {detail}; correct the query")
        return ServiceFailed(
            f"{self.name} responded with status {reply.status} ({detail}); "
            "check that this is the URL of a SPARQL endpoint, or try again later"
        )
