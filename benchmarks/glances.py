"""Whether a glance at a page ever misses a change, and what it costs beside reading, over revision chains in a folder.

    python -m benchmarks glances DIR [--most 300]

DIR holds ``*.jsonl.gz``: rows with ``old`` and ``new``, or chains of ``text`` by ``doc_id``. What is no page yet is put
into one, in two shapes; each page is looked at three times more with other tokens, counters and menus around its text,
and once as its next version. Missed is what a glance calls the same and a reading finds other words in: none may be.
"""

import argparse
import gzip
import json
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

from app.domain.pages import Page
from app.domain.watches import SourceKind
from app.sources.answer_tokens import is_answer
from app.sources.contract import Other, Same, Statements, Target
from app.sources.page_marks import read_mark
from app.sources.web_page import WebPage

EXAMPLE = "python -m benchmarks glances DIR --most 300"
URL = "https://example.org/statement"
MOMENT = datetime(2025, 1, 8, 12, 0, tzinfo=UTC)
ARTICLE = """<html><head><meta name="csrf" content="{token}"><title>Statement</title></head><body>
<nav><a href="/?{token}">Home</a></nav>
<main><article><h1>Statement</h1>{body}</article><p>Read {views} times</p></main><aside>{token}</aside>
<footer>{views}</footer><script>var t = "{token}";</script></body></html>"""
DIVISIONS = """<html><body class="front"><div id="top"><ul class="menu"><li>{token}</li></ul></div><div class="wrap"
data-t="{token}"><div class="content" id="content"><h2>Statement</h2><form><input type="hidden" value="{token}"></form>
<div class="text">{body}</div><span class="views">{views}</span></div><div class="sidebar">Latest: {token}</div></div>
</body></html>"""


@dataclass(slots=True)
class Tally:
    """What was found over one file; seconds of processor time."""

    pairs: int = 0
    same: int = 0
    by_bytes: int = 0
    missed: int = 0
    noise: int = 0
    noise_read: int = 0
    glance_seconds: float = 0.0
    read_seconds: float = 0.0


def pairs_of(path: Path) -> Iterator[tuple[str, str]]:
    """The text or page before and after each revision."""
    last: dict[str, str] = {}
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            before, after = row.get("old"), row.get("new")
            if isinstance(row.get("text"), str) and "doc_id" in row:
                name = f"{row.get('source')} {row['doc_id']}"
                before, after = last.get(name), row["text"]
                last[name] = row["text"]
            if isinstance(before, str) and isinstance(after, str):
                yield before, after


def rendered(text: str, shape: str, chance: random.Random, views: int) -> str:
    """A page that shows a text, with new tokens around it; a text that is a page already as it is."""
    if "<body" in text.lower():
        return text
    body = "".join(f"<p>{escape(line)}</p>" for line in text.split("\n") if line.strip())
    values = {"token": f"{chance.getrandbits(64):016x}", "views": str(views), "body": body}
    for name, value in values.items():
        shape = shape.replace(f"{{{name}}}", value)
    return shape


def page(html: str) -> Page:
    """The answer of a server."""
    body = html.encode("utf-8", "replace")
    headers = {"content-type": "text/html; charset=utf-8", "content-length": str(len(body))}
    return Page(URL, URL, 200, headers, body, (), MOMENT)


def compare(before: str, between: Sequence[str], after: str, tally: Tally, *, is_noise: bool) -> None:
    """Read one page, glance at the next ones, read the last too; what a glance must never miss is counted.

    From those between, a glance learns which tokens change.
    """
    source, target = WebPage(), Target(SourceKind.WEB_PAGE, URL, URL)
    first = source.read(page(before), target, external_id=None, now=MOMENT)
    if not isinstance(first, Statements) or first.mark is None:
        return
    mark = first.mark
    for one in between:
        known = source.glance(page(one), target, mark, external_id=None, now=MOMENT)
        mark = known.mark if isinstance(known, Same) else mark
    answer = page(after)
    started = time.process_time()
    seen = source.glance(answer, target, mark, external_id=None, now=MOMENT)
    is_same = isinstance(seen, Same)
    glanced = time.process_time()
    other = seen if isinstance(seen, Other) else None
    second = source.read(answer, target, external_id=None, now=MOMENT, other=other)
    tally.glance_seconds += glanced - started
    tally.read_seconds += time.process_time() - glanced
    stands = isinstance(second, Statements) and second.found[0].wording.text == first.found[0].wording.text
    tally.pairs += 1
    tally.same += is_same
    left = read_mark(mark)
    tally.by_bytes += left is not None and is_answer(answer, left.answer)
    tally.missed += is_same and not stands
    tally.noise += is_noise and stands
    tally.noise_read += is_noise and stands and not is_same


def tally_of(path: Path, most: int) -> Tally:
    """Over the first ``most`` revisions of a file."""
    tally, chance = Tally(), random.Random(7)  # the same pages in every run
    for number, (before, after) in enumerate(pairs_of(path)):
        if number >= most:
            break
        for shape in (ARTICLE, DIVISIONS):
            views, then = chance.randrange(10_000), chance.randrange(10_000)
            known = rendered(before, shape, chance, then)
            between = [rendered(before, shape, chance, views) for _ in range(2)]
            compare(known, between, rendered(before, shape, chance, views), tally, is_noise=True)
            compare(known, between, rendered(after, shape, chance, views), tally, is_noise=False)
    return tally


def main(given: Sequence[str] | None = None) -> int:
    """Print a line for each file; the exit code is 1 where a change was missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks glances", epilog=f"example: {EXAMPLE}")
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--most", type=int, default=300, help="Revisions of each file.")
    options = parser.parse_args(given)
    shown = Table(title="a glance beside a reading", box=box.SIMPLE_HEAD)
    names = (
        "file",
        "looks",
        "said to be the same",
        "by bytes",
        "missed",
        "only noise, and read",
        "ms a glance",
        "ms a reading",
    )
    for name in names:
        shown.add_column(name, justify="left" if name == "file" else "right")
    missed = 0
    for path in sorted(options.folder.glob("*.jsonl.gz")):
        found = tally_of(path, options.most)
        if found.pairs:
            missed += found.missed
            costs = (f"{1000 * seconds / found.pairs:.2f}" for seconds in (found.glance_seconds, found.read_seconds))
            noise = f"{found.noise_read} of {found.noise}"
            shown.add_row(
                path.name.removesuffix(".jsonl.gz"),
                f"{found.pairs:,}",
                f"{found.same:,}",
                f"{found.by_bytes:,}",
                f"{found.missed}",
                noise,
                *costs,
            )
    Console(width=None if sys.stdout.isatty() else 160).print(shown)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
