"""The HTTP client for SPARQL endpoints and graph stores: connections, certificates, proxies, logins."""

import json
import shutil
import ssl
import subprocess
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from servers import free_port

from sjkg.core.errors import BadParameter, ServiceFailed
from sjkg.store.endpoint import Endpoint
from sjkg.store.http_client import HttpService
from sjkg.store.remote_source import LOGIN, read_authorization

YES = b'{"head": {}, "boolean": true}'


@contextmanager
def listening(context: ssl.SSLContext | None = None, closes: bool = False):
    """Give the port of a server whose answer to each query is true, and a list with the target of each request.

    closes: whether it closes each connection after a response, without saying so. Each connection adds “connection” to the list.
    """
    seen = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self):
            super().setup()
            seen.append("connection")

        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            seen.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "application/sparql-results+json")
            self.send_header("Content-Length", str(len(YES)))
            self.end_headers()
            self.wfile.write(YES)
            self.close_connection = closes

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads, server.block_on_close = True, False
        server.handle_error = lambda *_: None  # of handshakes that the client breaks off
        if context:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=[0.02], daemon=True)
        thread.start()
        yield server.server_port, seen
        server.shutdown()
        thread.join()


def ask(url: str, times: int = 1) -> list[bool]:
    endpoint = Endpoint(url, 60, 1000)
    return [json.loads(endpoint.query("ASK {}").body)["boolean"] for _ in range(times)]


def test_a_connection_is_used_again():
    with listening() as (port, seen):
        assert ask(f"http://127.0.0.1:{port}/sparql", 3) == [True] * 3
    assert seen == ["connection", *["/sparql"] * 3]


def test_a_connection_that_the_service_has_closed_is_replaced():
    with listening(closes=True) as (port, seen):
        assert ask(f"http://127.0.0.1:{port}/sparql?repository=a", 3) == [True] * 3
    assert seen == ["connection", "/sparql?repository=a"] * 3


def test_requests_go_through_the_proxy_of_the_environment_but_not_to_hosts_that_are_excepted(monkeypatch):
    with listening() as (port, seen):
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{port}")
        monkeypatch.setenv("no_proxy", "localhost")
        assert ask("http://sparql.invalid/query") == [True]
        assert seen == ["connection", "http://sparql.invalid/query"]
        with pytest.raises(ServiceFailed, match="cannot be reached"):
            ask(f"http://localhost:{free_port()}/")


def test_a_certificate_that_nobody_known_has_signed_is_refused(tmp_path, monkeypatch):
    if shutil.which("openssl") is None:
        pytest.skip("needs the program openssl to make a certificate")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    made += ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(made, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with listening(context) as (port, seen):
        with pytest.raises(ServiceFailed, match="cannot be reached .*certificate verify failed"):
            ask(f"https://localhost:{port}/")
        assert "/" not in seen
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert ask(f"https://localhost:{port}/") == [True]
        with pytest.raises(ServiceFailed, match="certificate is not valid for '127.0.0.1'"):
            ask(f"https://127.0.0.1:{port}/")


@pytest.mark.parametrize("url", ["http://user:secret@example.org/", "https://token@example.org/"])
def test_a_url_with_a_login_is_refused_without_showing_it(url):
    with pytest.raises(BadParameter, match="the URL of example.org has a user name") as raised:
        HttpService(url)
    assert "secret" not in str(raised.value) and "token" not in str(raised.value)


@pytest.mark.parametrize(
    "url", ["http://a b/", "http://example.org/\n", "http://example.org:x/", "http://exämple.org/"]
)
def test_what_could_change_the_request_is_no_url(url):
    with pytest.raises(BadParameter, match="is not the URL of an endpoint"):
        HttpService(url)


def test_a_login_is_read_from_a_file_or_the_environment(tmp_path, monkeypatch):
    monkeypatch.delenv(LOGIN, raising=False)
    assert read_authorization(None) == ""
    monkeypatch.setenv(LOGIN, "Bearer abc.def")
    assert read_authorization(None) == "Bearer abc.def"
    file = tmp_path / "login"
    file.write_text("name:p:w\n", encoding="utf-8")
    assert read_authorization(file) == "Basic bmFtZTpwOnc="


@pytest.mark.parametrize("text", ["", "secret", "name:secret\nmore", "Bearer \x01secret"])
def test_another_text_is_no_login_and_is_not_shown(tmp_path, text):
    file = tmp_path / "login"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadParameter, match="has no login for the SPARQL store") as raised:
        read_authorization(file)
    assert "secret" not in str(raised.value)
    with pytest.raises(BadParameter, match="cannot be read from .*No such file"):
        read_authorization(tmp_path / "missing")
