"""Access from view functions to the served snapshot, the settings, the metrics and the log record of the request.

The functions must be called within a Flask request.
"""

from typing import cast

from flask import current_app, g, request

from sjkg.core.settings import Settings
from sjkg.web.http.access_log import RECORD, RequestRecord
from sjkg.web.http.metrics import Metrics
from sjkg.web.served import ServedSnapshot


def current_served() -> ServedSnapshot:
    """Return the snapshot that this request uses, with everything opened from it.

    It is the one served at the first call in the request, and stays the same although the server may switch to another.
    """
    if "served" not in g:
        g.served = current_app.extensions["sjkg"]["current"].now
    return cast(ServedSnapshot, g.served)


def current_settings() -> Settings:
    """Return the settings that the server was started with: folders, address, limits."""
    return cast(Settings, current_app.extensions["sjkg"]["settings"])


def current_metrics() -> Metrics:
    """Return the Prometheus metrics of this server process."""
    return cast(Metrics, current_app.extensions["sjkg"]["metrics"])


def current_record() -> RequestRecord:
    """Return the access log's record of this request, in which a view may set fields, such as the query."""
    return cast(RequestRecord, request.environ[RECORD])
