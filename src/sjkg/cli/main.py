"""The command `sjkg`: its subcommands, loaded only when called, and the one place where errors become sentences."""

import logging
import os
import sys
from importlib import import_module

import click

import sjkg
from sjkg.core.errors import SjkgError

COMMANDS = {
    "serve": "Build the graph if its files changed, then serve it.",
    "build": "Check, enrich and write the graph.",
    "validate": "Say what is wrong in the files, and where.",
    "query": "Ask a question in SPARQL, or one of the stored questions.",
    "explain": "Say why a triple is there, down to passage, file and line, or why it is not.",
    "source": "Compare the passages with the article's text.",
    "reason": "Infer what follows from a file of triples, of any size.",
    "fmt": "Write Turtle in the house style.",
    "stats": "Say what is in the graph.",
    "export": "Write the graph, or a part of it, in another format.",
}


class LazyCommands(click.Group):
    """A group whose commands live in modules of their own, so that --help loads none of them."""

    def list_commands(self, context):
        return list(COMMANDS)

    def get_command(self, context, name):
        return import_module(f"sjkg.cli.{name}").command if name in COMMANDS else None

    def resolve_command(self, context, args):
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            context.fail(f"there is no command “{args[0]}”; the commands are {', '.join(COMMANDS)}")
        return super().resolve_command(context, args)

    def format_commands(self, context, formatter):
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyCommands, context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "SJKG"})
@click.version_option(sjkg.__version__, message="%(prog)s %(version)s")
def cli():
    """A knowledge graph of the Soviet–Japanese border conflicts, 1932–1939."""


def main() -> None:
    """Run the command line; every expected error ends as one sentence on stderr and an exit status."""
    logging.getLogger("rdflib").setLevel(logging.CRITICAL)  # ill-typed literals are findings, not log lines
    try:
        sys.exit(cli.main(standalone_mode=False))
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except SjkgError as error:
        _report(error)
        sys.exit(error.exit_status)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        if os.environ.get("SJKG_DEBUG"):
            raise
        click.echo(
            f"sjkg: something went wrong that should not have ({type(error).__name__}: {error}); SJKG_DEBUG=1 shows where",
            err=True,
        )
        sys.exit(2)


def _report(error: SjkgError) -> None:
    """Print the findings that an error carries, then the error."""
    findings = getattr(error, "findings", ())
    if findings:
        from sjkg.validation.report import as_text

        click.echo(as_text(list(findings)), err=True, nl=False)
    click.echo(f"sjkg: {error}", err=True)
