"""What the application serves, for the request at hand: from its first look to its end the same, whatever is swapped meanwhile."""

from flask import current_app, g, request

from sjkg.core.settings import Settings
from sjkg.kb.queries import StoredQuery
from sjkg.proofs.explainer import Explainer
from sjkg.site.context import Frame
from sjkg.snapshot.folder import Snapshot
from sjkg.store.sorted_quads import SortedQuads
from sjkg.web.http.access_log import RECORD, RequestRecord
from sjkg.web.http.metrics import Metrics
from sjkg.web.served import ServedSnapshot
from sjkg.workers.query_queue import QueryQueue


def current_served() -> ServedSnapshot:
    if "served" not in g:
        g.served = current_app.extensions["sjkg"]["current"].now
    return g.served


def current_internal_queue() -> QueryQueue:
    """Return where the site's own pages ask; users' queries cannot take its place."""
    return current_served().internal_queue


def current_public_queue() -> QueryQueue:
    """Return where the queries that users write are asked."""
    return current_served().public_queue


def current_frame() -> Frame:
    return current_served().frame


def current_snapshot() -> Snapshot:
    return current_served().snapshot


def current_queries() -> dict[str, StoredQuery]:
    return current_served().queries


def current_sorted_quads() -> SortedQuads:
    return current_served().sorted_quads


def current_settings() -> Settings:
    return current_app.extensions["sjkg"]["settings"]


def current_explainer() -> Explainer:
    """Return what explains triples; its facts are read when it is first asked for."""
    return current_served().explainer


def current_metrics() -> Metrics:
    return current_app.extensions["sjkg"]["metrics"]


def current_record() -> RequestRecord:
    """Return the log's record of the request."""
    return request.environ[RECORD]
