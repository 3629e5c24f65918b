"""nginx with the configuration in deploy/nginx.conf, in front of a server process of the tests."""

import os
import re
import shutil
import socket
import subprocess
from pathlib import Path

import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from tests.servers import PROJECT, free_port, wait_for

CONFIGURATION = PROJECT / "deploy" / "nginx.conf"
HOST = "sjkg.example.org"  # the server name in deploy/nginx.conf
# What Debian's /etc/nginx/nginx.conf has around a site, with the files of the process in the folder of the test.
FRAME = """
{user}daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 768; }}
http {{
    sendfile on; tcp_nopush on; gzip on; access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
{site}
}}
"""


class RetryWhenBusy(Retry):
    """Repetitions of requests to a busy server (503), also at the time that it names in Retry-After; not of refused ones (429)."""

    RETRY_AFTER_STATUS_CODES = frozenset({503})


WHEN_BUSY = RetryWhenBusy(60, status_forcelist=(503,), allowed_methods=None)


def below_path(configuration: str, path: str) -> str:
    """Return the configuration for a site below a path such as /sjkg, changed as deploy/README.md says."""
    return (
        configuration.replace("location / {", f"location {path}/ {{")
        .replace("location ~ ^/", f"location ~ ^{path}/")
        .replace("= /metrics", f"= {path}/metrics")
    )


def make_certificate(folder: Path) -> Path:
    """Write a self-signed certificate for HOST and 127.0.0.1, and its key, with openssl; return the certificate's path."""
    certificate = folder / "fullchain.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST},IP:127.0.0.1", "-days", "2"]
    command += ["-keyout", str(folder / "privkey.pem"), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    return certificate


class running_proxy:
    """A context manager: nginx in front of a server, with TLS. Entering returns the proxy itself.

    upstream: the address of the server. folder: for the files of nginx. configuration: of the site, by default that of
    deploy/nginx.conf; ports, certificate and rate in it are replaced. Skips the test if nginx or openssl is missing.
    """

    def __init__(self, upstream: str, folder: Path, configuration: str | None = None) -> None:
        self._nginx = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin")
        if not self._nginx or not shutil.which("openssl"):
            pytest.skip("nginx or openssl is missing; “make test” says how to install it")
        self._folder = folder
        self.certificate = make_certificate(folder)
        self.port, self.plain_port = free_port(), free_port()
        site = configuration or CONFIGURATION.read_text(encoding="utf-8")
        for old, new in (
            ("127.0.0.1:8000", upstream.rpartition("/")[2]),
            ("listen 443 ", f"listen 127.0.0.1:{self.port} "),
            ("listen [::]:443 ", f"listen 127.0.0.3:{self.port} "),
            ("listen 80;", f"listen 127.0.0.1:{self.plain_port};"),
            ("listen [::]:80;", f"listen 127.0.0.3:{self.plain_port};"),
            ("rate=20r/s", "rate=1r/m"),  # a busy machine may not reach 20 requests a second; the burst stays as it is
            ("/etc/letsencrypt/live/sjkg.example.org", str(folder)),
        ):
            assert old in site, old
            site = site.replace(old, new)
        frame = FRAME.format(folder=folder, site=site, user="user root;\n" if os.geteuid() == 0 else "")
        (folder / "nginx.conf").write_text(frame, encoding="utf-8")

    def __enter__(self) -> "running_proxy":
        command = [str(self._nginx), "-p", str(self._folder), "-c", str(self._folder / "nginx.conf")]
        self._process = subprocess.Popen([*command, "-e", str(self._folder / "error.log")])
        wait_for(self._is_listening)
        return self

    def _is_listening(self) -> bool:
        assert self._process.poll() is None, (self._folder / "error.log").read_text()
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def session(self, address: str = "127.0.0.1") -> requests.Session:
        """Return an HTTP session that trusts the certificate, names HOST and comes from a loopback address."""
        session = requests.Session()
        session.trust_env = False  # REQUESTS_CA_BUNDLE would take precedence over the certificate
        session.verify = str(self.certificate)
        session.headers["Host"] = HOST
        adapter = HTTPAdapter(max_retries=WHEN_BUSY)
        adapter.init_poolmanager(32, 32, source_address=(address, 0))
        session.mount(self.url, adapter)
        session.mount(f"http://127.0.0.1:{self.plain_port}", adapter)
        return session

    @property
    def url(self) -> str:
        """The address of the proxy, without trailing slash."""
        return f"https://127.0.0.1:{self.port}"

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(timeout=60)


def limited_locations(configuration: str) -> list[re.Pattern[str]]:
    """Return the patterns of the locations of an nginx configuration that limit the rate of requests."""
    found = re.findall(r"location ~ (\S+) \{(.*?)\n    \}", configuration, re.DOTALL)
    return [re.compile(pattern) for pattern, body in found if "limit_req" in body]
