"""The command `ses-event-guard`."""

from __future__ import annotations

import sys
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ses_event_guard import __version__
from ses_event_guard._checking import NotRead, check_paths
from ses_event_guard._engine import Guard
from ses_event_guard._findings import Checked
from ses_event_guard._ignoring import Ignored, check_rule
from ses_event_guard._report import Results, as_github, as_json, as_sarif
from ses_event_guard._rules import page, rego
from ses_event_guard._table import print_table

FOUND = 1
NOT_READ = 2
app = typer.Typer(add_completion=False, rich_markup_mode="rich")


class Format(str, Enum):
    """What the report looks like."""

    text = "text"
    json = "json"
    sarif = "sarif"
    github = "github"


@app.command()
def check(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[PATH]...", help="Templates, cloud assemblies or folders.", show_default="cdk.out"),
    ] = None,
    *,
    format: Annotated[Format, typer.Option("--format", help="What the report looks like.")] = Format.text,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 for warnings too.")] = False,
    ignore: Annotated[
        list[str] | None,
        typer.Option(
            "--ignore", metavar="RULE[:RESOURCE]=REASON", help="Ignore a rule, in one resource or everywhere."
        ),
    ] = None,
    parameter: Annotated[
        list[str] | None,
        typer.Option("--parameter", metavar="NAME=VALUE", help="Say what a template parameter will be."),
    ] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", help="Say what was not looked at, and what was ignored.")
    ] = False,
    explain: Annotated[
        str | None, typer.Option("--explain", metavar="RULE", help="Print the page of a rule, and stop.")
    ] = None,
    rules: Annotated[
        bool, typer.Option("--rules", help="Print the rules as one Rego file for AWS's engine, and stop.")
    ] = False,
    version: Annotated[bool, typer.Option("--version", help="Print the version, and stop.")] = False,
) -> None:
    """Find what Amazon SES event publishing would refuse, or silently lose, in CloudFormation templates.

    Reads the templates of every CDK language, SAM and plain CloudFormation, as JSON or YAML. Exits with 0 when
    nothing is wrong, 1 for errors, and 2 when something could not be read.
    """
    if version:
        typer.echo(__version__)
    elif rules:
        typer.echo(rego(), nl=False)
    elif explain is not None:
        _explain(explain)
    else:
        guard = Guard(_parameters(parameter or []))
        results = _results(paths or [Path("cdk.out")], guard, _ignored(ignore or []))
        _report(results, format, verbose=verbose)
        raise typer.Exit(_status(results, strict=strict))


def _results(paths: list[Path], guard: Guard, ignored: list[Ignored]) -> Results:
    outcomes = list(check_paths(paths, guard, ignored))
    return Results(
        checked=tuple(outcome for outcome in outcomes if isinstance(outcome, Checked)),
        not_read=tuple(outcome for outcome in outcomes if isinstance(outcome, NotRead)),
    )


def _report(results: Results, format: Format, *, verbose: bool) -> None:
    if format is Format.text:
        print_table(Console(highlight=False), results, verbose=verbose)
    elif format is Format.json:
        typer.echo(as_json(results, verbose=verbose))
    elif format is Format.sarif:
        typer.echo(as_sarif(results, version=__version__))
    elif report := as_github(results):
        typer.echo(report)
    if format is not Format.text:
        for entry in results.not_read:
            typer.echo(f"{entry.path}: {entry.reason}", err=True)


def _status(results: Results, *, strict: bool) -> int:
    if results.not_read:
        return NOT_READ
    failing = {"error", "warning"} if strict else {"error"}
    return FOUND if any(finding.severity in failing for finding in results.findings) else 0


def _explain(rule: str) -> None:
    try:
        check_rule(rule)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--explain") from error
    console = Console()
    if console.is_terminal:
        from rich.markdown import Markdown  # noqa: PLC0415 - takes a tenth of a second, and only this needs it

        console.print(Markdown(page(rule)))
    else:
        typer.echo(page(rule), nl=False)


def _ignored(entries: list[str]) -> list[Ignored]:
    try:
        return [Ignored.parse(entry) for entry in entries]
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--ignore") from error


def _parameters(entries: list[str]) -> dict[str, str]:
    parameters = {}
    for entry in entries:
        name, equals, value = entry.partition("=")
        if not equals or not name.isalnum():
            raise typer.BadParameter(
                f"a parameter has no value, got {entry!r}; write NAME=VALUE", param_hint="--parameter"
            )
        parameters[name] = value
    return parameters


def main() -> None:
    """Run the command."""
    # A pipe or a terminal without UTF-8 must not end the report halfway.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    app()


if __name__ == "__main__":
    main()
