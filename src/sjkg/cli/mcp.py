"""The command `sjkg mcp`: run a server of the Model Context Protocol, by which language models use the graph."""

import socket
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from sjkg.cli.options import Command, kb_option, make_option, progress_bar, settings_from, snapshots_option
from sjkg.core.errors import BadParameter, NotInstalled
from sjkg.core.settings import HTTP_URL, SETTINGS
from sjkg.snapshot.build import ensure_snapshot
from sjkg.snapshot.remote import check_source

PORT = 8001  # so that it runs beside `sjkg serve`
OPTIONS = (
    *("query_deadline_s", "check_deadline_s", "query_memory_bytes", "max_running_queries", "max_waiting_queries"),
    *("store", "store_login"),
)


def settings_options(command: Command) -> Command:
    """Add to a click command an option for each setting in OPTIONS; return the command."""
    for name in reversed(OPTIONS):
        command = make_option(SETTINGS[name])(command)
    return command


@click.command("mcp")
@kb_option
@snapshots_option
@click.option(
    "--http", "uses_http", is_flag=True, help="Serve over HTTP, at /mcp, instead of standard input and output."
)
@click.option("--host", default=SETTINGS["host"].default, show_default=True, help="Address to listen on, with --http.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="Port to listen on, with --http."
)
@click.option(
    "--allow-host",
    "allowed_hosts",
    multiple=True,
    metavar="HOST",
    help="Host name by which clients reach the server, without port, beside localhost and --host; may be repeated.",
)
@click.option(
    "--site",
    metavar="URL",
    default="",
    help="URL of the website, such as http://127.0.0.1:8000; links to pages then begin with it. Default: paths only.",
)
@settings_options
@click.option(
    "--watch", is_flag=True, help="Build and read the graph again whenever a file of the knowledge base changes."
)
def command(
    kb: Path | None,
    snapshots: Path | None,
    uses_http: bool,
    host: str,
    port: int,
    allowed_hosts: tuple[str, ...],
    site: str,
    watch: bool,
    **options: Any,
) -> None:
    """Serve the graph to language models by the Model Context Protocol (MCP), on standard input and output.

    A client starts it itself, by its configuration: command “sjkg”, arguments ["mcp"]. All tools only read.
    """
    if not find_spec("mcp"):
        raise NotInstalled("the MCP SDK is not installed; install it with “pip install 'sjkg[mcp]'”")
    if site and not HTTP_URL.fullmatch(site):
        raise BadParameter(f"--site: “{site}” is not an HTTP URL; give one such as http://127.0.0.1:8000")
    settings = settings_from(kb, snapshots, host=host, port=port, allowed_hosts=allowed_hosts, **options)
    if settings.store:
        check_source(settings)
    with progress_bar() as progress:
        snapshot = ensure_snapshot(settings.kb, settings.snapshots, progress)
    from sjkg.mcp.current import CurrentGraph
    from sjkg.mcp.graph import open_for_tools
    from sjkg.mcp.server import serve_http, serve_stdio

    listening = _listen(host, port) if uses_http else None
    current = CurrentGraph(open_for_tools(settings, snapshot, site))
    try:
        if watch:
            current.watch()
        if listening:
            serve_http(current, listening, allowed_hosts)
        else:
            serve_stdio(current)
    finally:
        current.now.close()


def _listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens on an address. Raises BadParameter when that is not possible."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BadParameter(f"cannot listen on {host}:{port} ({reason}); choose another --port or --host") from None
