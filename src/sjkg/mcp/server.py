"""The MCP server over one graph, on standard input and output or on HTTP.

Over HTTP (Streamable HTTP, without sessions) the headers Host and Origin are checked against DNS rebinding.
Source: https://modelcontextprotocol.io/specification/2025-11-25/basic/transports
"""

import logging
import os
import socket
import sys
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import anyio
import uvicorn
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError, UnexpectedToolError
from mcp.server.transport_security import TransportSecuritySettings
from mcp_types import CallToolResult, InputRequiredResult
from pydantic import ValidationError

import sjkg
from sjkg.core.errors import SjkgError
from sjkg.core.vocabulary import own
from sjkg.mcp.calls import CallRunner
from sjkg.mcp.current import CurrentGraph
from sjkg.mcp.resources import add_resources
from sjkg.mcp.results import tool_error
from sjkg.mcp.tools import Tools

LOGGER = logging.getLogger("sjkg.mcp")
INSTRUCTIONS = Path(__file__).parent / "instructions.md"
PATH = "/mcp"
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
MAX_CONNECTIONS = 64
BODY_OVERHEAD_BYTES = 64 * 1024  # of a request beside the longest text in it


class GraphServer(MCPServer[None]):
    """An MCP server whose tool errors are one sentence each, and which refuses unknown tools and arguments with similar names."""

    def __init__(self, current: CurrentGraph):
        logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="sjkg: %(message)s")
        runner = CallRunner()
        tools = Tools(current, runner).list_all()
        super().__init__(
            "sjkg",
            title=own().about.title,
            instructions=INSTRUCTIONS.read_text(encoding="utf-8"),
            version=sjkg.__version__,
            tools=tools,
            log_level="WARNING",
            subscriptions=False,
        )
        self._arguments = {tool.name: tuple(tool.parameters["properties"]) for tool in tools}
        add_resources(self, current, runner)

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[None, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        """Call a tool and return its result; an error is a result with isError and one sentence."""
        if name not in self._arguments:
            return tool_error(_unknown("tool", name, self._arguments))
        for argument in arguments:
            if argument not in self._arguments[name]:
                return tool_error(_unknown(f"parameter of the tool {name}", argument, self._arguments[name]))
        try:
            return await super().call_tool(name, arguments, context)
        except ToolError as error:
            cause = error.__cause__
            if isinstance(cause, ValidationError) and not isinstance(error, UnexpectedToolError):
                return tool_error(_describe_faults(cause))
            if isinstance(cause, SjkgError):
                return tool_error(str(cause))
            if os.environ.get("SJKG_DEBUG"):
                raise
            reason = f"{type(cause).__name__}: {cause}"
            LOGGER.error(
                "the tool %s failed by a fault of sjkg (%r); set SJKG_DEBUG=1 to see the traceback", name, reason
            )
            return tool_error(
                f"the tool {name} failed by a fault of sjkg, not of the call ({type(cause).__name__}); please report it"
            )


def _unknown(kind: str, name: str, known: Iterable[str]) -> str:
    """Return the message for an unknown name, with the names that there are and a similar one first. kind: such as “tool”."""
    listed = list(known)
    similar = get_close_matches(name, listed, n=1)
    advice = f"did you mean {similar[0]}? There are" if similar else "there are"
    return f"there is no {kind} “{name[:100]}”; {advice} {', '.join(listed)}"


def _describe_faults(error: ValidationError) -> str:
    """Return the message for arguments that are missing or of another type or range."""
    faults = (
        f"the parameter “{'.'.join(map(str, fault['loc']))}” is not valid: {fault['msg'][:1].lower()}{fault['msg'][1:]}"
        for fault in error.errors(include_url=False, include_context=False, include_input=False)
    )
    return "; ".join(faults)


def serve_stdio(current: CurrentGraph) -> None:
    """Serve one client on standard input and output until the input ends, or the client is gone."""
    try:
        anyio.run(GraphServer(current).run_stdio_async)
    except* BrokenPipeError:
        LOGGER.info("the client is gone")


def serve_http(current: CurrentGraph, listening: socket.socket, allowed_hosts: Sequence[str]) -> None:
    """Serve clients over HTTP at PATH until a signal ends the process.

    listening: a bound socket. allowed_hosts: host names of clients' requests, beside loopback names and the address of the socket.
    """
    host, port = listening.getsockname()[:2]
    bound = f"[{host}]" if ":" in host else host
    names = dict.fromkeys((*LOOPBACK, bound, *allowed_hosts))
    hosts = [each for name in names for each in (name, f"{name}:{port}")]
    origins = [f"{scheme}://{each}" for each in hosts for scheme in ("http", "https")]
    app = GraphServer(current).streamable_http_app(
        streamable_http_path=PATH,
        json_response=True,
        stateless_http=True,
        max_request_body_size=2 * current.now.settings.max_body_bytes + BODY_OVERHEAD_BYTES,
        transport_security=TransportSecuritySettings(allowed_hosts=hosts, allowed_origins=origins),
    )
    config = uvicorn.Config(
        app,
        log_level="warning",
        log_config=None,
        access_log=False,
        server_header=False,
        limit_concurrency=MAX_CONNECTIONS,
        timeout_graceful_shutdown=1,
    )
    print(f"listening at http://{bound}:{port}{PATH}", file=sys.stderr, flush=True)
    anyio.run(uvicorn.Server(config).serve, [listening])
