"""Detection of clients that close the connection before they get the response, by the list of open TCP connections."""

import ipaddress

import psutil


class Client:
    """The TCP connections of one client to this process. address: the client's IP address (REMOTE_ADDR).

    WSGI does not report a closed connection, but the operating system lists the open ones. Which of the connections of one
    address belongs to the current request is unknown, so the client counts as disconnected when all those seen at the first
    check are closed. For a client that keeps another connection open, this is noticed late or never.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._ports: set[int] | None = None

    def is_disconnected(self) -> bool:
        """Return True when all connections seen at the first call are closed. A call takes some milliseconds.

        Always False when the operating system does not list the connections of this process.
        """
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
    """Return an IPv4-mapped IPv6 address (::ffff:192.0.2.1) as IPv4, any other IP address in its canonical form."""
    parsed = ipaddress.ip_address(address)
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)
