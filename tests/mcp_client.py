"""Clients of `sjkg mcp` made with the MCP SDK, for tests that are not asynchronous.

Functions import the SDK, not the module: that takes 3 s of a processor, and each test process imports all test files.
"""

import sys
from collections.abc import Iterator
from contextlib import asynccontextmanager, contextmanager

from anyio.from_thread import start_blocking_portal
from servers import with_cache


class McpClient:
    """A client of one server, whose methods are those of an asynchronous session."""

    def __init__(self, portal, session):
        self.portal, self.session = portal, session

    def call(self, name, /, **arguments):
        """Call a tool and return its result."""
        return self.portal.call(self.session.call_tool, name, arguments)

    def tools(self):
        """Return the tools of the server by name."""
        return {tool.name: tool for tool in self.portal.call(self.session.list_tools).tools}

    def read(self, uri):
        """Return the text of a resource."""
        return self.portal.call(self.session.read_resource, uri).contents[0].text


@asynccontextmanager
async def _session(streams):
    from mcp import ClientSession

    async with streams as (reading, writing, *_), ClientSession(reading, writing) as session:
        await session.initialize()
        yield session


@contextmanager
def stdio_server_and_client(snapshots, *arguments, errors=None) -> Iterator[McpClient]:
    """Start `sjkg mcp` with further arguments and yield its client. errors: the file that becomes its standard error."""
    from mcp import StdioServerParameters
    from mcp.client.stdio import stdio_client

    server = StdioServerParameters(
        command=sys.executable, args=["-m", "sjkg", "mcp", *arguments], env=with_cache(snapshots)
    )
    with start_blocking_portal() as portal:
        streams = stdio_client(server, errlog=errors or sys.stderr)
        with portal.wrap_async_context_manager(_session(streams)) as session:
            yield McpClient(portal, session)


@contextmanager
def http_client(url) -> Iterator[McpClient]:
    """Yield a client of the MCP server at a URL."""
    from mcp.client.streamable_http import streamable_http_client

    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(_session(streamable_http_client(url))) as session,
    ):
        yield McpClient(portal, session)
