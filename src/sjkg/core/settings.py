"""Settings of the server. Each field of `Settings` has a description (`Setting`): range, unit, help, command-line option.

The options of `sjkg serve`, the limits that the server publishes and the documentation are made from these descriptions.
"""

import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from importlib.resources import files
from ipaddress import ip_network
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from platformdirs import user_cache_path

from sjkg.core.errors import BadParameter

LOGS: Final = ("requests", "queries", "none")
REASONERS: Final = ("columnar", "owlrl")  # the default engine, and the reference that it is tested against
MIB: Final = 1024 * 1024
GIB: Final = 1024 * MIB
DAY_S: Final = 86400
ABOUT: Final = "setting"  # key of a field's metadata
T = TypeVar("T")
HTTP_URL = re.compile(r"https?://[^\s<>\"{}|\\^`?#]+")
SITE_PATH = re.compile(
    r"(?:/(?!\.\.?(?:/|$))[A-Za-z0-9._~-]+)*/?"
)  # of a public URL: no dot segments, nothing to escape
HOST = re.compile(r"[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]")  # a host name, an IPv4 address, or an IPv6 address in brackets
ANY_ADDRESS = ("0.0.0.0", "::")  # listening on these, a server is reached at all addresses of the machine


@dataclass(frozen=True)
class Limit:
    """A limit that the server publishes.

    name: the field of `Settings`. value: the value in force. unit: "seconds" or "bytes"; "" for a count.
    """

    name: str
    value: int | float
    unit: str

    @property
    def title(self) -> str:
        """Return the help text of the setting, a noun phrase such as “Maximum size of a request body”."""
        return SETTINGS[self.name].help


@dataclass(frozen=True)
class Setting:
    """The description of one field of `Settings`, the settings of the server.

    help: a noun phrase without full stop, for `sjkg serve --help`, the page about the SPARQL service and the docs.
    unit: "seconds", "bytes", "MiB", or "" for a count or text.
    minimum, maximum: the permitted range, bounds included; None where it is open. choices: the permitted values of a
    setting that has a fixed list of them.
    is_limit: whether pages and the SPARQL service description publish the value.
    option: name of the command-line option without “--”; by default the field's name with hyphens.
    name, default: name and default value of the field; the default is None where the field has none.
    """

    help: str
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    is_limit: bool = False
    option: str = ""
    name: str = ""
    default: object = None

    @property
    def range_text(self) -> str:
        """Return the permitted values in words, such as “0 to 65535”; "" where any value of the type is permitted."""
        if self.choices:
            return "one of " + ", ".join(self.choices)
        if self.minimum is None:
            return ""
        return f"{self.minimum} or more" if self.maximum is None else f"{self.minimum} to {self.maximum}"

    def check(self, value: Any) -> None:
        """Raise BadParameter when `value` lies outside minimum and maximum, or is not one of the choices."""
        is_small = self.minimum is not None and not value >= self.minimum  # also true of NaN
        is_large = self.maximum is not None and value > self.maximum
        if is_small or is_large or (self.choices and value not in self.choices):
            raise BadParameter(f"{self.name} is {value}; it must be {self.range_text}")


def _setting(default: T, about: Setting) -> T:
    """Return a dataclass field with a default value and, as metadata, its description."""
    return field(default=default, metadata={ABOUT: about})


def _limit(default: T, help: str, unit: str, minimum: float, maximum: float) -> T:
    """Return a dataclass field for a limit that the server publishes; `unit` is "seconds", "bytes", or "" for a count."""
    return _setting(default, Setting(help, unit=unit, minimum=minimum, maximum=maximum, is_limit=True))


@dataclass(frozen=True)
class Settings:
    """All settings of a server: folders, address, processes, limits of one request, cache, log, remote endpoints.

    The meaning, unit and range of each field stand in its metadata, a `Setting`. snapshots: the folder that holds the
    snapshots (immutable folders with a built graph).
    Raises BadParameter on creation when a value lies outside its range, when a URL is not http or https, or when `kb` is
    not a folder.
    """

    kb: Path = field(
        metadata={ABOUT: Setting("Knowledge base: a folder with ontology/, triples/, shapes/ and queries/")}
    )
    snapshots: Path = field(metadata={ABOUT: Setting("Folder for built graphs")})
    kept_snapshots: int = _setting(
        3,
        Setting(
            "Built graphs that are kept: those used last, and any that a process uses. Older ones are deleted after a build "
            "and at the start of the server",
            minimum=1,
            maximum=10_000,
            option="keep-snapshots",
        ),
    )
    host: str = _setting("127.0.0.1", Setting("Address to listen on"))
    port: int = _setting(8000, Setting("Port to listen on", minimum=0, maximum=65535))
    workers: int = _setting(1, Setting("Server processes; fastest with one for each processor", minimum=1, maximum=64))
    public_url: str | None = _setting(
        None,
        Setting(
            "URL of the site as clients see it, where that is not http://host:port; it may have a path, "
            "below which the site is then served, such as https://example.org/sjkg"
        ),
    )
    allowed_hosts: tuple[str, ...] = _setting(
        (),
        Setting(
            "Host name by which clients reach the server, without port; may be repeated. Without a public URL, the URLs in "
            "responses begin with the host of the request if it is one of these, the address to listen on, or a name or "
            "address of this machine",
            option="allow-host",
        ),
    )
    trusted_proxies: tuple[str, ...] = _setting(
        (),
        Setting(
            "IP address or network of a reverse proxy, such as 127.0.0.1 or 10.0.0.0/8; may be repeated. The shares of clients "
            "go by the last other address in its X-Forwarded-For",
            option="trusted-proxy",
        ),
    )
    max_body_bytes: int = _limit(MIB, "Maximum size of a request body", "bytes", 1024, GIB)
    query_deadline_s: float = _limit(10, "Maximum run time of a query", "seconds", 0.1, DAY_S)
    query_wait_s: float = _limit(2, "Maximum waiting time of a query or page before it starts", "seconds", 0, DAY_S)
    check_deadline_s: float = _limit(30, "Maximum time to validate a Turtle text", "seconds", 0.1, DAY_S)
    query_memory_bytes: int = _limit(  # an idle query process has some 100 MiB of it
        1024 * MIB,
        "Maximum memory of a process that evaluates a query or validates a Turtle text",
        "bytes",
        256 * MIB,
        1024 * GIB,
    )
    max_running_queries: int = _limit(
        2,
        "Queries running at the same time, in each server process; from 2 on, one place is for short ones",
        "",
        1,
        256,
    )
    max_waiting_queries: int = _limit(16, "Queries waiting in the queue, in each server process", "", 0, 1024)
    max_answer_bytes: int = _limit(64 * MIB, "Maximum size of a query result", "bytes", 1024, 16 * GIB)
    max_unsent_bytes: int = _setting(
        256 * MIB,
        Setting(
            "Maximum total size of the responses being sent, in each server process; beyond it the slowest "
            "connection is closed",
            unit="bytes",
            minimum=MIB,
            maximum=1024 * GIB,
        ),
    )
    send_timeout_s: float = _setting(
        30,
        Setting(
            "Time after which a connection is closed if its client reads nothing of a response",
            unit="seconds",
            minimum=1,
            maximum=DAY_S,
        ),
    )
    cache_mib: int = _setting(
        64,
        Setting(
            "Memory for cached responses in each server process (0 turns the cache off)",
            unit="MiB",
            minimum=0,
            maximum=65536,
        ),
    )
    log: str = _setting(
        LOGS[0],
        Setting(
            "Access log on standard error, a JSON object for each request: requests leaves out the text of queries, "
            "queries includes it, none writes nothing",
            choices=LOGS,
        ),
    )
    services: tuple[str, ...] = _setting(
        (),
        Setting(
            "SPARQL endpoint that queries may call with SERVICE; may be repeated. It receives what the query "
            "sends to it, and its results are not checked",
            option="allow-service",
        ),
    )

    store: str | None = _setting(
        None,
        Setting(
            "SPARQL endpoint that evaluates all queries instead of this machine; it holds the graph that "
            "“sjkg load-remote” has loaded"
        ),
    )
    store_login: str | None = _setting(
        None,
        Setting(
            "File with the login for --store, one line: name:password, or Bearer and a token; by default the environment "
            "variable SJKG_STORE_LOGIN"
        ),
    )

    def __post_init__(self) -> None:
        for name, setting in SETTINGS.items():
            setting.check(getattr(self, name))
        urls = (("public-url", self.public_url), *(("allow-service", url) for url in self.services))
        for option, url in urls:
            if url and not HTTP_URL.fullmatch(url):
                raise BadParameter(
                    f"--{option}: “{url}” is not an HTTP URL; give one without ? and #, such as https://example.org/sjkg"
                )
        if self.store and self.services:
            raise BadParameter(
                "--allow-service: with --store, that store would call the endpoint; leave out one of the two"
            )
        if self.store_login and not self.store:
            raise BadParameter("--store-login is for the endpoint of --store, which is missing; give its URL")
        if not SITE_PATH.fullmatch(urlsplit(self.address).path):
            raise BadParameter(
                f"--public-url: the path of “{self.public_url}” has other characters than letters, digits and . _ ~ -, or an empty "
                "or dot segment; give one such as https://example.org/sjkg"
            )
        for name in self.allowed_hosts:
            if not HOST.fullmatch(name):
                raise BadParameter(
                    f"--allow-host: “{name}” is not a host name; give one without port, such as sjkg.example.org"
                )
        for name in self.trusted_proxies:
            try:
                ip_network(name, strict=False)
            except ValueError:
                raise BadParameter(
                    f"--trusted-proxy: “{name}” is neither an IP address nor a network; give one such as 127.0.0.1 or 10.0.0.0/8"
                ) from None
        if not self.kb.is_dir():
            raise BadParameter(f"{self.kb} is not a folder; give a knowledge base with ontology/, triples/ and shapes/")

    @property
    def local_address(self) -> str:
        """Return “http://host:port” with the address to listen on, and localhost for 0.0.0.0 and ::; IPv6 in brackets."""
        host = "localhost" if self.host in ANY_ADDRESS else f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    @property
    def address(self) -> str:
        """Return the URL of the site without a slash at the end: `public_url`, or if it is not set, `local_address`."""
        return (self.public_url or self.local_address).rstrip("/")

    @property
    def site_path(self) -> str:
        """Return the path of the site's URL without a slash at the end, such as “/sjkg”; "" for a site at the root."""
        return urlsplit(self.address).path

    @property
    def limits(self) -> tuple[Limit, ...]:
        """Return the settings that the server publishes as limits, with their values, in the order of the fields."""
        return tuple(Limit(s.name, getattr(self, s.name), s.unit) for s in SETTINGS.values() if s.is_limit)


def _describe_settings() -> dict[str, Setting]:
    """Return a dict from the name of each field of `Settings`, in their order, to its description."""
    described = {}
    for each in fields(Settings):
        about: Setting = each.metadata[ABOUT]
        default = None if each.default is MISSING else each.default
        option = about.option or each.name.replace("_", "-")
        described[each.name] = replace(about, name=each.name, default=default, option=option)
    return described


SETTINGS: Final[Mapping[str, Setting]] = MappingProxyType(_describe_settings())


def packaged_kb() -> Path:
    """Return the folder of the knowledge base that comes with the package: sjkg/data/ of a wheel, or a checkout's root."""
    package = Path(str(files("sjkg")))
    inside = package / "data"
    return inside if inside.is_dir() else package.parents[1]


def default_snapshots() -> Path:
    """Return the default folder for snapshots (immutable folders with a built graph), in the user's cache folder."""
    return user_cache_path("sjkg") / "snapshots"
