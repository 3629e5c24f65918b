"""Whether the client of a request is still there."""

import ipaddress

import psutil


class Client:
    """The client at an address. WSGI does not tell when it closes its connection, but the system knows who is connected.

    Which of the connections from one address is whose cannot be known: the client is gone when none is left of those that
    there were at the first look. So with connections that are kept open for more requests, it may only seem to be there.
    """

    def __init__(self, address: str):
        self._address = address
        self._ports: set[int] | None = None

    def is_disconnected(self) -> bool:
        """Look at the connections of this process (milliseconds)."""
        found = psutil.Process().net_connections("tcp")
        if not any(each.status == psutil.CONN_LISTEN for each in found):
            return False  # not even the own socket is to be seen
        address = _plain(self._address)
        ports = {
            each.raddr.port
            for each in found
            if each.status == psutil.CONN_ESTABLISHED and _plain(each.raddr.ip) == address
        }
        self._ports = ports if self._ports is None else self._ports & ports
        return not self._ports


def _plain(address: str) -> str:
    """Return an address without what a socket for both families puts around it."""
    parsed = ipaddress.ip_address(address)
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)
