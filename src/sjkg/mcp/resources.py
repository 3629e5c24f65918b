"""Resources of the MCP server: the guide to asking, the ontology, and every thing of the graph by its IRI."""

from pathlib import Path

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError

from sjkg.core.errors import SjkgError, UnknownName
from sjkg.core.vocabulary import own
from sjkg.mcp.calls import CallRunner
from sjkg.mcp.current import CurrentGraph
from sjkg.mcp.describe import describe_text, describe_thing
from sjkg.mcp.ontology import list_terms, ontology_text

GUIDE = Path("docs") / "asking.md"  # in the folder of the knowledge base, and of the package's data
MAX_ENTRIES = 100
MARKDOWN, TEXT = "text/markdown", "text/plain"


def add_resources(server: MCPServer[None], current: CurrentGraph, runner: CallRunner) -> None:
    """Add the resources of a graph to a server; the guide only if the knowledge base has one."""
    path = current.now.settings.kb / GUIDE
    if path.is_file():

        @server.resource(
            "sjkg://guide",
            name="guide",
            title="Questions and common mistakes",
            description="Questions with their SPARQL queries and answers, and the mistakes to avoid. Read it before writing SPARQL.",
            mime_type=MARKDOWN,
        )
        def guide() -> str:
            return path.read_text(encoding="utf-8")

    @server.resource(
        "sjkg://ontology",
        name="ontology",
        title="Ontology",
        description="All classes, properties and vocabularies, with definitions.",
        mime_type=TEXT,
    )
    async def ontology() -> str:
        return await runner.run(lambda _: ontology_text(list_terms(current.now, "")))

    @server.resource(
        f"{own().ids}{{kind}}/{{name}}",
        name="thing",
        title="A thing of the graph",
        description=(
            "All statements about an event, actor, place, treaty, claim, passage, footnote, work or remark, by its IRI, "
            f"such as {own().ids}event/example."
        ),
        mime_type=TEXT,
    )
    async def thing(kind: str, name: str) -> str:
        try:
            return await runner.run(
                lambda _: describe_text(
                    describe_thing(current.now, f"{own().ids}{kind}/{name}", with_inferred=False, limit=MAX_ENTRIES)
                )
            )
        except UnknownName as error:
            raise ResourceNotFoundError(str(error)) from None
        except SjkgError as error:
            raise ResourceError(str(error)) from None
