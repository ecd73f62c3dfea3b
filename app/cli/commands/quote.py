"""``walkback quote``, ``search``, ``reread`` and ``reanalyse``: asking about the past, and newer rules over it."""

from typing import Annotated

import typer

from app.cli.options import Json, example


def add_to(root: typer.Typer) -> None:
    """Add these commands to the root."""
    root.command("quote", epilog=example("walkback quote “launched new offensive operations in the Kursk region”"))(
        quote
    )
    root.command("search", epilog=example("walkback search 'forces \"offensive operations\" -rumours' --gone"))(search)
    root.command("reread", epilog=example("walkback reread --watch 5f2a90c1"))(reread)
    root.command("reanalyse", epilog=example("walkback reanalyse --dry-run"))(reanalyse)


def quote(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="A sentence, a part of one, or several; - is stdin.")],
    language: Annotated[str | None, typer.Option("--lang", help="ISO 639, like uk; else it is found out.")] = None,
    watch: Annotated[
        str | None, typer.Option("--watch", metavar="ID", help="Only in statements of this watch.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=100, help="Places shown for each sentence.")] = 10,
    as_json: Json = False,
) -> None:
    """Was this sentence ever there? Where, in which versions, who removed it, and what the answer rests on."""
    from app.cli.acts import quotes

    quotes.look_up_quote(text, language=language, watch=watch, limit=limit, as_json=as_json)


def search(
    *,
    words: Annotated[
        str, typer.Argument(metavar="WORDS", help='Words, "a phrase", and -unwanted words, as one argument.')
    ],
    is_gone: Annotated[bool, typer.Option("--gone", help="Only wordings that stand no more.")] = False,
    is_now: Annotated[bool, typer.Option("--now", help="Only wordings that stand now.")] = False,
    is_best: Annotated[bool, typer.Option("--best", help="First those where the words are closest together.")] = False,
    watch: Annotated[str | None, typer.Option("--watch", metavar="ID", help="Only of this watch.")] = None,
    publisher: Annotated[str | None, typer.Option("--publisher", help="Only of this publisher.")] = None,
    tag: Annotated[str | None, typer.Option("--tag", help="Only of watches with this tag.")] = None,
    language: Annotated[str | None, typer.Option("--lang", help="Only sentences in this language: uk.")] = None,
    since: Annotated[str | None, typer.Option("--since", help="Only first seen then or later: 2025-01-07.")] = None,
    until: Annotated[str | None, typer.Option("--until", help="Only first seen before then.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="At most so many.")] = 20,
    as_json: Json = False,
) -> None:
    """Find sentences that hold these words, in every wording that was ever seen: which stand, and which are gone."""
    from app.cli.acts import searching

    wanted = searching.Wanted(words, is_gone, is_now, is_best, watch, publisher, tag, language, since, until)
    searching.show_hits(wanted, limit=limit, as_json=as_json)


def reanalyse(
    since: Annotated[
        str | None, typer.Option("--since", help="Only statements first seen or edited since: 2025-01-07.")
    ] = None,
    watch: Annotated[str | None, typer.Option("--watch", metavar="ID", help="Only statements of this watch.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, and write nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Find the claims again by the rules of this program where older rules found them; nobody is alerted.

    Old results stay readable, new ones are marked technical. It may be stopped at any time and goes on where it was.
    """
    from app.cli.acts import reanalysing

    reanalysing.run(since=since, watch=watch, dry_run=dry_run, as_json=as_json)


def reread(
    watch: Annotated[str | None, typer.Option("--watch", metavar="ID", help="Only statements of this watch.")] = None,
    as_json: Json = False,
) -> None:
    """Read kept pages again by the rules of this program, ahead of the next checks; nothing is fetched, nobody alerted.

    Where other words come out, they are kept as a technical version. It may be stopped at any time and goes on.
    """
    from app.cli.acts import rereading

    rereading.run(watch=watch, as_json=as_json)
