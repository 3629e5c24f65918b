"""Knowledge graphs in which each statement has its source: open, query, explain, validate.

    import sjkg
    with sjkg.open() as kg:
        for row in kg.query("SELECT ?event ?date { ?event sjkg:date ?date ; sjkg:earliestBegin ?begin } ORDER BY ?begin"):
            print(row.event.curie, row.date)

Importing this module loads nothing else; each name is loaded when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sjkg.api.explanation import Explanation
    from sjkg.api.knowledge_graph import KnowledgeGraph
    from sjkg.api.knowledge_graph import open_graph as open
    from sjkg.api.result import Result, Row
    from sjkg.api.thing import Statement, Thing
    from sjkg.api.validation import validate
    from sjkg.api.values import BlankNode, EdtfDate, Iri, LangText, TypedText
    from sjkg.core.errors import (
        BadParameter,
        BadQuery,
        DeadlineExceeded,
        EmptyResultWarning,
        LimitExceeded,
        NotExplainable,
        NotInstalled,
        ServiceFailed,
        SjkgError,
        UnknownName,
        UnknownTermWarning,
        UnknownThing,
    )
    from sjkg.core.findings import Finding

__version__ = "0.2.0"
__all__ = [
    "BadParameter",
    "BadQuery",
    "BlankNode",
    "DeadlineExceeded",
    "EdtfDate",
    "EmptyResultWarning",
    "Explanation",
    "Finding",
    "Iri",
    "KnowledgeGraph",
    "LangText",
    "LimitExceeded",
    "NotInstalled",
    "NotExplainable",
    "Result",
    "Row",
    "ServiceFailed",
    "SjkgError",
    "Statement",
    "Thing",
    "TypedText",
    "UnknownName",
    "UnknownTermWarning",
    "UnknownThing",
    "__version__",
    "open",
    "validate",
]

_MODULES = {
    "sjkg.api.explanation": ("Explanation",),
    "sjkg.api.knowledge_graph": ("KnowledgeGraph", "open_graph"),
    "sjkg.api.validation": ("validate",),
    "sjkg.api.result": ("Result", "Row"),
    "sjkg.api.thing": ("Statement", "Thing"),
    "sjkg.api.values": ("BlankNode", "EdtfDate", "Iri", "LangText", "TypedText"),
    "sjkg.core.findings": ("Finding",),
}


def __getattr__(name: str) -> object:
    """Return the attribute `name` (PEP 562), one of __all__, from the module that defines it, which is imported now.

    Raises AttributeError, with the public names, for any other name.
    """
    if name not in __all__:
        raise AttributeError(f"module “sjkg” has no attribute “{name}”; its public names are {', '.join(__all__)}")
    attribute = "open_graph" if name == "open" else name
    module = next((module for module, names in _MODULES.items() if attribute in names), "sjkg.core.errors")
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    """Return the public names, those of __all__."""
    return list(__all__)
