"""Whether answers that are not the page are told from it: real refusals, soft ones, and good pages beside them."""

import html
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from statistics import median
from time import process_time

from app.domain.losses import is_large_loss
from app.domain.observations import Outcome
from app.domain.pages import Page
from app.domain.statements import Wording
from app.domain.watches import Selectors
from app.sources.contract import Gone, Unread
from app.sources.web_page import read_wording
from evaluation.corpora import Answer, Chain
from evaluation.metrics import share
from evaluation.report import CorpusReport, Failure, Measure

NOW = datetime(2026, 1, 1, tzinfo=UTC)
TOO_BAD = 0.6
"""Answers that their collectors gave a quality below this are no pages."""
TELLING = frozenset({"cf-mitigated", "x-amzn-waf-action", "server"})
"""Headers that a proxy or a mirror on the way may drop."""
STUMP_BELOW = 0.1
SHORTEST = 400
"""Characters: a notice of one line that becomes another line has lost nothing."""
LOST_BELOW = 0.4
BACK_FROM = 0.8


def real_answers(answers: Sequence[Answer]) -> CorpusReport:
    """Answers of bot walls, networks and servers as they came, and once more with status 200 and no telling header."""
    bad = [one for one in answers if one.quality < TOO_BAD]
    gone = [one for one in answers if one.quality >= TOO_BAD and one.status == 404]
    good = [one for one in answers if one.quality >= TOO_BAD and one.status == 200]
    titled = [one for one in (*bad, *gone) if one.title]
    by_status = {"status alone": share(one.status >= 400 for one in bad)}
    soft = {"status alone": share(False for _ in titled)}
    measures = (
        Measure("answers.refused", "refusals not taken for a page", share(map(_is_unread, bad)), rivals=by_status),
        Measure("answers.named", "refusals named rightly: blocked, or the server failed", share(map(_is_named, bad))),
        Measure("answers.gone", "missing pages called gone", share(isinstance(_read(one), Gone) for one in gone)),
        Measure("answers.good", "good pages read", share(isinstance(_read(one), Wording) for one in good)),
        Measure("answers.soft", "the same, titled, with status 200", share(map(_is_unread_soft, titled)), rivals=soft),
    )
    missed = [
        Failure(one.document, f"taken for a page with status 200: {one.title}")
        for one in titled
        if not one.held_out and not _is_unread_soft(one)
    ]
    remarks = ("bodies are not in this corpus: a page of the same title and length stands in for each",)
    title = "Answers of bot walls, networks and servers"
    return CorpusReport(title, len(answers), len(answers), 0.0, measures, tuple(missed), remarks)


def chains_as_pages(chains: Sequence[Chain]) -> CorpusReport:
    """Every version of a chain as a page: good ones must be read, stumps must not be told as the publisher's doing."""
    started = process_time()
    read = [_Version(chain, text, _refusal(chain, text)) for chain in chains for text in dict.fromkeys(chain.texts)]
    seconds = process_time() - started
    good, stumps = [one for one in read if not one.is_stump], [one for one in read if one.is_stump]
    refused = {(one.chain.document, one.text) for one in read if one.refusal is not None}
    losses = [step for chain in chains for step in _losses(chain, refused)]
    back = [step for step in losses if step.comes_back]
    stayed = [step for step in losses if not step.comes_back]
    measures = (
        Measure("pages.false_blocks", "good versions refused", share(one.refusal is not None for one in good)),
        Measure("pages.stumps", "stumps refused as no page", share(one.refusal is not None for one in stumps)),
        Measure(
            "pages.losses_back", "losses that came back: refused or doubted", share(one.is_doubted for one in back)
        ),
        Measure(
            "pages.losses_stayed", "losses that stayed: refused or doubted", share(one.is_doubted for one in stayed)
        ),
    )
    failures = [
        Failure(one.chain.document, f"a good version was refused: {one.refusal}", after=one.text[:300])
        for one in good
        if one.refusal is not None and not one.chain.held_out
    ]
    failures += [
        Failure(one.chain.document, "a stump was read", after=one.text[:300])
        for one in stumps
        if one.refusal is None and not one.chain.held_out
    ]
    remarks = (
        "a stump has less than a tenth of the usual length of its chain, a good version more",
        f"{len(losses)} steps of texts of 400 characters and more lose over 60 % of them; {len(back)} come back",
        "a doubted loss is looked at again after a minute before anybody is told",
    )
    title = "Versions of policies, advice and government pages, each as a page"
    return CorpusReport(title, len(chains), len(read), seconds, measures, tuple(failures), remarks)


@dataclass(frozen=True, slots=True)
class _Version:
    """One text as a page, and why it was refused; None where it was read."""

    chain: Chain
    text: str
    refusal: str | None

    @property
    def is_stump(self) -> bool:
        return len(self.text) < STUMP_BELOW * median(map(len, self.chain.texts))


@dataclass(frozen=True, slots=True)
class _Loss:
    """A step that lost more than 60 % of its characters: whether it comes back, and whether it is told at once."""

    comes_back: bool
    is_doubted: bool


def _losses(chain: Chain, refused: Collection[tuple[str, str]]) -> Iterator[_Loss]:
    for number, (before, after) in enumerate(pairwise(chain.texts), start=1):
        if len(before) >= SHORTEST and len(after) < LOST_BELOW * len(before):
            comes_back = any(len(later) >= BACK_FROM * len(before) for later in chain.texts[number + 1 :])
            yield _Loss(comes_back, (chain.document, after) in refused or is_large_loss(before, after))


def _refusal(chain: Chain, text: str) -> str | None:
    paragraphs = "".join(f"<p>{html.escape(line)}</p>" for line in text.split("\n") if line.strip())
    title = html.escape(chain.document.rpartition("/")[2])
    page = f"<html><head><title>{title}</title></head><body><main>{paragraphs}</main></body></html>"
    reading = _read_html(page)
    return None if isinstance(reading, Wording) else reading.detail


def _read(one: Answer) -> Wording | Gone | Unread:
    return _read_html(_body(one), url=one.url, status=one.status, headers=one.headers)


def _is_unread(one: Answer) -> bool:
    return isinstance(_read(one), Unread)


def _is_named(one: Answer) -> bool:
    reading = _read(one)
    wanted = Outcome.SERVER_ERROR if one.status >= 500 else Outcome.BLOCKED
    return isinstance(reading, Unread) and reading.outcome is wanted


def _is_unread_soft(one: Answer) -> bool:
    headers = {name: value for name, value in one.headers.items() if name not in TELLING}
    return isinstance(_read_html(_body(one), url=one.url, headers=headers), Unread)


def _body(one: Answer) -> str:
    """A page of the same title and, where it is a good one, with words enough to be a page."""
    title = html.escape(one.title)
    words = "This page holds a paragraph of plain words about the subject of the page. " * 6
    said = f"<h1>{title}</h1><p>{words}</p>" if one.status == 200 else f"<h1>{title}</h1>"
    page = f"<html><head><title>{title}</title></head><body>{said}</body></html>"
    return page + f"<!--{'x' * max(0, one.length - len(page) - 7)}-->"


def _read_html(
    body: str, *, url: str = "https://www.example.org/a/b", status: int = 200, headers: Mapping[str, str] | None = None
) -> Wording | Gone | Unread:
    sent = {"content-type": "text/html; charset=utf-8", **(headers or {}), "content-length": str(len(body.encode()))}
    page = Page(url, url, status, sent, body.encode(), (), NOW)
    return read_wording(page, Selectors(), language="en", now=NOW)
