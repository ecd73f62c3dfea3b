"""How long it takes to find a quote among a million claims, how surely, and how many bytes a claim costs.

    python -m benchmarks quotes [--claims 1000000] [--queries 60] [--postgres ADDRESS]

Claims are generated (benchmarks.quote_text) into a new database of our own tables, ten a statement. Every question is
a whole answer: all that is said of the places, and of what the answer rests on. On SQLite two rivals look for the same
quotes in the same file in the same run, and only look: a full-text table (FTS5: the words in order for exact quotes
and parts, any of the words ranked by BM25 for near ones), and a plain LIKE. "Found" is the share of quotes whose claim
is among the first twenty.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from rich import box
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from app.pipeline.quotes import look_up
from app.storage.database import Database
from app.storage.migrating import migrate
from benchmarks.quote_record import LANGUAGE, fill
from benchmarks.quote_text import Newsroom, written

EXAMPLE = "python -m benchmarks quotes --claims 100000 --queries 60"
NOW = datetime(2026, 1, 7, tzinfo=UTC)
FIRST = 20
TABLES = ("claim_wording", "quote_term", "claim", "version")
READ = (
    "CREATE VIEW wording_read AS SELECT w.rowid AS row_number, coalesce(w.text, c.text) AS text "
    "FROM claim_wording AS w JOIN claim AS c ON c.statement_id = w.statement_id AND c.number = w.number"
)
"""Every form of a claim as it reads: most have the text of their claim."""
FULL_TEXT = "CREATE VIRTUAL TABLE rival USING fts5(text, content='wording_read', content_rowid='row_number')"
Search = Callable[[str], list[str]]


@dataclass(frozen=True, slots=True)
class Question:
    """A quote, and the text of the claim that it was made from."""

    quote: str
    wanted: str


@dataclass(frozen=True, slots=True)
class Measured:
    """Milliseconds of each question, and the share of those whose claim was found."""

    milliseconds: list[float]
    found: float

    @property
    def median(self) -> float:
        return statistics.median(self.milliseconds)

    @property
    def slowest(self) -> float:
        """Nineteen in twenty are faster."""
        return sorted(self.milliseconds)[int(0.95 * len(self.milliseconds))]


def questions(newsroom: Newsroom, sample: Sequence[Sequence[str]]) -> dict[str, list[Question]]:
    """Quotes of every kind, made from claims that are there, and one kind of which there is none."""

    def made(change: Callable[[Sequence[str]], Sequence[str]], fewest: int = 5) -> list[Question]:
        return [Question(" ".join(change(words)), written(words)) for words in sample if len(words) > fewest]

    return {
        "exact": made(lambda words: words),
        "a word in ten exchanged": made(newsroom.another),
        "three in ten inflected": made(newsroom.inflected),
        "a part of 4 words": made(lambda words: newsroom.part(words, 4)),
        "a part of 8 words": made(lambda words: newsroom.part(words, 8), 8),
        "not there": [Question(" ".join(words), "") for words in Newsroom(seed=99).claims(len(sample))],
    }


def measured(search: Search, asked: Sequence[Question]) -> Measured:
    """Ask everything once, after one question that is not counted."""
    search(asked[0].quote)
    times, hits = [], 0
    for one in asked:
        started = time.perf_counter()
        found = search(one.quote)
        times.append((time.perf_counter() - started) * 1000)
        hits += one.wanted in found[:FIRST] if one.wanted else not found
    return Measured(times, hits / len(asked))


def walkback(database: Database) -> Search:
    """The whole answer, as somebody gets it."""

    def search(quote: str) -> list[str]:
        with database.read() as conn:
            answer = look_up(conn, quote, now=NOW, language=LANGUAGE, limit=FIRST)
        return [hit.text for sentence in answer.sentences for hit in sentence.hits]

    return search


def full_text(database: Database, *, in_order: bool) -> Search:
    """FTS5: a phrase, or any of the words with the best by BM25 first."""

    def search(quote: str) -> list[str]:
        words = [word.strip(".").lower() for word in quote.split()]
        wanted = f'"{" ".join(words)}"' if in_order else " OR ".join(f'"{word}"' for word in words)
        ranked = "" if in_order else "ORDER BY bm25(rival)"
        matching = f"SELECT rowid FROM rival WHERE rival MATCH ? {ranked} LIMIT {FIRST}"
        query = f"SELECT text FROM wording_read WHERE row_number IN ({matching})"
        with database.read() as conn:
            return [row[0] for row in conn.exec_driver_sql(query, (wanted,))]

    return search


def plain_like(database: Database) -> Search:
    """The text with anything around it; the first letter is a capital or not."""

    def search(quote: str) -> list[str]:
        query = f"SELECT text FROM wording_read WHERE text LIKE ? LIMIT {FIRST}"
        with database.read() as conn:
            return [row[0] for row in conn.exec_driver_sql(query, (f"%{quote[1:]}%",))]

    return search


def bytes_each(database: Database, claims: int, tables: Sequence[str] = TABLES) -> dict[str, float]:
    """Bytes a claim of each table with its indexes."""
    with database.read() as conn:
        if not database.is_sqlite:
            size = sa.text("SELECT pg_total_relation_size(CAST(:name AS regclass))")
            return {name: conn.execute(size, {"name": name}).scalar_one() / claims for name in tables}
        pages = conn.exec_driver_sql("SELECT name, sum(pgsize) FROM dbstat GROUP BY name").all()
        owners = {row[0]: row[1] for row in conn.exec_driver_sql("SELECT name, tbl_name FROM sqlite_master")}
    sizes = dict.fromkeys(tables, 0.0)
    for name, size in pages:
        owner = owners.get(name, name)
        owner = "rival" if owner.startswith("rival") else owner
        if owner in sizes:
            sizes[owner] += size / claims
    return sizes


def table(title: str, rows: dict[str, dict[str, Measured]]) -> Table:
    """A row for each kind of quote, a column for each tool; ratios to our own median."""
    tools = list(next(iter(rows.values())))
    shown = Table(title=title, box=box.SIMPLE_HEAD)
    shown.add_column("quote")
    for tool in tools:
        shown.add_column(tool, justify="right")
    for kind, costs in rows.items():
        shown.add_row(kind, *(cell(costs[tool], costs[tools[0]]) for tool in tools))
    return shown


def cell(cost: Measured, ours: Measured) -> str:
    """Median and 95th percentile, ratio of the medians, share found."""
    ratio = "" if cost is ours else f" ({cost.median / ours.median:.2g}×)"
    return f"{cost.median:,.1f} / {cost.slowest:,.1f} ms{ratio}, {cost.found:.0%}"


def run(database: Database, claims: int, queries: int, *, rivals: bool, console: Console) -> None:
    """Fill, ask, print."""
    newsroom = Newsroom()
    sample: list[list[str]] = []
    every = max(1, claims // queries)

    def noting() -> Iterator[list[str]]:
        for number, words in enumerate(newsroom.claims(claims)):
            if number % every == 0:
                sample.append(words)
            yield words

    started = time.perf_counter()
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("claims", total=claims)
        for kept in fill(database, noting()):
            progress.update(task, completed=kept)
    filled = time.perf_counter() - started
    if rivals:
        with database.write() as conn:
            conn.exec_driver_sql(READ)
            conn.exec_driver_sql(FULL_TEXT)
            conn.exec_driver_sql("INSERT INTO rival (rival) VALUES ('rebuild')")
    asked = questions(newsroom, sample)
    rows = {}
    for kind, some in asked.items():
        tools: dict[str, Search] = {"Walkback, whole answer": walkback(database)}
        if rivals:
            tools["FTS5"] = full_text(database, in_order=kind == "exact" or kind.startswith("a part"))
            tools["LIKE"] = plain_like(database)
        rows[kind] = {name: measured(tool, some[: 5 if name == "LIKE" else None]) for name, tool in tools.items()}
    kind = "SQLite" if database.is_sqlite else "PostgreSQL"
    console.print(table(f"{kind}, {claims:,} claims, filled in {filled:,.0f} s", rows))
    each = bytes_each(database, claims, (*TABLES, "rival") if database.is_sqlite else TABLES)
    sizes = ", ".join(f"{name} {size:,.0f}" for name, size in each.items() if size)
    console.print(f"bytes a claim, indexes included: {sizes}")


def main(given: Sequence[str] | None = None) -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks quotes", epilog=f"example: {EXAMPLE}")
    parser.add_argument("--claims", type=int, default=1_000_000)
    parser.add_argument("--queries", type=int, default=60)
    parser.add_argument("--postgres", metavar="ADDRESS", help="An empty PostgreSQL database, in place of SQLite.")
    options = parser.parse_args(given)
    console = Console(width=None if sys.stdout.isatty() else 180)
    with tempfile.TemporaryDirectory() as folder:
        address = options.postgres or f"sqlite:///{Path(folder) / 'quotes.db'}"
        with closing(Database(address)) as database:
            migrate(database)
            run(database, options.claims, options.queries, rivals=database.is_sqlite, console=console)
    return 0


if __name__ == "__main__":
    sys.exit(main())
