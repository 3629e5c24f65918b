"""Clients of the server: whom the use of its limited places is charged to, and whether a client has closed its connection.

The client of a request is its TCP peer or, if that is a trusted proxy, the one that X-Forwarded-For names: the last address
in it that is not a trusted proxy's. Addresses before that one may be made up by the client.
"""

import ipaddress
from wsgiref.types import WSGIEnvironment

import psutil

from sjkg.core.bounded_cache import bounded_cache
from sjkg.workers.fair_queue import Client

MAX_VIEWS_RUNNING = 2  # pages and documents that are computed at once in a server process
MAX_VIEWS_WAITING = 64  # two for each of a class; each occupies a thread
UNQUEUED = ("sparql", "validate", "ops", None)  # blueprints whose views are not among them; None: static files
IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
PREFIXES = {4: (32, 24), 6: (64, 48)}  # bits that addresses of one client have in common, and those of one network


def identify_client(environ: WSGIEnvironment, trusted_proxies: tuple[str, ...]) -> Client:
    """Return the client of a request: the address and networks that the fair queues charge its use to.

    trusted_proxies: IP addresses and networks, such as 10.0.0.0/8, whose X-Forwarded-For is believed.
    """
    peer = environ["REMOTE_ADDR"]
    forwarded = environ.get("HTTP_X_FORWARDED_FOR", "") if trusted_proxies else ""
    return Client(find_accounts(peer, forwarded, " ".join(trusted_proxies)), Connections(peer).are_closed)


@bounded_cache(1024)
def find_accounts(peer: str, forwarded: str, trusted: str) -> tuple[str, ...]:
    """Return the names of what a client's use is charged to: its address and its network, by PREFIXES.

    peer: the IP address of the TCP peer. forwarded: the header X-Forwarded-For, "" if absent. trusted: IP addresses and
    networks of trusted proxies, separated by spaces. An entry of the header that is not an IP address ends the search; the
    use is then charged to the proxy that sent it.
    """
    networks = [ipaddress.ip_network(each, strict=False) for each in trusted.split()]
    address = _parse(peer)
    for hop in reversed(forwarded.split(",")):
        if not any(address in network for network in networks):
            break
        try:
            address = _parse(hop)
        except ValueError:
            break
    return tuple(str(ipaddress.ip_network((address.packed, bits), strict=False)) for bits in PREFIXES[address.version])


def _parse(text: str) -> IpAddress:
    """Return an IP address as an object: an IPv4-mapped IPv6 address (::ffff:192.0.2.1) as IPv4.

    text: the address, possibly in brackets and with a port, as some proxies write it. Raises ValueError for other text.
    """
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    address = ipaddress.ip_address(text)
    return getattr(address, "ipv4_mapped", None) or address


class Connections:
    """The TCP connections of one peer to this process. address: the peer's IP address (REMOTE_ADDR).

    WSGI does not report a closed connection, but the operating system lists the open ones. Which of the connections of one
    address belongs to the current request is unknown, so they count as closed when all those seen at the first check are
    closed. For a peer that keeps another connection open, this is noticed late or never.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._ports: set[int] | None = None

    def are_closed(self) -> bool:
        """Return True when all connections seen at the first call are closed. A call takes some milliseconds.

        Always False when the operating system does not list the connections of this process, as while it has no file
        descriptor left to read the list with.
        """
        try:
            connections = psutil.Process().net_connections("tcp")
        except (OSError, psutil.Error):
            return False
        if not any(connection.status == psutil.CONN_LISTEN for connection in connections):
            return False  # the system hides even this server's own listening socket
        address = _parse(self._address)
        ports = {
            connection.raddr.port
            for connection in connections
            if connection.status == psutil.CONN_ESTABLISHED and _parse(connection.raddr.ip) == address
        }
        self._ports = ports if self._ports is None else self._ports & ports
        return not self._ports
