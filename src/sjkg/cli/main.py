"""The command `sjkg`: lazy import of its subcommands, and conversion of exceptions to messages and exit statuses.

COMMANDS maps the name of each subcommand, which is also the name of its module in sjkg.cli (with _ for -), to its help text.
"""

import logging
import os
import sys
from importlib import import_module

import click

import sjkg
from sjkg.core.errors import SjkgError
from sjkg.core.messages import disk_error, system_error

COMMANDS = {
    "new": "Write a new knowledge base, with another article and another base IRI.",
    "serve": "Build the graph if its files changed, then serve the website and the SPARQL endpoint.",
    "mcp": "Serve the graph to language models, by the Model Context Protocol.",
    "build": "Validate the files, infer new triples, and write a snapshot.",
    "validate": "Check the files and report violations with file and line.",
    "query": "Run a SPARQL query or one of the saved queries.",
    "compare": "Show what the article and other datasets say of an event, and where they disagree.",
    "explain": "Prove a triple, down to passage, file and line, or show why it does not follow.",
    "source": "Compare the passages with the article's text.",
    "reason": "Infer triples from an RDF file of any size with OWL 2 RL.",
    "fmt": "Format Turtle files.",
    "stats": "Count the triples by graph and the things by class.",
    "dataset": "Add, list and remove datasets of other people, which are queried beside the graph.",
    "link": "Propose links between another dataset and the graph.",
    "export": "Write the graph, or a part of it, in another format or in the terms of another vocabulary.",
    "load-remote": "Load the graph into a SPARQL store, for “sjkg serve --store”.",
    "import": "Write a file in the terms of another vocabulary, such as CIDOC CRM, in ours.",
}


class LazyCommands(click.Group):
    """A command group that imports the module of a subcommand only when it is called, so that --help is fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all subcommands in the order of COMMANDS."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of the subcommand `cmd_name` and return the subcommand; None for an unknown name."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"sjkg.cli.{cmd_name.replace('-', '_')}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the name of the subcommand that `args` begins with, the subcommand, and the other arguments.

        Raises click.UsageError, with the names of all subcommands, for an unknown name.
        """
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            ctx.fail(f"there is no command “{args[0]}”; the commands are {', '.join(COMMANDS)}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the names and help texts of COMMANDS to `formatter`, without importing the modules."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyCommands, context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "SJKG"})
@click.version_option(sjkg.__version__, message="%(prog)s %(version)s")
def cli() -> None:
    """Build, query, check and serve a knowledge graph in which each statement leads to the passage of its source.

    Without --kb, commands use the packaged knowledge base; sjkg new writes another one.
    """


def main() -> None:
    """Run the command line in sys.argv and end the process.

    Exit status: 0 on success, 1 for a negative result (violations, no proof), 2 for an error, 130 when interrupted. An
    error is printed as one sentence on standard error; with the environment variable SJKG_DEBUG=1, an unexpected error is
    raised with its traceback.
    """
    logging.getLogger("rdflib").setLevel(logging.CRITICAL)  # ill-typed literals are findings, not log lines
    try:
        sys.exit(cli.main(standalone_mode=False))
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except SjkgError as error:
        _print_error(error)
        sys.exit(error.exit_status)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        if os.environ.get("SJKG_DEBUG"):
            raise
        if message := disk_error(error, "the folder of the output", "options of the command"):
            click.echo(f"sjkg: {message}", err=True)
            sys.exit(2)
        if isinstance(error, OSError):
            click.echo(f"sjkg: {system_error(error)}", err=True)
            sys.exit(2)
        click.echo(
            f"sjkg: unexpected error ({type(error).__name__}: {error}); set SJKG_DEBUG=1 to see the traceback",
            err=True,
        )
        sys.exit(2)


def _print_error(error: SjkgError) -> None:
    """Print the findings of an expected error (a line each), if it has any, then its message, on standard error."""
    findings = tuple(getattr(error, "findings", ()))
    is_told_twice = len(findings) == 1 and str(error) == f"{findings[0].file}: {findings[0].message}"
    if findings:
        from sjkg.validation.report import as_text

        click.echo(as_text(list(findings)), err=True, nl=False)
    told = f"{findings[0].file} was not read; correct the error listed" if is_told_twice else str(error)
    click.echo(f"sjkg: {told}", err=True)
