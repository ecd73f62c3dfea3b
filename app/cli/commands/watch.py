"""``walkback watch``: the watchlist, as it is typed."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

import typer

from app.cli.options import Json, Limit, Tags, Yes, example, interval_of
from app.domain.watches import SourceKind, Visibility, WatchState

app = typer.Typer(no_args_is_help=True, help="The watchlist: what is watched, and how it fares.")

Written = Annotated[str, typer.Argument(metavar="ID", help="The id of a watch, or its last characters.")]
Address = Annotated[str, typer.Argument(metavar="URL", help="A channel, post, page or feed: @name works too.")]
Kind = Annotated[SourceKind | None, typer.Option("--kind", help="What it is; without it that is found out.")]
Language = Annotated[str | None, typer.Option("--language", help="ISO 639, like uk; else it is found out.")]
Include = Annotated[list[str] | None, typer.Option("--include", metavar="CSS", help="Read only this of a page.")]
Exclude = Annotated[list[str] | None, typer.Option("--exclude", metavar="CSS", help="Leave this of a page out.")]
IgnoreRobots = Annotated[bool, typer.Option("--ignore-robots", help="Do not ask robots.txt; that is recorded.")]
Name = Annotated[str | None, typer.Option("--name", help="What you call it.")]
Publisher = Annotated[str | None, typer.Option("--publisher", help="Who speaks there.")]
Interval = Annotated[str | None, typer.Option("--interval", help="How often: adaptive, or 90s, 5m, 2h.")]
Public = Annotated[
    bool | None,
    typer.Option("--public/--private", help="Whether it may be read without a key, where the operator allows that."),
]
MediaName = Literal["json", "csv", "opml", "text"]


class Forgettable(StrEnum):
    """What can be taken away from a watch."""

    LANGUAGE = "language"
    TAGS = "tags"
    INTERVAL = "interval"
    INCLUDE = "include"
    EXCLUDE = "exclude"


@app.command("add", epilog=example("walkback watch add https://t.me/GeneralStaffZSU --tag military --interval 2m"))
def add(
    url: Address,
    *,
    kind: Kind = None,
    name: Name = None,
    publisher: Publisher = None,
    language: Language = None,
    tag: Tags = None,
    interval: Interval = None,
    include: Include = None,
    exclude: Exclude = None,
    ignore_robots: IgnoreRobots = False,
    older_pages: Annotated[
        int, typer.Option("--older-pages", min=0, max=200, help="Pages of older posts to read at first.")
    ] = 0,
    pin: Annotated[list[str] | None, typer.Option("--pin", metavar="ID", help="A pin to follow there too.")] = None,
    public: Public = None,
    no_preview: Annotated[bool, typer.Option("--no-preview", help="Do not look first.")] = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Look at an address, show what would be read there, and watch it from now on."""
    from app.cli.acts import watch_changes

    fields: dict[str, object] = {
        "url": url,
        "kind": kind,
        "name": name,
        "publisher": publisher,
        "language": language,
        "tags": tag,
        "interval_seconds": interval_of(interval) if interval is not None else None,
        "include": include,
        "exclude": exclude,
        "respect_robots": not ignore_robots,
        "visibility": _visibility(public),
    }
    watch_changes.add(
        fields, pins=pin or [], older_pages=older_pages, look_first=not no_preview, is_sure=yes, as_json=as_json
    )


@app.command("preview", epilog=example("walkback watch preview https://www.mil.gov.ua/news --include article"))
def preview(
    url: Address,
    *,
    kind: Kind = None,
    include: Include = None,
    exclude: Exclude = None,
    ignore_robots: IgnoreRobots = False,
    as_json: Json = False,
) -> None:
    """Show what would be read at an address; nothing is stored."""
    from app.cli.acts import watch_changes

    fields: dict[str, object] = {
        "url": url,
        "kind": kind,
        "include": include,
        "exclude": exclude,
        "respect_robots": not ignore_robots,
    }
    watch_changes.show_what_would_be_read(fields, as_json=as_json)


@app.command("list", epilog=example("walkback watch list --tag military"))
def list_watches(
    *,
    tag: Annotated[str | None, typer.Option("--tag", help="Only watches with this tag.")] = None,
    state: Annotated[WatchState | None, typer.Option("--state", help="Without it: all but removed ones.")] = None,
    kind: Annotated[SourceKind | None, typer.Option("--kind", help="Only watches of this kind.")] = None,
    public: Annotated[
        bool | None, typer.Option("--public/--private", help="Only those that may be read without a key, or others.")
    ] = None,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """Show the watchlist, newest first."""
    from app.cli.acts import watch_lists

    watch_lists.show_list(tag=tag, state=state, kind=kind, visibility=_visibility(public), limit=limit, as_json=as_json)


@app.command("show", epilog=example("walkback watch show 5f2a90c1"))
def show(watch: Written, as_json: Json = False) -> None:
    """Show one watch with all that is known of it."""
    from app.cli.acts import watch_lists

    watch_lists.show_one(watch, as_json=as_json)


@app.command("change", epilog=example("walkback watch change 5f2a90c1 --tag military --tag kursk --interval 1m"))
def change(
    watch: Written,
    *,
    name: Name = None,
    publisher: Publisher = None,
    language: Language = None,
    tag: Tags = None,
    interval: Interval = None,
    include: Include = None,
    exclude: Exclude = None,
    robots: Annotated[
        bool | None, typer.Option("--ask-robots/--ignore-robots", help="Whether robots.txt is asked.")
    ] = None,
    public: Public = None,
    forget: Annotated[
        list[Forgettable] | None, typer.Option("--forget", help="Take this away again; may be repeated.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Change what is known of a watch; tags and selectors that are given take the place of all before them."""
    from app.cli.acts import watch_changes

    fields: dict[str, object] = {
        "name": name,
        "publisher": publisher,
        "language": language,
        "tags": tag,
        "interval_seconds": interval_of(interval) if interval is not None else None,
        "include": include,
        "exclude": exclude,
        "respect_robots": robots,
        "visibility": _visibility(public),
    }
    taken = frozenset("interval_seconds" if one is Forgettable.INTERVAL else one.value for one in forget or ())
    if interval is not None and fields["interval_seconds"] is None:
        taken |= {"interval_seconds"}
    watch_changes.change(watch, fields, forget=taken, as_json=as_json)


@app.command("check", epilog=example("walkback watch check 5f2a90c1 --here"))
def check(
    watch: Written,
    here: Annotated[bool, typer.Option("--here", help="Check in this process, and show what it brought.")] = False,
    as_json: Json = False,
) -> None:
    """Make the next check of a watch due now."""
    from app.cli.acts import watch_changes

    watch_changes.check(watch, here=here, as_json=as_json)


@app.command("pause", epilog=example("walkback watch pause 5f2a90c1"))
def pause(watch: Written, as_json: Json = False) -> None:
    """Check a watch no more until it is resumed."""
    from app.cli.acts import watch_changes

    watch_changes.pause(watch, as_json=as_json)


@app.command("resume", epilog=example("walkback watch resume 5f2a90c1"))
def resume(watch: Written, as_json: Json = False) -> None:
    """Check a watch again, at once."""
    from app.cli.acts import watch_changes

    watch_changes.resume(watch, as_json=as_json)


@app.command("remove", epilog=example("walkback watch remove 5f2a90c1"))
def remove(
    watch: Written,
    forget_history: Annotated[
        bool, typer.Option("--forget-history", help="Forget its statements and versions too; needs --yes.")
    ] = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Take a watch off the list; its history stays unless it is to be forgotten too."""
    from app.cli.acts import watch_changes

    watch_changes.remove(watch, forget_history=forget_history, is_sure=yes, as_json=as_json)


@app.command("import", epilog=example("walkback watch import ministries.csv"))
def import_file(
    file: Annotated[str, typer.Argument(metavar="FILE", help="JSON, CSV, OPML or one address a line; - reads stdin.")],
    media: Annotated[
        MediaName | None, typer.Option("--format", help="Without it the name of the file says it.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Add every row of a file, and say what became of each; exit code 1 where one could not be added."""
    from app.cli.acts import watch_import

    watch_import.bring(file, media, as_json=as_json)


@app.command("export", epilog=example("walkback watch export --format csv --output watchlist.csv"))
def export(
    media: Annotated[MediaName, typer.Option("--format", help="How it is written.")] = "json",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A file; else standard output.")] = None,
    tag: Annotated[str | None, typer.Option("--tag", help="Only watches with this tag.")] = None,
    state: Annotated[WatchState | None, typer.Option("--state", help="Without it: all but removed ones.")] = None,
) -> None:
    """Write the watchlist as a file that “watch import” reads again."""
    from app.cli.acts import watch_lists

    watch_lists.take_away(media, output, tag=tag, state=state)


@app.command("gaps", epilog=example("walkback watch gaps 5f2a90c1"))
def gaps(watch: Written, as_json: Json = False) -> None:
    """Show when nothing could be seen of a watch, and why."""
    from app.cli.acts import gaps

    gaps.show_gaps_of_watch(watch, as_json=as_json)


def _visibility(public: bool | None) -> Visibility | None:
    if public is None:
        return None
    return Visibility.PUBLIC if public else Visibility.PRIVATE
