"""Client for the SPARQL 1.1 Graph Store HTTP Protocol (https://www.w3.org/TR/sparql11-http-rdf-update/)."""

from typing import IO

import pyoxigraph as ox

from sjkg.core.errors import DeadlineExceeded, Overloaded, ServiceFailed, SjkgError
from sjkg.store.formats import GRAPH_FORMATS
from sjkg.store.http_client import HttpReply, HttpService, read_detail

NTRIPLES = GRAPH_FORMATS["nt"]
MAX_READ_BYTES = 256 * 1024 * 1024  # of a graph that is read


class GraphStore:
    """Client for the graph store at a URL, which has named graphs that are addressed by the parameter “graph”."""

    def __init__(self, url: str, deadline_s: float, authorization: str = ""):
        """Use the graph store at `url`; nothing is sent yet.

        deadline_s: maximum seconds for reading or replacing one graph. authorization: the header Authorization to send.
        Raises BadParameter for a URL that is not http or https.
        """
        self._service = HttpService(url, authorization=authorization)
        self._deadline_s = deadline_s

    def read(self, graph: str) -> list[tuple[str, str, str]]:
        """Return the triples of a named graph, each as the values of its terms; none if there is no such graph.

        Raises ServiceFailed, Overloaded or DeadlineExceeded for what the store does.
        """
        with self._service.request(
            "GET",
            parameters={"graph": graph},
            headers={"Accept": NTRIPLES.media_type},
            deadline_s=self._deadline_s,
            max_bytes=MAX_READ_BYTES,
        ) as reply:
            if reply.status == 404:
                return []
            self._check(reply, f"reading the graph <{graph}>")
            if reply.media_type != NTRIPLES.media_type:
                raise ServiceFailed(
                    f"{self._service.name} sends {reply.media_type} where N-Triples are asked for; check that this is the URL "
                    "of its Graph Store Protocol"
                )
            try:
                quads = list(ox.parse(reply.read(), format=NTRIPLES.engine))
            except SyntaxError as error:
                raise ServiceFailed(f"{self._service.name} sent invalid N-Triples ({error})") from None
        return [(str(q.subject.value), str(q.predicate.value), str(q.object.value)) for q in quads]

    def replace(self, graph: str, ntriples: bytes | IO[bytes]) -> None:
        """Replace the content of a named graph by N-Triples (PUT); raise as `read`."""
        self._change("PUT", graph, ntriples)

    def delete(self, graph: str) -> None:
        """Delete a named graph, if it exists; raise as `read`."""
        self._change("DELETE", graph, None)

    def _change(self, method: str, graph: str, body: bytes | IO[bytes] | None) -> None:
        """Send a request that changes a named graph; raise as `read`."""
        headers = {"Content-Type": NTRIPLES.media_type} if body is not None else {}
        with self._service.request(
            method,
            parameters={"graph": graph},
            headers=headers,
            body=body,
            deadline_s=self._deadline_s,
            max_bytes=MAX_READ_BYTES,
        ) as reply:
            if method != "DELETE" or reply.status != 404:
                self._check(reply, f"{'deleting' if body is None else 'replacing'} the graph <{graph}>")
            reply.read()

    def _check(self, reply: HttpReply, work: str) -> None:
        """Raise ServiceFailed, Overloaded or DeadlineExceeded unless the status of a response is 200 to 299."""
        if 200 <= reply.status < 300:
            return
        name, detail = self._service.name, read_detail(reply) or reply.reason
        error: SjkgError = ServiceFailed(
            f"{name} responded to {work} with status {reply.status} ({detail}); check that this is the URL of its Graph Store "
            "Protocol, that it may be written to, and the login"
        )
        if reply.status in (429, 503):
            error = Overloaded(f"{name} is busy ({detail}); run the command again later")
        elif reply.status == 504:
            error = DeadlineExceeded(f"{name} reached its time limit ({detail}); run the command again")
        raise error
