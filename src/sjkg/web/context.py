"""Access from view functions to the served snapshot, the settings, the metrics and the log record of the request.

The functions whose names begin with “current” must be called within a Flask request.
"""

import re
import socket
from functools import lru_cache
from typing import cast

import psutil
from flask import current_app, g, request

from sjkg.core.settings import ANY_ADDRESS, Settings
from sjkg.web.http.access_log import RECORD, RequestRecord
from sjkg.web.http.clients import identify_client
from sjkg.web.http.metrics import Metrics
from sjkg.web.served import ServedSnapshot, SnapshotSwitcher
from sjkg.workers.fair_queue import Client

PORT = re.compile(r":[0-9]*$")
INTERNET = (socket.AF_INET, socket.AF_INET6)


def current_served() -> ServedSnapshot:
    """Return the snapshot that this request uses, with everything opened from it.

    It is the one served at the first call in the request, and stays the same although the server may switch to another.
    """
    if "served" not in g:
        g.served = current_app.extensions["sjkg"]["current"].now
    return cast(ServedSnapshot, g.served)


def current_problems() -> list[str]:
    """Return sentences about what does not work in this server process at the moment; none if all is well."""
    switcher: SnapshotSwitcher = current_app.extensions["sjkg"]["current"]
    return switcher.problems


def current_settings() -> Settings:
    """Return the settings that the server was started with: folders, address, limits."""
    return cast(Settings, current_app.extensions["sjkg"]["settings"])


def current_address() -> str:
    """Return the URL of the site, without a slash at the end, for links in the response to this request."""
    return address_for(current_settings(), request.scheme, request.environ.get("HTTP_HOST", ""))


def address_for(settings: Settings, scheme: str, host: str) -> str:
    """Return the URL of the site, without a slash at the end, that the response to a request with this Host header names.

    It is the public URL if the settings have one; else the host of the request, with its port, if it is a known one; else
    that of the host and port to listen on. scheme: http or https. host: the header, "" when absent.
    """
    name = host if host.endswith("]") else PORT.sub("", host)
    is_known = not settings.public_url and name.lower() in _known_hosts(settings)
    return f"{scheme}://{host}" if is_known else settings.address


@lru_cache(maxsize=1)
def _known_hosts(settings: Settings) -> frozenset[str]:
    """Return the hosts that a request may name, in lower case and without port; IPv6 addresses in brackets.

    They are the allowed ones, the host to listen on, localhost, and, if the server listens on all addresses, the
    addresses of this machine at the first call and its name.
    """
    own = [settings.host]
    if settings.host in ANY_ADDRESS:
        found = (each.address for group in psutil.net_if_addrs().values() for each in group if each.family in INTERNET)
        own = [socket.gethostname(), *found]
    in_urls = (f"[{name.partition('%')[0]}]" if ":" in name else name for name in own)  # without the zone (%eth0)
    return frozenset(name.lower() for name in ("localhost", *settings.allowed_hosts, *in_urls))


def current_metrics() -> Metrics:
    """Return the Prometheus metrics of this server process."""
    return cast(Metrics, current_app.extensions["sjkg"]["metrics"])


def current_client() -> Client:
    """Return the client of this request: the address and networks that the fair queues charge its use to."""
    return identify_client(request.environ, current_settings().trusted_proxies)


def current_record() -> RequestRecord:
    """Return the access log's record of this request, in which a view may set fields, such as the query."""
    return cast(RequestRecord, request.environ[RECORD])
