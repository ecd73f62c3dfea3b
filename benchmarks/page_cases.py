"""What is asked of a record in the benchmark of pages: every page, in the shapes that people and strangers ask for."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from urllib.parse import quote
from uuid import UUID

import sqlalchemy as sa

from app.domain.ids import StatementId, claim_id
from app.storage.database import Database
from app.storage.dialect import EPOCH
from app.storage.tables import claim, flag, statement, watch
from benchmarks.page_record import NOW, SPAN, Shape

Addresses = Sequence[str]


@dataclass(frozen=True, slots=True)
class Sample:
    """Things of one record to ask for."""

    shape: Shape
    statements: Sequence[str]
    claims: Sequence[str]
    quotes: Sequence[str]
    flags: Sequence[str]
    share: str
    public: Sequence[str]
    long_claims: Sequence[str]

    @property
    def long(self) -> Sequence[str]:
        """Statements with very many versions."""
        return [key(number) for number in range(self.shape.long)]

    @property
    def words(self) -> Sequence[str]:
        """Words of the quotes, common and rare ones."""
        return [
            max(quote.split(), key=len) if number % 2 else telling_of(quote)[0]
            for number, quote in enumerate(self.quotes)
        ]

    @property
    def pairs(self) -> Sequence[str]:
        """Two words of each quote that do not stand beside each other."""
        return [" ".join(telling_of(quote)[::2][:2]) for quote in self.quotes]

    @property
    def phrases(self) -> Sequence[str]:
        """Three words of each quote as they stand there."""
        return [f'"{" ".join(quote.split()[1:4])}"' for quote in self.quotes]

    @property
    def watches(self) -> Sequence[str]:
        """Some of those that are not the greatest one."""
        return [key(1 + number * 37 % (self.shape.watches - 1)) for number in range(20)]


def telling_of(quote: str) -> Sequence[str]:
    """The words of a sentence that are not short."""
    return [word for word in quote.split() if len(word) > 2] or quote.split()


def key(number: int) -> str:
    """The id that a number makes."""
    return str(UUID(int=number))


def taken(database: Database, shape: Shape, share: str) -> Sample:
    """Things from all over the record."""
    step = max(1, shape.statements // 20)
    some = [UUID(int=number) for number in range(shape.long, shape.statements, step)][:20]
    with database.read() as conn:
        mine = sa.select(claim.c.statement_id, claim.c.number, claim.c.text).where(
            claim.c.statement_id.in_(some), claim.c.number < 5
        )
        said = conn.execute(mine.order_by(claim.c.number).limit(20)).all()
        turned = conn.execute(sa.select(claim.c.number).where(claim.c.statement_id == UUID(int=0), claim.c.number >= 5))
        flagged = conn.execute(sa.select(flag.c.id).limit(20)).scalars()
        public = sa.select(statement.c.id).join(watch).where(watch.c.visibility == "public").limit(20)
        return Sample(
            shape,
            [str(one) for one in some],
            [str(claim_id(row.statement_id, row.number)) for row in said],
            [row.text.rstrip(".") for row in said],
            [str(one) for one in flagged],
            share,
            [str(one) for one in conn.execute(public).scalars()],
            [str(claim_id(StatementId(UUID(int=0)), one)) for one in turned.scalars()][:20],
        )


@dataclass(frozen=True, slots=True)
class Case:
    """One page in one shape. ``path`` is its entry in the table of pages, or the address of a list of the API."""

    path: str
    shape: str
    ask: Callable[[Sample], Addresses]
    by_stranger: bool = False
    is_file: bool = False
    """A file to take away: it is as long as what is in it."""


def places(path: str, write: Callable[[int, int], str]) -> Callable[[Sample], Addresses]:
    """A list from twenty places on, all over its length."""
    moments = [(NOW - SPAN * number / 20 - EPOCH) // timedelta(microseconds=1) for number in range(20)]
    joined = "&" if "?" in path else "?"
    return lambda _: [f"{path}{joined}after={quote(write(moment, number))}" for number, moment in enumerate(moments)]


def _work(moment: int, number: int) -> str:
    at = EPOCH + timedelta(microseconds=moment)
    return f"{3 - number % 3}_{at.isoformat()}_{key(0)}"


def _desk(moment: int, _: int) -> str:
    return f"{moment}.{'0' * 32}"


def always(*addresses: str) -> Callable[[Sample], Addresses]:
    """The same whatever is in the record."""
    return lambda _: addresses


def of(name: str, path: str) -> Callable[[Sample], Addresses]:
    """An address for each thing of a kind."""
    return lambda sample: [path.format(quote(one)) for one in getattr(sample, name)]


FIRST: Final = key(0)
PICTURE: Final = "/statements/{}/claims.png"
PAGE_CASES: Final = (
    Case("/", "what is open", always("/")),
    Case("/", "further on", places("/", _work)),
    Case("/", "all states, further on", places("/?state=any", _work)),
    Case("/", "dismissed", always("/?state=dismissed")),
    Case("/", "all states, major", always("/?state=any&min_level=major")),
    Case("/", "of one publisher", of("watches", "/?watch={}")),
    Case("/", "of one publisher, all states", of("watches", "/?state=any&watch={}")),
    Case("/", "of the greatest watch", always(f"/?watch={FIRST}", f"/?watch={FIRST}&state=any")),
    Case("/", "of a pin with many flags", always(f"/?pin={FIRST}", f"/?pin={FIRST}&state=any")),
    Case("/", "of a pin with ten old flags", always(f"/?pin={key(39)}", f"/?pin={key(39)}&state=any")),
    Case("/", "of a pin without any", always(f"/?pin={key(7)}")),
    Case("/", "for strangers", always("/", "/?state=any"), by_stranger=True),
    Case("/flags/live", "what is open", always("/flags/live")),
    Case("/statements/{statement_id:uuid}", "few versions", of("statements", "/statements/{}")),
    Case("/statements/{statement_id:uuid}", "a thousand versions", of("long", "/statements/{}")),
    Case("/statements/{statement_id:uuid}", "for strangers", of("public", "/statements/{}"), by_stranger=True),
    Case("/statements/{statement_id:uuid}", "long ago", of("long", "/statements/{}?until=240")),
    Case("/statements/{statement_id:uuid}/compare", "few versions", of("statements", "/statements/{}/compare")),
    Case("/statements/{statement_id:uuid}/compare", "a thousand versions", of("long", "/statements/{}/compare")),
    Case("/claims/{claim_id:uuid}", "few versions", of("claims", "/claims/{}")),
    Case("/claims/{claim_id:uuid}", "a thousand versions", of("long_claims", "/claims/{}")),
    Case("/sign-in", "", always("/sign-in"), by_stranger=True),
    Case("/watches", "newest", always("/watches")),
    Case("/watches", "further on", places("/watches", _desk)),
    Case("/watches", "with a tag", always("/watches?tag=tag0", "/watches?tag=tag7", "/watches?tag=none")),
    Case("/watches", "of a kind, in a state", always("/watches?kind=feed", "/watches?state=paused")),
    Case("/watches", "for strangers", always("/watches"), by_stranger=True),
    Case("/watches/add", "", always("/watches/add")),
    Case("/watches/import", "", always("/watches/import")),
    Case("/watches/{watch_id:uuid}", "", of("watches", "/watches/{}")),
    Case("/watches/{watch_id:uuid}", "the greatest", always(f"/watches/{FIRST}")),
    Case("/watches/{watch_id:uuid}", "the greatest, further on", places(f"/watches/{FIRST}", _desk)),
    Case("/ask", "a sentence", of("quotes", "/ask?text={}")),
    Case("/ask", "something else", lambda sample: [f"/ask?text={quote(text[9:60])}" for text in sample.quotes]),
    Case("/ask", "for strangers", of("quotes", "/ask?text={}"), by_stranger=True),
    Case("/ask", "a word", of("words", "/ask?text={}")),
    Case("/ask", "two words", of("pairs", "/ask?text={}")),
    Case("/ask", "a phrase", of("phrases", "/ask?text={}")),
    Case("/ask", "a word of what is gone", of("words", "/ask?text={}&standing=gone")),
    Case("/ask", "a word, closest first", of("words", "/ask?text={}&order=best")),
    Case("/ask", "a word, of a tag", of("words", "/ask?text={}&tag=tag7")),
    Case("/ask", "a word, for strangers", of("words", "/ask?text={}"), by_stranger=True),
    Case("/ask", "a phrase, for strangers", of("phrases", "/ask?text={}"), by_stranger=True),
    Case("/pins", "", always("/pins")),
    Case("/pins", "for strangers", always("/pins"), by_stranger=True),
    Case("/pins/add", "", always("/pins/add")),
    Case("/pins/{pin_id:uuid}", "many flags", always(f"/pins/{FIRST}")),
    Case("/pins/{pin_id:uuid}", "ten old flags, none", always(f"/pins/{key(39)}", f"/pins/{key(7)}")),
    Case("/destinations", "", always("/destinations")),
    Case("/destinations/add", "", always("/destinations/add")),
    Case("/destinations/{destination_id:uuid}", "", always(f"/destinations/{FIRST}", f"/destinations/{key(2)}")),
    Case("/destinations/{destination_id:uuid}/alerts", "newest", always(f"/destinations/{FIRST}/alerts")),
    Case("/destinations/{destination_id:uuid}/alerts", "further on", places(f"/destinations/{FIRST}/alerts", _desk)),
    Case(
        "/destinations/{destination_id:uuid}/alerts",
        "failed, pending, gathered",
        always(*(f"/destinations/{FIRST}/alerts?state={state}" for state in ("failed", "pending", "gathered"))),
    ),
    Case("/alerts/{alert_id:uuid}", "", of("flags", "/alerts/{}")),
    Case("/keys", "", always("/keys")),
    Case("/sessions", "", always("/sessions")),
    Case("/shares", "", always("/shares")),
    Case("/shared/{token:str}", "a thousand versions", lambda sample: [f"/shared/{sample.share}"]),
    Case("/statements/{statement_id:uuid}/claims.svg", "a thousand versions", of("long", "/statements/{}/claims.svg")),
    Case("/statements/{statement_id:uuid}/claims.png", "few versions", of("statements", PICTURE), is_file=True),
    Case("/statements/{statement_id:uuid}/claims.png", "a thousand versions", of("long", PICTURE), is_file=True),
    Case("/status", "", always("/status")),
    Case("/about", "", always("/about")),
    Case("/about", "for strangers", always("/about"), by_stranger=True),
    *(
        Case(f"/watches/export.{suffix}", "all", always(f"/watches/export.{suffix}"), is_file=True)
        for suffix in ("json", "csv", "opml", "txt")
    ),
)
API_CASES: Final = (
    Case("/v1/flags", "newest", always("/v1/flags")),
    Case("/v1/flags", "open, major", always("/v1/flags?review_state=open&min_level=major")),
    Case("/v1/flags", "of a watch", of("watches", "/v1/flags?watch_id={}")),
    Case("/v1/flags", "of a pin", always(*(f"/v1/flags?pin_id={key(number)}" for number in (0, 39, 7)))),
    Case("/v1/flags", "of an action that never was", always("/v1/flags?action=merged")),
    Case("/v1/flags", "for strangers", always("/v1/flags"), by_stranger=True),
    Case("/v1/flags/counts", "", always("/v1/flags/counts")),
    Case("/v1/statements", "newest", always("/v1/statements")),
    Case("/v1/statements", "of the greatest watch", always(f"/v1/statements?watch_id={FIRST}")),
    Case("/v1/statements", "withdrawn", always("/v1/statements?state=withdrawn")),
    Case("/v1/statements", "for strangers", always("/v1/statements"), by_stranger=True),
    Case("/v1/statements/{id}/versions", "a thousand", of("long", "/v1/statements/{}/versions")),
    Case("/v1/statements/{id}/timeline", "a thousand versions", of("long", "/v1/statements/{}/timeline")),
    Case("/v1/search", "a word", of("words", "/v1/search?q={}")),
    Case("/v1/search", "a word of a watch", of("words", f"/v1/search?watch_id={key(38)}&q={{}}")),
    Case("/v1/search", "two words, gone", of("pairs", "/v1/search?standing=gone&q={}")),
    Case("/v1/search", "a phrase", of("phrases", "/v1/search?q={}")),
    Case("/v1/search", "a word of no language", of("words", "/v1/search?language=en&q={}")),
    Case("/v1/search", "for strangers", of("words", "/v1/search?q={}"), by_stranger=True),
    Case("/v1/claims", "of a statement", of("statements", "/v1/claims?statement_id={}")),
    Case("/v1/edits", "newest", always("/v1/edits")),
    Case("/v1/edits", "of a watch", of("watches", "/v1/edits?watch_id={}")),
    Case("/v1/edits", "of a pin", always(*(f"/v1/edits?pin_id={key(number)}" for number in (0, 39, 7)))),
    Case("/v1/edits", "of an action that never was", always("/v1/edits?action=merged")),
    Case("/v1/edits/groups", "", always("/v1/edits/groups")),
    Case("/v1/events", "from the beginning", always("/v1/events")),
    Case("/v1/alerts", "newest", always("/v1/alerts")),
    Case("/v1/alerts", "failed, gathered", always("/v1/alerts?state=failed", "/v1/alerts?state=gathered")),
    Case("/v1/audit", "newest", always("/v1/audit")),
    Case("/v1/watches", "newest", always("/v1/watches")),
    Case("/v1/status", "", always("/v1/status")),
    Case("/metrics", "", always("/metrics")),
)


def chosen(words: Sequence[str]) -> Iterator[Case]:
    """The cases whose address or shape has one of these words; without any word all."""
    for case in (*PAGE_CASES, *API_CASES):
        if not words or any(word in f"{case.path} {case.shape}" for word in words):
            yield case


def paths() -> Mapping[str, int]:
    """How many shapes each page is asked for in."""
    return {case.path: sum(other.path == case.path for other in PAGE_CASES) for case in PAGE_CASES}
