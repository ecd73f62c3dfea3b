"""How long it takes to find words among a million claims, present and past, and how many bytes a claim costs for it.

    python -m benchmarks searches [--claims 1000000] [--queries 20] [--postgres ADDRESS]

The claims are those of the benchmark of quotes, in a new database; one in ten stands no more, one watch in twenty is
public. Every question is a page of twenty, with all that is said of each sentence. On SQLite two rivals look for the
same words in the same file in the same run, and only look, newest first: a full-text table (FTS5) and a plain LIKE.
They know no forms of words. Processor time, after one question of each kind that is not counted.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from rich import box
from rich.console import Console
from rich.table import Table

from app.domain.searching import SearchOrder, SearchWish, Standing
from app.pipeline.searching import search
from app.storage.database import Database
from app.storage.migrating import migrate
from app.storage.search_index import index_some
from app.storage.tables import claim_wording, statement, watch
from benchmarks.quote_record import fill
from benchmarks.quote_text import Newsroom
from benchmarks.quotes import FULL_TEXT, READ, Measured, bytes_each

EXAMPLE = "python -m benchmarks searches --claims 100000 --queries 20"
PAGE: Final = 20
RARE: Final = 15_000
TABLES: Final = ("search_term", "public_term", "claim_wording", "quote_term")
Search = Callable[[str], object]


def questions(newsroom: Newsroom, sample: Sequence[Sequence[str]]) -> dict[str, list[str]]:
    """Searches of every kind; words of a sentence are of one that is there."""
    telling = [[word for word in words if len(word) > 2] for words in sample]
    long = [words for words in telling if len(words) > 5]
    common = [forms[0] for forms in newsroom.words[: len(sample)]]
    neighbours = [" ".join(words[at : at + 3]) for words in sample for at in [newsroom.random.randrange(len(words))]]
    return {
        "a common word": common,
        "a rare word": [forms[0] for forms in newsroom.words[RARE : RARE + len(sample)]],
        "two common words": [f"{one} {other}" for one, other in zip(common, common[5:], strict=False)],
        "two words of a sentence": [" ".join(newsroom.random.sample(words, 2)) for words in long],
        "four words of a sentence": [" ".join(newsroom.random.sample(words, 4)) for words in long],
        "a phrase": [f'"{phrase}"' for phrase in neighbours if len(phrase.split()) == 3],
    }


def walkback(database: Database, standing: Standing = Standing.ANY, order: SearchOrder = SearchOrder.NEWEST) -> Search:
    """A page, as somebody gets it."""

    def ask(text: str) -> object:
        with database.read() as conn:
            return search(conn, SearchWish(text, standing, order), limit=PAGE)

    return ask


def full_text(database: Database) -> Search:
    """FTS5: the rows of the newest that have all words, or the phrase."""

    def ask(text: str) -> object:
        wanted = text if text.startswith('"') else " ".join(f'"{word}"' for word in text.split())
        matching = f"SELECT rowid FROM rival WHERE rival MATCH ? ORDER BY rowid DESC LIMIT {PAGE}"
        with database.read() as conn:
            return conn.exec_driver_sql(f"SELECT * FROM wording_read WHERE row_number IN ({matching})", (wanted,)).all()

    return ask


def plain_like(database: Database) -> Search:
    """Every row from the newest back, with each word or the phrase somewhere in it."""

    def ask(text: str) -> object:
        wanted = [text.strip('"')] if text.startswith('"') else text.split()
        having = " AND ".join("text LIKE ?" for _ in wanted)
        query = f"SELECT * FROM wording_read WHERE {having} ORDER BY row_number DESC LIMIT {PAGE}"
        with database.read() as conn:
            return conn.exec_driver_sql(query, tuple(f"%{one}%" for one in wanted)).all()

    return ask


def measured(ask: Search, asked: Sequence[str]) -> Measured:
    """Ask everything once, after one question that is not counted."""
    ask(asked[0])
    times = []
    for text in asked:
        started = time.process_time()
        ask(text)
        times.append((time.process_time() - started) * 1000)
    return Measured(times, 1.0)


def make_record(database: Database, claims: int, queries: int) -> list[list[str]]:
    """A record with all its claims in the index; some of the claims."""
    sample: list[list[str]] = []
    every = max(1, claims // queries)

    def noting() -> Iterator[list[str]]:
        for number, words in enumerate(Newsroom().claims(claims)):
            if number % every == 0:
                sample.append(words)
            yield words

    for _ in fill(database, noting()):
        pass
    with database.write() as conn:
        conn.execute(sa.update(claim_wording).where(claim_wording.c.number == 7).values(last_version=1))
        public = sa.select(watch.c.id).order_by(watch.c.id).limit(2)
        conn.execute(sa.update(watch).where(watch.c.id.in_(public)).values(visibility="public"))
        theirs = sa.select(statement.c.id).join(watch).where(watch.c.visibility == "public")
        conn.execute(sa.update(claim_wording).where(claim_wording.c.statement_id.in_(theirs)).values(is_public=True))
    return sample


def index_all(database: Database) -> float:
    """Put everything into the index; processor time of one claim in microseconds."""
    started, count = time.process_time(), 0
    while True:
        with database.write() as conn:
            some = index_some(conn)
        count += some
        if not some:
            return (time.process_time() - started) / max(1, count) * 1_000_000


def run(database: Database, claims: int, queries: int, *, console: Console) -> None:
    """Fill, ask, print."""
    sample = make_record(database, claims, queries)
    each = index_all(database)
    rivals: dict[str, Search] = {}
    if database.is_sqlite:
        with database.write() as conn:
            conn.exec_driver_sql(READ)
            conn.exec_driver_sql(FULL_TEXT)
            conn.exec_driver_sql("INSERT INTO rival (rival) VALUES ('rebuild')")
        rivals = {"FTS5": full_text(database), "LIKE": plain_like(database)}
    ours = {
        "Walkback": walkback(database),
        "what is gone": walkback(database, standing=Standing.GONE),
        "best first": walkback(database, order=SearchOrder.BEST),
        "strangers": walkback(database.for_strangers()),
    }
    kind = "SQLite" if database.is_sqlite else "PostgreSQL"
    shown = Table(title=f"{kind}, {claims:,} claims; processor ms, median / worst", box=box.SIMPLE_HEAD)
    for column in ("search", *ours, *rivals):
        shown.add_column(column, justify="left" if column == "search" else "right")
    for name, asked in questions(Newsroom(), sample).items():
        costs = [measured(ask, asked[: 5 if tool == "LIKE" else None]) for tool, ask in (ours | rivals).items()]
        shown.add_row(name, *(f"{cost.median:,.1f} / {max(cost.milliseconds):,.1f}" for cost in costs))
    console.print(shown)
    sizes = bytes_each(database, claims, (*TABLES, "rival") if database.is_sqlite else TABLES)
    told = ", ".join(f"{name} {size:,.0f}" for name, size in sizes.items() if size)
    console.print(f"put into the index in {each:,.0f} µs a claim; bytes a claim, indexes included: {told}")


def main(given: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks searches", epilog=f"example: {EXAMPLE}")
    parser.add_argument("--claims", type=int, default=1_000_000)
    parser.add_argument("--queries", type=int, default=20)
    parser.add_argument("--postgres", metavar="ADDRESS", help="An empty PostgreSQL database, in place of SQLite.")
    options = parser.parse_args(given)
    console = Console(width=None if sys.stdout.isatty() else 180)
    with tempfile.TemporaryDirectory() as folder:
        address = options.postgres or f"sqlite:///{Path(folder) / 'searches.db'}"
        with closing(Database(address)) as database:
            migrate(database)
            run(database, options.claims, options.queries, console=console)
    return 0


if __name__ == "__main__":
    sys.exit(main())
