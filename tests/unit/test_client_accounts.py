"""Clients of the server: the address that a request is charged to, behind proxies or not, and its connections."""

import os
import resource

import pytest
from hypothesis import given, strategies

from sjkg.core.errors import BadParameter
from sjkg.core.settings import Settings
from sjkg.web.http.clients import Connections, find_accounts, identify_client

PROXIES = "127.0.0.1 10.0.0.0/8 2001:db8:ffff::/48"


@pytest.mark.parametrize(
    "peer, forwarded, address, network",
    [
        ("192.0.2.7", "", "192.0.2.7/32", "192.0.2.0/24"),
        ("192.0.2.7", "198.51.100.1", "192.0.2.7/32", "192.0.2.0/24"),  # not a proxy: what it says is not believed
        ("127.0.0.1", "", "127.0.0.1/32", "127.0.0.0/24"),
        ("127.0.0.1", "198.51.100.1", "198.51.100.1/32", "198.51.100.0/24"),
        ("127.0.0.1", "203.0.113.9, 198.51.100.1", "198.51.100.1/32", "198.51.100.0/24"),  # the first is made up
        ("127.0.0.1", "203.0.113.9,198.51.100.1 , 10.1.2.3", "198.51.100.1/32", "198.51.100.0/24"),
        ("127.0.0.1", "10.9.9.9, 10.1.2.3", "10.9.9.9/32", "10.9.9.0/24"),
        ("127.0.0.1", "198.51.100.1, unknown", "127.0.0.1/32", "127.0.0.0/24"),
        ("127.0.0.1", "198.51.100.1:4711", "198.51.100.1/32", "198.51.100.0/24"),
        ("::ffff:127.0.0.1", "[2001:db8::1]:443", "2001:db8::/64", "2001:db8::/48"),
        ("2001:db8:ffff::1", "2001:db8:1:2:3::4", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("fe80::1%lo", "", "fe80::/64", "fe80::/48"),
    ],
)
def test_the_client_is_the_last_address_that_is_not_a_trusted_proxy(peer, forwarded, address, network):
    assert find_accounts(peer, forwarded, PROXIES) == (address, network)


def test_the_header_is_ignored_without_trusted_proxies():
    environ = {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "198.51.100.1"}
    assert identify_client(environ, ()).accounts[0] == "127.0.0.1/32"
    assert identify_client(environ, ("127.0.0.0/8",)).accounts[0] == "198.51.100.1/32"


@given(strategies.text(max_size=60) | strategies.text("0123456789.:,[] ", max_size=60))
def test_any_header_gives_a_client(forwarded):
    assert len(find_accounts("127.0.0.1", forwarded, PROXIES)) == 2


@pytest.mark.parametrize("name", ["", "localhost", "10.0.0.0/99", "10.0.0.1-10.0.0.9", "all"])
def test_a_trusted_proxy_that_is_no_network_is_refused(small_kb, tmp_path, name):
    with pytest.raises(
        BadParameter, match=f"--trusted-proxy: “{name}” is neither an IP address nor a network; give one"
    ):
        Settings(kb=small_kb, snapshots=tmp_path, trusted_proxies=(name,))


def test_without_a_free_descriptor_no_client_counts_as_gone():
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, limits[1]))
        with pytest.raises(OSError):
            os.dup(1)
        assert not Connections("127.0.0.1").are_closed()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
