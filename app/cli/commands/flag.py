"""``walkback flags`` and ``walkback flag``: the work list and its review, as they are typed."""

from typing import Annotated

import typer

from app.cli.options import Json, Limit, example
from app.domain.claims import FacetKind, Level
from app.domain.flags import ReviewState

app = typer.Typer(no_args_is_help=True, help="One flag: looked at, confirmed or dismissed.")

Written = Annotated[str, typer.Argument(metavar="ID", help="The id of a flag, or its last characters.")]
Note = Annotated[str | None, typer.Option("--note", help="Why; kept with the review.")]
By = Annotated[str, typer.Option("--by", help="Who says so.")]


def add_to(root: typer.Typer) -> None:
    """Add these commands to the root."""
    root.command("flags", epilog=example("walkback flags --open --level major"))(list_flags)
    root.add_typer(app, name="flag")


def list_flags(
    *,
    is_open: Annotated[bool, typer.Option("--open", help="Only those that nobody reviewed yet.")] = False,
    state: Annotated[ReviewState | None, typer.Option("--state", help="Only in this review state.")] = None,
    watch: Annotated[str | None, typer.Option("--watch", metavar="ID", help="Only of this watch.")] = None,
    statement: Annotated[str | None, typer.Option("--statement", metavar="ID", help="Only of this statement.")] = None,
    pin: Annotated[str | None, typer.Option("--pin", metavar="ID", help="Only where this pin was touched.")] = None,
    action: Annotated[str | None, typer.Option("--action", help="Only such changes, like removed.")] = None,
    facet: Annotated[FacetKind | None, typer.Option("--facet", help="Only with this facet.")] = None,
    level: Annotated[Level | None, typer.Option("--level", help="Only of this level or higher.")] = None,
    since: Annotated[str | None, typer.Option("--since", help="Only flagged then or later: 2025-01-07.")] = None,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """Show the work list: claims that were changed by much or touched a pin, newest first."""
    from app.cli.acts import flags

    wanted = flags.FlagFilter(
        review_state=ReviewState.OPEN if is_open else state,
        watch=watch,
        statement=statement,
        pin=pin,
        action=action,
        facet=facet,
        min_level=level,
        since=since,
    )
    flags.show_list(wanted, limit=limit, as_json=as_json)


@app.command("show", epilog=example("walkback flag show 0c11d2e3"))
def show(flag: Written, as_json: Json = False) -> None:
    """Show a flag with the words before and after."""
    from app.cli.acts import flags

    flags.show_flag(flag, as_json=as_json)


@app.command("confirm", epilog=example('walkback flag confirm 0c11d2e3 --note "Reuters quoted the first wording."'))
def confirm(flag: Written, note: Note = None, by: By = "command line", as_json: Json = False) -> None:
    """Say that a flag matters."""
    from app.cli.acts import reviews

    reviews.review(flag, ReviewState.CONFIRMED, note=note, reviewer=by, as_json=as_json)


@app.command("dismiss", epilog=example('walkback flag dismiss 0c11d2e3 --note "A typing mistake."'))
def dismiss(flag: Written, note: Note = None, by: By = "command line", as_json: Json = False) -> None:
    """Say that a flag does not matter."""
    from app.cli.acts import reviews

    reviews.review(flag, ReviewState.DISMISSED, note=note, reviewer=by, as_json=as_json)


@app.command("reopen", epilog=example("walkback flag reopen 0c11d2e3"))
def reopen(flag: Written, note: Note = None, by: By = "command line", as_json: Json = False) -> None:
    """Put a flag back on the work list."""
    from app.cli.acts import reviews

    reviews.review(flag, ReviewState.OPEN, note=note, reviewer=by, as_json=as_json)
