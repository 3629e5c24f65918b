"""Client disconnect detection."""

import ipaddress

import psutil


class Client:
    """The connections of one client address to this process.

    WSGI does not report a closed connection; the operating system lists the open ones. Connections of one address cannot be
    told apart, so the client counts as disconnected when none of those seen at the first check is left. A client that keeps
    another connection open is therefore recognised late or not at all.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._ports: set[int] | None = None

    def is_disconnected(self) -> bool:
        """Return True when none of the connections seen at the first call is open any more. Takes milliseconds."""
        connections = psutil.Process().net_connections("tcp")
        if not any(connection.status == psutil.CONN_LISTEN for connection in connections):
            return False  # the system hides even this server's own listening socket
        address = _unmap(self._address)
        ports = {
            connection.raddr.port
            for connection in connections
            if connection.status == psutil.CONN_ESTABLISHED and _unmap(connection.raddr.ip) == address
        }
        self._ports = ports if self._ports is None else self._ports & ports
        return not self._ports


def _unmap(address: str) -> str:
    """Return an IPv4-mapped IPv6 address as IPv4, any other address in its canonical form."""
    parsed = ipaddress.ip_address(address)
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)
