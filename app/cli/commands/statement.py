"""``walkback statement`` and ``walkback compare``: wordings and what differs between them, as they are typed."""

from typing import Annotated, Literal

import typer

from app.cli.options import Json, Limit, example
from app.domain.statements import StatementState

app = typer.Typer(no_args_is_help=True, help="Statements: where each stands, and every wording it had.")

Written = Annotated[str, typer.Argument(metavar="ID", help="The id of a statement, or its last characters.")]
NAMED = "A number, previous or latest."
StyleName = Literal["words", "unified", "html", "markdown"]


def add_to(root: typer.Typer) -> None:
    """Add these commands to the root."""
    root.add_typer(app, name="statement")
    root.command("compare", epilog=example('walkback compare old.txt new.txt --pin "en: new offensive"'))(compare)


@app.command("list", epilog=example("walkback statement list --watch 5f2a90c1 --edited-since 2025-01-07"))
def list_statements(
    watch: Annotated[str | None, typer.Option("--watch", metavar="ID", help="Only of this watch.")] = None,
    state: Annotated[StatementState | None, typer.Option("--state", help="Only in this state.")] = None,
    edited_since: Annotated[str | None, typer.Option("--edited-since", help="Only with an edit seen since.")] = None,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """Show statements, the ones first seen last first."""
    from app.cli.acts import statements

    statements.show_list(watch=watch, state=state, edited_since=edited_since, limit=limit, as_json=as_json)


@app.command("show", epilog=example("walkback statement show 9be4f370 --at 2025-01-07T10:00Z"))
def show(
    statement: Written,
    at: Annotated[str | None, typer.Option("--at", help="The wording in force then; else the latest.")] = None,
    as_json: Json = False,
) -> None:
    """Show a statement with its latest wording, or with the one in force at an instant."""
    from app.cli.acts import statements

    statements.show_statement(statement, at=at, as_json=as_json)


@app.command("versions", epilog=example("walkback statement versions 9be4f370"))
def versions(statement: Written, as_json: Json = False) -> None:
    """Show every wording of a statement, oldest first."""
    from app.cli.acts import statements

    statements.show_versions(statement, as_json=as_json)


@app.command("diff", epilog=example("walkback statement diff 9be4f370 --from 1 --to latest"))
def diff(
    statement: Written,
    old: Annotated[str, typer.Option("--from", metavar="VERSION", help=NAMED)] = "previous",
    new: Annotated[str, typer.Option("--to", metavar="VERSION", help=NAMED)] = "latest",
    style: Annotated[StyleName, typer.Option("--format", help="How the difference is written.")] = "words",
    as_json: Json = False,
) -> None:
    """Show what differs between two wordings, and what became of each claim."""
    from app.cli.acts import statements

    statements.show_diff(statement, old=old, new=new, style=style, as_json=as_json)


@app.command("gaps", epilog=example("walkback statement gaps 9be4f370"))
def gaps(statement: Written, as_json: Json = False) -> None:
    """Show when nothing could be seen of a statement since its first sight, and why."""
    from app.cli.acts import gaps

    gaps.show_gaps_of_statement(statement, as_json=as_json)


def compare(
    files: Annotated[
        list[str], typer.Argument(metavar="OLD [MIDDLE...] NEW", help="Text files, oldest first; - is stdin.")
    ],
    language: Annotated[str | None, typer.Option("--lang", help="ISO 639, like uk; else it is found out.")] = None,
    pin: Annotated[
        list[str] | None, typer.Option("--pin", metavar="PHRASE", help="Look for it: “en: new offensive”.")
    ] = None,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="End with 1 where a claim was changed.")] = False,
    as_json: Json = False,
) -> None:
    """Compare texts claim by claim; nothing is stored and nothing fetched. Wordings in between tell what came back."""
    from app.cli.acts import texts

    texts.compare_files(files, language=language, pins=pin or [], signal_changes=exit_code, as_json=as_json)
