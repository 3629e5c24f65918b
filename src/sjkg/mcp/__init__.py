"""Model Context Protocol server: tools with which language models search, query and check the graph.

In: tool calls and resource reads of an MCP client, over stdio or HTTP. Out: structured answers with text, links and passages.
Source: https://modelcontextprotocol.io/specification/
"""
