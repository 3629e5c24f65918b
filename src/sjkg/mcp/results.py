"""Tool results: an answer (dataclass) as structured content and as text, and errors as one sentence."""

from dataclasses import MISSING, fields, is_dataclass
from typing import Any

from mcp_types import CallToolResult, TextContent

from sjkg.core.terms import show_controls


def tool_result(answer: Any, text: str) -> CallToolResult:
    """Return the result of a tool call. answer: a dataclass, which becomes the structured content. text: the same for readers."""
    return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=to_json(answer))


def tool_error(message: str) -> CallToolResult:
    """Return the result of a tool call that failed (isError).

    message: one sentence, which starts with a small letter or a name. Line breaks in it, from names that the client gave, become
    spaces, and control characters escapes.
    """
    sentence = show_controls(" ".join(message.split()))
    sentence = sentence[:1].upper() + sentence[1:]
    return CallToolResult(content=[TextContent(type="text", text=sentence)], is_error=True)


def to_json(value: Any) -> Any:
    """Return a value of dataclasses and built-in types as JSON data; fields that have their default value are left out."""
    if is_dataclass(value):
        shown = ((each, getattr(value, each.name)) for each in fields(value))
        return {each.name: to_json(part) for each, part in shown if each.default is MISSING or part != each.default}
    if isinstance(value, dict):
        return {key: to_json(part) for key, part in value.items()}
    return [to_json(part) for part in value] if isinstance(value, tuple | list) else value
