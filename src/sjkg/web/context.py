"""Request-scoped access to the served snapshot, the settings, the metrics and the log record."""

from typing import cast

from flask import current_app, g, request

from sjkg.core.settings import Settings
from sjkg.web.http.access_log import RECORD, RequestRecord
from sjkg.web.http.metrics import Metrics
from sjkg.web.served import ServedSnapshot


def current_served() -> ServedSnapshot:
    """Return the snapshot of this request; it stays the same to the end of the request when another is swapped in."""
    if "served" not in g:
        g.served = current_app.extensions["sjkg"]["current"].now
    return cast(ServedSnapshot, g.served)


def current_settings() -> Settings:
    """Return the settings of the server."""
    return cast(Settings, current_app.extensions["sjkg"]["settings"])


def current_metrics() -> Metrics:
    """Return the metrics of this process."""
    return cast(Metrics, current_app.extensions["sjkg"]["metrics"])


def current_record() -> RequestRecord:
    """Return the log record of this request."""
    return cast(RequestRecord, request.environ[RECORD])
