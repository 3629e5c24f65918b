"""JSON with the lines of its objects, so that errors in a file can name them."""

import json
import re
from typing import Any

STRING_OR_BRACE = re.compile(r'"(?:[^"\\]|\\.)*"|[{}]')


class LocatedJson:
    """A JSON text and its value. value: as of json.loads."""

    def __init__(self, text: str):
        """Parse a text. Raises json.JSONDecodeError, with a line, when it is not JSON or is nested too deeply."""
        self._text = text
        closed: list[dict[str, Any]] = []

        def close(members: list[tuple[str, Any]]) -> dict[str, Any]:
            closed.append(dict(members))
            return closed[-1]

        try:
            self.value = json.loads(text, object_pairs_hook=close)
        except RecursionError:
            raise json.JSONDecodeError("it is nested too deeply", text, 0) from None
        self._closed = closed  # so that no other object gets the id of one
        self._starts = dict(zip(map(id, closed), self._find_starts(), strict=True))

    def _find_starts(self) -> list[int]:
        """Return where each object begins in the text, in the order in which they end."""
        starts: list[int] = []
        opened: list[int] = []
        for found in STRING_OR_BRACE.finditer(self._text):
            if found[0] == "{":
                opened.append(found.start())
            elif found[0] == "}":
                starts.append(opened.pop())
        return starts

    def line(self, value: object, key: str = "") -> int | None:
        """Return the line, from 1, where an object of the value begins, or that of its member `key`; None for another value."""
        start = self._starts.get(id(value))
        if start is None:
            return None
        name = re.escape(json.dumps(key, ensure_ascii=False))
        if key and (found := re.compile(rf"{name}\s*:").search(self._text, start)):
            start = found.start()
        return self._text.count("\n", 0, start) + 1
