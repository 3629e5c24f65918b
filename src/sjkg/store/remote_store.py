"""Evaluation of SPARQL queries by an endpoint elsewhere that holds the graph, with the results of the snapshot's own stores.

A query is inspected and parsed here first, so that errors, refusals and prefixes are those of `sjkg.store.quad_store`. Its
text is sent with the IRIs of the graphs to query, each of which is one graph of the endpoint: a merge was loaded as a graph,
because endpoints differ in whether a merge of several graphs has the triple of two graphs once or twice. The response is
parsed as it comes, and written in the requested format.
"""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import IO

import pyoxigraph as ox

from sjkg.core.errors import BadQuery, ServiceFailed, UnusableSnapshot
from sjkg.core.terms import Term
from sjkg.core.vocabulary import own
from sjkg.sparql.inspection import QueryInfo, inspect_query
from sjkg.sparql.rewriting import inline_bindings
from sjkg.store.datasets import ALL_GRAPHS, GraphNames, Scope
from sjkg.store.endpoint import Endpoint
from sjkg.store.formats import Format, GraphFormat, ResultFormat, ResultKind
from sjkg.store.http_client import CHUNK_BYTES, HttpReply
from sjkg.store.quad_store import DEFAULT_FORMATS, NO_BINDINGS, QuadStore, choose_format, parse_query
from sjkg.store.remote_source import IDENTIFIER, RemoteSource, mark, read_authorization
from sjkg.store.serialization import write_graph, write_result

NAME = "the SPARQL store of this site"  # in messages, which any client may read; its URL may be internal
MAX_EXPANSION = 8  # a response in JSON or N-Triples may be so many times as large as the result written from it
EMPTY = "urn:sjkg:empty"  # a graph without triples, for an empty default graph


class RemoteStore:
    """An endpoint that evaluates queries; the counterpart of `QuadStore`."""

    def __init__(
        self,
        source: RemoteSource,
        names: GraphNames,
        folder: Path,
        deadline_s: float,
        max_result_bytes: int,
        base_iri: str | None = None,
        *,
        with_private: bool = False,
    ):
        """Use an endpoint; nothing is sent yet.

        names: the IRIs that stand for graphs in queries. folder: of the snapshot's own stores, over which queries that name a
        view (a computed graph) or an external graph are evaluated. with_private: whether these may see private datasets. deadline_s: for the response to a query. max_result_bytes: of one result.
        base_iri: the IRI that relative IRIs are resolved against in a query without BASE; None to refuse them.
        Raises BadParameter for a URL or login that cannot be used.
        """
        self._source, self._names, self._folder, self._base_iri = source, names, folder, base_iri
        authorization = read_authorization(source.login)
        self._endpoint = Endpoint(source.url, deadline_s, MAX_EXPANSION * max_result_bytes, NAME, authorization)
        self._with_private = with_private
        self._own: QuadStore | None = None

    def write_result(
        self,
        output: IO[bytes],
        text: str,
        formats: Mapping[str, str] = DEFAULT_FORMATS,
        *,
        scope: Scope = ALL_GRAPHS,
        bindings: Mapping[str, Term] = NO_BINDINGS,
    ) -> tuple[ResultKind, Format, bool]:
        """Evaluate a SPARQL query and write its serialized result to the stream `output`.

        Parameters, value and errors are those of `QuadStore.write_result`. Raises also Overloaded, DeadlineExceeded,
        LimitExceeded and ServiceFailed for what the endpoint does, and UnusableSnapshot if it does not hold this state of the
        graph, before or after it evaluated the query.
        """
        info = inspect_query(text, (), self._base_iri)
        scope = self._names.select_scope(info, scope)
        scope.check()
        if self._names.are_beside(scope.graphs):
            return self._own_stores.write_result(output, text, formats, scope=scope, bindings=bindings)
        kind, plain = parse_query(info.query, self._base_iri)
        target = choose_format(kind, formats)
        plain = inline_bindings(plain, bindings)
        base = f"BASE <{self._base_iri}> " if self._base_iri else ""
        try:
            with self._endpoint.send(base + plain, *self._select_graphs(info, scope)) as (form, reply):
                _write_reply(kind, form, reply, output, target)
        except BadQuery as error:
            raise ServiceFailed(f"{error}, or check the login and the configuration of that store") from None
        self.check_state()
        return kind, target, info.is_deterministic

    @property
    def _own_stores(self) -> QuadStore:
        """The stores of the snapshot, opened at the first use. Raises UnusableSnapshot when they cannot be read."""
        if self._own is None:
            names = self._names
            self._own = QuadStore.open(
                self._folder, names.groups, (), self._base_iri, names.views, with_private=self._with_private
            )
        return self._own

    def _select_graphs(self, info: QueryInfo, scope: Scope) -> tuple[Collection[str], Collection[str]]:
        """Return the IRIs of the graphs that form the default graph, and of those that GRAPH can match."""
        if not scope.is_all:
            return dict.fromkeys(scope.default or (EMPTY,)), dict.fromkeys(scope.named or ())
        return [own().union], self._source.graphs if info.has_graph_variable else dict.fromkeys(info.graphs)

    def check_state(self) -> None:
        """Raise UnusableSnapshot unless the endpoint holds the state of the graph that this object was made for."""
        found = self._endpoint.query(f"SELECT ?state {{ <{mark()}> <{IDENTIFIER}> ?state }}", [mark()])
        try:
            states = [row["state"]["value"] for row in found.bindings]
        except (ValueError, LookupError, TypeError):
            raise ServiceFailed(f"{NAME} sent an invalid result; try again later") from None
        if states != [self._source.state]:
            what = "another state of the graph" if states else "no complete graph"
            raise UnusableSnapshot(
                f"{NAME} holds {what}, not that of the site; load it with “sjkg load-remote”, or start the server again if that "
                "was done for newer files"
            )


def _write_reply(kind: ResultKind, form: Format, reply: HttpReply, output: IO[bytes], target: Format) -> None:
    """Parse a response of an endpoint and write it to `output`.

    kind: the kind of result that the query has. form: the format of the response. target: that to write.
    Raises ServiceFailed for a response that is invalid, may be cut off, or is a result of another kind; and the errors of
    `reply.read`, of `output.write` and of `write_graph`.
    """
    try:
        if isinstance(form, GraphFormat) and isinstance(target, GraphFormat):
            if not reply.has_end:  # lines of N-Triples would be valid when cut off
                raise ServiceFailed(
                    f"{NAME} sent a graph without Content-Length and not in chunks, so it may be incomplete; the store must send one of them"
                )
            statements = ox.parse(reply, format=form.engine)  # type: ignore[arg-type]  # it has the method that is called
            write_graph((quad.triple for quad in statements), output, target)
        elif isinstance(form, ResultFormat) and isinstance(target, ResultFormat):
            results = ox.parse_query_results(reply, format=form.engine)  # type: ignore[arg-type]
            if (kind == "boolean") != isinstance(results, ox.QueryBoolean):
                raise ServiceFailed(f"{NAME} sent a result of another kind than the query asks for")
            write_result(results, output, target)
        else:
            raise ServiceFailed(
                f"{NAME} sent {form.media_type}, which is not the kind of result that the query asks for"
            )
        while reply.read(CHUNK_BYTES):
            pass
    except (SyntaxError, ValueError) as error:
        raise ServiceFailed(f"{NAME} sent a result that is not valid {form.name} ({error}); try again later") from None
