"""English texts of the pages, read from texts.toml: labels of external terms, explanations of rules, and others."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from sjkg.core.vocabulary import expand


@dataclass(frozen=True)
class StartQuestion:
    """An example question of the start page.

    words: the question. query: name of the saved query that answers it. parameters: by name.
    """

    words: str
    query: str
    parameters: dict[str, str]

    @property
    def path(self) -> str:
        """URL path and query string of the result."""
        return f"/questions/{self.query}" + (f"?{urlencode(self.parameters)}" if self.parameters else "")


_TEXTS = tomllib.loads((Path(__file__).parent / "texts.toml").read_text(encoding="utf-8"))

EXTERNAL_LABELS: dict[str, str] = {expand(name): label for name, label in _TEXTS["external_labels"].items()}  # by IRI
RULES: dict[str, str] = _TEXTS["rules"]  # by the name of the rule
START_QUESTIONS = tuple(StartQuestion(**question) for question in _TEXTS["start_questions"])
COLUMN_TITLES: dict[str, str] = _TEXTS["column_titles"]  # by the variable of the list's query
